"""Bands and lists of focus people, circles and support plans (domain 04, 06, 07.2, 12). Imports nothing of ours."""

from django.db.models import TextChoices


class PersonState(TextChoices):
    CURRENT = "current", "Current"
    MOVED = "moved", "Moved on"
    DECEASED = "deceased", "Has died"


class ReadingPurpose(TextChoices):
    """Why somebody of the programme opens a person’s record."""

    CHECKING = "checking", "To check an application"
    GRANT = "grant", "To look after a grant: a payment, a claim, a change"
    REPORT = "report", "To read an outcome report"
    ALERT = "alert", "To answer an alert or a message"
    RIGHTS = "rights", "To answer a request, a complaint or an appeal"
    OTHER = "other", "For something else"


class ErasureState(TextChoices):
    ASKED = "erasure_asked", "Waits for a second person"
    DONE = "erased", "Erased"
    REFUSED = "not_erased", "Not erased"


class ErasureReason(TextChoices):
    """Why a record is to be erased."""

    ASKED = "asked", "The person, or somebody who speaks for them, asked for it"
    MISTAKE = "mistake", "The record should never have been made"
    OVER = "over", "Nobody needs it any longer"


class AgeBand(TextChoices):
    UNDER_18 = "under18_transition", "Under 18, preparing for adulthood"
    FROM_18 = "18-25", "18 to 25"
    FROM_26 = "26-40", "26 to 40"
    FROM_41 = "41-64", "41 to 64"
    FROM_65 = "65+", "65 or over"


class Condition(TextChoices):
    """What the person lives with: need categories of domain 12."""

    LD = "ld", "Learning disability"
    AUTISM = "autism", "Autism"
    ADHD = "adhd", "ADHD"
    MENTAL_HEALTH = "mental_health", "Anxiety, depression or psychosis"
    PMLD = "pmld", "Profound and multiple learning disabilities"
    EPILEPSY = "epilepsy", "Epilepsy"
    SENSORY = "sensory", "Sensory loss"
    PHYSICAL = "physical", "Physical disability"


class NeedCategory(TextChoices):
    """What a need is about (domain 12)."""

    COMMUNICATION = "communication", "Communication"
    ANXIETY = "anxiety", "Anxiety, low mood or psychosis"
    SELF_INJURY = "self_injury", "Self-injury"
    AGGRESSION = "aggression", "Distress that may hurt others"
    DESTRUCTION = "destruction", "Damage to things"
    PICA = "pica", "Eating things that are not food"
    LEAVING = "elopement", "Leaving without support"
    FORENSIC = "forensic", "Risk of offending"
    TRAUMA = "trauma", "Trauma"
    LONELINESS = "loneliness", "Loneliness"
    SENSORY = "sensory", "Sensory needs"
    EPILEPSY = "epilepsy", "Epilepsy"
    PHYSICAL_HEALTH = "physical_health", "Physical health"
    SHARED_PLAN = "shared_plan", "No shared plan"
    WORKING_TOGETHER = "working_together", "Family and staff not aligned"
    RESTRICTION = "restriction", "Restrictive practice used too soon"


class Cohort(TextChoices):
    COMMUNITY = "community_at_risk", "Living in the community, at risk of admission"
    INPATIENT = "inpatient_planned_discharge", "In hospital, discharge planned"
    TRANSITION = "transition", "Moving to adult services"


class DsrRating(TextChoices):
    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"
    BLUE = "blue", "Blue, in hospital"
    NOT_ON = "not_on_register", "Not on the register"
    NOT_KNOWN = "not_known", "Not known"


class RiskEvidence(TextChoices):
    """What shows that the person is at risk (role and date only, never a document; OUT-01)."""

    DSR = "dsr", "On the dynamic support register as red or amber"
    REVIEW = "ctr", "Care (education) and treatment review, or local area emergency protocol"
    COMMISSIONER = "commissioner_letter", "A commissioner has said so in writing"
    CLINICIAN = "clinician_letter", "A clinician has said so in writing"


