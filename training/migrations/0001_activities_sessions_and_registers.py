from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.clock
import training.models.register


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("focus_people", "0001_people_circles_and_plans"),
        ("grants", "0001_the_road_of_the_money"),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=30, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("topic", models.CharField(max_length=24, verbose_name="topic code (domain 3.5)")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("course_1off", "Course"),
                            ("course_series", "Course in several parts"),
                            ("workshop", "Workshop"),
                            ("e_learning", "E-learning"),
                            ("webinar", "Webinar"),
                            ("in_situ_coaching", "Coaching on shift"),
                            ("mentoring", "Mentoring"),
                            ("observation_feedback", "Observation with feedback"),
                            ("reflective_practice", "Reflective practice"),
                            ("supervision_group", "Group supervision"),
                            ("shadowing", "Shadowing"),
                            ("competency_assessment", "Competency assessment"),
                            ("train_the_trainer", "Train the trainer"),
                            ("peer_learning", "Peer learning"),
                            ("resource_purchase", "Resource to learn from"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "pattern",
                    models.CharField(
                        choices=[("one_off", "One-off"), ("ongoing", "Ongoing")], max_length=8
                    ),
                ),
                ("learning_domains", models.JSONField(default=list)),
                (
                    "is_joint",
                    models.BooleanField(
                        default=False, verbose_name="people of different sectors learn together"
                    ),
                ),
                ("trainer", models.CharField(max_length=120, verbose_name="who delivers it")),
                (
                    "rrn_certified",
                    models.CharField(
                        choices=[
                            ("not_needed", "Does not apply: nothing physical is taught"),
                            ("yes", "Yes, certified"),
                            ("no", "No"),
                            ("not_known", "Not known"),
                        ],
                        default="not_needed",
                        max_length=12,
                    ),
                ),
                ("planned_people", models.PositiveSmallIntegerField()),
                (
                    "session_hours",
                    models.DecimalField(
                        decimal_places=2, max_digits=4, verbose_name="usual hours of a session"
                    ),
                ),
                (
                    "min_sessions",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="sessions to finish (empty: all of them)",
                    ),
                ),
                ("planned_at", models.DateTimeField(default=accounts.clock.now)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, max_length=300)),
                (
                    "budget_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="grants.budgetline",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="grants.grant",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="focus_people.need",
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "voided_by",
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
                "verbose_name_plural": "activities",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("grant", "number"), name="activity_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="activity_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "mode__in",
                                [
                                    "course_1off",
                                    "course_series",
                                    "workshop",
                                    "e_learning",
                                    "webinar",
                                    "in_situ_coaching",
                                    "mentoring",
                                    "observation_feedback",
                                    "reflective_practice",
                                    "supervision_group",
                                    "shadowing",
                                    "competency_assessment",
                                    "train_the_trainer",
                                    "peer_learning",
                                    "resource_purchase",
                                ],
                            )
                        ),
                        name="activity_mode",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pattern__in", ["one_off", "ongoing"])),
                        name="activity_pattern",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_people__gte", 1)),
                        name="activity_planned_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_sessions__isnull", True),
                            ("min_sessions__gte", 1),
                            _connector="OR",
                        ),
                        name="activity_min_sessions",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("session_hours__gte", Decimal("0.25")), ("session_hours__lte", 12)
                        ),
                        name="activity_session_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at__isnull", True), ("voided_by__isnull", True)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="activity_voided_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at__isnull", True),
                            models.Q(("void_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="activity_void_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
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
                        default=training.models.register.register_reference,
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "Not put in yet"),
                            ("imported", "Put in"),
                            ("undone", "Undone"),
                        ],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                ("file_name", models.CharField(max_length=80)),
                (
                    "digest",
                    models.CharField(
                        max_length=64, verbose_name="fingerprint of the file (SHA-256)"
                    ),
                ),
                ("preview", models.JSONField(default=dict)),
                (
                    "written",
                    models.JSONField(
                        default=dict, verbose_name="what was written, so that it can be undone"
                    ),
                ),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("there_count", models.PositiveIntegerField(default=0)),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("written_count", models.PositiveIntegerField(default=0)),
                ("read_at", models.DateTimeField(default=accounts.clock.now)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
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
                        related_name="registers",
                        to="grants.grant",
                    ),
                ),
                (
                    "read_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
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
                "verbose_name": "register",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["previewed", "imported", "undone"])),
                        name="register_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="register_confirmed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="register_undone_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("reference", models.CharField(max_length=36, unique=True)),
                ("held_on", models.DateField(verbose_name="day")),
                ("hours", models.DecimalField(decimal_places=2, max_digits=4)),
                (
                    "mode",
                    models.CharField(
                        choices=[("in_person", "In person"), ("online", "Online")],
                        default="in_person",
                        max_length=12,
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("home", "Where the person lives"),
                            ("provider", "At the organisation"),
                            ("community", "Community room"),
                            ("training_centre", "Training centre"),
                            ("nhs", "Hospital or clinic"),
                            ("other", "Somewhere else"),
                            ("none", "No place: online"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "is_joint",
                    models.BooleanField(
                        default=False, verbose_name="meant for people of different sectors"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("held", "Held"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("planned_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "delivered_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="attendance recorded at"
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.CharField(blank=True, max_length=300)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="training.activity",
                    ),
                ),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions_made",
                        to="training.registerimport",
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delivered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "voided_by",
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
                "indexes": [
                    models.Index(fields=["state", "held_on"], name="session_by_state_and_day")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("activity", "number"), name="session_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["planned", "held", "cancelled"])),
                        name="session_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", Decimal("0.25")), ("hours__lte", 12)),
                        name="session_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("delivered_at__isnull", True), ("delivered_by__isnull", True)
                            ),
                            models.Q(
                                ("delivered_at__isnull", False), ("delivered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="session_delivered_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "held")),
                            models.Q(
                                models.Q(("state", "held"), _negated=True),
                                ("delivered_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="session_held_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", True), ("cancelled_by__isnull", True)
                            ),
                            models.Q(
                                ("cancelled_at__isnull", False), ("cancelled_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="session_cancelled_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at__isnull", True), ("voided_by__isnull", True)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="session_voided_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at__isnull", True),
                            models.Q(("void_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="session_void_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("present", models.BooleanField()),
                ("recorded_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="focus_people.circlemember",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks_made",
                        to="training.registerimport",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="training.session",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "attendance",
                "constraints": [
                    models.UniqueConstraint(fields=("session", "member"), name="attendance_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="registerimport",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registers",
                to="training.session",
            ),
        ),
    ]
