import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.clock
import panel.models.assessment
import panel.models.assignment
import panel.models.panellist


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_organisations"),
        ("accounts", "__first__"),
        ("grants", "0003_applications_remember_when_they_ended"),
    ]

    operations = [
        migrations.CreateModel(
            name="Conclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("minutes", models.TextField(blank=True)),
                ("concluded_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conclusion",
                        to="grants.application",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Panellist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=panel.models.panellist.panellist_reference,
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("is_lived_experience", models.BooleanField(default=False)),
                ("expertise", models.CharField(blank=True, max_length=200)),
                ("joined_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "employer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="panellist",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=panel.models.assignment.seat_reference, max_length=20, unique=True
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(verbose_name="assessor's number in this case"),
                ),
                (
                    "seat",
                    models.CharField(
                        choices=[("scorer", "Scores"), ("chair", "Chairs, does not score")],
                        default="scorer",
                        max_length=6,
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=accounts.clock.now)),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("assigned", "Declare first"),
                            ("clear", "No interest declared"),
                            ("conflicted", "Removed: interest declared"),
                            ("stood_down", "Stood down"),
                        ],
                        default="assigned",
                        max_length=10,
                    ),
                ),
                ("has_interest", models.BooleanField(null=True)),
                (
                    "interest_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("organisation", "Yes, through an organisation"),
                            ("personal", "Yes, personal"),
                            ("financial", "Yes, financial"),
                        ],
                        max_length=12,
                    ),
                ),
                ("interest_reason", models.CharField(blank=True, max_length=600)),
                ("declared_at", models.DateTimeField(blank=True, null=True)),
                ("stood_down_at", models.DateTimeField(blank=True, null=True)),
                ("stand_down_reason", models.CharField(blank=True, max_length=300)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats_given",
                        to="grants.application",
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stood_down_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="panel.panellist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "panellist"), name="seat_once"),
                    models.UniqueConstraint(
                        fields=("application", "number"), name="seat_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["assigned", "clear", "conflicted", "stood_down"])
                        ),
                        name="seat_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seat__in", ["scorer", "chair"])), name="seat_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "clear"), _negated=True),
                            models.Q(("declared_at__isnull", False), ("has_interest", False)),
                            _connector="OR",
                        ),
                        name="seat_clear_is_declared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "conflicted"), _negated=True),
                            models.Q(
                                ("declared_at__isnull", False),
                                ("has_interest", True),
                                models.Q(("interest_kind", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="seat_conflict_is_declared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("stood_down_at__isnull", True), ("stood_down_by__isnull", True)
                            ),
                            models.Q(
                                ("stood_down_at__isnull", False), ("stood_down_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="seat_stood_down_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=panel.models.assessment.assessment_reference,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scoring", "In progress"),
                            ("scored", "Submitted"),
                            ("voided", "Withdrawn"),
                        ],
                        default="scoring",
                        max_length=10,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=1, verbose_name="grows with every save"),
                ),
                ("started_at", models.DateTimeField(default=accounts.clock.now)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("checks", models.JSONField(default=list, verbose_name="bias checks ticked")),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case_file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="grants.casefile",
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessment",
                        to="panel.assignment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["scoring", "scored", "voided"])),
                        name="assessment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scored"), _negated=True),
                            ("submitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="assessment_submitted_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scoring"), _negated=True),
                            ("submitted_at__isnull", True),
                            _connector="OR",
                        ),
                        name="assessment_draft_not_submitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "voided"), ("voided_at__isnull", False)),
                            models.Q(
                                models.Q(("state", "voided"), _negated=True),
                                ("voided_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_voided_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InterestEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("employer", "Employer"),
                            ("professional", "Professional"),
                            ("personal", "Personal"),
                            ("financial", "Financial"),
                            ("family", "Family"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("entered_at", models.DateTimeField(default=accounts.clock.now)),
                ("struck_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests",
                        to="panel.panellist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("panellist", "number"), name="interest_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["employer", "professional", "personal", "financial", "family"],
                            )
                        ),
                        name="interest_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="interest_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spread", "Scores differ by 2 or more"),
                            ("totals", "Totals differ by 15 or more"),
                            ("threshold", "Panel score within 3 of the threshold"),
                            ("minimum", "Average below what is needed to fund"),
                            ("unjudged", "Nobody was able to judge it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=20, verbose_name="what the flag said")),
                ("words", models.CharField(max_length=600)),
                ("resolved_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="flag_resolutions",
                        to="grants.application",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grants.criterion",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["spread", "totals", "threshold", "minimum", "unjudged"])
                        ),
                        name="flag_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "is_not_able",
                    models.BooleanField(default=False, verbose_name="not able to judge"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason, for the applicant")),
                ("note", models.TextField(blank=True, verbose_name="private note")),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="panel.assessment",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grants.criterion",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "criterion"), name="score_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), ("score__range", (0, 5)), _connector="OR"
                        ),
                        name="score_0_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True), ("is_not_able", False), _connector="OR"
                        ),
                        name="score_or_not_able",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_score", models.PositiveSmallIntegerField(null=True)),
                ("new_score", models.PositiveSmallIntegerField(null=True)),
                ("old_reason", models.TextField()),
                ("why", models.CharField(max_length=600, verbose_name="why it changed")),
                ("changed_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="panel.score",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("old_score__isnull", True),
                                ("old_score__range", (0, 5)),
                                _connector="OR",
                            ),
                            models.Q(
                                ("new_score__isnull", True),
                                ("new_score__range", (0, 5)),
                                _connector="OR",
                            ),
                        ),
                        name="score_change_0_to_5",
                    )
                ],
            },
        ),
    ]
