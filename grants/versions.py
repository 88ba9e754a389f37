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
        f"£{line['unit_cost']} = £{line['total']}, {', '.join(line['needs'])}{_part_of(line)}"
        for line in content["lines"]
    }


def _part_of(line: dict[str, Any]) -> str:
    return f", part of {line['activity']}" if line.get("activity") else ""


def _verdicts(content: dict[str, Any]) -> dict[str, str]:
    words = {"open": "Not checked yet", "accepted": "Accepted", "refused": "Refused"}
    return {
        f"Decision on line {line['code'].removeprefix('L')}": " ".join(
            [words[line["verdict"]], line["verdict_reason"]]
        ).strip()
        for line in content["lines"]
    }


def _replies(content: dict[str, Any]) -> dict[str, str]:
    return {_reply_to(asked): asked["reply"] for asked in content["clarifications"]}


def _reply_to(asked: dict[str, Any]) -> str:
    if asked["question"]:
        about = f"question {asked['question']}"
    else:
        about = f"budget line {asked['line']}" if asked.get("line") else "the budget"
    return f"Reply to the officer’s question {asked['number']}, on {about}"


def _totals(content: dict[str, Any]) -> dict[str, str]:
    return {
        "Needs": ", ".join(need["code"] for need in content["needs"]),
        "Outcomes": "\n".join(content["outcomes"]),
        "Asked for": f"£{content['requested']}",
        "Eligible": f"£{content['eligible']}",
    }


def by_applicant(newer: CaseFile) -> list[Change]:
    """What the applicant changed since they first sent it, without what an officer decided: for the panel."""
    first = newer.application.case_files.order_by("version")[0]
    if first.pk == newer.pk:
        return []
    decided = set(_verdicts(first.content)) | set(_verdicts(newer.content)) | {"Eligible"}
    return [found for found in changes(first, newer) if found.section not in decided]


def changes(older: CaseFile, newer: CaseFile) -> list[Change]:
    """The sections that differ, in the order of the form."""
    found = []
    for part in (_answers, _totals, _lines, _verdicts, _replies):
        before, after = part(older.content), part(newer.content)
        for section in [*before, *(name for name in after if name not in before)]:
            if before.get(section, "") != after.get(section, ""):
                found.append(Change(section, before.get(section, ""), after.get(section, "")))
    return found
