"""States and choices of outcome reports (domain 5). Imports nothing of ours."""

from django.db.models import IntegerChoices, TextChoices


class Point(TextChoices):
    """When it is asked how things are (domain 5.1)."""

    BASELINE = "baseline", "Baseline"
    M3 = "m3", "3 months"
    M6 = "m6", "6 months"
    M12 = "m12", "12 months"


FOLLOW_UPS = (Point.M3, Point.M6, Point.M12)
# Days from the first delivered session to the day a report is due (clarification 7).
DUE_AFTER = {Point.M3: 91, Point.M6: 182, Point.M12: 365}
# Days before and after the due day between which a report may be sent (domain 5.1).
WINDOW = {Point.M3: 21, Point.M6: 28, Point.M12: 42}
# Days that a question about "the period" looks back on: the last 91, and at 12 months everything
# since the 6-month report.
PERIOD_DAYS = {Point.BASELINE: 91, Point.M3: 91, Point.M6: 91, Point.M12: 183}
# Events are counted over so many days (domain 5.1).
COUNT_DAYS = 28
POINT_TITLE = {
    Point.BASELINE: "Baseline",
    Point.M3: "3-month follow-up",
    Point.M6: "6-month follow-up",
    Point.M12: "12-month follow-up",
}
# Months of a round's `final_report_months` → the report it names.
POINT_OF_MONTHS = {3: Point.M3, 6: Point.M6, 12: Point.M12}


class ReportState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for an officer"
    RETURNED = "returned", "Sent back"
    ACCEPTED = "accepted", "Accepted"
    WAIVED = "waived", "Not asked for"


# Whom each state waits for.
STATE_OWNER = {
    ReportState.DRAFT: "applicant",
    ReportState.SUBMITTED: "officer",
    ReportState.RETURNED: "applicant",
    ReportState.ACCEPTED: "nobody",
    ReportState.WAIVED: "nobody",
}
EDITABLE_STATES = frozenset({ReportState.DRAFT, ReportState.RETURNED})


class AnswerStatus(TextChoices):
    """A value, or one of the three reasons why there is none (missing is not zero)."""

    VALUE = "value", "Answered"
    NOT_KNOWN = "not_known", "Not known"
    NOT_APPLICABLE = "not_applicable", "Does not apply"
    DECLINED = "declined", "Would rather not say"


REASONS = (AnswerStatus.NOT_KNOWN, AnswerStatus.NOT_APPLICABLE, AnswerStatus.DECLINED)


class ItemKind(TextChoices):
    COUNT = "count", "Whole number"
    DECIMAL = "decimal", "Number"
    SCALE = "scale", "Score"
    CHOICE = "choice", "One of a list"


class OwnKind(TextChoices):
    """What an indicator that a programme adds for itself asks for."""

    NUMBER = "number", "A number"
    RATE = "rate", "A count of events, compared as a rate in 28 days"
    SCORE = "score", "A score on a scale"
    CHOICE = "choice", "One of a list"


class Instrument(TextChoices):
    """Whose questionnaire stands behind an indicator."""

    OWN = "own", "Our own words: no licence is needed"
    LICENSED = "licensed", "A published questionnaire: we enter totals only, and hold its licence"


class Direction(TextChoices):
    """Which way is better."""

    LOWER = "lower", "Lower is better"
    HIGHER = "higher", "Higher is better"
    NEITHER = "neither", "Neither is better by itself"


class Rater(TextChoices):
    """Who judged how good life has been (domain 5.3)."""

    SELF = "self", "The person"
    SUPPORTED_SELF = "supported_self", "The person, with support"
    FAMILY = "family", "Family"
    STAFF = "staff", "Staff"
    JOINT = "joint", "Family and staff together"


class Admission(TextChoices):
    """OUT-01: what became of the risk of a hospital admission."""

    NOT_AT_RISK = "none_not_at_risk", "Not at risk in this time"
    AVOIDED = "avoided", "An admission was avoided"
    DELAYED = "delayed", "An admission came later than was likely"
    SHORTENED = "shortened", "A stay was shorter than before or than planned"
    ADMITTED = "admitted", "Admitted"
    DISCHARGED = "discharged_as_planned", "Discharged as planned"
    REMAINS = "remains_inpatient", "Still in hospital"


# What the admissions figure counts as a reduction or avoidance (domain 5.5).
ADMISSION_SUCCESS = (
    Admission.AVOIDED,
    Admission.DELAYED,
    Admission.SHORTENED,
    Admission.DISCHARGED,
)
# Claims rather than facts: they carry a contribution score and the role that attests them.
ADMISSION_CLAIMS = (Admission.AVOIDED, Admission.DELAYED, Admission.SHORTENED)


