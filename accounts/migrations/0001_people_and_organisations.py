import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import accounts.clock
import accounts.references


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="e-mail address"),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="user_email_any_case"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=accounts.clock.now)),
                ("event", models.CharField(max_length=60)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(max_length=80)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_ref", models.CharField(max_length=40)),
                (
                    "shown_to",
                    models.CharField(
                        choices=[
                            ("applicant", "Applicant and staff"),
                            ("panel", "Panel and staff"),
                            ("staff", "Staff"),
                        ],
                        default="staff",
                        max_length=10,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("sealed_as", models.BigIntegerField(null=True, unique=True)),
                ("seal", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_type", "subject_ref", "id"], name="audit_subject")
                ],
            },
        ),
        migrations.CreateModel(
            name="OnceToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=40)),
                ("location", models.CharField(blank=True, max_length=300)),
                ("used_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "token"), name="form_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
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
                        default=accounts.references.organisation_reference,
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("FAM", "Family, friends, unpaid"),
                            ("IND", "Individual employer"),
                            ("ASC_P", "Adult social care, private"),
                            ("ASC_V", "Adult social care, voluntary"),
                            ("ASC_LA", "Adult social care, local authority"),
                            ("LA_ASC", "Local authority assessment and commissioning"),
                            ("NHS_COM", "NHS community"),
                            ("NHS_INP", "Inpatient"),
                            ("PRIM", "Primary care"),
                            ("ICB", "Integrated care board"),
                            ("HOU", "Housing"),
                            ("EDU", "Education or employment"),
                            ("DAY", "Day and community opportunities"),
                            ("ADV", "Advocacy"),
                            ("CJS", "Police and justice"),
                            ("VOL", "Volunteers and community"),
                            ("TRA", "Transport"),
                            ("OTH", "Other"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("north_east", "North East"),
                            ("north_west", "North West"),
                            ("yorkshire", "Yorkshire and The Humber"),
                            ("east_midlands", "East Midlands"),
                            ("west_midlands", "West Midlands"),
                            ("east", "East of England"),
                            ("london", "London"),
                            ("south_east", "South East"),
                            ("south_west", "South West"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "size",
                    models.CharField(
                        choices=[
                            ("micro", "Up to 9 staff"),
                            ("small", "10 to 49 staff"),
                            ("medium", "50 to 249 staff"),
                            ("large", "250 staff or more"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "icb_name",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="integrated care board"
                    ),
                ),
                ("charity_number", models.CharField(blank=True, max_length=12)),
                ("company_number", models.CharField(blank=True, max_length=12)),
                (
                    "cqc_status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("applied", "Applied, waiting"),
                            ("not_required", "Not required for what we do"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("registered", "Waiting for verification"),
                            ("verified", "Verified"),
                            ("refused", "Not verified"),
                        ],
                        default="registered",
                        max_length=12,
                    ),
                ),
                ("registered_at", models.DateTimeField(default=accounts.clock.now)),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("refusal_reason", models.CharField(blank=True, max_length=500)),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verified_by",
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
                        condition=models.Q(("state__in", ["registered", "verified", "refused"])),
                        name="organisation_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_at__isnull", True), ("verified_by__isnull", True)),
                            models.Q(
                                ("verified_at__isnull", False), ("verified_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="organisation_verified_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("contributor", "Contributor"),
                            ("helper", "Helper from another organisation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("joined_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation"), name="member_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["lead", "contributor", "helper"])),
                        name="member_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("contributor", "Contributor"),
                            ("helper", "Helper from another organisation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("invited_at", models.DateTimeField(default=accounts.clock.now)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False), ("accepted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="invitation_accepted_pair",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("dead", "Given up")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=accounts.clock.now)),
                ("due_at", models.DateTimeField(default=accounts.clock.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease", models.CharField(blank=True, max_length=32)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due_at"], name="outbox_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "dead"])),
                        name="outbox_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("panel_member", "Panel member"),
                            ("panel_chair", "Panel chair"),
                            ("officer", "Officer"),
                            ("programme_lead", "Programme lead"),
                            ("finance", "Finance"),
                            ("funder", "Funder"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateField(default=accounts.clock.today)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "role"), name="team_role_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "panel_member",
                                    "panel_chair",
                                    "officer",
                                    "programme_lead",
                                    "finance",
                                    "funder",
                                    "auditor",
                                ],
                            )
                        ),
                        name="team_role",
                    ),
                ],
            },
        ),
    ]
