"""What the pages show of a record, decided here so that templates only print it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts import audit, clock, written
from accounts.enums import MemberRole, Sector
from accounts.models import AuditEvent
from accounts.wording import words_of

from .. import enums, reports
from ..models import CheckIn, CircleMember, Consent, FocusPerson, SupportPlan

DAYS_OF_READING = 30
CONFIDENCE_LEVEL = {
    enums.Confidence.ESTIMATED: 1,
    enums.Confidence.PROVIDER: 2,
    enums.Confidence.COMMISSIONER: 3,
}
CONFIDENCE_SAYS = {
    enums.Confidence.ESTIMATED: "Estimated",
    enums.Confidence.PROVIDER: "Confirmed by provider",
    enums.Confidence.COMMISSIONER: "Confirmed by commissioner",
}


def joined(words: list[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def labels(choices: Any, values: list[str]) -> str:
    """Labels of stored values as one phrase: the first as it is, the rest in running text."""
    names = [str(choices(value).label) for value in values]
    return ", ".join(
        name
        if n == 0 or name[:2].isupper() or name.startswith("NHS")
        else name[0].lower() + name[1:]
        for n, name in enumerate(names)
    )


def month(day: date | None) -> str:
    return f"{day:%B %Y}" if day else ""


def ratio(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:f}\u00a0:\u00a01"


def whole(value: Decimal | None) -> str:
    """A number of people or hours without idle zeros."""
    return "none" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def signed(score: int) -> str:
    """−2, 0 or +1: nothing has no sign."""
    return f"{score:+d}".replace("-", "−") if score else "0"


def typed(value: Any) -> Any:
    """A number as people type it, for the first drawing of a form."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if text.endswith("0") and "." in text else text
    return value


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    note: str = ""


def facts_of(person: FocusPerson, plan: SupportPlan | None, user: Any) -> list[Fact]:
    """The banded facts, in the order of the page. The organisation's own reference for its members
    alone."""
    rating = "Register rating"
    if person.risk_evidence_on:
        rating += f" in {month(person.risk_evidence_on)}"
    split = reports.figures_of(plan).split if plan else {}
    pays = ", ".join(
        f"{enums.Payer(payer).label} {whole(share)}%" for payer, share in split.items()
    )
    facts = [
        Fact("Age", person.get_age_band_display()),
        Fact("Lives with", labels(enums.Condition, person.conditions)),
        Fact("Home", person.get_setting_display(), person.get_area_display()),
        Fact(
            rating,
            person.get_dsr_rating_display(),
            labels(enums.RiskEvidence, person.risk_evidence),
        ),
        Fact("Why at risk", person.get_cohort_display() or "Not known"),
        Fact(
            "Need, seriousness, readiness",
            f"{person.need_level}, {person.seriousness} and {person.context} of 4",
            "Comes first: serious, and people are ready" if person.is_act_first else "",
        ),
        Fact("Who pays which share", pays or "Not known yet", person.commissioner),
        Fact(
            "What pays for the support",
            labels(enums.FundingModel, person.funding_models) or "Not known",
        ),
        Fact(
            "Control over the budget",
            person.get_control_level_display(),
            f"Chose the team: {person.get_chose_team_display().lower()}",
        ),
        Fact("Communication", person.communication or "Not written yet"),
        _communication_fact(person),
        Fact("Service design", *age_words(person.service_design_on)),
        Fact("Working policy", *age_words(person.working_policy_on)),
    ]
    if person.discharge_planned_on:
        facts.append(Fact("Planned discharge", month(person.discharge_planned_on)))
    if person.local_ref and user.is_in(person.organisation_id):
        facts.append(Fact("Your own reference", person.local_ref, "Only your organisation sees it"))
    return facts


def _communication_fact(person: FocusPerson) -> Fact:
    """Communication needs as the Accessible Information Standard asks, and their review."""
    needs = labels(enums.CommunicationNeed, person.communication_needs)
    review = month(person.communication_review_on)
    note = ""
    if person.communication_review_is_due:
        note = f"Review overdue since {review}"
    elif review:
        note = f"Looked at again in {review}"
    if needs and not person.communication_shared:
        note = f"{note}. Not agreed that they are passed on".removeprefix(". ")
    return Fact("Communication needs", needs or "Not recorded yet", note)


def age_words(day: date | None) -> tuple[str, str]:
    """A service design and a working policy are stale after 12 months (domain 10.3)."""
    if day is None:
        return "None", ""
    stale = (clock.today() - day).days > 365
    return month(day), "Older than 12 months" if stale else ""


