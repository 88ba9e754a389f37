"""What a panellist reads: the frozen case file, section by section, each with the place that a
criterion's "look at" leads to. Nothing is fetched beside the file.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts import written
from grants.enums import LineKind, LineVerdict
from grants.models import Application, CaseFile

from ..enums import EXPERTISE_FOR, Expertise


@dataclass(frozen=True)
class Section:
    """A part of the file: its anchor, number ("Q5"), name, and text or items."""

    anchor: str
    number: str
    name: str
    text: str = ""
    items: tuple[str, ...] = ()
    asked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Line:
    """A budget line; money in pounds."""

    code: str
    words: str
    sum: str
    total: Decimal
    needs: str
    why: str = ""
    activity: str = ""
    is_in_kind: bool = False
    asked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CaseReading:
    """A case file ready to be shown. `places` maps "q5", "needs", "budget" to anchors."""

    alias: str
    version: int
    reason: str
    applicant: str
    frozen_at: Any
    who: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    refused: tuple[tuple[str, str], ...]
    requested: Decimal
    eligible: Decimal
    cover_percent: str
    budget_asked: tuple[tuple[str, str], ...]
    circle_size: int
    is_act_first: bool
    is_withheld: bool = False
    places: dict[str, str] = field(default_factory=dict)

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The links above the file."""
        wanted = (
            ("Person", "q1"),
            ("Circle", "circle"),
            ("Needs", "needs"),
            ("Learning", "q5"),
            ("Outcomes", "outcomes"),
            ("Budget", "budget"),
            ("Safety", "q11"),
        )
        return [(name, self.places[key]) for name, key in wanted if key in self.places]

    def look_at(self, names: list[str]) -> list[tuple[str, str]]:
        """Where a criterion says to look, as links into the file; the same place only once."""
        found: dict[str, str] = {}
        for name in names:
            if (place := self.places.get(name.lower())) and place not in found:
                found[place] = name if name[:1] == "Q" else name.capitalize()
        return [(label, place) for place, label in found.items()]


def _labels(facts: dict, *names: str) -> list[str]:
    found = []
    for name in names:
        value = facts.get(name)
        if isinstance(value, dict) and value.get("value"):
            found.append(value["label"])
    return found


def _plain(number: str) -> str:
    """ "3" for "3.00"."""
    return f"{Decimal(number).normalize():f}"


