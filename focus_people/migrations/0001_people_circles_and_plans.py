from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.clock
import accounts.crypto
import focus_people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_people_and_organisations"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="FocusPerson",
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
                        default=focus_people.models.person_reference, max_length=20, unique=True
                    ),
                ),
                ("alias", models.CharField(max_length=20)),
                (
                    "local_ref",
                    accounts.crypto.EncryptedTextField(
                        blank=True, default="", verbose_name="your own reference"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("current", "Current"),
                            ("moved", "Moved on"),
                            ("deceased", "Has died"),
                        ],
                        default="current",
                        max_length=10,
                    ),
                ),
                (
                    "age_band",
                    models.CharField(
                        choices=[
                            ("under18_transition", "Under 18, preparing for adulthood"),
                            ("18-25", "18 to 25"),
                            ("26-40", "26 to 40"),
                            ("41-64", "41 to 64"),
                            ("65+", "65 or over"),
                        ],
                        max_length=20,
                    ),
                ),
                ("conditions", models.JSONField(default=list)),
                (
                    "cohort",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("community_at_risk", "Living in the community, at risk of admission"),
                            ("inpatient_planned_discharge", "In hospital, discharge planned"),
                            ("transition", "Moving to adult services"),
                        ],
                        max_length=30,
                        verbose_name="risk cohort",
                    ),
                ),
                (
                    "dsr_rating",
                    models.CharField(
                        choices=[
                            ("red", "Red"),
                            ("amber", "Amber"),
                            ("green", "Green"),
                            ("blue", "Blue, in hospital"),
                            ("not_on_register", "Not on the register"),
                            ("not_known", "Not known"),
                        ],
                        max_length=16,
                        verbose_name="support register rating",
                    ),
                ),
                ("risk_evidence", models.JSONField(default=list)),
                (
                    "risk_evidence_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="month of the newest evidence"
                    ),
                ),
                (
                    "setting",
                    models.CharField(
                        choices=[
                            ("own_home", "Own home or tenancy"),
                            ("supported_living_shared", "Supported living, shared"),
                            ("supported_living_sole", "Supported living, sole tenancy"),
                            ("shared_lives", "Shared Lives"),
                            ("residential", "Residential care"),
                            ("family_home", "Family home"),
                            ("inpatient", "Hospital, discharge planned"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("in", "In their own area"),
                            ("out", "Out of area"),
                            ("not_known", "Not known"),
                        ],
                        max_length=10,
                    ),
                ),
                ("funding_models", models.JSONField(default=list)),
                ("commissioner", models.CharField(blank=True, max_length=80)),
                (
                    "discharge_planned_on",
                    models.DateField(blank=True, null=True, verbose_name="planned discharge month"),
                ),
                (
                    "need_level",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ]
                    ),
                ),
                (
                    "seriousness",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ]
                    ),
                ),
                (
                    "context",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                        verbose_name="supportive context",
                    ),
                ),
                ("strengths", models.CharField(blank=True, max_length=150)),
                ("communication", models.CharField(blank=True, max_length=150)),
                (
                    "control_level",
                    models.CharField(
                        choices=[
                            ("self", "The person controls it"),
                            ("with_help", "The person controls it with help"),
                            ("managed", "Others manage it"),
                            ("not_known", "Not known"),
                        ],
                        default="not_known",
                        max_length=12,
                    ),
                ),
                (
                    "chose_team",
                    models.CharField(
                        choices=[
                            ("yes", "Yes"),
                            ("partly", "Partly"),
                            ("no", "No"),
                            ("not_known", "Not known"),
                        ],
                        default="not_known",
                        max_length=12,
                    ),
                ),
                (
                    "service_design_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="month of the service design"
                    ),
                ),
                (
                    "working_policy_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="month of the working policy"
                    ),
                ),
                ("added_at", models.DateTimeField(default=accounts.clock.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="focus_people",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "focus person",
                "verbose_name_plural": "focus people",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "alias"), name="alias_once_per_organisation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["current", "moved", "deceased"])),
                        name="person_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("need_level__range", (1, 4)),
                            ("seriousness__range", (1, 4)),
                            ("context__range", (1, 4)),
                        ),
                        name="person_levels",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("person_consented", "The person consented"),
                            (
                                "best_interests",
                                "A best-interests decision is recorded by the provider",
                            ),
                            ("attorney_or_deputy", "An attorney or deputy for welfare decided"),
                        ],
                        max_length=20,
                    ),
                ),
                ("decided_on", models.DateField()),
                (
                    "decision_maker",
                    models.CharField(
                        choices=[
                            ("person", "The person"),
                            ("social_worker", "Social worker"),
                            ("care_manager", "Care manager"),
                            ("clinician", "Clinician"),
                            ("registered_manager", "Registered manager"),
                            ("attorney", "Attorney for health and welfare"),
                            ("deputy", "Court-appointed deputy"),
                        ],
                        max_length=20,
                    ),
                ),
                ("review_on", models.DateField(blank=True, null=True)),
                ("covers_reporting", models.BooleanField(default=True)),
                ("covers_story", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField(default=accounts.clock.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="focus_people.focusperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="consent_withdrawn_pair",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CircleMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("parent", "Parent"),
                            ("sibling", "Brother or sister"),
                            ("partner", "Partner"),
                            ("relative", "Other relative"),
                            ("friend", "Friend"),
                            ("shared_lives_host", "Shared Lives host"),
                            ("personal_assistant", "Personal assistant"),
                            ("employer", "Employer or representative"),
                            ("support_worker", "Support worker"),
                            ("senior", "Senior support worker"),
                            ("team_leader", "Team leader"),
                            ("deputy_manager", "Deputy manager"),
                            ("registered_manager", "Registered manager"),
                            ("night_staff", "Night staff"),
                            ("agency_worker", "Agency worker"),
                            ("social_worker", "Social worker"),
                            ("care_manager", "Care manager"),
                            ("commissioner", "Commissioner"),
                            ("ld_nurse", "Learning disability nurse"),
                            ("mh_nurse", "Mental health nurse"),
                            ("psychologist", "Psychologist"),
                            ("psychiatrist", "Psychiatrist"),
                            ("salt", "Speech and language therapist"),
                            ("ot", "Occupational therapist"),
                            ("physio", "Physiotherapist"),
                            ("behaviour_specialist", "Behaviour specialist or PBS practitioner"),
                            ("ward_staff", "Ward staff"),
                            ("discharge_coordinator", "Discharge coordinator"),
                            ("gp", "GP"),
                            ("practice_nurse", "Practice nurse"),
                            ("case_manager", "Case manager"),
                            ("keyworker", "Keyworker"),
                            ("housing_officer", "Housing officer"),
                            ("landlord", "Landlord"),
                            ("teacher", "Teacher or tutor"),
                            ("job_coach", "Job coach"),
                            ("day_staff", "Day opportunities staff"),
                            ("advocate", "Advocate"),
                            ("police_officer", "Police officer"),
                            ("probation", "Probation or liaison and diversion"),
                            ("volunteer", "Volunteer"),
                            ("driver", "Driver or escort"),
                            ("other", "Other"),
                        ],
                        max_length=24,
                    ),
                ),
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
                    "staff_code",
                    models.CharField(blank=True, max_length=20, verbose_name="staff code"),
                ),
                ("is_paid", models.BooleanField(default=True)),
                (
                    "can_attend",
                    models.BooleanField(default=True, verbose_name="may come to training"),
                ),
                ("joined_on", models.DateField()),
                (
                    "left_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="first day out of the circle"
                    ),
                ),
                (
                    "left_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new_job", "New job"),
                            ("moved_team", "Moved to another team"),
                            ("retired", "Retired"),
                            ("ended", "Their part ended"),
                            ("other", "Other"),
                            ("not_known", "Not known"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replaced_by",
                        to="focus_people.circlemember",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="circle",
                        to="focus_people.focusperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "number"), name="member_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("staff_code", ""), _negated=True),
                        fields=("person", "staff_code"),
                        name="staff_code_once_per_circle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="member_left_after_joining",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=150)),
                (
                    "domain",
                    models.CharField(
                        choices=[
                            ("choice", "Choice"),
                            ("independence", "Independence"),
                            ("dignity", "Dignity"),
                            ("community", "Community"),
                            ("relationships", "Relationships"),
                            ("rights", "Rights"),
                            ("inclusion", "Inclusion"),
                            ("health", "Health"),
                        ],
                        max_length=16,
                    ),
                ),
                ("is_own_words", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="goals",
                        to="focus_people.focusperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "number"), name="goal_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 5))), name="goal_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
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
                            ("communication", "Communication"),
                            ("anxiety", "Anxiety, low mood or psychosis"),
                            ("self_injury", "Self-injury"),
                            ("aggression", "Distress that may hurt others"),
                            ("destruction", "Damage to things"),
                            ("pica", "Eating things that are not food"),
                            ("elopement", "Leaving without support"),
                            ("forensic", "Risk of offending"),
                            ("trauma", "Trauma"),
                            ("loneliness", "Loneliness"),
                            ("sensory", "Sensory needs"),
                            ("epilepsy", "Epilepsy"),
                            ("physical_health", "Physical health"),
                            ("shared_plan", "No shared plan"),
                            ("working_together", "Family and staff not aligned"),
                            ("restriction", "Restrictive practice used too soon"),
                        ],
                        max_length=20,
                    ),
                ),
                ("statement", models.CharField(max_length=150)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="focus_people.focusperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "number"), name="need_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 8))), name="need_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "point",
                    models.CharField(
                        choices=[
                            ("before", "Before"),
                            ("planned", "Planned"),
                            ("after_m3", "After 3 months"),
                            ("after_m6", "After 6 months"),
                            ("after_m12", "After 12 months"),
                        ],
                        max_length=10,
                    ),
                ),
                ("dated_on", models.DateField()),
                (
                    "expenses",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=9,
                        verbose_name="weekly expenses",
                    ),
                ),
                (
                    "accommodation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=9,
                        verbose_name="weekly accommodation",
                    ),
                ),
                (
                    "living",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=9,
                        verbose_name="weekly living costs",
                    ),
                ),
                ("payer_split", models.JSONField(default=dict)),
                (
                    "confidence",
                    models.CharField(
                        choices=[
                            ("estimated", "Estimated"),
                            ("provider_confirmed", "Provider confirmed"),
                            ("commissioner_confirmed", "Commissioner confirmed"),
                        ],
                        default="estimated",
                        max_length=24,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField(default=accounts.clock.now)),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plans",
                        to="focus_people.focusperson",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "version"), name="plan_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expenses__gte", 0), ("accommodation__gte", 0), ("living__gte", 0)
                        ),
                        name="plan_costs_not_negative",
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
                        name="plan_confirmed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "point__in",
                                ["before", "planned", "after_m3", "after_m6", "after_m12"],
                            ),
                            (
                                "confidence__in",
                                ["estimated", "provider_confirmed", "commissioner_confirmed"],
                            ),
                        ),
                        name="plan_point_and_confidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confidence", "estimated"), ("confirmed_at__isnull", True)),
                            models.Q(
                                models.Q(("confidence", "estimated"), _negated=True),
                                ("confirmed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="plan_confidence_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("personal_care", "Personal care"),
                            ("domestic", "Domestic"),
                            ("social_activity", "Social and community"),
                            ("education", "Education"),
                            ("work_employment", "Work"),
                            ("health_appointments", "Health appointments"),
                            ("night_waking", "Night, waking"),
                            ("night_sleepin", "Night, sleep-in"),
                            ("transport", "Transport"),
                            ("other", "Home, day and other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=80)),
                (
                    "resource",
                    models.CharField(
                        choices=[
                            ("registered_provider", "Registered provider"),
                            ("personal_assistant", "Personal assistant"),
                            ("family_unpaid", "Family, unpaid"),
                            ("volunteer", "Volunteer"),
                            ("day_service", "Day service"),
                            ("education_provider", "Education provider"),
                            ("assistive_tech", "Assistive technology"),
                            ("accommodation", "Accommodation"),
                            ("living_costs", "Living costs"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=2, max_digits=5, verbose_name="hours a week"
                    ),
                ),
                (
                    "nights",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="nights a week"
                    ),
                ),
                (
                    "staff",
                    models.DecimalField(decimal_places=1, default=Decimal("1.0"), max_digits=3),
                ),
                ("rate", models.DecimalField(decimal_places=2, max_digits=9)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("hourly", "an hour"),
                            ("per_night", "a night"),
                            ("per_week", "a week"),
                            ("flat", "a year"),
                        ],
                        default="hourly",
                        max_length=10,
                    ),
                ),
                ("is_alongside", models.BooleanField(default=False)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="focus_people.supportplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "number"), name="support_line_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__range", (0, 168))),
                        name="support_line_hours_in_a_week",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("staff__gte", Decimal("0.5")), ("staff__lte", 6)),
                        name="support_line_staff",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gte", 0)), name="support_line_rate"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("nights__isnull", False), ("nights__range", (0, 7))),
                            models.Q(
                                ("nights__isnull", True),
                                models.Q(("basis", "per_night"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="support_line_nights_in_a_week",
                    ),
                ],
            },
        ),
    ]
