"""How a condition of an award is written: one line of text, which lead, applicant and officer read alike.

“Send us your working policy. Evidence: the policy. Before the first payment.” The last sentence, where it
stands, is more than words: the payment that it names waits until the condition is met.
"""

import re

from .enums import Instalment

BEFORE = {
    Instalment.FIRST: "Before the first payment.",
    Instalment.FINAL: "Before the final payment.",
}
_ENDS = re.compile(r"\bbefore the (first|final) payment\s*\.?\s*\Z", re.IGNORECASE)


def told(words: str, evidence: str, before: str) -> str:
    """The line: `evidence` and `before` (an `Instalment`) may be empty."""
    parts = [words.strip().rstrip(".") + "."]
    if evidence.strip():
        parts.append(f"Evidence: {evidence.strip().rstrip('.')}.")
    if before:
        parts.append(BEFORE[Instalment(before)])
    return " ".join(parts)


def waits_for(line: str) -> str:
    """The instalment that waits for a condition, by the end of its line; empty where none does."""
    found = _ENDS.search(line)
    return Instalment(found.group(1).lower()).value if found else ""
