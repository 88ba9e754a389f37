"""Whom the file means: a staff code first, then the only one in a role. Never a name."""

import difflib
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from focus_people.enums import ROLE_WORDS, CircleRole
from focus_people.identifiers import DATE, find_identifiers
from focus_people.models import CircleMember

SURE, CHECK = "sure", "check"


def squeezed(text: str) -> str:
    """A code as it is compared: letters and digits only, in one case. "sw 3" is "SW-3"."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _alike(text: str) -> str:
    """A code with what people mistake for one another made the same: o and 0, l and 1, SW02 and SW2."""
    without = re.sub(r"(?<!\d)0+(?=\d)", "", squeezed(text).replace("o", "0"))
    return without.replace("l", "1").replace("i", "1")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


# What people write for a role, beside its label, its code and the words of the circle page.
_ROLES = {_plain(role.label): role for role in CircleRole}
_ROLES |= {_plain(role.value): role for role in CircleRole}
_ROLES |= {_plain(words): CircleRole(role) for words, role in ROLE_WORDS.items()}
_ROLES |= {
    "cldt nurse": CircleRole.LD_NURSE,
    "community nurse": CircleRole.LD_NURSE,
    "learning disability nurse": CircleRole.LD_NURSE,
    "speech and language therapist": CircleRole.SALT,
    "support staff": CircleRole.SUPPORT_WORKER,
    "care worker": CircleRole.SUPPORT_WORKER,
    "carer": CircleRole.SUPPORT_WORKER,
    "deputy": CircleRole.DEPUTY_MANAGER,
    "senior": CircleRole.SENIOR,
    "sw la": CircleRole.SOCIAL_WORKER,
    "s worker la": CircleRole.SOCIAL_WORKER,
    "housing": CircleRole.HOUSING_OFFICER,
    "behaviour specialist": CircleRole.BEHAVIOUR,
}


@dataclass(frozen=True)
class Match:
    """Who was meant, how sure it is ("" found by code), and why."""

    member: CircleMember
    guess: str = ""
    why: str = ""


class NobodyFound(ValueError):
    """Nobody in the circle fits; the text is the sentence for the page."""

    def __init__(self, sentence: str, *, keep_words: bool = True) -> None:
        self.keep_words = keep_words
        super().__init__(sentence)


class Circle:
    """The members of one circle, found by code or by role. `alias` names it in sentences."""

    def __init__(self, alias: str, members: Iterable[CircleMember]) -> None:
        self.alias = alias
        self.members = list(members)
        self._by_code: dict[str, CircleMember] = {}
        for member in self.members:
            self._by_code[squeezed(member.code)] = member
        for member in self.members:
            if member.staff_code:
                self._by_code[squeezed(member.staff_code)] = member
        self._by_likeness: dict[str, set[int]] = {}
        for code, member in self._by_code.items():
            self._by_likeness.setdefault(_alike(code), set()).add(member.pk)
        self._by_pk = {member.pk: member for member in self.members}
        self._held: dict[tuple, Match | NobodyFound | None] = {}

    def knows(self, words: str) -> bool:
        """Whether a text is a code of somebody in the circle."""
        return squeezed(words) in self._by_code

    def _within(self, words: str) -> CircleMember | None:
        """The one member whose code stands as a word of its own in a longer text ("SW2, nights")."""
        parts = re.findall(r"[^\W_]+(?:[-_][^\W_]+)*", words)
        tried = [*parts, *(a + b for a, b in itertools.pairwise(parts))]
        found = {
            self._by_code[squeezed(part)].pk: self._by_code[squeezed(part)]
            for part in tried
            if any(sign.isdigit() for sign in part) and squeezed(part) in self._by_code
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _like(self, words: str) -> Match | None:
        """The one code that this is a slip of the pen of."""
        alike = self._by_likeness.get(_alike(words), set()) if len(words) <= 12 else set()
        if len(alike) != 1 or not any(sign.isdigit() for sign in words):
            return None
        member = self._by_pk[next(iter(alike))]
        return Match(member, CHECK, f"Nearest code: {member.staff_code or member.code}")

    def find(self, code: str, role: str, day: date | None) -> Match | None:
        """Who is meant by a code cell and a role cell; None where both are empty. Raises `NobodyFound`.

        `day`: the session's, so that a role means those who were in the circle then.
        """
        key = (code, role, day)
        if key not in self._held:
            try:
                self._held[key] = self._find(code, role, day)
            except NobodyFound as nobody:
                self._held[key] = nobody
        answer = self._held[key]
        if isinstance(answer, NobodyFound):
            raise answer
        return answer

    def _find(self, code: str, role: str, day: date | None) -> Match | None:
        for words in (code, role):
            self._refuse_identifiers(words)
        words = code or role
        if not words:
            return None
        if found := self._by_code.get(squeezed(words)) or self._within(words):
            return Match(found)
        if as_role := self._by_role(words, day):
            return as_role
        if as_like := self._like(words):
            return as_like
        what = "in the circle" if code else "a role in the circle"
        # Without a digit it may be somebody's name, which is not kept, not even to complain of it.
        if not any(sign.isdigit() for sign in words):
            what = "a staff code or a role in the circle" if code else what
            raise NobodyFound(f"this is not {what}", keep_words=False)
        raise NobodyFound(f"‘{words}’ is not {what}")

    def _refuse_identifiers(self, words: str) -> None:
        for finding in find_identifiers(words):
            if finding.kind != DATE:
                article = "an" if finding.kind[0] in "eN" else "a"
                raise NobodyFound(
                    f"this looks like {article} {finding.kind}. Use a staff code or a role",
                    keep_words=False,
                )

    def _active(self, role: str, day: date | None) -> list[CircleMember]:
        return [
            m
            for m in self.members
            if m.role == role
            and (day is None or (m.joined_on <= day and (m.left_on is None or day < m.left_on)))
        ]

    def _by_role(self, words: str, day: date | None) -> Match | None:
        text = _plain(words)
        numbered = re.fullmatch(r"(.*\D) ?(\d{1,2})", text)
        if text in _ROLES:
            return self._only(_ROLES[text], day, SURE)
        if numbered and numbered[1].strip() in _ROLES:
            role = _ROLES[numbered[1].strip()]
            same = sorted((m for m in self.members if m.role == role), key=lambda m: m.number)
            place = int(numbered[2])
            if 1 <= place <= len(same):
                why = f"Number {place} of {len(same)} in this role"
                return Match(same[place - 1], CHECK, why)
            return None
        close = difflib.get_close_matches(text, list(_ROLES), n=1, cutoff=0.8)
        return self._only(_ROLES[close[0]], day, CHECK) if close else None

    def _only(self, role: CircleRole, day: date | None, guess: str) -> Match:
        same = self._active(role, day) or self._active(role, None)
        label = str(role.label).lower()
        if not same:
            raise NobodyFound(f"there is nobody with the role “{label}” in the circle")
        if len(same) > 1:
            raise NobodyFound(
                f"{len(same)} people in the circle have the role “{label}”. Give the staff code"
            )
        why = f"The only {label} in the circle" if guess == SURE else f"Nearest role: {label}"
        return Match(same[0], guess, why)