@dataclass(frozen=True)
class Circle:
    """The circle today: groups, gaps in words, and places that stand empty."""

    members: list[CircleMember]
    former: list[CircleMember]
    groups: list[reports.circles.SectorGroup]
    gap: str
    empty_places: str

    @property
    def size(self) -> int:
        return len(self.members)

    @property
    def sectors(self) -> int:
        return len(reports.sectors_in_circle(self.members))


def circle_of(person: FocusPerson, plan: SupportPlan | None) -> Circle:
    """Needs `circle` and `circle__replaced_by` prefetched."""
    today = clock.today()
    members = reports.active_members(person, today)
    former = [m for m in person.circle.all() if m.left_on and m.left_on <= today]
    former.sort(key=lambda m: (m.left_on, m.number), reverse=True)
    gaps = reports.circle_gaps(members, plan)
    replaced = {m.replaces_id for m in person.circle.all() if m.replaces_id}
    waiting = [m for m in former if m.pk not in replaced]
    left = ""
    if waiting:
        who = joined([m.get_role_display().lower() for m in waiting[:3]])
        who = who[0].upper() + who[1:]
        verb = "has" if len(waiting) == 1 else "have"
        left = f"{who} {verb} left, and nobody is recorded in their place."
    return Circle(
        members,
        former,
        reports.by_sector(members),
        f"There is nobody {joined(gaps, 'or')}." if gaps else "",
        left,
    )


@dataclass(frozen=True)
class PlanCard:
    """One version of the support plan as a card or a column."""

    plan: SupportPlan
    figures: reports.PlanFigures
    is_newest: bool

    @property
    def title(self) -> str:
        return self.plan.get_point_display()

    @property
    def when(self) -> str:
        day = self.plan.dated_on
        locked = ". Locked" if self.plan.locked_at else ""
        return f"From {written.day(day)}, version {self.plan.version}{locked}"

    @property
    def level(self) -> int:
        return CONFIDENCE_LEVEL[enums.Confidence(self.plan.confidence)]

    @property
    def confidence(self) -> str:
        return CONFIDENCE_SAYS[enums.Confidence(self.plan.confidence)]

    @property
    def average(self) -> str:
        return ratio(self.figures.average_ratio)

    @property
    def peak(self) -> str:
        return f"{whole(self.figures.peak_day)}\u00a0and\u00a0{whole(self.figures.peak_night)}"

    @property
    def covered(self) -> str:
        return f"{whole(self.figures.covered_hours)} of {reports.HOURS_IN_A_WEEK}"

    @property
    def payers(self) -> list[tuple[str, Decimal]]:
        return [
            (f"{enums.Payer(payer).label} {whole(self.figures.split[payer])}%", amount)
            for payer, amount in self.figures.by_payer.items()
        ]


def plan_cards(plans: list[SupportPlan]) -> list[PlanCard]:
    """Every version, the newest first."""
    plans = sorted(plans, key=lambda plan: -plan.version)
    return [PlanCard(plan, reports.figures_of(plan), n == 0) for n, plan in enumerate(plans)]


@dataclass(frozen=True)
class Task:
    name: str
    status: str
    url: str = ""
    hint: str = ""
    colour: str = ""


def tasks_of(person: FocusPerson, consent: Consent | None, circle: Circle, user: Any) -> list[Task]:
    """What a record needs before an application can stand on it; links only to what this user may
    do."""
    plans, needs, goals = (list(getattr(person, n).all()) for n in ("plans", "needs", "goals"))

    def task(name: str, done: bool, page: str, permission: str, said: str) -> Task:
        may = user.has_perm(permission, person)
        url = reverse(page, args=[person.reference]) if may else ""
        return Task(name, said if done else "To do", url, colour="" if done else "blue")

    return [
        task(
            "Consent or best interests",
            consent is not None,
            "person-consent",
            "focus_people.record_consent",
            "Done",
        ),
        task(
            "Needs",
            bool(needs),
            "person-needs",
            "focus_people.edit_needs",
            f"{len(needs)} of up to 8",
        ),
        task(
            "Goals",
            bool(goals),
            "person-goals",
            "focus_people.edit_goals",
            f"{len(goals)} of up to 5",
        ),
        task(
            "Circle of support",
            bool(circle.members),
            "add-circle",
            "focus_people.edit_circle",
            f"{circle.size} people",
        ),
        task(
            "Support plan",
            any(plan.lines.all() for plan in plans),
            "new-plan",
            "focus_people.edit_plan",
            f"{len(plans)} version{'' if len(plans) == 1 else 's'}",
        ),
    ]