def joined(words: list[str]) -> str:
    """ "learning disability, autism and epilepsy"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def who_it_is_for(content: dict[str, Any]) -> str:
    """ "Learning disability and autism, 18 to 25": conditions and age band, nothing else."""
    facts = content.get("person", {}).get("facts", {})
    conditions = joined(
        [c if n == 0 else c[:1].lower() + c[1:] for n, c in enumerate(facts.get("conditions", []))]
    )
    return ", ".join(part for part in (conditions, *_labels(facts, "age_band")) if part)


def areas_of(content: dict[str, Any]) -> list[Expertise]:
    """The areas of expertise that a case file touches: its conditions, needs, age band, setting."""
    person = content.get("person", {})
    facts = person.get("facts", {})
    said = {*facts.get("conditions", []), *_labels(facts, "age_band", "setting")}
    needs = [*person.get("needs", []), *content.get("needs", [])]
    said |= {need["category"] for need in needs if "category" in need}
    return [area for area in Expertise if said & set(EXPERTISE_FOR[area])]


def circle_roles(content: dict[str, Any]) -> str:
    """Roles in the circle with how many of each: what may be seen before interests are declared."""
    circle = content.get("person", {}).get("circle", [])
    return _listed((member["role"], member["count"]) for member in circle)


def _listed(roles: Iterable[tuple[str, int]]) -> str:
    """ "Team leader, 6 × support worker, GP": a capital at the start and in abbreviations alone."""
    words = [
        (f"{n} × " if n > 1 else "")
        + (
            role
            if role[1:2].isupper() or role.startswith("Shared Lives")
            else role[:1].lower() + role[1:]
        )
        for role, n in roles
    ]
    said = ", ".join(words)
    return said[:1].upper() + said[1:]


def _facts(person: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    facts = person.get("facts", {})
    evidence = person.get("evidence", {})
    plan = person.get("plan") or {}
    rows = [
        ("Lives in", "; ".join(_labels(facts, "setting", "area"))),
        ("At risk because", joined(_labels(person, "cohort"))),
        ("Support register", joined(_labels(person, "dsr"))),
        ("Evidence", "; ".join(evidence.get("kinds", []))),
        ("Strengths", facts.get("strengths", "")),
        ("Communication", facts.get("communication", "")),
        ("Control over support", joined(_labels(facts, "control_level"))),
        ("Chose the team", joined(_labels(facts, "chose_team"))),
        (
            "Support now",
            f"{_plain(plan['average_ratio'])} staff on average, {_plain(plan['peak_ratio'])} at "
            "most; "
            f"{written.money(Decimal(plan['weekly_cost']))} a week"
            if plan.get("average_ratio") and plan.get("weekly_cost")
            else "",
        ),
    ]
    return tuple((name, value) for name, value in rows if value)


def _number_key(section: Section) -> int:
    return int(section.number[1:])


def hides_applicant(application: Application) -> bool:
    """Whether the round keeps from those who score which organisation applies, until the panel has
    concluded."""
    return application.round.hides_organisation and not hasattr(application, "conclusion")


def applicant_of(application: Application) -> str:
    """ "Larchwood Support CIC, North West" for those to whom the case is open; nothing where the round
    hides it. Bring the application with its round, organisation and conclusion."""
    if hides_applicant(application):
        return ""
    return f"{application.organisation.name}, {application.organisation.get_region_display()}"


_LEGAL = re.compile(
    r"[\s,]+(?:c\.?i\.?c\.?|ltd\.?|limited|llp|plc|trust|nhs|foundation)\.?$", re.IGNORECASE
)
HIDDEN = "[the applicant]"


def mask_of(application: Application) -> Callable[[str], str]:
    """What takes the applicant's name (with and without its legal form) out of a text, where the round
    hides it from those who score; elsewhere the text stays as it is."""
    if not hides_applicant(application):
        return lambda text: text
    name = application.organisation.name.strip()
    names = sorted({name, _LEGAL.sub("", name)} - {""}, key=len, reverse=True)
    known = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" for n in names), re.IGNORECASE)
    return lambda text: known.sub(HIDDEN, text)


# What the panel may always know of a case that it judges: how it is called, and the money.
_ALWAYS = ("alias", "eligible", "requested")


def content_for_scoring(case_file: CaseFile) -> dict[str, Any]:
    """The content as those who score read it: the applicant hidden in every text where the round says so,
    and nothing of the person while no basis for the application stands: consent that is withdrawn takes the
    file from everybody who judges, at once, until a new basis is recorded."""
    if not case_file.application.has_basis:
        return {key: case_file.content[key] for key in _ALWAYS if key in case_file.content}
    if not hides_applicant(case_file.application):
        return case_file.content
    mask = mask_of(case_file.application)

    def masked(value: Any) -> Any:
        if isinstance(value, str):
            return mask(value)
        if isinstance(value, list):
            return [masked(one) for one in value]
        if isinstance(value, dict):
            return {key: masked(one) for key, one in value.items()}
        return value

    return masked(case_file.content)


def read_case_file(case_file: CaseFile) -> CaseReading:
    """The file as it is shown. A part that an older file lacks is left out."""
    content = content_for_scoring(case_file)
    person = content.get("person", {})
    shown = {x["code"] for x in content.get("lines", []) if x.get("verdict") != LineVerdict.REFUSED}
    asked: dict[int | str | None, list[tuple[str, str]]] = {}
    for talk in content.get("clarifications", []):
        about, words = talk.get("question"), talk["words"]
        if talk.get("line"):
            about = f"L{talk['line']}"
            if about not in shown:  # taken out or refused since: it stands below the budget
                about, words = None, f"On line {talk['line']}: {words}"
        asked.setdefault(about, []).append((words, talk.get("reply", "")))

    def talk_of(number: int) -> tuple[tuple[str, str], ...]:
        return tuple(asked.get(number, ()))

    sections = [
        Section(
            f"q{answer['number']}",
            f"Q{answer['number']}",
            answer["short_name"],
            answer.get("text", ""),
            asked=talk_of(answer["number"]),
        )
        for answer in content.get("answers", [])
    ]
    given = {section.anchor for section in sections}
    needs = tuple(f"{n['code']} {n['statement']}" for n in content.get("needs", []))
    if needs and "q4" not in given:
        sections.append(
            Section("q4", "Q4", "Needs the learning is for", items=needs, asked=talk_of(4))
        )
    outcomes = tuple(content.get("outcomes", []))
    if outcomes and "q7" not in given:
        sections.append(
            Section("q7", "Q7", "What will be different", items=outcomes, asked=talk_of(7))
        )
    sections.sort(key=_number_key)

    accepted = [x for x in content.get("lines", []) if x.get("verdict") != LineVerdict.REFUSED]
    refused = [x for x in content.get("lines", []) if x.get("verdict") == LineVerdict.REFUSED]
    places = {section.anchor: f"#{section.anchor}" for section in sections}
    places |= {"budget": "#budget", "circle": "#circle", "goals": "#person", "plan": "#person"}
    places |= {
        name: place
        for name, place in (("needs", "#q4"), ("outcomes", "#q7"))
        if place[1:] in places
    }
    return CaseReading(
        alias=content.get("alias", ""),
        version=case_file.version,
        reason=case_file.reason,
        applicant=applicant_of(case_file.application),
        frozen_at=case_file.frozen_at,
        who=who_it_is_for(content),
        facts=_facts(person),
        sections=tuple(sections),
        lines=tuple(
            Line(
                code=x["code"],
                words=x["description"],
                sum=f"{Decimal(x['quantity']).normalize():f} × {written.money(Decimal(x['unit_cost']))}",
                total=Decimal(x["total"]),
                needs=", ".join(x.get("needs", [])),
                why=x.get("justification", ""),
                activity=x.get("activity", ""),
                is_in_kind=x.get("kind") == LineKind.IN_KIND,
                asked=tuple(asked.get(x["code"], ())),
            )
            for x in accepted
        ),
        refused=tuple(
            (
                f"{x['code']} {x['description']}, {written.money(Decimal(x['total']))}",
                x["verdict_reason"],
            )
            for x in refused
        ),
        requested=Decimal(content.get("requested", "0.00")),
        eligible=Decimal(content.get("eligible", "0.00")),
        cover_percent=content.get("cover_percent", ""),
        budget_asked=tuple(asked.get(None, ())),
        circle_size=person.get("circle_size", 0),
        is_act_first=bool(person.get("act_first")),
        is_withheld=not case_file.application.has_basis,
        places=places,
    )


def circle_by_sector(content: dict[str, Any]) -> list[tuple[str, str]]:
    """(sector, roles with numbers) of the circle, as the file has it."""
    grouped: dict[str, list[tuple[str, int]]] = {}
    for member in content.get("person", {}).get("circle", []):
        grouped.setdefault(member["sector_label"], []).append((member["role"], member["count"]))
    return [(sector, _listed(roles)) for sector, roles in grouped.items()]


def goals(content: dict[str, Any]) -> list[str]:
    """The person's goals in their words."""
    return [f"{g['code']} {g['words']}" for g in content.get("person", {}).get("goals", [])]


def changed_parts(before: CaseFile, after: CaseFile) -> list[str]:
    """The names of the parts that differ between two versions, in the order of the file."""
    old, new = before.content, after.content
    earlier = {a["number"]: a.get("text", "") for a in old.get("answers", [])}
    found = [
        f"Q{a['number']} {a['short_name']}"
        for a in new.get("answers", [])
        if earlier.get(a["number"], "") != a.get("text", "")
    ]
    for key, name in (
        ("needs", "Needs"),
        ("outcomes", "Outcomes"),
        ("lines", "Budget"),
        ("clarifications", "Questions and replies"),
        ("person", "The person, the circle and the support plan"),
    ):
        if old.get(key) != new.get(key):
            found.append(name)
    return found
