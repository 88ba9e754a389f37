"""The minutes of a meeting, written from the record: nobody types again what the panel has declared,
resolved, noted or recommended. `record_of` gathers everything, for the chair's approval alone; a reader
gets it through `minutes_of`, case by case, as far as its scores are open to them and they have no interest
in it. A case whose scores closed again, because somebody recused themselves, stands there with that said.
The ranking is worked out anew for what a reader may see, so that its line tells nothing of the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from accounts import clock, written
from grants.enums import AWARDING, Outcome
from grants.models import Application, Recommendation

from ..enums import AttendanceKind, FlagKind
from ..models import AgendaItem, Meeting, Resolution
from ..querysets import cases_readable_by, standings
from .meetings import out_of_the_room
from .ranking import Entry, Place, Ranking, awards_in, entries_of, placed

CLOSED = (
    "The scores of this case closed again: somebody recused themselves or left it, and not every sheet that "
    "is waited for is in. What was said of it can be read here once they are open."
)


def record_of(meeting: Meeting) -> dict[str, Any]:
    """Everything that the record says of a meeting, ready for JSON. For nobody's eyes as it is."""
    return _record(meeting, list(meeting.items.order_by("place", "pk")))


def _record(meeting: Meeting, items: Iterable[AgendaItem]) -> dict[str, Any]:
    """The record of these items of a meeting; the same queries for any number of them.

    {"present", "apologies": names; "money", "minimum", "threshold": strings; "awards": counts by group;
    "items": [{"case", "alias", "note", "out", "flags", "outcome", "amount", …}]}.
    """
    listed = list(items)
    cases = list(
        Application.objects.filter(pk__in=[item.application_id for item in listed])
        .select_related("organisation", "terms")
        .prefetch_related("case_files")
    )
    of = {case.pk: case for case in cases}
    attendances = list(
        meeting.attendances.select_related("panellist__user").order_by(
            "panellist__user__name", "pk"
        )
    )
    present = [a.panellist for a in attendances if a.kind == AttendanceKind.PRESENT]
    out = out_of_the_room(present, cases)
    flags: dict[int, list[str]] = {}
    for one in (
        Resolution.objects.filter(application__in=cases)
        .select_related("criterion")
        .order_by("resolved_at", "pk")
    ):
        about = f"{one.criterion.code}, " if one.criterion else ""
        kind = FlagKind(one.kind).label
        said = f"{about}{kind[:1].lower() + kind[1:] if about else kind}: {one.words}"
        flags.setdefault(one.application_id, []).append(said)
    entries = {entry.application.pk: entry for entry in entries_of(cases)}
    newest: dict[int, Recommendation] = {}
    for found in Recommendation.objects.filter(application__in=cases).order_by("pk"):
        newest[found.application_id] = found
    return {
        "present": [str(person) for person in present],
        "apologies": [str(a.panellist) for a in attendances if a.kind == AttendanceKind.APOLOGIES],
        "money": str(meeting.round.left),
        "minimum": str(meeting.round.minimum),
        "threshold": str(meeting.round.terms.threshold),
        "awards": {group: dict(n) for group, n in awards_in(meeting.round).items()},
        "items": [
            {
                "case": item.application_id,
                "reference": of[item.application_id].reference,
                "alias": max(
                    of[item.application_id].case_files.all(), key=lambda f: f.version
                ).content.get("alias", ""),
                "note": item.note,
                "was_taken": item.shown_at is not None,
                "out": [str(person) for person in out[item.application_id]],
                "flags": flags.get(item.application_id, []),
                **_recommended(entries.get(item.application_id), newest.get(item.application_id)),
            }
            for item in listed
        ],
    }


def _recommended(entry: Entry | None, said: Recommendation | None) -> dict[str, Any]:
    if entry is None or said is None:
        return {"outcome": ""}
    return {
        "outcome": said.outcome,
        "amount": str(said.amount),
        "score": str(said.score),
        "reasons": said.reasons,
        "conditions": list(said.conditions),
        "is_act_first": entry.is_act_first,
        "region": entry.region,
        "need_level": entry.need_level,
        "submitted_at": entry.submitted_at.isoformat(),
        "threshold": str(entry.threshold),
    }


@dataclass(frozen=True)
class MinutesItem:
    """A case in the minutes; `out` is None for a reader who may not know who left the room."""

    number: int
    reference: str
    alias: str
    note: str
    was_taken: bool
    out: tuple[str, ...] | None
    flags: tuple[str, ...]
    outcome: str
    amount: Decimal
    score: Decimal | None
    reasons: str
    conditions: tuple[str, ...]
    closed: str = ""

    @property
    def recommended(self) -> str:
        """ "Approve, £7,762.20, with a panel score of 80.33"."""
        if not self.outcome:
            return "Not concluded"
        money = f", {written.money(self.amount)}" if self.outcome in AWARDING else ""
        return f"{Outcome(self.outcome).label}{money}, with a panel score of {self.score}"


@dataclass(frozen=True)
class MinutesShown:
    """The minutes as one reader sees them."""

    meeting: Meeting
    present: tuple[str, ...]
    apologies: tuple[str, ...]
    items: tuple[MinutesItem, ...]
    ranking: Ranking
    approved_at: datetime | None
    approved_by: str

    @property
    def reserve(self) -> list[Place]:
        """Recommended cases for which no money was left, in order."""
        return self.ranking.reserve

    @property
    def held_on(self) -> date:
        return self.meeting.held_on


