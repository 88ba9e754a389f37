"""States and choices of the money's road (domain 6.3, 10, 11). Imports nothing of ours."""

from decimal import Decimal

from django.db.models import TextChoices


class RoundState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    CLOSED = "closed", "Closed for good"


class FormKind(TextChoices):
    FULL = "full", "Full form"
    SHORT = "short", "Short form"


class QuestionKind(TextChoices):
    """How a question is answered: in words, by choosing needs, or as a list of outcomes."""

    TEXT = "text", "Words"
    NEEDS = "needs", "Needs of the person"
    OUTCOMES = "outcomes", "Measurable outcomes"


class ApplicationState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Received"
    IN_CHECK = "in_check", "Eligibility check"
    RETURNED = "returned", "Question asked"
    WITH_PANEL = "with_panel", "With the panel"
    RECOMMENDED = "recommended", "Panel has recommended"
    DECIDED = "decided", "Decided, not yet released"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    RESERVED = "reserved", "On the reserve list"
    INELIGIBLE = "ineligible", "Not eligible"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Owner(TextChoices):
    """Whom a state waits for."""

    APPLICANT = "applicant", "You"
    OFFICER = "officer", "The programme’s officers"
    PANEL = "panel", "The panel"
    LEAD = "lead", "The programme lead"
    NOBODY = "nobody", "Nobody"


STATE_OWNER = {
    ApplicationState.DRAFT: Owner.APPLICANT,
    ApplicationState.SUBMITTED: Owner.OFFICER,
    ApplicationState.IN_CHECK: Owner.OFFICER,
    ApplicationState.RETURNED: Owner.APPLICANT,
    ApplicationState.WITH_PANEL: Owner.PANEL,
    ApplicationState.RECOMMENDED: Owner.LEAD,
    ApplicationState.DECIDED: Owner.LEAD,
    ApplicationState.APPROVED: Owner.NOBODY,
    ApplicationState.DECLINED: Owner.NOBODY,
    ApplicationState.RESERVED: Owner.LEAD,
    ApplicationState.INELIGIBLE: Owner.NOBODY,
    ApplicationState.WITHDRAWN: Owner.NOBODY,
}

# What the applicant is told. The programme's own steps between decision and release stay inside.
APPLICANT_SEES = {
    ApplicationState.RECOMMENDED: "With the panel",
    ApplicationState.DECIDED: "With the panel",
}

# One application of a person in a round may be in one of these at a time.
LIVE_STATES = tuple(
    s
    for s in ApplicationState
    if s
    not in (
        ApplicationState.DECLINED,
        ApplicationState.INELIGIBLE,
        ApplicationState.WITHDRAWN,
    )
)

# Nobody is waited for: the clock of an application has ended.
OVER_STATES = tuple(s for s, owner in STATE_OWNER.items() if owner == Owner.NOBODY)

ALL_PARTS = frozenset({"answers", "needs", "outcomes", "budget"})
# Which parts of an application may change in which state; a returned one only where it was asked.
EDITABLE_PARTS = {
    ApplicationState.DRAFT: ALL_PARTS,
    ApplicationState.RETURNED: ALL_PARTS,
}


class GrantState(TextChoices):
    OFFERED = "offered", "Offer to accept"
    AGREED = "agreed", "Agreed"
    ACTIVE = "active", "Training under way"
    DELIVERED = "delivered", "Training finished"
    REPORTING = "reporting", "Reporting"
    CLOSED = "closed", "Closed"
    REFUSED = "offer_declined", "Offer closed"
    TERMINATED = "terminated", "Ended"


GRANT_STATE_OWNER = {
    GrantState.OFFERED: Owner.APPLICANT,
    GrantState.AGREED: Owner.APPLICANT,
    GrantState.ACTIVE: Owner.APPLICANT,
    GrantState.DELIVERED: Owner.APPLICANT,
    GrantState.REPORTING: Owner.APPLICANT,
    GrantState.CLOSED: Owner.NOBODY,
    GrantState.REFUSED: Owner.NOBODY,
    GrantState.TERMINATED: Owner.NOBODY,
}
# Grants that were ever agreed count for reach (clarification 4).
AGREED_STATES = (
    GrantState.AGREED,
    GrantState.ACTIVE,
    GrantState.DELIVERED,
    GrantState.REPORTING,
    GrantState.CLOSED,
    GrantState.TERMINATED,
)

# In which the first payment may be prepared.
PAYING_STATES = (
    GrantState.AGREED,
    GrantState.ACTIVE,
    GrantState.DELIVERED,
    GrantState.REPORTING,
)
# In which money may be claimed and settled: an early end does not take away what was spent.
CLAIMING_STATES = (
    GrantState.ACTIVE,
    GrantState.DELIVERED,
    GrantState.REPORTING,
    GrantState.TERMINATED,
)