def uses(consent: Consent | None, *, covered: bool) -> str:
    """What a basis covers, or does not, in running text."""
    held = consent.covers if consent else []
    words = [use.label for use in enums.ConsentUse if (use.value in held) == covered]
    return joined([w[0].lower() + w[1:] for w in words], "and" if covered else "or")


@dataclass(frozen=True)
class ShownCheckIn:
    """One month: what was said, and the verb that an officer has for an alert."""

    said: CheckIn
    url: str

    @property
    def tone(self) -> str:
        return {"red": "stop", "amber": "look"}.get(self.said.stability, "")

    @property
    def words(self) -> str:
        return "; ".join(self.said.worries)


def check_ins_of(person: FocusPerson, user: Any) -> list[ShownCheckIn]:
    """The last six months, the newest first (uses a prefetch)."""
    newest = sorted(person.check_ins.all(), key=lambda said: said.month, reverse=True)[:6]
    shown = []
    for said in newest:
        waits = said.is_alert and not said.offer and not person.closed_because
        may = waits and user.has_perm("focus_people.answer_alert", said)
        where = [person.reference, said.month.year, said.month.month, "answer"]
        shown.append(ShownCheckIn(said, reverse("check-in-verb", args=where) if may else ""))
    return shown


def goal_scores_of(person: FocusPerson) -> list[tuple[Any, list[str]]]:
    """Each goal with its scores in the order of the points; empty where nothing is scored yet."""
    rows = []
    for goal in person.goals.all():
        held = {score.point: score.score for score in goal.scores.all()}
        said = [signed(held[point]) if point in held else "–" for point in enums.GoalPoint.values]
        rows.append((goal, said))
    return rows if any(mark != "–" for _, said in rows for mark in said) else []


def matrix_of(person: FocusPerson) -> list[tuple[int, list[tuple[int, bool, bool]]]]:
    """Mansell's matrix from the top: seriousness 4 … 1, each with context 1 … 4 as (level, is this
    person here, does it come first). An aid for talking, never a score."""
    return [
        (
            serious,
            [
                (
                    ready,
                    (serious, ready) == (person.seriousness, person.context),
                    serious >= 3 and ready >= 3,
                )
                for ready in range(1, 5)
            ],
        )
        for serious in range(4, 0, -1)
    ]


def history_of(person: FocusPerson, user: Any) -> list[dict[str, Any]]:
    """What happened to the record, newest first; who opened it is counted apart."""
    own = Q(subject_type=person._meta.label, subject_ref=person.reference)
    plans = Q(subject_type=SupportPlan._meta.label, subject_ref__startswith=f"{person.reference}/")
    rows = AuditEvent.objects.filter(own | plans).exclude(event="person.read")
    if user.is_in(person.organisation_id):
        rows = rows.filter(shown_to=AuditEvent.Visibility.APPLICANT)
    return [
        {
            "at": row.at,
            "what": words_of(row.event),
            "who": "your organisation"
            if row.actor_label == "Applicant" and user.is_in(person.organisation_id)
            else row.actor_label.lower(),
        }
        for row in rows.order_by("-at", "-pk")[:12]
    ]


def readers_of(person: FocusPerson) -> int:
    """How many people opened the record in the last 30 days."""
    since = clock.now() - timedelta(days=DAYS_OF_READING)
    rows = audit.history(person).filter(event="person.read", at__gte=since)
    return rows.order_by().values("actor_id").distinct().count()


def may_of(person: FocusPerson, user: Any) -> dict[str, bool]:
    """What this user may change, by the page that does it; nothing on a closed record."""
    closed = bool(person.closed_because)
    return {
        name: not closed and user.has_perm(f"focus_people.{permission}", person)
        for name, permission in (
            ("edit", "edit_person"),
            ("needs", "edit_needs"),
            ("goals", "edit_goals"),
            ("circle", "edit_circle"),
            ("consent", "record_consent"),
            ("plan", "edit_plan"),
        )
    }


def addable(user: Any) -> list[int]:
    """Ids of the organisations for which this user may begin a record."""
    return list(user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR))


def sector_options() -> list[tuple[str, str]]:
    """Codes and labels of sectors, for the guide beside a pasted list."""
    return [(s.value, s.label) for s in Sector]