def minutes_of(meeting: Meeting, user: Any) -> MinutesShown:
    """The minutes for this reader: frozen once they are approved, before that as the record is now."""
    held = getattr(meeting, "minutes", None)
    visible = list(
        AgendaItem.objects.visible_to(user).filter(meeting=meeting).order_by("place", "pk")
    )
    readable = set(
        cases_readable_by(user)
        .filter(pk__in=[item.application_id for item in visible])
        .values_list("pk", flat=True)
    )
    closed = _closed_again([i.application_id for i in visible if i.application_id not in readable])
    shown = [item for item in visible if item.application_id in readable | closed]
    listed = [item.application_id for item in shown]
    if held is not None:
        content = held.content
        kept = held.cases.filter(application__in=listed).order_by("pk")
        rows = [{**one.content, "case": one.application_id} for one in kept]
    else:
        content = _record(meeting, shown)
        rows = content["items"]
    rows = [_without_words(row) if row["case"] in closed else row for row in rows]
    oversees = user.has_perm("panel.prepare_meeting", meeting)
    places = placed(
        [_entry(row) for row in rows if row["outcome"]],
        money=Decimal(content["money"]),
        threshold=None,
        minimum=Decimal(content["minimum"]),
        awards=content["awards"],
    )
    return MinutesShown(
        meeting=meeting,
        present=tuple(content["present"]),
        apologies=tuple(content["apologies"]),
        items=tuple(_item(n, row, oversees) for n, row in enumerate(rows, 1)),
        ranking=Ranking(
            meeting.round, places, Decimal(content["money"]), Decimal(content["threshold"])
        ),
        approved_at=held.approved_at if held is not None else None,
        approved_by=str(held.approved_by) if held is not None else "",
    )


def _closed_again(cases: list[int]) -> set[int]:
    """Those of these cases (ids) that the panel has not concluded and whose scores are open to nobody: too
    few judge them, or a sheet is waited for."""
    concluded = Application.objects.filter(pk__in=cases, conclusion__isnull=False)
    waiting = set(cases) - set(concluded.values_list("pk", flat=True))
    return {pk for pk, standing in standings(waiting).items() if not standing.is_all_in}


def _without_words(row: dict[str, Any]) -> dict[str, Any]:
    """What the minutes say of a case whose scores are closed: that it was there, and nothing of them."""
    kept = {name: row[name] for name in ("case", "reference", "alias", "was_taken", "out")}
    return {**kept, "note": "", "flags": [], "outcome": "", "closed": CLOSED}


def _moment(text: str) -> datetime:
    """The moment that was kept; the end of time for one that was taken out with a person's record."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        reference=row["reference"],
        alias=row["alias"] or row["reference"],
        score=Decimal(row["score"]),
        amount=Decimal(row["amount"]),
        outcome=row["outcome"],
        is_act_first=row["is_act_first"],
        region=row["region"],
        need_level=row["need_level"],
        submitted_at=_moment(row["submitted_at"]),
        threshold=Decimal(row["threshold"]),
    )


def _item(number: int, row: dict[str, Any], oversees: bool) -> MinutesItem:
    return MinutesItem(
        number=number,
        reference=row["reference"],
        alias=row["alias"] or row["reference"],
        note=row["note"],
        was_taken=row["was_taken"],
        out=tuple(row["out"]) if oversees else None,
        flags=tuple(row["flags"]),
        outcome=row["outcome"],
        amount=Decimal(row.get("amount", "0")),
        score=Decimal(row["score"]) if row.get("score") else None,
        reasons=row.get("reasons", ""),
        conditions=tuple(row.get("conditions", ())),
        closed=row.get("closed", ""),
    )


def document_of(minutes: MinutesShown) -> dict[str, Any]:
    """The minutes as words for the typesetter."""
    approved = minutes.approved_at
    return {
        "title": f"Minutes of the panel meeting on {written.day(minutes.held_on)}",
        "round": str(minutes.meeting.round),
        "place": minutes.meeting.place,
        "status": f"Approved on {written.day(approved.astimezone(clock.LONDON))} by "
        f"{minutes.approved_by}."
        if approved
        else "Draft: the chair has not approved these minutes.",
        "present": ", ".join(minutes.present) or "Not said yet",
        "apologies": ", ".join(minutes.apologies) or "None",
        "items": [
            {
                "title": f"{item.number}. {item.alias}, {item.reference}",
                "recommended": "" if item.closed else f"{item.recommended}.",
                "out": None if item.out is None else (", ".join(item.out) or "Nobody"),
                "note": item.closed or item.note,
                "flags": list(item.flags),
                "reasons": item.reasons,
                "conditions": list(item.conditions),
            }
            for item in minutes.items
        ],
        "ranking": [
            [
                str(n),
                f"{place.alias}, {place.reference}",
                str(place.score),
                written.money(place.amount),
                place.words,
            ]
            for n, place in enumerate(minutes.ranking.places, 1)
        ],
        "reserve": [f"{place.alias}, {place.reference}" for place in minutes.reserve],
    }
