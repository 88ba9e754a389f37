"""Writes that move no state: scores of a draft, the register of interests, who sits on the panel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from accounts import clock
from accounts.audit import record
from accounts.models import Organisation, User
from accounts.state import NotReady, blockers, locked, permitted, ready
from grants.models import Criterion, Round

from .enums import Expertise, InterestKind
from .models import (
    Assessment,
    InterestEntry,
    Panellist,
    ParticipationPayment,
    Score,
    Service,
)
from .querysets import PANEL
from .reports.service import earned_by_panellists

KEEP_AT_MOST = 5000  # characters of a text in a draft: far above the limit of words


@dataclass(frozen=True)
class Given:
    """What a sheet says on one criterion: a score from 0 to 5, or not able to judge, or neither yet."""

    score: int | None = None
    is_not_able: bool = False
    reason: str = ""
    note: str = ""


def holds(assessment: Assessment, scores: Mapping[str, Given]) -> bool:
    """Whether a sheet already says all of `scores` (by criterion code), word for word."""
    held = {
        s.criterion.code: Given(s.score, s.is_not_able, s.reason, s.note)
        for s in assessment.scores.select_related("criterion")
    }
    return all(held.get(code, Given()) == given for code, given in scores.items())


@transaction.atomic
def save_scores(
    assessment: Assessment, *, by: User, scores: Mapping[str, Given], version: int | None = None
) -> Assessment:
    """Keep a draft sheet as it is, unfinished or not. `scores` by criterion code; others stay.

    `version` is the one that the sheet was opened with: raises `NotReady` when another tab has
    saved since, unless it says the same. None saves without asking. Raises `NotReady` once the sheet
    is submitted or the case has left the panel.
    """
    assessment = locked(assessment)
    permitted(by, "panel.score", assessment)
    if standing := blockers(assessment, "save_scores"):
        raise NotReady(standing)
    if version is not None and version != assessment.version:
        if holds(assessment, scores):
            return assessment
        at = (assessment.saved_at or assessment.started_at).astimezone(clock.LONDON)
        raise NotReady(
            [
                f"This sheet was saved at {at:%H:%M} in another tab, after you opened this one. "
                "Look at what you have here, then save again to keep it."
            ]
        )
    criteria = {
        c.code: c
        for c in Criterion.objects.filter(terms=assessment.assignment.application.terms_id)
    }
    held = {score.criterion_id: score for score in assessment.scores.all()}
    new, changed = [], []
    for code, given in scores.items():
        if (criterion := criteria.get(code)) is None:
            raise NotReady([f"There is no criterion {code} in this round."])
        row = held.get(criterion.pk)
        if row is None and given == Given():
            continue
        if row is None:
            row = Score(assessment=assessment, criterion=criterion)
            new.append(row)
        else:
            changed.append(row)
        row.score = None if given.is_not_able else given.score
        row.is_not_able = given.is_not_able
        row.reason = given.reason[:KEEP_AT_MOST]
        row.note = given.note[:KEEP_AT_MOST]
    Score.objects.bulk_create(new)
    Score.objects.bulk_update(changed, ["score", "is_not_able", "reason", "note"])
    assessment.version += 1
    assessment.saved_at = clock.now()
    assessment.save(update_fields=["version", "saved_at"])
    return assessment


@transaction.atomic
def confirm_case_file(assessment: Assessment, *, by: User) -> Assessment:
    """The panellist has read the newest version of the case file: their sheet now judges that one."""
    assessment = locked(assessment)
    permitted(by, "panel.score", assessment)
    ready(assessment, "save_scores")
    assessment.case_file = assessment.newest_case_file
    assessment.save(update_fields=["case_file"])
    record(
        "assessment.case_file_confirmed",
        assessment.assignment.application,
        by=by,
        case_file=assessment.case_file.version,
    )
    return assessment


@transaction.atomic
def save_profile(
    panellist: Panellist,
    *,
    by: User,
    employer: Organisation | None,
    expertise: str,
    areas: Iterable[str] = (),
    region: str = "",
) -> Panellist:
    """A panellist's own employer, expertise (`areas` of `Expertise`, and words) and region."""
    panellist = locked(panellist)
    permitted(by, "panel.keep_register", panellist)
    _keep_earlier_employer(panellist, employer)
    panellist.employer, panellist.expertise = employer, expertise
    panellist.areas, panellist.region = _known_areas(areas), region
    panellist.save(update_fields=["employer", "expertise", "areas", "region"])
    record("panellist.profile_saved", panellist, by=by)
    return panellist


def _keep_earlier_employer(panellist: Panellist, employer: Organisation | None) -> None:
    """Who has left an employer is kept from its cases for three years: the register remembers it."""
    earlier = panellist.employer
    if earlier is None or (employer is not None and earlier.pk == employer.pk):
        return
    last = panellist.interests.aggregate(n=Max("number"))["n"] or 0
    InterestEntry.objects.create(
        panellist=panellist,
        number=last + 1,
        kind=InterestKind.EMPLOYER,
        words="Earlier employer, kept when the employer was changed",
        organisation=earlier,
        until=clock.today(),
        is_kept=True,
    )


def _known_areas(areas: Iterable[str]) -> list[str]:
    """In the order of the list, each once; raises `NotReady` for one that is not in it."""
    asked = {str(area) for area in areas}
    if unknown := asked - set(Expertise.values):
        raise NotReady([f"There is no area of expertise called {min(unknown)}."])
    return [area.value for area in Expertise if area.value in asked]