class Setting(TextChoices):
    OWN_HOME = "own_home", "Own home or tenancy"
    SL_SHARED = "supported_living_shared", "Supported living, shared"
    SL_SOLE = "supported_living_sole", "Supported living, sole tenancy"
    SHARED_LIVES = "shared_lives", "Shared Lives"
    RESIDENTIAL = "residential", "Residential care"
    FAMILY = "family_home", "Family home"
    INPATIENT = "inpatient", "Hospital, discharge planned"
    OTHER = "other", "Other"


class Area(TextChoices):
    IN_AREA = "in", "In their own area"
    OUT_OF_AREA = "out", "Out of area"
    NOT_KNOWN = "not_known", "Not known"


class FundingModel(TextChoices):
    LA_BUDGET = "la_personal_budget", "Council personal budget"
    DIRECT_PAYMENT = "direct_payment", "Direct payment"
    ISF = "isf", "Individual service fund"
    PHB = "phb", "Personal health budget"
    IPB = "ipb", "Integrated personal budget"
    CHC = "chc", "NHS continuing healthcare"
    S117 = "s117", "Section 117 aftercare"
    NHS_BLOCK = "nhs_block", "NHS block contract"
    SELF = "self_fund", "Self-funded"


class ControlLevel(TextChoices):
    SELF = "self", "The person controls it"
    WITH_HELP = "with_help", "The person controls it with help"
    MANAGED = "managed", "Others manage it"
    NOT_KNOWN = "not_known", "Not known"


