"""What in a text could say who somebody is (domain 7.3): NHS and National Insurance numbers, e-mail
addresses, telephone numbers, postcodes, dates of birth, streets, likely names, and codes by which
the organisation itself knows somebody.

`find_identifiers` says what it found, where, and how sure it is. What is *certain* is refused by
every form and has to come out. What is *likely* is a question: the writer takes it out or says why
it stays (`accounts.fields.PlainTextField`), and what stays is shown to the officer. What is only
*exact* (a full date) is pointed out.

Read is what a person sees: characters without width, thin spaces, long dashes, full-width digits and the
codes of web pages (`&#57;`), which come along when a text is copied, hide nothing.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from accounts import clock

from .likely_names import likely_names

NHS_NUMBER = "NHS number"
NI_NUMBER = "National Insurance number"
EMAIL = "e-mail address"
PHONE = "telephone number"
POSTCODE = "postcode"
BIRTH = "date of birth"
DATE = "full date"
NAME = "name"
STREET = "street address"
OWN_CODE = "code that your organisation uses for somebody"
KINDS = (NHS_NUMBER, NI_NUMBER, EMAIL, PHONE, POSTCODE, BIRTH, DATE, NAME, STREET, OWN_CODE)


class Weight(IntEnum):
    """How sure a finding is, and so what a form does with it."""

    EXACT = 1  # pointed out
    LIKELY = 2  # asked about
    CERTAIN = 3  # refused


@dataclass(frozen=True)
class Finding:
    """Something that could identify somebody: what kind, the words found, where, and how sure."""

    kind: str
    text: str
    start: int
    end: int
    weight: Weight = Weight.CERTAIN

    @property
    def is_refused(self) -> bool:
        """No form takes it: it has to come out."""
        return self.weight == Weight.CERTAIN

    @property
    def is_asked(self) -> bool:
        """A form asks: take it out, or say why it stays."""
        return self.weight == Weight.LIKELY

    @property
    def sentence(self) -> str:
        """For the page: what was found and what to do about it."""
        if self.kind == DATE:
            return f"“{self.text}” looks like a full date. A month and year are enough"
        a = "an" if self.kind[0] in "aeN" and self.kind != NI_NUMBER else "a"
        if self.is_asked:
            return f"“{self.text}” may be {a} {self.kind}"
        return f"Take out “{self.text}”. It looks like {a} {self.kind}"

    def sentence_in(self, text: str) -> str:
        """The sentence, with a few words on either side where the text is long enough to search."""
        before = text[max(0, self.start - 30) : self.start].rsplit("\n", maxsplit=1)[-1].split(" ")
        after = text[self.end : self.end + 30].split("\n", maxsplit=1)[0].split(" ")
        around = " ".join([*before[-4:], self.text]) + " ".join(after[:4])
        if not self.is_asked or len(text) < 60 or around.strip() == self.text:
            return self.sentence
        return f"{self.sentence}, in “{around.strip()}”"


# Bounded, so that a long run without an @ is read once and not once from each of its letters.
_EMAIL = re.compile(
    r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|"
    r"\b[\w.+%-]{1,64}[ \t]{0,2}@[ \t]{0,2}[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.[a-z]{2,24}\b|"
    r"\b[\w.+%-]{1,64}[ \t]?(?:\(at\)|\[at\]|\{at\}|[ \t]at[ \t])[ \t]?[\w-]{1,63}"
    r"(?:[ \t]?(?:\.|\(dot\)|\[dot\]|[ \t]dot[ \t])[ \t]?[\w-]{2,63}){1,4}",
    re.IGNORECASE,
)
# "at" in running text is an address only where a "dot", a bracket, or a house of mail says so too.
_SPOKEN_DOT = re.compile(
    r"\bdot\b|\(at\)|\[at\]|\{at\}|"
    r"\bat (?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|msn|aol|btinternet|protonmail)\.",
    re.IGNORECASE,
)
# Sure where it is written as on the card, 3-3-4; asked about where it is cut in another way.
_TEN_DIGITS = re.compile(
    r"(?<![\d+])(?:(?P<card>\d{3}[ .-]{0,3}\d{3}[ .-]{0,3}\d{4})|\d{3}([ ,/_]{1,3})\d{3}\2\d{4}|"
    r"\d{4}[ -]{1,3}\d{3}[ -]{1,3}\d{3}|\d{6}[ -]{1,3}\d{4}|\d{5}[ -]{1,3}\d{5})(?!\d)"
)
_NHS_WORDS = re.compile(
    r"\bNHS[ \t]*(?:no|num|number|nr|#)?\b[ \t.:#-]{0,4}(?:is[ \t]+)?((?:\d[ ./_-]{0,3}){9,10})(?!\d)",
    re.IGNORECASE,
)
_NI = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \t]?(?:\d{2}[ \t]?){3}[A-D]\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\d)(?:\+44|0044|0)(?:[\s()./-]*\d){9,10}(?!\d)")
# A local number says what it is: "tel 496 0000".
_LOCAL_PHONE = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|ring|call|text|landline|fax)\b[^\d\n]{0,18}?"
    r"(\d{3}[ -]\d{3,4}(?:[ -]\d{2,4})?|\d{6,8})(?![\d/])",
    re.IGNORECASE,
)
_AREAS = frozenset(
    """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E
    EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL
    LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN
    SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
    """.split()  # noqa: SIM905
)
# The last part never has C I K M O V; "N4 2nd" is an ordinal, not a place.
_POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|([A-Z]{1,2})\d[A-Z\d]?(?: {0,2}|(?P<dash> ?- ?))\d(?!(?-i:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
_HALF_POSTCODE = re.compile(
    r"\bpost ?code\b[ \t:]{0,3}(?:is[ \t]+|area[ \t]+)?([A-Z]{1,2}\d[A-Z\d]?)\b", re.IGNORECASE
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_YEAR = r"(?:['’]?\d{2}|(?:19|20)\d{2})"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_DAY_IN_WORDS = (
    "(?:(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|"
    "twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_YEAR_IN_WORDS = (
    rf"(?:nineteen[ -](?:(?:{_TENS})(?:[ -](?:{_ONES}))?|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    rf"(?:oh|hundred(?: and)?)[ -](?:{_ONES}))|two thousand(?:[ -](?:and )?(?:{_ONES}|ten|eleven|twelve))?)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d{{4}}|\d{{2}})|\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?:{_MONTH})\.?,?[\s-]+{_YEAR}|"
    rf"(?:{_MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{{2}})\b(?![.,]\d)",
    re.IGNORECASE,
)
_DATE_IN_WORDS = re.compile(
    rf"\b{_DAY_IN_WORDS}\s+(?:of\s+|day\s+of\s+)?(?:{_MONTH}),?\s+(?:{_YEAR_IN_WORDS}|(?P<year>(?:19|20)\d{{2}}))\b",
    re.IGNORECASE,
)
# Only beside words of birth: a day without a year, digits in a row, a month or a year alone.
_BIRTH_ONLY = re.compile(
    rf"\b(?:(?:\d{{1,2}}(?:st|nd|rd|th)?|{_DAY_IN_WORDS})\s+(?:of\s+)?(?:{_MONTH})|{_YEAR_IN_WORDS}|(?:{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|"
    rf"\d{{1,2}}[ \t]\d{{1,2}}[ \t](?:19|20)?\d{{2}}|\d{{8}}|\d{{6}}|(?:{_MONTH})\s+(?:19|20)\d{{2}}|"
    rf"\d{{1,2}}[/.-]\d{{1,2}}(?![/.\d-])|(?:19|20)\d{{2}})\b",
    re.IGNORECASE,
)
_BORN = (
    r"(?:\bborn\b|\bbirth(?:day|date|days)?\b|\bb['’]?day\b|\bd\.?\s?o\.?\s?b\b|\bturn(?:s|ed)\s+\d\d\b|"
    rf"\b(?:turn(?:s|ed)|(?:s?he|they)(?: will|[’']ll) be)\s+(?:\d\d|(?:{_TENS})(?:[ -](?:{_ONES}))?)\s+on\b)"
)
_BIRTH = re.compile(rf"{_BORN}[^.;\n]{{0,25}}$|{_BORN}\.?[:\s]{{0,3}}$", re.IGNORECASE)
_BIRTH_AFTER = re.compile(
    rf"^[\s,)(-]{{0,3}}(?:is\s|was\s|being\s|\(|his\s|her\s|their\s|the\s|date\s|of\s){{0,4}}\(?{_BORN}",
    re.IGNORECASE,
)
_BIRTH_REACH = 60  # more than the longest match of _BIRTH
_BIRTH_WORDS = re.compile(_BORN, re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:(?i:flat|apartment|apt|room|unit|no\.?|number)[ \t]+\d{1,4}[A-Za-z]?,?[ \t]+)?\d{1,4}[A-Za-z]?,?[ \t]+"
    r"(?:[A-Z][\w’'-]{1,20}[ \t]+){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Close|Drive|Dr|Court|Ct|Crescent|Cres|Way|Gardens|Gdns|Terrace|"
    r"Grove|Place|Mews|Walk|Row|Rise|Hill|Square|Green|Villas|Cottages)\b"
)
_CODE = re.compile(r"\w[\w./-]*\w")
_HAS_DIGIT = re.compile(r"\d")
# Initials used as a code ("JS", "J.S."), but for what everybody in these texts abbreviates.
_INITIALS = re.compile(r"[A-Z]\.? ?[A-Z](?:\.? ?[A-Z])?\.?")
_ABBREVIATED = """
    PA PAS SW SSW TL RM DM HR IT TV UK OK AM PM LD MH LA LAC GP OT PT RN SN HCA NHS CQC PBS CTR DSR ICB SLT
    ASD ADL BSL AAC CPA DOL DSP MDT PRN MCA EHC PIP SEN ID DOB NI OMG AND THE FOR NOT