@transaction.atomic
def confirm_register(panellist: Panellist, *, by: User) -> Panellist:
    """The panellist says that their register of interests is complete today; once a year at least."""
    panellist = locked(panellist)
    permitted(by, "panel.keep_register", panellist)
    panellist.register_confirmed_at = clock.now()
    panellist.save(update_fields=["register_confirmed_at"])
    record("interest.register_confirmed", panellist, by=by)
    return panellist


@transaction.atomic
def keep_service(
    panellist: Panellist,
    round: Round,
    *,
    by: User,
    briefed_on: date | None,
    capacity: int | None = None,
    fee: Decimal = Decimal("0.00"),
) -> Service:
    """A programme lead notes the briefing for a round (London day), how many cases the panellist
    takes in it (None: no limit) and what each is paid (pounds).

    Raises `NotReady` for a briefing that has not happened yet, or a capacity of none.
    """
    panellist = locked(panellist)
    permitted(by, "panel.manage_panel", panellist)
    standing = []
    if briefed_on is not None and briefed_on > clock.today():
        standing.append("The day of the briefing has not come yet.")
    if capacity is not None and capacity < 1:
        standing.append("Enter 1 case or more, or leave it empty for no limit.")
    if standing:
        raise NotReady(standing)
    service, _ = Service.objects.update_or_create(
        panellist=panellist,
        round=round,
        defaults={"briefed_on": briefed_on, "capacity": capacity, "fee": fee},
    )
    record("panellist.service_set", panellist, by=by, round=round.reference)
    return service


@transaction.atomic
def pay_participation(service: Service, *, by: User, cases: int) -> ParticipationPayment:
    """Finance has paid a panellist for `cases` concluded cases of a round, all that are owed.

    Raises `NotReady` when another number is owed by now: somebody has paid, or a case was concluded.
    """
    service = locked(service)
    permitted(by, "panel.pay_participation", service)
    owed = next((row for row in earned_by_panellists(by) if row.service.pk == service.pk), None)
    if owed is None or owed.owed_cases != cases or not cases:
        raise NotReady(["What is owed has changed since you opened the page. Look at it again."])
    made = ParticipationPayment.objects.create(
        service=service, cases=cases, amount=owed.owed, paid_by=by
    )
    record("panellist.paid", service.panellist, by=by, cases=cases, amount=str(made.amount))
    return made


@transaction.atomic
def add_interest(
    panellist: Panellist,
    *,
    by: User,
    kind: str,
    words: str,
    organisation: Organisation | None = None,
    since: date | None = None,
    until: date | None = None,
) -> InterestEntry:
    """Add to one's own register. A link with an applicant closes its cases at once."""
    panellist = locked(panellist)
    permitted(by, "panel.keep_register", panellist)
    last = panellist.interests.aggregate(n=Max("number"))["n"] or 0
    entry = InterestEntry.objects.create(
        panellist=panellist,
        number=last + 1,
        kind=kind,
        words=words,
        organisation=organisation,
        since=since,
        until=until,
    )
    record("interest.entered", panellist, by=by, number=entry.number, kind=str(kind))
    return entry


@transaction.atomic
def end_interest(entry: InterestEntry, *, by: User, until: date) -> InterestEntry:
    """Say when an interest ended. It still removes its holder from cases for three years."""
    entry = locked(entry)
    permitted(by, "panel.strike_interest", entry)
    if entry.struck_at is not None:
        raise NotReady(["This entry has been struck out."])
    if entry.since is not None and until < entry.since:
        raise NotReady(["An interest cannot end before it began."])
    entry.until = until
    entry.save(update_fields=["until"])
    record("interest.ended", entry.panellist, by=by, number=entry.number)
    return entry


@transaction.atomic
def strike_interest(entry: InterestEntry, *, by: User) -> InterestEntry:
    """Strike out a slip on the day it was made. Raises `NotReady` later."""
    entry = locked(entry)
    permitted(by, "panel.strike_interest", entry)
    ready(entry, "strike")
    entry.struck_at = clock.now()
    entry.save(update_fields=["struck_at"])
    record("interest.struck_out", entry.panellist, by=by, number=entry.number)
    return entry


@transaction.atomic
def seat_panellist(
    user: User,
    *,
    by: User,
    is_lived_experience: bool = False,
    expertise: str = "",
    employer: Organisation | None = None,
    areas: Iterable[str] = (),
    region: str = "",
) -> Panellist:
    """A programme lead puts somebody with a panel role on the panel's list, or changes their seat.

    Raises `NotReady` for somebody without a panel role.
    """
    permitted(by, "panel.manage_panel", user)
    if not user.is_team(*PANEL):
        raise NotReady([f"{user} has no panel role."])
    held = Panellist.objects.select_for_update(of=("self",)).filter(user=user).first()
    if held is not None:
        _keep_earlier_employer(held, employer)
    panellist, _ = Panellist.objects.update_or_create(
        user=user,
        defaults={
            "is_lived_experience": is_lived_experience,
            "expertise": expertise,
            "employer": employer,
            "areas": _known_areas(areas),
            "region": region,
        },
    )
    record("panellist.seated", panellist, by=by)
    return panellist