class ChoseTeam(TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class ConsentBasis(TextChoices):
    """Why this record may exist (MCA 2005, domain 7.1): the basis, never the story."""

    CONSENTED = "person_consented", "The person consented"
    BEST_INTERESTS = "best_interests", "A best-interests decision is recorded by the provider"
    ATTORNEY = "attorney_or_deputy", "An attorney or deputy for welfare decided"


class DecisionMaker(TextChoices):
    PERSON = "person", "The person"
    SOCIAL_WORKER = "social_worker", "Social worker"
    CARE_MANAGER = "care_manager", "Care manager"
    CLINICIAN = "clinician", "Clinician"
    REGISTERED_MANAGER = "registered_manager", "Registered manager"
    ATTORNEY = "attorney", "Attorney for health and welfare"
    DEPUTY = "deputy", "Court-appointed deputy"


class ConsentUse(TextChoices):
    """What a basis covers. Each is asked for apart: none follows from another."""

    APPLICATION = "application", "An application for a grant"
    REPORTING = "reporting", "Reporting what changed"
    STORY = "story", "A published story"


class CommunicationNeed(TextChoices):
    """What the Accessible Information Standard asks providers to identify, record and meet (DCB1605)."""

    EASY_READ = "easy_read", "Easy read"
    SYMBOLS = "symbols", "Photos, pictures or symbols"
    SIGNS = "signs", "Signs, such as Makaton"
    BSL = "bsl", "British Sign Language"
    AID = "aid", "A communication aid or book"
    OBJECTS = "objects", "Objects of reference"
    AUDIO = "audio", "Audio or read aloud"
    LARGE_PRINT = "large_print", "Large print"
    BRAILLE = "braille", "Braille or Moon"
    LANGUAGE = "language", "An interpreter, or another language than English"
    TIME = "time", "More time, and one thing at a time"
    PARTNER = "partner", "Somebody who knows them well beside them"
    NONE = "none", "Nothing beyond plain speech"


class Stability(TextChoices):
    """How steady support is this month (OUT-05 on a month’s scale)."""

    GREEN = "green", "Green: steady"
    AMBER = "amber", "Amber: something worries us"
    RED = "red", "Red: support may break down within weeks"


class YesNo(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class Offer(TextChoices):
    """What an officer offers when support wobbles."""

    TOP_UP = "top_up", "A top-up, so that somebody new can be trained"
    COACHING = "coaching", "Coaching for the team, from what the grant has left"
    TALK = "talk", "A talk first"
    NOTHING = "nothing", "Nothing is needed: the organisation has it in hand"


class GoalPoint(TextChoices):
    """When goals are scored: beside the reports."""

    BASELINE = "baseline", "At the start"
    M3 = "m3", "After 3 months"
    M6 = "m6", "After 6 months"
    M12 = "m12", "After 12 months"


class GoalDomain(TextChoices):
    CHOICE = "choice", "Choice"
    INDEPENDENCE = "independence", "Independence"
    DIGNITY = "dignity", "Dignity"
    COMMUNITY = "community", "Community"
    RELATIONSHIPS = "relationships", "Relationships"
    RIGHTS = "rights", "Rights"
    INCLUSION = "inclusion", "Inclusion"
    HEALTH = "health", "Health"


class CircleRole(TextChoices):
    PARENT = "parent", "Parent"
    SIBLING = "sibling", "Brother or sister"
    PARTNER = "partner", "Partner"
    RELATIVE = "relative", "Other relative"
    FRIEND = "friend", "Friend"
    SHARED_LIVES_HOST = "shared_lives_host", "Shared Lives host"
    PA = "personal_assistant", "Personal assistant"
    EMPLOYER = "employer", "Employer or representative"
    SUPPORT_WORKER = "support_worker", "Support worker"
    SENIOR = "senior", "Senior support worker"
    TEAM_LEADER = "team_leader", "Team leader"
    DEPUTY_MANAGER = "deputy_manager", "Deputy manager"
    REGISTERED_MANAGER = "registered_manager", "Registered manager"
    NIGHT_STAFF = "night_staff", "Night staff"
    AGENCY = "agency_worker", "Agency worker"
    SOCIAL_WORKER = "social_worker", "Social worker"
    CARE_MANAGER = "care_manager", "Care manager"
    COMMISSIONER = "commissioner", "Commissioner"
    LD_NURSE = "ld_nurse", "Learning disability nurse"
    MH_NURSE = "mh_nurse", "Mental health nurse"
    PSYCHOLOGIST = "psychologist", "Psychologist"
    PSYCHIATRIST = "psychiatrist", "Psychiatrist"
    SALT = "salt", "Speech and language therapist"
    OT = "ot", "Occupational therapist"
    PHYSIO = "physio", "Physiotherapist"
    BEHAVIOUR = "behaviour_specialist", "Behaviour specialist or PBS practitioner"
    WARD_STAFF = "ward_staff", "Ward staff"
    DISCHARGE = "discharge_coordinator", "Discharge coordinator"
    GP = "gp", "GP"
    PRACTICE_NURSE = "practice_nurse", "Practice nurse"
    CASE_MANAGER = "case_manager", "Case manager"
    KEYWORKER = "keyworker", "Keyworker"
    HOUSING_OFFICER = "housing_officer", "Housing officer"
    LANDLORD = "landlord", "Landlord"
    TEACHER = "teacher", "Teacher or tutor"
    JOB_COACH = "job_coach", "Job coach"
    DAY_STAFF = "day_staff", "Day opportunities staff"
    ADVOCATE = "advocate", "Advocate"
    POLICE = "police_officer", "Police officer"
    PROBATION = "probation", "Probation or liaison and diversion"
    VOLUNTEER = "volunteer", "Volunteer"
    DRIVER = "driver", "Driver or escort"
    OTHER = "other", "Other"


# The sector that a role belongs to where nobody says otherwise (domain 04). Staff of a provider belong
# to the sector of their organisation, which only the record's own organisation can tell.
ROLE_SECTOR = {
    CircleRole.PARENT: "FAM",
    CircleRole.SIBLING: "FAM",
    CircleRole.PARTNER: "FAM",
    CircleRole.RELATIVE: "FAM",
    CircleRole.FRIEND: "FAM",
    CircleRole.SHARED_LIVES_HOST: "FAM",
    CircleRole.PA: "IND",
    CircleRole.EMPLOYER: "IND",
    CircleRole.SOCIAL_WORKER: "LA_ASC",
    CircleRole.CARE_MANAGER: "LA_ASC",
    CircleRole.COMMISSIONER: "LA_ASC",
    CircleRole.LD_NURSE: "NHS_COM",
    CircleRole.MH_NURSE: "NHS_COM",
    CircleRole.PSYCHOLOGIST: "NHS_COM",
    CircleRole.PSYCHIATRIST: "NHS_COM",
    CircleRole.SALT: "NHS_COM",
    CircleRole.OT: "NHS_COM",
    CircleRole.PHYSIO: "NHS_COM",
    CircleRole.BEHAVIOUR: "NHS_COM",
    CircleRole.WARD_STAFF: "NHS_INP",
    CircleRole.DISCHARGE: "NHS_INP",
    CircleRole.GP: "PRIM",
    CircleRole.PRACTICE_NURSE: "PRIM",
    CircleRole.CASE_MANAGER: "ICB",
    CircleRole.KEYWORKER: "ICB",
    CircleRole.HOUSING_OFFICER: "HOU",
    CircleRole.LANDLORD: "HOU",
    CircleRole.TEACHER: "EDU",
    CircleRole.JOB_COACH: "EDU",
    CircleRole.DAY_STAFF: "DAY",
    CircleRole.ADVOCATE: "ADV",
    CircleRole.POLICE: "CJS",
    CircleRole.PROBATION: "CJS",
    CircleRole.VOLUNTEER: "VOL",
    CircleRole.DRIVER: "TRA",
    CircleRole.OTHER: "OTH",
}
PROVIDER_ROLES = frozenset(
    {
        CircleRole.SUPPORT_WORKER,
        CircleRole.SENIOR,
        CircleRole.TEAM_LEADER,
        CircleRole.DEPUTY_MANAGER,
        CircleRole.REGISTERED_MANAGER,
        CircleRole.NIGHT_STAFF,
        CircleRole.AGENCY,
    }
)
UNPAID_SECTORS = frozenset({"FAM", "VOL"})

# What people write for a role in a pasted list, beside its label and its code.
ROLE_WORDS = {
    "mother": CircleRole.PARENT,
    "mum": CircleRole.PARENT,
    "father": CircleRole.PARENT,
    "dad": CircleRole.PARENT,
    "brother": CircleRole.SIBLING,
    "sister": CircleRole.SIBLING,
    "pa": CircleRole.PA,
    "manager": CircleRole.REGISTERED_MANAGER,
    "ld nurse": CircleRole.LD_NURSE,
    "nurse": CircleRole.LD_NURSE,
    "salt": CircleRole.SALT,
    "slt": CircleRole.SALT,
    "speech therapist": CircleRole.SALT,
    "pbs practitioner": CircleRole.BEHAVIOUR,
    "behaviour specialist": CircleRole.BEHAVIOUR,
    "tutor": CircleRole.TEACHER,
    "teacher": CircleRole.TEACHER,
    "employer": CircleRole.EMPLOYER,
    "driver": CircleRole.DRIVER,
}


class WordsVerdict(TextChoices):
    """What an officer makes of words that stay in a text."""

    FINE = "fine", "May stay"
    OUT = "out", "Has to come out"


class LeftReason(TextChoices):
    NEW_JOB = "new_job", "New job"
    MOVED_TEAM = "moved_team", "Moved to another team"
    RETIRED = "retired", "Retired"
    ENDED = "ended", "Their part ended"
    OTHER = "other", "Other"
    NOT_KNOWN = "not_known", "Not known"


class PlanPoint(TextChoices):
    """Which moment a version of the support plan describes (domain 6.1)."""

    BEFORE = "before", "Before"
    PLANNED = "planned", "Planned"
    AFTER_M3 = "after_m3", "After 3 months"
    AFTER_M6 = "after_m6", "After 6 months"
    AFTER_M12 = "after_m12", "After 12 months"


class SupportArea(TextChoices):
    PERSONAL_CARE = "personal_care", "Personal care"
    DOMESTIC = "domestic", "Domestic"
    SOCIAL = "social_activity", "Social and community"
    EDUCATION = "education", "Education"
    WORK = "work_employment", "Work"
    HEALTH = "health_appointments", "Health appointments"
    NIGHT_WAKING = "night_waking", "Night, waking"
    NIGHT_SLEEPIN = "night_sleepin", "Night, sleep-in"
    TRANSPORT = "transport", "Transport"
    OTHER = "other", "Home, day and other"


NIGHT_AREAS = frozenset({SupportArea.NIGHT_WAKING, SupportArea.NIGHT_SLEEPIN})


class ResourceType(TextChoices):
    PROVIDER = "registered_provider", "Registered provider"
    PA = "personal_assistant", "Personal assistant"
    FAMILY = "family_unpaid", "Family, unpaid"
    VOLUNTEER = "volunteer", "Volunteer"
    DAY_SERVICE = "day_service", "Day service"
    EDUCATION = "education_provider", "Education provider"
    TECH = "assistive_tech", "Assistive technology"
    ACCOMMODATION = "accommodation", "Accommodation"
    LIVING = "living_costs", "Living costs"


UNPAID = frozenset({ResourceType.FAMILY, ResourceType.VOLUNTEER})
# Resources that are not people at someone's side: they cost, and cover no hours.
NOT_COVER = frozenset({ResourceType.TECH, ResourceType.ACCOMMODATION, ResourceType.LIVING})


class RateBasis(TextChoices):
    HOURLY = "hourly", "an hour"
    PER_NIGHT = "per_night", "a night"
    PER_WEEK = "per_week", "a week"
    FLAT = "flat", "a year"


class UnitCostKey(TextChoices):
    """What the table of unit costs holds (domain 6.2)."""

    PROVIDER_DAY_HOUR = "provider_day_hour", "Registered provider, an hour by day"
    PROVIDER_SL_HOUR = "provider_day_hour_supported_living", "Supported living provider, an hour"
    WAKING_NIGHT_HOUR = "waking_night_hour", "Waking night, an hour"
    SLEEP_IN_NIGHT = "sleep_in_night", "Sleep-in, a night"
    PA_HOUR = "pa_hour", "Personal assistant, an hour, with the employer’s costs"
    FAMILY_HOUR = "family_unpaid_hour", "Family, an unpaid hour"
    VOLUNTEER_HOUR = "volunteer_hour", "Volunteer, an hour"
    NURSE_HOUR = "nurse_hour", "Nurse or psychologist, an hour"
    CORE_WEEK = "supported_living_core_week", "Supported living core, a week"
    RESIDENTIAL_YEAR = "high_cost_residential_year", "Residential care at high cost, a year"
    INPATIENT_WEEK = "inpatient_bed_week", "Hospital bed, a week"
    MILE = "travel_mile", "Travel, a mile"


class Payer(TextChoices):
    """Who pays for a week of support (domain 6.1)."""

    LA = "la", "Council"
    ICB = "icb", "ICB"
    NHSE = "nhse", "NHS England"
    SELF = "self", "The person"
    OTHER = "other", "Somebody else"


class Confidence(TextChoices):
    ESTIMATED = "estimated", "Estimated"
    PROVIDER = "provider_confirmed", "Provider confirmed"
    COMMISSIONER = "commissioner_confirmed", "Commissioner confirmed"


# Words that stand for a person in speech: birds and trees (domain 7.4). Never a name that people bear,
# never one that is used to mock anybody.
ALIASES = """
    ALDER APPLE ASPEN AVOCET BEECH BITTERN BLACKCAP BRAMBLING BUNTING CEDAR CHAFFINCH CHERRY
    CHIFFCHAFF CORMORANT CRANE CROSSBILL CURLEW CYPRESS DIPPER DOVE DUNLIN DUNNOCK EIDER ELDER
    ELM FALCON FIELDFARE FIR FIRECREST FULMAR GADWALL GODWIT GOLDCREST GOLDFINCH GOSHAWK GREBE
    GREENFINCH GROUSE GUILLEMOT HARRIER HAWFINCH HAWTHORN HERON HOBBY HOOPOE HORNBEAM JACKDAW
    KESTREL KINGFISHER KITE KITTIWAKE KNOT LAPWING LARCH LIME LINNET MALLARD MAPLE MEDLAR
    NIGHTJAR NUTHATCH OAK OSPREY OUZEL PARTRIDGE PETREL PINE PINTAIL PIPIT PLANE PLOVER
    POCHARD POPLAR PTARMIGAN PUFFIN QUAIL QUINCE RAVEN REDPOLL REDSHANK REDSTART REDWING ROOK
    RUFF SANDERLING SANDPIPER SERIN SHEARWATER SHELDUCK SHOVELER SISKIN SKYLARK SMEW SNIPE
    SPARROW SPINDLE SPRUCE STARLING STONECHAT STORK SWALLOW SWAN SWIFT SYCAMORE TEAL TERN
    THRUSH TURNSTONE TWITE WAGTAIL WALNUT WARBLER WAXWING WHEATEAR WHIMBREL WHINCHAT
    WHITETHROAT WIGEON WOODCOCK WREN WRYNECK YEW
""".split()  # noqa: SIM905