"""
_NO_INITIALS = frozenset(_ABBREVIATED.split())
_LONG_AGO = 12  # years: nobody here is younger, and few other dates in these texts are as old


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits carry a valid check digit (weights 10 to 2, modulo 11)."""
    digits = re.sub(r"\D", "", digits)
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    remainder = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False)) % 11
    check = (11 - remainder) % 11
    return check != 10 and check == int(digits[9])


def _year_of(words: str) -> int | None:
    """The year of a full date; two digits mean the last hundred years. None where there is none."""
    numbers = re.findall(r"\d+", words)
    year = next((int(n) for n in numbers if len(n) == 4), None)
    if year is None and len(numbers) > 1 and len(numbers[-1]) == 2:
        this = clock.today().year
        year = this // 100 * 100 + int(numbers[-1])
        year -= 100 if year > this else 0
    return year


def _is_old(year: int) -> bool:
    return 1900 <= year <= clock.today().year - _LONG_AGO


# What is read as something else than it is: not plain ASCII, or the code of a web page.
_PLAIN = re.compile(r"[\x00-\x25\x27-\x7f]*")
_TO_READ = re.compile(r"&(?:#\d{1,6}|#[xX][\da-fA-F]{1,5}|[A-Za-z]{2,8});|[^\x00-\x7f]")
_HYPHENS = frozenset("\u2010\u2011\u2043\u02d7\ufe63\uff0d")
_DASHES = frozenset(
    "\u2012\u2013\u2014\u2212"
)  # between words they part them; between digits they join
_DIGIT_BEFORE = re.compile(r"\d\s?$")
_DIGIT_AFTER = re.compile(r"\s?\d")