class LineCategory(TextChoices):
    TRAINER_FEE = "trainer_fee", "Trainer fee"
    COACHING_FEE = "coaching_fee", "Coaching fee"
    ASSESSMENT_WORKSHOP = "assessment_workshop", "Assessment or plan workshop"
    MATERIALS = "materials", "Materials"
    VENUE = "venue", "Venue"
    TRAVEL = "travel", "Travel"
    BACKFILL = "backfill", "Backfill for staff"
    REPLACEMENT_CARE = "replacement_care", "Replacement care for family"
    PARTICIPATION = "participation_payment", "Payment to experts by experience"
    LICENCES = "licences", "Licences"
    EVALUATION = "evaluation", "Evaluation"
    MANAGEMENT = "management", "Management"
    CONTINGENCY = "contingency", "Contingency"


class LineKind(TextChoices):
    CASH = "cash", "Cash"
    IN_KIND = "in_kind", "In kind"


class OtherFunding(TextChoices):
    """Who may be paying for a line already (domain 10.1, question 9): double funding is refused."""

    NONE = "", "No, nobody"
    LDSS = "ldss", "The Learning and Development Support Scheme (LDSS)"
    PHB = "phb", "A personal health budget"
    DIRECT_PAYMENT = "direct_payment", "A direct payment"
    ULO = "ulo", "The individual employer or user-led organisation fund"
    ICB = "icb", "The integrated care board or the council, in the fee"
    OTHER = "other", "Somebody else"


class DocumentPurpose(TextChoices):
    """What a document is for."""

    QUOTE = "quote", "Quote"
    EVIDENCE = "evidence", "Evidence of spending"
    OTHER = "other", "Asked for by the officer"


# Documents of one application, its grant and claims together.
MOST_DOCUMENTS = 20


class LineVerdict(TextChoices):
    OPEN = "open", "Not checked yet"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


# Shares of the eligible total (domain 6.3): label, categories, most.
SHARE_LIMITS = (
    (
        "Backfill and replacement care",
        (LineCategory.BACKFILL, LineCategory.REPLACEMENT_CARE),
        Decimal("0.30"),
    ),
    ("Evaluation", (LineCategory.EVALUATION,), Decimal("0.10")),
    ("Management", (LineCategory.MANAGEMENT,), Decimal("0.05")),
    ("Contingency", (LineCategory.CONTINGENCY,), Decimal("0.10")),
)
# From this total on, a line in cash has a written quote (domain 6.3), in pounds.
QUOTE_FROM = Decimal("1000.00")
MAX_LINES = 25
MAX_NEEDS = 8
MAX_OUTCOMES = 6
OUTCOME_WORDS = 40


class Verdict(TextChoices):
    """An officer's finding on one eligibility criterion."""

    PASS = "pass", "Met"
    FAIL = "fail", "Not met"
    UNSURE = "unsure", "Not sure"


# A person who is days from admission: asked for from sending until the decision is released (the applicant
# is not told when the panel concludes), agreed until the panel has concluded, decided in so many net days
# from the request, scored by two; the panel's note follows the letter.
FAST_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.IN_CHECK,
    ApplicationState.RETURNED,
    ApplicationState.WITH_PANEL,
)
FAST_DAYS = 7
FAST_QUORUM = 2
FAST_FIRST = 1000  # days by which it stands before the others in lists
FAST_NOTE_DAYS = 10  # working days from the release


class EligibilityCriterion(TextChoices):
    """What the officer checks (domain 2.2, 2.4)."""

    ORGANISATION = "organisation", "A social care or health organisation working in England"
    PERSON = "person", "One person with a learning disability, autism or both"
    RISK = "risk", "At risk of admission, or about to be discharged"
    CONSENT = "consent", "Consent or a best-interests decision is recorded"
    AROUND_PERSON = "around_person", "The learning is for the people around this person"
    NOT_GENERAL = "not_general", "No general requirement is left in the budget"
    NO_DOUBLE = "no_double", "Nothing is paid for twice"
    NOT_STARTED = "not_started", "Nothing is paid for before the agreement"


class Outcome(TextChoices):
    """What the panel recommends and the lead decides."""

    APPROVE = "approve", "Approve"
    APPROVE_WITH_CONDITIONS = "approve_conditions", "Approve with conditions"
    DECLINE = "decline", "Decline"


AWARDING = (Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS)
# What a lead may decide besides what the panel may recommend: good enough, and the money is gone for now.
RESERVE = "reserve"
DECISION_OUTCOMES = (*Outcome.choices, (RESERVE, "Put on the reserve list"))


class MessageFor(TextChoices):
    """Who reads a message besides the programme's staff: the three visibilities of a timeline."""

    APPLICANT = "applicant", "The applicant and staff"
    PANEL = "panel", "The panel and staff"
    STAFF = "staff", "Staff alone"


class ChangeKind(TextChoices):
    """What an organisation may ask to be changed while a grant runs."""

    VARIATION = "variation", "Money moved between lines"
    EXTENSION = "extension", "More time for the training"
    TOP_UP = "top_up", "Top-up for a replacement starter"
    CONTINGENCY = "contingency", "Use of the contingency"


