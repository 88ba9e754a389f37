from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.clock
import grants.models.eligibility


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_organisations"),
        ("accounts", "__first__"),
        ("focus_people", "0001_people_circles_and_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="EligibilityCheck",
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
                        default=grants.models.eligibility.check_reference,
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("is_eligible", models.BooleanField()),
                ("made_at", models.DateTimeField(default=accounts.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name="ReferenceCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="programme_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Funder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, verbose_name="share, percent"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="funders",
                        to="grants.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "name"), name="funder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 100)), name="share"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.SlugField(max_length=20, unique=True)),
                ("title", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("closed", "Closed for good"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("is_rolling", models.BooleanField(default=True)),
                ("budget", models.DecimalField(decimal_places=2, max_digits=11)),
                (
                    "minimum",
                    models.DecimalField(decimal_places=2, default=Decimal("1000.00"), max_digits=9),
                ),
                (
                    "maximum",
                    models.DecimalField(decimal_places=2, default=Decimal("8000.00"), max_digits=9),
                ),
                (
                    "short_form_up_to",
                    models.DecimalField(decimal_places=2, default=Decimal("2500.00"), max_digits=9),
                ),
                (
                    "threshold",
                    models.DecimalField(decimal_places=2, default=Decimal("60.00"), max_digits=5),
                ),
                ("quorum", models.PositiveSmallIntegerField(default=3)),
                (
                    "target_days",
                    models.PositiveSmallIntegerField(
                        default=30, verbose_name="net days to a decision"
                    ),
                ),
                ("delivery_months", models.PositiveSmallIntegerField(default=6)),
                ("first_payment_percent", models.PositiveSmallIntegerField(default=80)),
                (
                    "final_report_months",
                    models.PositiveSmallIntegerField(
                        default=6,
                        verbose_name="months of the report that the final payment waits for",
                    ),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="grants.programme",
                    ),
                ),
                (
                    "published_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "closed"])),
                        name="round_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="round_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum__gt", 0), ("maximum__gte", models.F("minimum"))
                        ),
                        name="round_limits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_payment_percent__range", (0, 100))),
                        name="round_first_payment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True), ("published_by__isnull", True)
                            ),
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="round_published_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("short_name", models.CharField(max_length=60)),
                ("wording", models.CharField(max_length=300)),
                ("guidance", models.CharField(max_length=400)),
                ("max_words", models.PositiveSmallIntegerField()),
                ("in_short_form", models.BooleanField(default=False)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="grants.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "number"), name="question_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_words__gt", 0)), name="question_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                (
                    "form",
                    models.CharField(
                        choices=[("full", "Full form"), ("short", "Short form")],
                        default="full",
                        max_length=6,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Received"),
                            ("in_check", "Eligibility check"),
                            ("returned", "Question asked"),
                            ("with_panel", "With the panel"),
                            ("recommended", "Panel has recommended"),
                            ("decided", "Decided, not yet released"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("ineligible", "Not eligible"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=14,
                    ),
                ),
                ("started_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="first sent at"),
                ),
                ("declarations", models.JSONField(default=list)),
                ("effort_minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=300)),
                ("ineligible_reason", models.CharField(blank=True, max_length=500)),
                (
                    "case_officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(
                        blank=True, related_name="applications", to="focus_people.need"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="focus_people.focusperson",
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
                    "eligibility_check",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="grants.eligibilitycheck",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="grants.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "in_check",
                                    "returned",
                                    "with_panel",
                                    "recommended",
                                    "decided",
                                    "approved",
                                    "declined",
                                    "ineligible",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="application_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "draft",
                                    "submitted",
                                    "in_check",
                                    "returned",
                                    "with_panel",
                                    "recommended",
                                    "decided",
                                    "approved",
                                ),
                            )
                        ),
                        fields=("round", "person"),
                        name="one_live_application_per_person_and_round",
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
                        name="application_submitted_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("trainer_fee", "Trainer fee"),
                            ("coaching_fee", "Coaching fee"),
                            ("assessment_workshop", "Assessment or plan workshop"),
                            ("materials", "Materials"),
                            ("venue", "Venue"),
                            ("travel", "Travel"),
                            ("backfill", "Backfill for staff"),
                            ("replacement_care", "Replacement care for family"),
                            ("participation_payment", "Payment to experts by experience"),
                            ("licences", "Licences"),
                            ("evaluation", "Evaluation"),
                            ("management", "Management"),
                        ],
                        max_length=24,
                    ),
                ),
                ("description", models.CharField(max_length=120)),
                (
                    "topic",
                    models.CharField(
                        blank=True, max_length=24, verbose_name="topic code (domain 3.4, 3.5)"
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=7)),
                ("unit_cost", models.DecimalField(decimal_places=2, max_digits=9)),
                (
                    "kind",
                    models.CharField(
                        choices=[("cash", "Cash"), ("in_kind", "In kind")],
                        default="cash",
                        max_length=8,
                    ),
                ),
                ("justification", models.CharField(blank=True, max_length=300)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "Not checked yet"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("verdict_reason", models.CharField(blank=True, max_length=300)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="grants.application",
                    ),
                ),
                (
                    "needs",
                    models.ManyToManyField(related_name="budget_lines", to="focus_people.need"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "number"), name="line_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 25))), name="line_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("unit_cost__gte", 0)),
                        name="line_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["open", "accepted", "refused"])),
                        name="line_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("reason", models.CharField(max_length=80)),
                ("frozen_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_files",
                        to="grants.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "version"), name="case_file_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clock_stops",
                        to="grants.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("application",),
                        name="one_open_clock_stop",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="clock_stop_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("approve_conditions", "Approve with conditions"),
                            ("decline", "Decline"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=9)),
                ("conditions", models.JSONField(default=list)),
                (
                    "criteria",
                    models.JSONField(
                        default=list, verbose_name="scores and feedback of the letter"
                    ),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                ("reasons", models.TextField()),
                ("decided_at", models.DateTimeField(default=accounts.clock.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="grants.application",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "released_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                            models.Q(
                                ("released_at__isnull", False), ("released_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="decision_released_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by__isnull", True),
                            models.Q(("released_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="decision_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="decision_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EligibilityFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "criterion",
                    models.CharField(
                        choices=[
                            (
                                "organisation",
                                "A social care or health organisation working in England",
                            ),
                            ("person", "One person with a learning disability, autism or both"),
                            ("risk", "At risk of admission, or about to be discharged"),
                            ("consent", "Consent or a best-interests decision is recorded"),
                            ("around_person", "The learning is for the people around this person"),
                            ("not_general", "No general requirement is left in the budget"),
                            ("no_double", "Nothing is paid for twice"),
                            ("not_started", "Nothing is paid for before the agreement"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("pass", "Met"), ("fail", "Not met"), ("unsure", "Not sure")],
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("found_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="grants.application",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "criterion"), name="finding_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=9)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offer to accept"),
                            ("agreed", "Agreed"),
                            ("active", "Training under way"),
                            ("delivered", "Training finished"),
                            ("reporting", "Reporting"),
                            ("closed", "Closed"),
                            ("offer_declined", "Offer turned down"),
                            ("terminated", "Ended early"),
                        ],
                        default="offered",
                        max_length=16,
                    ),
                ),
                ("offered_at", models.DateTimeField(default=accounts.clock.now)),
                ("offer_open_until", models.DateField()),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("delivery_until", models.DateField(blank=True, null=True)),
                ("activated_on", models.DateField(blank=True, null=True)),
                ("delivered_on", models.DateField(blank=True, null=True)),
                ("final_report_accepted_on", models.DateField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=300)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grant",
                        to="grants.application",
                    ),
                ),
                (
                    "closed_by",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "offered",
                                    "agreed",
                                    "active",
                                    "delivered",
                                    "reporting",
                                    "closed",
                                    "offer_declined",
                                    "terminated",
                                ],
                            )
                        ),
                        name="grant_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="grant_amount"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed_at__isnull", True), ("agreed_by__isnull", True)),
                            models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="grant_agreed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="grant_closed_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Waiting for an officer"),
                            ("returned", "Sent back"),
                            ("accepted", "Accepted"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=accounts.clock.now)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("return_reason", models.CharField(blank=True, max_length=300)),
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
                    "made_by",
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
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="grants.grant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "submitted", "returned", "accepted"])
                        ),
                        name="claim_state",
                    ),
                    models.UniqueConstraint(fields=("grant", "number"), name="claim_number_once"),
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
                        name="claim_submitted_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False), ("accepted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="claim_accepted_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=9),
                ),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="grants.claim",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claimed",
                        to="grants.budgetline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "line"), name="claim_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="claim_line_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=300)),
                ("met_at", models.DateTimeField(blank=True, null=True)),
                (
                    "met_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="grants.grant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("grant", "number"), name="condition_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_at__isnull", True), ("met_by__isnull", True)),
                            models.Q(("met_at__isnull", False), ("met_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="condition_met_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "instalment",
                    models.CharField(
                        choices=[("first", "First payment"), ("final", "Final payment")],
                        max_length=8,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=9)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("paid", "Paid"),
                            ("refused", "Sent back"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("prepared_at", models.DateTimeField(default=accounts.clock.now)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("paid_on", models.DateField(blank=True, null=True)),
                ("refusal_reason", models.CharField(blank=True, max_length=300)),
                (
                    "approved_by",
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
                        related_name="payments",
                        to="grants.grant",
                    ),
                ),
                (
                    "prepared_by",
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
                            ("state__in", ["prepared", "approved", "paid", "refused"])
                        ),
                        name="payment_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_amount"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("grant", "instalment"),
                        name="one_payment_per_instalment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="payment_approved_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("prepared_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=400)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="grants.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "number"), name="outcome_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 6))), name="outcome_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clarification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=500, verbose_name="what is asked")),
                ("reply", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(default=accounts.clock.now)),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clarifications",
                        to="grants.application",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grants.question",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "number"), name="clarification_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replied_at__isnull", True), ("replied_by__isnull", True)),
                            models.Q(("replied_at__isnull", False), ("replied_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="clarification_replied_pair",
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
                ("text", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="grants.application",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grants.question",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("application", "question"), name="answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "Approve"),
                            ("approve_conditions", "Approve with conditions"),
                            ("decline", "Decline"),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=9)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "totals",
                    models.JSONField(
                        default=list, verbose_name="each counted total, highest first, as strings"
                    ),
                ),
                ("criteria", models.JSONField(default=list)),
                ("conditions", models.JSONField(default=list)),
                ("reasons", models.TextField()),
                (
                    "panellists",
                    models.JSONField(default=list, verbose_name="ids of everyone who scored"),
                ),
                ("received_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recommendations",
                        to="grants.application",
                    ),
                ),
                (
                    "received_by",
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
                        condition=models.Q(("score__range", (0, 100))), name="panel_score"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="recommended_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=4)),
                ("title", models.CharField(max_length=120)),
                ("hint", models.CharField(max_length=300)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("team", "Team"),
                            ("system", "Wider system"),
                        ],
                        max_length=8,
                    ),
                ),
                ("weight", models.PositiveSmallIntegerField()),
                (
                    "minimum",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="average needed to fund"
                    ),
                ),
                (
                    "look_at",
                    models.JSONField(default=list, verbose_name="where in the case file to look"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="grants.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("round", "code"), name="criterion_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__range", (1, 100))), name="criterion_weight"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minimum__isnull", True), ("minimum__range", (0, 5)), _connector="OR"
                        ),
                        name="criterion_minimum",
                    ),
                ],
            },
        ),
    ]