@lru_cache(maxsize=4096)
def _read(written: str) -> str:
    """One character, or the code of one, as a person reads it: none where there is nothing to see."""
    sign = html.unescape(written)
    if len(sign) != 1:
        return written
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn") or sign in "\u115f\u1160\u3164\uffa0":
        return sign if category == "Mn" else ""
    if category == "Zs":
        return " "
    if sign in _HYPHENS:
        return "-"
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 and (plain.isascii() or plain.isalnum()) else sign


def _as_read(text: str) -> tuple[str, list[int] | None]:
    """The text as it is read, and for each of its characters where it stands in what was written; None
    where that is the same place."""
    if _PLAIN.fullmatch(text):
        return text, None
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in _TO_READ.finditer(text):
        sign = _read(match.group())
        start, end = match.span()
        if sign in _DASHES and _DIGIT_AFTER.match(text, end):
            sign = "-" if _DIGIT_BEFORE.search(text, max(0, start - 2), start) else sign
        parts += [text[at:start], sign]
        places += range(at, start)
        places += range(start, end) if len(sign) == end - start else [start] * len(sign)
        at = end
    parts.append(text[at:])
    places += range(at, len(text) + 1)
    return "".join(parts), places


class _Findings:
    """Collects; the first finding of a place stands, so the surer patterns come first."""

    def __init__(self, text: str, written: str, places: list[int] | None) -> None:
        self.text, self.written, self.places = text, written, places
        self.found: list[Finding] = []
        self.taken = bytearray(len(text))

    def add(self, kind: str, span: tuple[int, int], weight: Weight = Weight.CERTAIN) -> None:
        start, end = span
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start < end and not any(self.taken[start:end]):
            self.taken[start:end] = b"\x01" * (end - start)
            if self.places is not None:
                start, end = self.places[start], self.places[end]
            self.found.append(Finding(kind, self.written[start:end], start, end, weight))