class ChangeState(TextChoices):
    ASKED = "asked", "Waits for an officer"
    AGREED = "change_agreed", "Agreed"
    REFUSED = "change_refused", "Not agreed"


CHANGE_STATE_OWNER = {
    ChangeState.ASKED: Owner.OFFICER,
    ChangeState.AGREED: Owner.NOBODY,
    ChangeState.REFUSED: Owner.NOBODY,
}
# In which an organisation may ask for a change, and for more time.
CHANGING_STATES = (GrantState.AGREED, GrantState.ACTIVE, GrantState.DELIVERED, GrantState.REPORTING)
EXTENDING_STATES = (GrantState.AGREED, GrantState.ACTIVE)
# Beyond this over a line, an officer agrees first (domain 3.13): a tenth of it, or £500.
OVER_SHARE = Decimal("0.10")
OVER_MOST = Decimal("500.00")
# A top-up for a replacement starter is no more than this, and follows within so many days of a person
# leaving the circle (domain 1.15 of the sources).
TOP_UP_MOST = Decimal("500.00")
TOP_UP_DAYS = 90
EXTENSION_MONTHS = 12


class LifeChange(TextChoices):
    """What has happened to the person whom a grant is for."""

    DIED = "died", "They have died"
    MOVED = "moved", "They have moved to other support"
    ADMITTED = "admitted", "They have been admitted to hospital"


class LifeWish(TextChoices):
    """What the organisation would like then."""

    PAUSE = "pause", "Wait for now"
    CARRY_ON = "carry_on", "Carry on"
    CLOSE = "close", "Bring it to an end"
    TRANSFER = "transfer", "Hand it on to their new support"


class LifeOutcome(TextChoices):
    """What was agreed: in no case a penalty."""

    CARRY_ON = "carry_on", "The grant carries on"
    PAUSED = "paused", "The grant stays on hold"
    ENDED = "ended", "The grant ends, without any penalty"
    TRANSFERRED = "transferred", "The grant ends here and is handed on"


class ReviewOutcome(TextChoices):
    """What a yearly review ends in."""

    CONTINUE = "continue", "Continue"
    AMEND = "amend", "Amend"
    DISCONTINUE = "discontinue", "Discontinue"


class AppealState(TextChoices):
    LODGED = "lodged", "Waits for a reviewer"
    IN_REVIEW = "in_review", "Being reviewed"
    ANSWERED = "answered", "Answered"


APPEAL_STATE_OWNER = {
    AppealState.LODGED: Owner.OFFICER,
    AppealState.IN_REVIEW: Owner.OFFICER,
    AppealState.ANSWERED: Owner.NOBODY,
}
# Working days from the release in which a decision may be appealed (domain 8.4).
APPEAL_DAYS = 20


class AppealGround(TextChoices):
    """On what a decision may be appealed (domain 8.4). Not agreeing with a score is no ground."""

    PROCESS = "process", "The process was not followed"
    FACT = "fact", "There is a mistake of fact"
    CONFLICT = "conflict", "Somebody who judged it had a conflict of interest"


class AppealOutcome(TextChoices):
    """What the reviewer answers (domain 8.4)."""

    RESCORE = "rescore", "Upheld: scored again by other people"
    AWARD = "award", "Upheld: decided again by other people"
    LIFTED = "lifted", "Upheld: conditions are lifted"
    NOT_UPHELD = "not_upheld", "Not upheld"
    OUT_OF_SCOPE = "out_of_scope", "Outside the three grounds"


UPHELD = (AppealOutcome.RESCORE, AppealOutcome.AWARD, AppealOutcome.LIFTED)


class Declaration(TextChoices):
    """What the lead signs on sending (domain 10.1)."""

    CORRECT = "correct", "What this application says is correct"
    CONSENT = "consent", "The person’s consent, or a best-interests decision, is recorded"
    NOT_GENERAL = "not_general", "It asks for nothing that any worker needs for their role"
    OTHER_FUNDING = "other_funding", "All other funding for this learning is declared"
    MINIMISED = "minimised", "It holds no name, date of birth, NHS number or address"
    WILL_REPORT = "will_report", "We will report after 3, 6 and 12 months"
    SAFEGUARDING = "safeguarding", "We have a safeguarding policy"
    NO_BREACH = "no_breach", "We owe no report on an earlier grant"


class PaymentState(TextChoices):
    PREPARED = "prepared", "Waiting for approval"
    APPROVED = "approved", "Approved"
    PAID = "paid", "Paid"
    REFUSED = "refused", "Sent back"


class Instalment(TextChoices):
    FIRST = "first", "First payment"
    FINAL = "final", "Final payment"


class ClaimState(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Waiting for an officer"
    RETURNED = "returned", "Sent back"
    ACCEPTED = "accepted", "Accepted"


class ConditionOutcome(TextChoices):
    """What became of a condition."""

    MET = "met", "Met"
    NOT_NEEDED = "not_needed", "Not needed"


class CriterionLevel(TextChoices):
    PERSON = "person", "Person"
    TEAM = "team", "Team"
    SYSTEM = "system", "Wider system"