class OthersEffect(TextChoices):
    """OUT-19: what the learning did for other people whom the trained staff support."""

    AVOIDED = "avoided", "An admission was avoided"
    REDUCED = "reduced", "Admissions were fewer or shorter"
    NONE = "none", "No effect on admissions"


OTHERS_SUCCESS = (OthersEffect.AVOIDED, OthersEffect.REDUCED)


class Contribution(IntegerChoices):
    """How much the learning contributed to it (domain 5.4, OUT-01 c)."""

    NONE = 0, "None"
    SOME = 1, "Some"
    SIGNIFICANT = 2, "Significant"
    MAIN = 3, "The main reason"


class Attester(TextChoices):
    """The role that attests a claim. A trainer may not; the provider's manager may (clarification 9)."""

    REGISTERED_MANAGER = "registered_manager", "Registered manager"
    COMMISSIONER = "commissioner", "Commissioner"
    SOCIAL_WORKER = "social_worker", "Social worker or care manager"
    CLINICIAN = "clinician", "Clinician in the person’s care"
    FAMILY = "family", "Family member"
    TRAINER = "trainer", "Trainer of this learning"


class Stability(TextChoices):
    """OUT-05: how secure the home is; red means notice served, or likely within 28 days."""

    GREEN = "green", "Green"
    AMBER = "amber", "Amber"
    RED = "red", "Red"


class YesNo(TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"


class Antipsychotic(TextChoices):
    """OUT-11 ii, as attested by the prescriber."""

    NONE = "none", "None prescribed"
    STOPPED = "stopped", "Stopped"
    REDUCED = "reduced", "Reduced"
    UNCHANGED = "unchanged", "Unchanged"
    INCREASED = "increased", "Increased"
    STARTED = "started", "Started"


class Change(TextChoices):
    BETTER = "better", "Better"
    SAME = "same", "About the same"
    WORSE = "worse", "Worse"


class Verdict(TextChoices):
    """What a figure may be said to show."""

    YES = "yes", "Yes"
    NO = "no", "No"
    CANNOT_SHOW = "cannot_show", "Cannot be shown"


class Movement(TextChoices):
    """How one item moved from the baseline."""

    IMPROVED = "improved", "Improved"
    SAME = "same", "About the same"
    WORSE = "worse", "Worse"
    MISSING = "missing", "Cannot be compared"


class Licence(TextChoices):
    """Under which terms open data may be used again."""

    CC_BY = "cc-by", "Creative Commons Attribution 4.0"
    OGL = "ogl", "Open Government Licence 3.0 (public bodies)"


LICENCE_URL = {
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.OGL: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


class ReportAudience(TextChoices):
    """Who reads an impact report: everybody gets printed figures, staff get them as they are."""

    PUBLISHED = "published", "Everybody"
    INTERNAL = "internal", "Officers and programme leads"


class ReportStage(TextChoices):
    """How far an impact report is."""

    DRAFT = "draft", "Draft"
    WAITING = "waiting", "Waiting for a second person"
    APPROVED = "approved", "Approved"


class WaveState(TextChoices):
    """How far a wave of the experience survey is."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for answers"
    CLOSED = "closed", "Closed"
    PUBLISHED = "published", "Published"


class SavingAnswer(TextChoices):
    """What a commissioner says about the saving that an organisation reckons."""

    CONFIRMED = "confirmed", "Yes, I confirm this figure"
    DIFFERENT = "different", "I confirm another figure"
    CANNOT = "cannot", "I cannot confirm it"


class StoryState(TextChoices):
    """How far a story is."""

    DRAFT = "draft", "Draft"
    WAITING = "waiting", "Waiting for a second person"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class StoryTheme(TextChoices):
    """What a story is about; `empathy` is “putting yourself in the person’s world”."""

    EMPATHY = "empathy", "Seeing it the person’s way"
    RELATIONSHIPS = "relationships", "Relationships"
    COMMUNICATION = "communication", "Being understood"
    INDEPENDENCE = "independence", "Choice and independence"
    COMMUNITY = "community", "Out and about"
    CALM = "calm", "Feeling calm and safe"
    HEALTH = "health", "Health"
    TOGETHER = "together", "Learning together"


class StoryTold(TextChoices):
    """Who tells a story."""

    PERSON = "person", "The person"
    FAMILY = "family", "Their family"
    STAFF = "staff", "Those who support them"
    TOGETHER = "together", "Several of them together"
