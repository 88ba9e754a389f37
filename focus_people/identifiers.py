"""What in a text could say who somebody is: NHS numbers, e-mail addresses, telephone numbers,
postcodes, and full dates such as dates of birth (domain 7.3).

Patterns only, so it is quick and explains itself; it does not know names. `find_identifiers` says
what it found and where. The first four kinds are refused by the forms that ask about a person; a
full date is refused beside words of birth and pointed out elsewhere.
"""

import re
from dataclasses import dataclass

NHS_NUMBER = "NHS number"
EMAIL = "e-mail address"
PHONE = "telephone number"
POSTCODE = "postcode"
BIRTH = "date of birth"
DATE = "full date"


@dataclass(frozen=True)
class Finding:
    """Something that could identify somebody: what kind, the words found, and where they stand.

    is_refused: a form about a person does not take it; otherwise it only points it out.
    """

    kind: str
    text: str
    start: int
    end: int
    is_refused: bool = True

    @property
    def sentence(self) -> str:
        """For the page: what was found and what to do about it."""
        a = "an" if self.kind[0] in "aeN" else "a"
        if self.kind == DATE:
            return f"“{self.text}” looks like a full date. A month and year are enough"
        return f"Take out “{self.text}”. It looks like {a} {self.kind}"


# Bounded, so that a long run without an @ is read once and not once from each of its letters.
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ \u00a0-]?\d{3}[ \u00a0-]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+44|0044|0)(?:[\s().\u00a0-]*\d){9,10}(?!\d)")
# The last part never has C I K M O V; "N4 2nd" is an ordinal, not a place.
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]?[ \u00a0]?\d(?!st\b|nd\b|rd\b|th\b)[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTH})\.?,?\s+\d{{4}})\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?:\bborn\b|\bbirth(?:day)?\b|\bd\.?\s?o\.?\s?b\b)[^.;\n]{0,25}$", re.IGNORECASE
)
_BIRTH_REACH = 60  # more than the longest match of _BIRTH


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry a valid check digit (weights 10 to 2, modulo 11)."""
    digits = re.sub(r"\D", "", digits)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    remainder = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    check = (11 - remainder) % 11
    return check != 10 and check == int(digits[9])


def find_identifiers(text: str) -> list[Finding]:
    """Everything in `text` that could identify somebody, in the order of the text, none twice."""
    found: list[Finding] = []

    def add(kind: str, match: re.Match[str], refused: bool = True) -> None:
        start, end = match.span()
        if not any(start < f.end and f.start < end for f in found):
            found.append(Finding(kind, match.group().strip(), start, end, refused))

    for match in _EMAIL.finditer(text):
        add(EMAIL, match)
    for match in _TEN_DIGITS.finditer(text):
        if is_nhs_number(match.group()):
            add(NHS_NUMBER, match)
    for match in _DATE.finditer(text):
        here = match.start()
        is_birth = bool(_BIRTH.search(text, max(0, here - _BIRTH_REACH), here))
        add(BIRTH if is_birth else DATE, match, is_birth)
    for match in _PHONE.finditer(text):
        add(PHONE, match)
    for match in _POSTCODE.finditer(text):
        add(POSTCODE, match)
    return sorted(found, key=lambda f: f.start)
