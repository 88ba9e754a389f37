"""States and choices of training (domain 03). Imports nothing of ours."""

from django.db.models import TextChoices


class TopicKind(TextChoices):
    NORMAL = "normal", "May be funded"
    CONDITIONAL = "conditional", "May be funded for this person’s own case"
    GENERAL = "general", "General requirement: never funded"


class TopicFamily(TextChoices):
    PBS = "pbs", "Positive behaviour support"
    AUTISM = "autism", "Autism and ADHD"
    COMMUNICATION = "communication", "Communication and senses"
    SUPPORT = "support", "Everyday support"
    HEALTH = "health", "Health"
    RESTRICTION = "restriction", "Less restriction"
    CIRCLE = "circle", "The circle and its leaders"
    OTHER = "other", "Other"
    GENERAL = "general", "General requirements"


class Level(TextChoices):
    """One ladder for the many names of levels (domain 3.1)."""

    AWARENESS = "awareness", "Awareness"
    FOUNDATION = "foundation", "Foundation"
    PRACTITIONER = "practitioner", "Practitioner"
    LEAD_COACH = "lead_coach", "Lead or coach"
    CONSULTANT = "consultant", "Consultant"
    TRAINER = "trainer", "Trainer"


class Mode(TextChoices):
    """How people learn (domain 3.5)."""

    COURSE = "course_1off", "Course"
    COURSE_SERIES = "course_series", "Course in several parts"
    WORKSHOP = "workshop", "Workshop"
    E_LEARNING = "e_learning", "E-learning"
    WEBINAR = "webinar", "Webinar"
    COACHING = "in_situ_coaching", "Coaching on shift"
    MENTORING = "mentoring", "Mentoring"
    OBSERVATION = "observation_feedback", "Observation with feedback"
    REFLECTIVE = "reflective_practice", "Reflective practice"
    SUPERVISION = "supervision_group", "Group supervision"
    SHADOWING = "shadowing", "Shadowing"
    COMPETENCY = "competency_assessment", "Competency assessment"
    TRAIN_THE_TRAINER = "train_the_trainer", "Train the trainer"
    PEER = "peer_learning", "Peer learning"
    RESOURCE = "resource_purchase", "Resource to learn from"


class Pattern(TextChoices):
    ONE_OFF = "one_off", "One-off"
    ONGOING = "ongoing", "Ongoing"


ONGOING_MODES = frozenset(
    {
        Mode.COACHING,
        Mode.MENTORING,
        Mode.OBSERVATION,
        Mode.REFLECTIVE,
        Mode.SUPERVISION,
        Mode.SHADOWING,
        Mode.PEER,
    }
)


class LearningDomain(TextChoices):
    """What an activity works on, in the fund's own words (domain 3.5)."""

    CONFIDENCE = "confidence", "Confidence"
    COMPETENCE = "competence", "Competence"
    VALUES = "values", "Values"
    ATTITUDES = "attitudes", "Attitudes"
    SKILLS = "skills", "Skills"
    KNOWLEDGE = "knowledge", "Knowledge"


class RrnAnswer(TextChoices):
    """Whether the trainer is certified by the Restraint Reduction Network."""

    NOT_NEEDED = "not_needed", "Does not apply: nothing physical is taught"
    YES = "yes", "Yes, certified"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known"


class Clinician(TextChoices):
    """Who says that somebody is competent in a delegated health task: a role, never a name."""

    LD_NURSE = "ld_nurse", "Learning disability nurse"
    EPILEPSY_NURSE = "epilepsy_nurse", "Epilepsy nurse"
    DIABETES_NURSE = "diabetes_nurse", "Diabetes nurse"
    COMMUNITY_NURSE = "community_nurse", "Community or district nurse"
    SALT = "salt", "Speech and language therapist"
    DIETITIAN = "dietitian", "Dietitian"
    DOCTOR = "doctor", "Doctor"
    OTHER = "other", "Another registered clinician"


class FrameworkArea(TextChoices):
    """Areas of the PBS Competence Framework (PBS Coalition UK, May 2015, CC BY-SA 4.0; domain 3.1)."""

    ENVIRONMENTS = "environments", "Creating high quality care and support environments"
    ASSESSMENT = "assessment", "Functional, contextual and skills-based assessment"
    PLAN = "plan", "Developing, implementing and monitoring a behaviour support plan"


class Tier(TextChoices):
    """Tiers of the Core Capabilities Framework for Supporting Autistic People (2019; domain 3.2)."""

    ONE = "1", "Tier 1: general understanding"
    TWO = "2", "Tier 2: gives care and support"
    THREE = "3", "Tier 3: complex situations, leads services"


class ProviderState(TextChoices):
    LISTED = "listed", "Listed, not approved"
    APPROVED = "approved", "Approved"
    WITHDRAWN = "withdrawn", "Taken off the list"


PROVIDER_STATE_OWNER = {
    ProviderState.LISTED: "officer",
    ProviderState.APPROVED: "nobody",
    ProviderState.WITHDRAWN: "nobody",
}


class SharedState(TextChoices):
    OPEN = "open", "Open"
    CANCELLED = "cancelled", "Cancelled"


SHARED_STATE_OWNER = {
    SharedState.OPEN: "applicant",
    SharedState.CANCELLED: "nobody",
}


class ListKind(TextChoices):
    """Lists that carry dates."""

    TOPIC = "topic", "Topics"
    LEVEL = "level", "Levels"
    MODE = "mode", "Ways to learn"
    AREA = "area", "PBS Competence Framework"
    TIER = "tier", "Core Capabilities Framework"


class SessionState(TextChoices):
    PLANNED = "planned", "Planned"
    DELIVERED = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


# Whom each state waits for.
SESSION_STATE_OWNER = {
    SessionState.PLANNED: "applicant",
    SessionState.DELIVERED: "nobody",
    SessionState.CANCELLED: "nobody",
}


class SessionMode(TextChoices):
    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online"


class PlaceKind(TextChoices):
    HOME = "home", "Where the person lives"
    PROVIDER = "provider", "At the organisation"
    COMMUNITY = "community", "Community room"
    TRAINING_CENTRE = "training_centre", "Training centre"
    NHS = "nhs", "Hospital or clinic"
    OTHER = "other", "Somewhere else"
    NONE = "none", "No place: online"


class RegisterState(TextChoices):
    PREVIEWED = "previewed", "Not put in yet"
    CONFIRMED = "imported", "Put in"
    UNDONE = "undone", "Undone"


REGISTER_STATE_OWNER = {
    RegisterState.PREVIEWED: "applicant",
    RegisterState.CONFIRMED: "nobody",
    RegisterState.UNDONE: "nobody",
}


class RatingPoint(TextChoices):
    """When a learner is asked (domain 5.3)."""

    BEFORE = "before", "Before"
    AFTER = "after", "Just after"
    THREE_MONTHS = "m3", "At three months"
