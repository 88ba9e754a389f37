"""Which words of a text are likely somebody's name. Lists (`names`) and the place in the sentence.

Never sure, so nothing is refused for it: the writer is asked, and takes the word out or says why it
stays. Read once from left to right, so that a long text costs no more than its length.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .enums import ALIASES
from .names import GIVEN, MONTHS_TOO, PLACES_TOO, SURNAMES, WORDS_TOO

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"[’']s?$", re.IGNORECASE)
_BESIDE = re.compile(
    r"[ \t\u00a0]+|[ \t]*[,(\"“‘'][ \t]*[\"“‘']?|[ \t]*[-–][ \t]*|\. |[ \t]*:[ \t]*"
)
_SPACE = re.compile(r"[ \t\u00a0]+")

_TITLES = frozenset(
    """
    mr mrs ms miss dr prof professor sir dame rev reverend nurse matron
    """.split()  # noqa: SIM905
)
_KIN = frozenset(
    """mum mummy mom mother dad daddy father parent parents brother sister sibling son daughter nan nanna
    gran granny grandma grandmother grandad granddad grandpa grandfather aunt auntie aunty uncle cousin
    niece nephew husband wife partner girlfriend boyfriend fiancée fiancé stepmum stepdad stepfather
    stepmother friend mate neighbour carer twin flatmate housemate""".split()  # noqa: SIM905
)
_JOBS = frozenset(
    """worker keyworker manager nurse psychologist psychiatrist therapist doctor gp teacher tutor advocate
    assistant pa leader supervisor coach trainer volunteer landlord landlady physio consultant coordinator
    colleague senior deputy commissioner practitioner clinician dentist hairdresser driver
    resident tenant client""".split()  # noqa: SIM905
)
_PERSON = (
    _KIN
    | _JOBS
    | frozenset(
        """
    man woman boy girl lady gentleman person he she they lad him her
    """.split()  # noqa: SIM905
    )
)
# What people do in the present and the past: after a word that is also a name, these make it a person.
_DOES = frozenset(
    """likes loves hates says said wants wanted needs needed enjoys enjoyed lives lived feels felt gets
    got finds found tells told asks asked thinks thought knows goes went came comes has had does did uses
    used became becomes struggles struggled prefers prefers calls called helps helped works worked speaks
    spoke cries cried laughs laughed hits hit bites bit kicks kicked screams moved moves left sees saw
    smiles smiled understands hopes chose chooses signs signed attends attended visits visited lost
    doesn't doesn’t isn't isn’t wasn't wasn’t hasn't hasn’t won't won’t can can't can’t cannot
    who whose""".split()  # noqa: SIM905
)
# Of these, what no month and no town does.
_SPEAKS = frozenset(
    """said says likes loves wants wanted told tells lives enjoys hates finds feels asked asks thinks knows
    gets prefers struggles cries laughs smiles""".split()  # noqa: SIM905
)
_IS = frozenset(
    """
    is was will would could should
    """.split()  # noqa: SIM905
)
_TO_SOMEBODY = frozenset(
    """
    with for by to about from and tell asked told ask help helps support supports supporting
    dear hi hello meet met see visit visits phone rang ring knows near beside like without of
    than when if that because while where but so before after until where since then as love
    loves
    """.split()  # noqa: SIM905
)
_CALLED = frozenset(
    """
    called named
    """.split()  # noqa: SIM905
)
# What stands before a word that is not a name: "the Rose", "a Grace", "in May", "this March".
_NOT_BEFORE = frozenset(
    """
    the a an this that these those each every last next early late mid in since st saint
    """.split()  # noqa: SIM905
)
# A place, a body or a method that bears a name.
_PLACES = frozenset(
    """street road avenue lane close drive court crescent way gardens terrace grove place square house
    centre center hospital park school college ward surgery trust foundation lodge ambulance station church
    hall farm clinic unit award scale method model test index questionnaire syndrome disease university
    academy hospice line line's sponge infirmary bank hotel theatre library award awards act report
    review inquiry training programme course cross green bay day group society association charity
    stores shop cafe café bus band museum stadium arena tablet's toolkit
    approach principle principles framework schedule inventory checklist council partnership county city
    bakery ltd limited plc cottage villas mews row hill wood bridge rise view""".split()  # noqa: SIM905
)
_KNOWN = re.compile(
    r"Oliver McGowan|Marks (?:and|&) Spencer|John Lewis|St\.? John Ambulance|Mary Seacole|Florence Nightingale|"
    r"Christmas|Easter|King Charles|Queen Elizabeth|Queen Victoria|Prince Charles|Father Christmas|"
    r"Dr Martens|Dr Pepper|Mr Tumble|Mr Bean|Mr Men|Mr Kipling|Mrs Brown[’']s Boys|Miss Rachel|"
    r"Thomas the Tank|Harry Potter|Peppa Pig|Bob the Builder|Postman Pat|Fireman Sam|Winnie the Pooh|"
    r"Robin Hood|Jack Russell|Jack Frost|Union Jack|Big Ben|Ben (?:and|&) Jerry|Tom (?:and|&) Jerry|Burns Night|"
    r"Will Young's|Holly and Ivy|Max Factor|Frankie (?:and|&) Benny|Great Ormond|Princess Diana|"
    r"Ann Craft|Paul Hamlyn|Joseph Rowntree|Prader[- ]Willi|Angelman|Edward[’']?s syndrome|William[’']?s syndrome|"
    r"Carers?[’'] Allowance|Beth Greenaway|Martin Luther King|Alexa|Siri|Teddy|Guy Fawkes|Guy[’']?s|Gulbenkian|"
    r"Pat testing|Morrisons|Wetherspoons?|Nando[’']?s|McDonald[’']?s|Wilko|Lewis House"
)
# Capital letters that begin no name where they follow a role ("Team Leader Level 3", "nurse Band 6").
_NO_NAME = frozenset(
    """a an the and or but if in on at to of for from with by is was are were be been has have had do does did
    not no yes i i'm i’m i've we you he she it they them his her its our your their this that these those there
    here when what where which who why how all any both each every some most more also then than so as such
    level band grade training plan plans week weekly day daily night nights team care support service staff
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december spring summer autumn winter christmas easter english british
    nhs pbs gp cqc icb la asd adhd ot pa salt mdt cpa dsr ctr iep ehcp pmld ld mca dols phb isf
    act makaton widgit skills diploma certificate qualification induction meeting meetings review
    working workshop learning course module part stage phase year month session sessions
    positive active intensive behaviour behavioural autism sensory communication learning mental health
    social housing council trust hospital ward home london england wales scotland ireland
    needs need will would could should may might must can please note see new old one two three four five
    english maths zoom teams facebook whatsapp google apple amazon netflix youtube tv bbc covid sunflower
    ruby-on lead champion network forum group allowance assessment hours rate rates budget cover
    god lord swim club bus makaton's lego minecraft playstation xbox disney tesco asda aldi lidl
    spectrum star gold silver bronze red amber green blue black white""".split()  # noqa: SIM905
)
_INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z]\.[ \u00a0]?){2,3}(?![\w])|\binitials?\b[^.\n]{0,12}?\b([A-Z]{2,3})\b"
)
_NOT_INITIALS = frozenset(
    """
    e.g. i.e. a.m. p.m. n.b. u.k. u.s. p.s. e.u. d.o.b. t.v. q.a. r.e. p.e. n.i. v.i.p. g.p.
    m.p.
    """.split()  # noqa: SIM905
)
_INITIAL_NAME = re.compile(r"(?<![\w.])[A-Z]\.?[ \u00a0](?=([A-Z][\w’'-]+))")
_FAMILY = frozenset(
    """
    family household parents residence home's
    """.split()  # noqa: SIM905
)
_SMALL = GIVEN | WORDS_TOO | _TITLES
_ALIASES = frozenset(alias.lower() for alias in ALIASES)


class _Word(NamedTuple):
    """One word of a text: as it stands, without its possessive, in small letters, and where."""

    text: str
    base: str
    low: str
    start: int
    end: int
    owns: bool

    @property
    def is_capital(self) -> bool:
        return self.base[0].isupper() and (len(self.base) == 1 or not self.base.isupper())

    @property
    def is_shouted(self) -> bool:
        return len(self.base) > 1 and self.base.isupper()


def _words(text: str) -> list[_Word]:
    found = []
    for match in _WORD.finditer(text):
        said = match.group()
        owns = said[-2:] in ("'s", "’s") or said[-2:] in ("'S", "’S")
        base = said[:-2] if owns else said
        found.append(
            _Word(said, base, base.lower(), match.start(), match.start() + len(base), owns)
        )
    return found


class _Reader:
    """Walks over the words of one text. Every test looks at a few neighbours, never at all words."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _words(text)
        self.harmless = [match.span() for match in _KNOWN.finditer(text)]
        self._harmless_at = 0

    def gap(self, i: int) -> str:
        """What stands between word i and the next."""
        if i < 0 or i + 1 >= len(self.words):
            return "\n"
        word = self.words[i]
        return self.text[word.start + len(word.text) : self.words[i + 1].start]

    def beside(self, i: int) -> bool:
        """Whether words i and i + 1 stand beside each other in one phrase."""
        return bool(_BESIDE.fullmatch(self.gap(i)))

    def joined(self, i: int) -> bool:
        """Whether only a space stands between words i and i + 1."""
        return bool(_SPACE.fullmatch(self.gap(i)))

    def before(self, i: int, n: int = 1) -> str:
        """The word n places before word i in the same phrase, in small letters; "" without one."""
        if i - n < 0 or not all(self.beside(j) for j in range(i - n, i)):
            return ""
        return self.words[i - n].low

    def after(self, i: int, n: int = 1) -> str:
        if i + n >= len(self.words) or not all(self.joined(j) for j in range(i, i + n)):
            return ""
        word = self.words[i + n]
        return word.text.lower()

    def begins_sentence(self, i: int) -> bool:
        if i == 0:
            return True
        gap = self.gap(i - 1)
        return any(mark in gap for mark in ".!?\n;•") or "- " in gap

    def is_harmless(self, word: _Word) -> bool:
        return any(start <= word.start < end for start, end in self.harmless)

    def is_surname_like(self, i: int) -> bool:
        """A capitalised word right behind a name that goes on with it."""
        if i >= len(self.words):
            return False
        word = self.words[i]
        return word.is_capital and word.low not in _NO_NAME and word.low not in _PLACES

    def end_of_name(self, i: int) -> int:
        """The last word of the name that begins with word i: "Mary-Ann van Smith B"."""
        last = i
        while last + 1 < len(self.words) and last - i < 3 and self.joined(last):
            if self.words[last].owns:
                break
            following = self.words[last + 1]
            if self.is_surname_like(last + 1) or (
                following.low in ("van", "de", "al", "el", "bin", "o")
                and self.is_surname_like(last + 2)
            ):
                last += 1
            else:
                break
        return last

    def names_a_place(self, i: int) -> bool:
        """ "Victoria Station", "the Alice ward", "St James": something that only bears a name."""
        last = self.end_of_name(i)
        if self.words[last].owns or self.words[i].owns:
            nxt = self.after(i)
            return nxt in ("syndrome", "disease", "hospital", "law", "day", "palsy")
        following = self.after(last)
        return following in _PLACES or self.before(i) in ("st", "saint")

    def speaks_of_somebody(self, i: int) -> bool:
        """Whether the words around word i make it a person: for words that are also names."""
        word, before, after = self.words[i], self.before(i), self.after(i)
        if before in _NOT_BEFORE and before not in ("that", "since"):
            return False
        if before in _KIN or before in _JOBS or before in _TITLES:
            return True
        if before in _CALLED or (before == "is" and self.before(i, 2) == "name"):
            return True
        if word.low in MONTHS_TOO or word.low in PLACES_TOO:
            return after in _SPEAKS or (word.owns and after in _KIN)
        if word.owns and after and after not in _PLACES:
            return not self.begins_sentence(i) or after in _KIN or after not in _NO_NAME
        if after in _DOES:
            return True
        if after in _IS and not self.begins_sentence(i):
            return True
        if after in ("and", "or") and i + 2 < len(self.words):
            other = self.words[i + 2]
            if other.is_capital and other.low in GIVEN:
                return True
        first = self.words[i - 2] if before == "and" and i >= 2 else None
        if first is not None and first.is_capital and (first.low in GIVEN or first.low == "i"):
            return True
        if self.joined(i) and self.is_surname_like(i + 1) and self.words[i + 1].low in SURNAMES:
            return True
        if self.joined(i) and i + 1 < len(self.words) and len(self.words[i + 1].base) == 1:
            return self.words[i + 1].base.isupper() and self.words[i + 1].base not in "IA"
        if (
            before in _TO_SOMEBODY
            and not self.begins_sentence(i)
            and not self.begins_sentence(i - 1)
        ):
            return not (self.is_surname_like(i + 1) and self.joined(i))
        return after in _IS and self.after(i, 2) in (
            "a",
            "very",
            "often",
            "always",
            "not",
            "autistic",
            "happy",
            "anxious",
            "upset",
            "her",
            "his",
            "in",
        )

    def is_introduced(self, i: int) -> bool:
        """A capitalised word that no list knows, where only a name can stand: "his sister Kemi"."""
        word = self.words[i]
        if not word.is_capital or len(word.base) < 2 or word.low in _NO_NAME or word.low in _PLACES:
            return False
        if self.begins_sentence(i) or word.low in _ALIASES:
            return False
        before = self.before(i)
        if before in _KIN or before in _JOBS:
            gap = self.gap(i - 1)
            # A title is written with capitals: "Support Worker Handbook" goes on with its noun.
            return (bool(_BESIDE.fullmatch(gap)) and not self.words[i - 1].is_capital) or (
                before in _KIN and not self.words[i - 1].is_shouted
            )
        if before in _CALLED:
            return any(self.before(i, n) in _PERSON for n in (2, 3, 4))
        if before == "is" and self.before(i, 2) in ("name", "names", "surname"):
            return True
        if before == "as" and self.before(i, 2) == "known":
            return True
        if before == "am" and self.before(i, 2) == "i":
            return True
        following = self.after(i)
        return (
            following in _FAMILY and self.before(i) in ("the", "mr", "mrs") and word.low in SURNAMES
        )

    def likely(self, i: int) -> tuple[int, int] | None:
        """Where the name that begins with word i stands, or None."""
        word = self.words[i]
        if (
            word.low == word.base
            and word.low not in _SMALL
            and "-" not in word.low
            and self.words[i - 1].low != "is"
        ):
            return None  # most words of a text: written small, and on no list
        if self.is_harmless(word) or (word.text.upper() in ALIASES and word.is_shouted):
            return None
        if (
            word.low in _TITLES
            and i + 1 < len(self.words)
            and (self.joined(i) or self.gap(i) == ". ")
        ):
            following = self.words[i + 1]
            sure = word.low in ("mr", "mrs", "ms", "prof")
            is_title = word.base[0].isupper() or sure
            if word.low in ("nurse", "matron", "father", "sir", "miss"):
                is_title = (
                    word.base[0].isupper() and not self.begins_sentence(i)
                ) or following.low in GIVEN
            if (
                is_title
                and following.low not in _NO_NAME
                and following.low not in _JOBS
                and not self.is_harmless(following)
                and (
                    following.is_capital
                    or (following.is_shouted and len(following.base) > 3)
                    or sure
                )
            ):
                return word.start, self.words[self.end_of_name(i + 1)].end
        known = word.low in GIVEN and word.low not in WORDS_TOO
        parts = word.low.split("-")
        if len(parts) == 2 and parts[0] in GIVEN and (parts[1] in GIVEN or parts[1] in WORDS_TOO):
            known = True
        capital = word.is_capital or word.is_shouted
        if known and (capital or len(word.low) > 3):
            if self.names_a_place(i) or self.is_part_of_a_place(i):
                return None
            if word.is_shouted and len(word.base) < 4:
                return None
            return word.start, self.words[self.end_of_name(i)].end
        if known:
            before = self.before(i)
            if (
                before in _KIN
                or before in _CALLED
                or (before == "is" and self.before(i, 2) == "name")
            ):
                return word.start, word.end
            return None
        if word.low in WORDS_TOO and word.is_capital:
            if not self.names_a_place(i) and self.speaks_of_somebody(i):
                return word.start, self.words[self.end_of_name(i)].end
            return None
        if word.low in WORDS_TOO and not capital:
            named = self.before(i) == "is" and self.before(i, 2) == "name"
            called = self.before(i) in _CALLED and self.before(i, 2) in _PERSON
            return (word.start, word.end) if named or called else None
        if (
            not capital
            and self.before(i) == "is"
            and self.before(i, 2) == "name"
            and self.before(i, 3) == "my"
        ):
            return word.start, word.end
        if self.is_introduced(i):
            return word.start, self.words[self.end_of_name(i)].end
        if (
            word.is_capital
            and self.joined(i)
            and i + 1 < len(self.words)
            and self.words[i + 1].is_capital
            and self.words[i + 1].low in SURNAMES
            and word.low not in _NO_NAME
            and word.low not in _PERSON
            and word.low not in _PLACES
            and not self.names_a_place(i)
            and len(word.base) > 1
        ):
            return word.start, self.words[i + 1].end
        if (
            word.is_capital
            and word.low in SURNAMES
            and (self.after(i) in _DOES or (self.after(i) in _FAMILY and self.before(i) == "the"))
        ):
            return word.start, word.end
        return None

    def is_part_of_a_place(self, i: int) -> bool:
        """ "Great Ormond", "The John Smith Centre" read from its middle; "Smith & Nephew"."""
        return self.gap(i).strip() == "&"

    def names(self) -> Iterator[tuple[int, int]]:
        i = 0
        while i < len(self.words):
            if span := self.likely(i):
                yield span
                while i < len(self.words) and self.words[i].start < span[1]:
                    i += 1
            else:
                i += 1


def likely_names(text: str) -> list[tuple[int, int]]:
    """Where likely names stand in `text`, as (start, end), in order; initials included."""
    found = list(_Reader(text).names())
    for match in _INITIALS.finditer(text):
        said = match.group().strip()
        if said.replace(" ", "").replace("\u00a0", "").lower() not in _NOT_INITIALS:
            found.append((match.start(), match.start() + len(said)))
    for match in _INITIAL_NAME.finditer(text):
        if _POSSESSIVE.sub("", match[1]).lower() in SURNAMES:
            found.append((match.start(), match.end() + len(match[1])))
    return sorted(found)
