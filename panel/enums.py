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