def _dates(text: str, into: _Findings) -> None:
    has_birth = bool(_BIRTH_WORDS.search(text))

    def is_birth(span: tuple[int, int]) -> bool:
        start, end = span
        return has_birth and bool(
            _BIRTH.search(text, max(0, start - _BIRTH_REACH), start)
            or _BIRTH_AFTER.search(text[end : end + _BIRTH_REACH])
        )

    for match in _DATE_IN_WORDS.finditer(text):
        if is_birth(match.span()) or not match["year"] or _is_old(int(match["year"])):
            sure = Weight.CERTAIN if is_birth(match.span()) else Weight.LIKELY
            into.add(BIRTH, match.span(), sure)
    for match in _DATE.finditer(text):
        if is_birth(match.span()):
            into.add(BIRTH, match.span())
            continue
        year = _year_of(match.group())
        is_old = year is not None and _is_old(year)
        into.add(BIRTH if is_old else DATE, match.span(), Weight.LIKELY if is_old else Weight.EXACT)
    if has_birth:
        for match in _BIRTH_ONLY.finditer(text):
            if is_birth(match.span()):
                bare = re.fullmatch(r"(?:19|20)\d{2}", match.group())
                into.add(BIRTH, match.span(), Weight.LIKELY if bare else Weight.CERTAIN)


def _letters(code: str) -> str:
    return code.replace(".", "").replace(" ", "")


def find_identifiers(text: str, *, own_codes: Iterable[str] = ()) -> list[Finding]:
    """Everything in `text` that could identify somebody, in the order of the text, none twice.

    `own_codes`: staff codes of the circle and the organisation's references for people, which mean
    somebody to whoever holds the key. Only those with a digit and three signs, and initials in capitals
    ("JS", "J.S."): "PA" is any word.
    """
    written = text
    own = list(own_codes)
    text, places = _as_read(written)
    into = _Findings(text, written, places)
    for match in _EMAIL.finditer(text):
        if "@" in match.group() or _SPOKEN_DOT.search(match.group()):
            into.add(EMAIL, match.span())
    for match in _TEN_DIGITS.finditer(text):
        if is_nhs_number(match.group()):
            sure = Weight.CERTAIN if match["card"] else Weight.LIKELY
            into.add(NHS_NUMBER, match.span(), sure)
    for match in _NHS_WORDS.finditer(text):
        into.add(NHS_NUMBER, match.span(1))
    for match in _NI.finditer(text):
        into.add(NI_NUMBER, match.span())
    _dates(text, into)
    for match in _PHONE.finditer(text):
        into.add(PHONE, match.span())
    for match in _LOCAL_PHONE.finditer(text):
        into.add(PHONE, match.span(1))
    for match in _POSTCODE.finditer(text):
        if match[1] is None or match[1].upper() in _AREAS:
            sure = Weight.LIKELY if match["dash"] else Weight.CERTAIN
            into.add(POSTCODE, match.span(), sure)
    for match in _HALF_POSTCODE.finditer(text):
        into.add(POSTCODE, match.span(1))
    for match in _STREET.finditer(text):
        into.add(STREET, match.span(), Weight.LIKELY)
    if codes := {code for code in own if len(code) > 2 and _HAS_DIGIT.search(code)}:
        for match in _CODE.finditer(text):
            if match.group() in codes:
                into.add(OWN_CODE, match.span(), Weight.LIKELY)
    if initials := {_letters(code) for code in own if _INITIALS.fullmatch(code)} - _NO_INITIALS:
        for match in _CODE.finditer(text):
            if _letters(match.group()) in initials:
                into.add(OWN_CODE, match.span(), Weight.LIKELY)
    for span in likely_names(text):
        into.add(NAME, span, Weight.LIKELY)
    return sorted(into.found, key=lambda f: f.start)
