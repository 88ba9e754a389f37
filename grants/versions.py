"""What changed between two versions of a case file, section by section, for whoever compares them."""

from dataclasses import dataclass
from typing import Any

from .models import CaseFile


@dataclass(frozen=True)
class Change:
    """One section that differs: its name, and its text in the older and the newer version."""

    section: str
    before: str
    after: str


def _answers(content: dict[str, Any]) -> dict[str, str]:
    return {f"{a['number']}. {a['short_name']}": a["text"] for a in content["answers"]}


def _lines(content: dict[str, Any]) -> dict[str, str]:
    return {
        f"Line {line['code'].removeprefix('L')}": f"{line['description']}: {line['quantity']} × "
        f"£{line['unit_cost']} = £{line['total']}, {', '.join(line['needs'])}"
        for line in content["lines"]
    }


def _verdicts(content: dict[str, Any]) -> dict[str, str]:
    words = {"open": "Not checked yet", "accepted": "Accepted", "refused": "Refused"}
    return {
        f"Decision on line {line['code'].removeprefix('L')}": " ".join(
            [words[line["verdict"]], line["verdict_reason"]]
        ).strip()
        for line in content["lines"]
    }


def _replies(content: dict[str, Any]) -> dict[str, str]:
    return {
        f"Reply to question {asked['number']}": asked["reply"]
        for asked in content["clarifications"]
    }


def _totals(content: dict[str, Any]) -> dict[str, str]:
    return {
        "Needs": ", ".join(need["code"] for need in content["needs"]),
        "Outcomes": "\n".join(content["outcomes"]),
        "Asked for": f"£{content['requested']}",
        "Eligible": f"£{content['eligible']}",
    }


def changes(older: CaseFile, newer: CaseFile) -> list[Change]:
    """The sections that differ, in the order of the form."""
    found = []
    for part in (_answers, _totals, _lines, _verdicts, _replies):
        before, after = part(older.content), part(newer.content)
        for section in [*before, *(name for name in after if name not in before)]:
            if before.get(section, "") != after.get(section, ""):
                found.append(Change(section, before.get(section, ""), after.get(section, "")))
    return found
