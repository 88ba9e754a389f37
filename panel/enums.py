"""States and choices of the panel (domain 10.2). Imports nothing of ours."""

from django.db.models import TextChoices


class AssignmentState(TextChoices):
    ASSIGNED = "assigned", "Declare first"
    CLEAR = "clear", "No interest declared"
    CONFLICTED = "conflicted", "Removed: interest declared"
    STOOD_DOWN = "stood_down", "Stood down"


class AssessmentState(TextChoices):
    DRAFT = "scoring", "In progress"
    SUBMITTED = "scored", "Submitted"
    VOID = "voided", "Withdrawn"


# Whom each state waits for.
ASSIGNMENT_STATE_OWNER = {
    AssignmentState.ASSIGNED: "panel_member",
    AssignmentState.CLEAR: "panel_member",
    AssignmentState.CONFLICTED: "nobody",
    AssignmentState.STOOD_DOWN: "nobody",
}
ASSESSMENT_STATE_OWNER = {
    AssessmentState.DRAFT: "panel_member",
    AssessmentState.SUBMITTED: "panel_chair",
    AssessmentState.VOID: "nobody",
}


class Seat(TextChoices):
    SCORER = "scorer", "Scores"
    CHAIR = "chair", "Chairs, does not score"


class InterestKind(TextChoices):
    """Kinds of entry in a panellist's register of interests."""

    EMPLOYER = "employer", "Employer"
    PROFESSIONAL = "professional", "Professional"
    PERSONAL = "personal", "Personal"
    FINANCIAL = "financial", "Financial"
    FAMILY = "family", "Family"


INTEREST_KIND_SAYS = {
    InterestKind.EMPLOYER: "You work there, or have done",
    InterestKind.PROFESSIONAL: "You train, advise, inspect, supply or are a trustee there",
    InterestKind.PERSONAL: "You know people there well, or they support you",
    InterestKind.FINANCIAL: "You could gain or lose money",
    InterestKind.FAMILY: "Somebody in your family works there or is supported there",
}


class DeclaredKind(TextChoices):
    """What a panellist may declare about one case (domain 10.2: organisation, personal, financial)."""

    ORGANISATION = "organisation", "Yes, through an organisation"
    PERSONAL = "personal", "Yes, personal"
    FINANCIAL = "financial", "Yes, financial"


DECLARED_KIND_SAYS = {
    DeclaredKind.ORGANISATION: "I work, have worked in the last 3 years, volunteer, am a trustee "
    "or supply services there",
    DeclaredKind.PERSONAL: "I know, or think I may know, the person, their family or someone in "
    "the circle",
    DeclaredKind.FINANCIAL: "I, or someone close to me, could gain or lose money",
}

NOT_ABLE = "na"
NOT_ABLE_LABEL = "Not able to judge"
NOT_ABLE_SAYS = "Left out of your total, never counted as 0. Say why below"


class BiasCheck(TextChoices):
    """What a panellist ticks before submitting (domain 09, 4.5)."""

    PLAN = "plan", "I scored what is planned for this person, not how well it is written"
    SIZE = "size", "I would give the same scores to a small or unfamiliar organisation"
    SUPPORT = "support", "I did not mark the person down for needing a lot of support"


class FlagKind(TextChoices):
    """Why a case needs a second look before the panel concludes (domain 10.2, clarification 21)."""

    SPREAD = "spread", "Scores differ by 2 or more"
    TOTALS = "totals", "Totals differ by 15 or more"
    THRESHOLD = "threshold", "Panel score within 3 of the threshold"
    MINIMUM = "minimum", "Average below what is needed to fund"
    UNJUDGED = "unjudged", "Nobody was able to judge it"


class Phase(TextChoices):
    """Where the panel is with a case. Derived from its rows, never stored."""

    ASSIGNING = "assigning", "To assign"
    SCORING = "scoring_open", "Scoring"
    MODERATING = "moderating", "Moderation"
    CONCLUDED = "concluded", "Concluded"
    OVER = "over", "No longer with the panel"


class Expertise(TextChoices):
    """What a panellist knows about, in the terms in which cases are matched to them."""

    AUTISM = "autism", "Autism"
    BEHAVIOUR = "behaviour", "Positive behaviour support and reducing restriction"
    COMMUNICATION = "communication", "Communication"
    MENTAL_HEALTH = "mental_health", "Mental health and trauma"
    EPILEPSY = "epilepsy", "Epilepsy"
    PHYSICAL = "physical", "Profound, physical and sensory needs"
    OFFENDING = "offending", "Risk of offending"
    TRANSITION = "transition", "Young people preparing for adulthood"
    HOSPITAL = "hospital", "Leaving hospital"
    FAMILIES = "families", "Working with families"


# What a frozen case file calls the same thing: conditions, categories of need, age band, setting.
EXPERTISE_FOR = {
    Expertise.AUTISM: ("Autism",),
    Expertise.BEHAVIOUR: (
        "Self-injury",
        "Distress that may hurt others",
        "Damage to things",
        "Eating things that are not food",
        "Leaving without support",
        "No shared plan",
        "Restrictive practice used too soon",
    ),
    Expertise.COMMUNICATION: ("Communication",),
    Expertise.MENTAL_HEALTH: (
        "Anxiety, depression or psychosis",
        "Anxiety, low mood or psychosis",
        "Trauma",
    ),
    Expertise.EPILEPSY: ("Epilepsy",),
    Expertise.PHYSICAL: (
        "Profound and multiple learning disabilities",
        "Sensory loss",
        "Physical disability",
        "Sensory needs",
        "Physical health",
    ),
    Expertise.OFFENDING: ("Risk of offending",),
    Expertise.TRANSITION: ("Under 18, preparing for adulthood",),
    Expertise.HOSPITAL: ("Hospital, discharge planned",),
    Expertise.FAMILIES: ("Family and staff not aligned", "Family home"),
}


class DeclineKind(TextChoices):
    """Why a member gives a seat back. A conflict is declared instead, and recorded as one."""

    NOT_MY_AREA = "not_my_area", "It is not my area"
    TOO_MANY = "too_many", "I have too many cases"
    AWAY = "away", "I am away or unwell"
    OTHER = "other", "Another reason"


class MeetingState(TextChoices):
    PLANNED = "called", "Planned"
    OPEN = "under_way", "Under way"
    ENDED = "ended", "Minutes to approve"
    APPROVED = "minuted", "Minutes approved"


class AttendanceKind(TextChoices):
    CALLED = "", "Not said yet"
    PRESENT = "present", "Was there"
    APOLOGIES = "apologies", "Sent apologies"


class Equity(TextChoices):
    """What settles the ranking between cases of one score that are equally urgent (domain 10.2)."""

    REGION = "region", "The region with the fewest awards"
    NEED = "need", "The level of need with the fewest awards"
    NONE = "none", "Neither: who sent it first"
