import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("grants", "0003_applications_remember_when_they_ended"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutcomeReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "point",
                    models.CharField(
                        choices=[
                            ("baseline", "Baseline"),
                            ("m3", "3 months"),
                            ("m6", "6 months"),
                            ("m12", "12 months"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Waiting for an officer"),
                            ("returned", "Sent back"),
                            ("accepted", "Accepted"),
                            ("waived", "Not asked for"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "window_start",
                    models.DateField(blank=True, null=True, verbose_name="first day counted"),
                ),
                (
                    "window_end",
                    models.DateField(blank=True, null=True, verbose_name="last day counted"),
                ),
                (
                    "days_observed",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days at home with support"
                    ),
                ),
                (
                    "rater",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "The person"),
                            ("supported_self", "The person, with support"),
                            ("family", "Family"),
                            ("staff", "Staff"),
                            ("joint", "Family and staff together"),
                        ],
                        max_length=16,
                        verbose_name="who rated quality of life",
                    ),
                ),
                ("risk", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(default=accounts.clock.now)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("return_reason", models.CharField(blank=True, max_length=500)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("waived_at", models.DateTimeField(blank=True, null=True)),
                ("waive_reason", models.CharField(blank=True, max_length=500)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome_reports",
                        to="grants.grant",
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome report",
                "indexes": [models.Index(fields=["state", "point"], name="report_state_point")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("grant", "point"), name="report_once_per_point"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "accepted", "waived"])
                        ),
                        name="report_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("point__in", ["baseline", "m3", "m6", "m12"]),
                            (
                                "rater__in",
                                ["", "self", "supported_self", "family", "staff", "joint"],
                            ),
                        ),
                        name="report_point_and_rater",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("window_end__isnull", True), ("window_start__isnull", True)),
                            models.Q(
                                ("window_end__gte", models.F("window_start")),
                                ("window_start__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_window_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("days_observed__isnull", True),
                            ("days_observed__range", (0, 366)),
                            _connector="OR",
                        ),
                        name="report_days_observed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("days_observed__isnull", False),
                                ("state__in", ("submitted", "accepted")),
                                ("submitted_at__isnull", False),
                                ("window_end__isnull", False),
                            ),
                            ("state__in", ("draft", "returned", "waived")),
                            _connector="OR",
                        ),
                        name="report_sent_has_its_window",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", False), ("state", "accepted")),
                            models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("accepted_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="report_accepted_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("point", "baseline"), ("state", "waived"), _negated=True
                        ),
                        name="report_baseline_never_waived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("submitted_at__isnull", True), ("submitted_by__isnull", True)
                            ),
                            models.Q(
                                ("submitted_at__isnull", False), ("submitted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="report_submitted_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("returned_at__isnull", True), ("returned_by__isnull", True)),
                            models.Q(
                                ("returned_at__isnull", False), ("returned_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="report_returned_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False), ("accepted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="report_accepted_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("waived_at__isnull", True), ("waived_by__isnull", True)),
                            models.Q(("waived_at__isnull", False), ("waived_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="report_waived_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=30)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("value", "Answered"),
                            ("not_known", "Not known"),
                            ("not_applicable", "Does not apply"),
                            ("declined", "Would rather not say"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "number",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
                ),
                ("choice", models.CharField(blank=True, max_length=30)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="outcomes.outcomereport",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["item", "status"], name="answer_item_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "item"), name="answer_once_per_item"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("choice", ""), ("number__isnull", False), ("status", "value")
                            ),
                            models.Q(
                                ("number__isnull", True),
                                ("status", "value"),
                                models.Q(("choice", ""), _negated=True),
                            ),
                            models.Q(
                                ("choice", ""),
                                ("number__isnull", True),
                                ("status__in", ["not_known", "not_applicable", "declined"]),
                            ),
                            _connector="OR",
                        ),
                        name="answer_value_or_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number__isnull", True), ("number__gte", 0), _connector="OR"
                        ),
                        name="answer_not_negative",
                    ),
                ],
            },
        ),
    ]
