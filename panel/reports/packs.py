"""A panellist's pack for reading away from a screen: each case that is open to them now, with a blank
sheet. It holds what the scoring page shows and nothing else; experts by experience get it in easy read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts import clock, written
from grants.enums import ApplicationState
from grants.models import CaseFile, Criterion
from grants.standard import CRITERIA, DESCRIPTORS

from ..enums import NOT_ABLE_LABEL, AssessmentState
from ..models import Assignment
from .case_files import (
    Line,
    circle_by_sector,
    content_for_scoring,
    goals,
    read_case_file,
)

# The published criteria in plain words; a round's own criteria keep their own titles.
EASY_QUESTIONS = {
    "C1": "Is this training made for this one person?",
    "C2": "Will life get better for the person?",
    "C3": "Are the right people learning? Do they learn together? Is the family in it?",
    "C4": "Is it good training? Will staff practise what they learn?",
    "C5": "Will it still help when staff leave? Will it help other people too?",
    "C6": "Is it worth the money? Can it be done in time?",
    "C7": "Did the person have a say? Is it safe? Will they check that it worked?",
}
EASY_WORDS = ("Nothing", "Poor", "Weak", "OK", "Good", "Very good")
_STANDARD = {c.code: c.title for c in CRITERIA}


@dataclass(frozen=True)
class Pack:
    """The cases of a pack, each with its newest case file and the round's criteria. `due` says by when the
    scores of an application are due; of one that is not in it they are in."""

    for_whom: str
    is_easy: bool
    made_at: datetime
    cases: tuple[tuple[CaseFile, tuple[Criterion, ...]], ...]
    due: dict[int, date | None]


def pack_of(user: Any, *, easy: bool = False) -> Pack:
    """Everything that is open to this panellist and still with the panel, the soonest due first; the same
    queries for any number of cases. A case whose consent was withdrawn is left out."""
    seats = (
        Assignment.objects.opening()
        .scorers()
        .filter(panellist__user=user, application__state=ApplicationState.WITH_PANEL)
        .order_by("due_on", "application__reference")
    )
    found = list(seats.values_list("application_id", "due_on", "assessment__state"))
    order = [pk for pk, *_ in found]
    newest: dict[int, CaseFile] = {}
    files = CaseFile.objects.filter(application__in=order).select_related(
        "application__round",
        "application__organisation",
        "application__conclusion",
        "application__person",
    )
    for file in files.prefetch_related(
        "application__terms__criteria", "application__person__consents"
    ).order_by("version"):
        newest[file.application_id] = file
    order = [pk for pk in order if newest[pk].application.has_basis]
    return Pack(
        for_whom=str(user),
        is_easy=easy,
        made_at=clock.now(),
        cases=tuple(
            (
                newest[pk],
                tuple(sorted(newest[pk].application.terms.criteria.all(), key=lambda c: c.code)),
            )
            for pk in order
        ),
        due={pk: due for pk, due, state in found if state != AssessmentState.SUBMITTED},
    )


def _when(pack: Pack, file: CaseFile) -> str:
    """ "Your scores are in", "scores due by 28 November 2026", or nothing where no day was set."""
    if file.application_id not in pack.due:
        return "your scores are in"
    due = pack.due[file.application_id]
    return f"scores due by {written.day(due)}" if due else ""


def _in_order(pack: Pack) -> list[dict[str, Any]]:
    """The cases as words, without a sheet for scores that are in."""
    write = _easy_case if pack.is_easy else _case
    cases = []
    for file, criteria in pack.cases:
        case, when = write(file, criteria), _when(pack, file)
        if file.application_id not in pack.due:
            case["criteria"] = []
        cases.append(case | {"listed": ": ".join(filter(None, (case["title"], when)))})
    return cases


def pack_document(pack: Pack) -> dict[str, Any]:
    """The pack as words for the typesetter."""
    day = written.day(pack.made_at.astimezone(clock.LONDON))
    title = f"Your cases to score, {day}"
    if pack.is_easy:
        title = f"Your cases to score, easy read, {day}"
        intro = [
            "These papers are for you.",
            "They are private. Please do not show them to other people.",
            "Each part is about one person. We do not use their real name.",
            "Read about the person first. Then give your scores on the sheet.",
            "You can ask your supporter to help you read. The scores are yours.",
            "Put your scores into the website when you are ready. Or ask us to help.",
        ]
        scale = [
            "For each question, choose one box:",
            *(f"{n}: {word}" for n, word in enumerate(EASY_WORDS)),
            "If you cannot say, choose “I cannot say”. That is OK. It does not count as 0.",
        ]
        numbers = "     ".join(f"☐ {n}" for n in range(6))
        return {
            "title": title,
            "easy": True,
            "intro": intro if pack.cases else ["You have no cases to score now."],
            "scale": scale,
            "boxes": f"{numbers}     ☐ I cannot say",
            "why": "Why?",
            "cases": _in_order(pack),
        }
    numbers = "   ".join(f"☐ {n}" for n in range(6))
    return {
        "title": title,
        "easy": False,
        "intro": [
            f"For {pack.for_whom}. Your own open cases, with a blank sheet for each that you still score. Enter "
            "your scores in the service: a paper sheet counts for nothing.",
            "If you find that you have an interest in a case, stop reading and say so in the service.",
        ]
        if pack.cases
        else ["No case is open to you now."],
        "scale": [
            *(f"{n} {word}: {says}." for n, word, says in DESCRIPTORS),
            f"{NOT_ABLE_LABEL}: an answer too. It is left out, and never counts as a score of 0.",
        ],
        "boxes": f"{numbers}   ☐ {NOT_ABLE_LABEL.lower()}",
        "why": "Reason for the applicant; private note:",
        "cases": _in_order(pack),
    }


def _part(title: str, text: str = "", items: Iterable[str] = ()) -> dict[str, Any]:
    return {"title": title, "text": text, "items": list(items)}


def _words(line: Line) -> str:
    return f"{line.words} (part of: {line.activity})" if line.activity else line.words


def _case(file: CaseFile, criteria: tuple[Criterion, ...]) -> dict[str, Any]:
    read, content = read_case_file(file), content_for_scoring(file)
    parts = [_part("The person", items=[f"{name}: {value}" for name, value in read.facts])]
    if own := goals(content):
        parts.append(_part("Their goals", items=own))
    for section in read.sections:
        talk = [
            f"The programme asked: {asked} Answer: {said or 'none yet'}"
            for asked, said in section.asked
        ]
        parts.append(
            _part(
                f"{section.number} {section.name}",
                "" if section.items else section.text or "Not answered",
                [*section.items, *talk],
            )
        )
    parts.append(
        _part(
            f"The circle, {read.circle_size} people",
            items=[f"{sector}: {roles}" for sector, roles in circle_by_sector(content)],
        )
    )
    facts = [f"Version {read.version}. {read.who}."]
    if read.applicant:
        facts.append(f"Applicant: {read.applicant}.")
    if read.is_act_first:
        facts.append("Priority aid: act first.")
    return {
        "title": f"{read.alias}, {file.application.reference}",
        "facts": facts,
        "parts": parts,
        "budget": f"Budget, eligible {written.money(read.eligible)}",
        "lines": [
            [
                line.code,
                ". ".join(filter(None, (_words(line), line.sum, line.needs))),
                f"{line.total:,.2f}",
            ]
            for line in read.lines
        ],
        "sheet": f"Blank sheet: {read.alias}",
        "criteria": [
            {
                "title": f"{c.code} {c.title}, weight {c.weight}"
                + (f", average of {c.minimum} needed to fund" if c.minimum else ""),
                "hint": c.hint,
            }
            for c in criteria
        ],
    }


def _easy_case(file: CaseFile, criteria: tuple[Criterion, ...]) -> dict[str, Any]:
    """The same case, the person first, with headings in plain words. What the applicant wrote stays as
    it was written: nobody may change what is judged."""
    read, content = read_case_file(file), content_for_scoring(file)
    facts = dict(read.facts)
    parts = [
        _part(
            "About the person",
            items=[
                text
                for text in (
                    read.who,
                    facts.get("Strengths", ""),
                    facts.get("Communication", ""),
                    f"Lives in: {facts['Lives in']}" if "Lives in" in facts else "",
                )
                if text
            ],
        )
    ]
    if own := goals(content):
        parts.append(_part("What the person wants", items=own))
    plain = {
        1: "A good life for the person",
        2: "What is happening now",
        3: "Who will learn",
        4: "What the person needs",
        5: "What they will learn",
        6: "How they will learn together",
        7: "What will change",
        8: "How the person had a say",
        9: "Other money",
        10: "How it will last",
        11: "How they keep people safe",
        12: "The plan",
    }
    for section in read.sections:
        name = plain.get(int(section.number[1:]), section.name)
        text = "" if section.items else section.text or "They did not answer."
        parts.append(_part(name, text, section.items))
    parts.append(
        _part(
            "People around the person",
            items=[roles for _, roles in circle_by_sector(content)],
        )
    )
    return {
        "title": f"{read.alias}, {file.application.reference}",
        "facts": [],
        "parts": parts,
        "budget": f"What it costs: {written.money(read.eligible)}",
        "lines": [[line.code, _words(line), f"{line.total:,.2f}"] for line in read.lines],
        "sheet": f"Your scores for {read.alias}",
        "criteria": [
            {
                "title": EASY_QUESTIONS[c.code]
                if _STANDARD.get(c.code) == c.title and c.code in EASY_QUESTIONS
                else c.title,
                "hint": f"This is {c.code}: {c.title}.",
            }
            for c in criteria
        ],
    }
