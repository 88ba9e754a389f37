"""Who does what in the story, drawn from a fixed seed so that every loading tells the same one.

The totals are those the fund published (domain 2.1): 65 organisations, 169 grants, £557,600, 2,900
training interventions, and 53 of 65 organisations that reported an admission reduced or avoided. How
they spread over people, regions and months is invented.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from accounts.enums import CqcStatus, OrganisationSize, Region, Sector

from .words import ENDINGS, PLACES

ORGANISATIONS = 65
GRANTS = 169
AWARDED = Decimal("557600.00")
INTERVENTIONS = 2900
SAID_YES = 53
# How the organisations that said yes split: for the person, for others, for both.
YES_SPLIT = (("person", 24), ("others", 11), ("both", 18))

TOPICS = (
    ("PBS_PRACTITIONER", "PBS with the whole circle", 30),
    ("PBSPLAN", "This person’s plan, written together", 22),
    ("AUT_T2", "Autism, from this person’s point of view", 18),
    ("INTINT", "Intensive interaction", 14),
    ("SENSORY", "The sensory world of this person", 12),
    ("COMM", "Communication that everyone shares", 12),
    ("ACTSUP", "Active support", 10),
    ("LOWAROUSAL", "Staying calm together", 10),
    ("RRP", "Fewer restrictions, more rights", 9),
    ("TTT", "Training the trainer", 6),
)


@dataclass
class Learning:
    """One activity: its topic and title, how many sessions, and how many people complete it."""

    topic: str
    title: str
    mode: str
    sessions: int
    completers: int


@dataclass
class Case:
    """One person's way through the programme; days are real days of 2015 to 2017."""

    number: int
    organisation: int
    submitted_on: date
    decided_after: int
    question_days: int
    amount: Decimal
    scores: list[tuple[int, ...]]
    circle: int
    learning: list[Learning]
    starts_on: date
    person_yes: bool
    others_yes: bool
    need_level: int
    reports: tuple[str, ...]
    spent_share: Decimal
    ratio_falls: bool
    refused_line: bool
    seed: int

    @property
    def decided_on(self) -> date:
        return self.submitted_on + timedelta(days=self.decided_after)


@dataclass
class Body:
    """One organisation."""

    name: str
    sector: str
    region: str
    size: str
    cqc: str
    says: str
    cases: list[Case] = field(default_factory=list)


@dataclass
class Refusal:
    """An application that did not become a grant: declined by the panel, not eligible, or withdrawn."""

    organisation: int
    submitted_on: date
    ending: str
    amount: Decimal
    seed: int


def spread(random: Random, total: int, parts: int, least: int, most: int) -> list[int]:
    """`parts` whole numbers between `least` and `most` that add up to `total`."""
    found = [least] * parts
    left = total - least * parts
    while left:
        i = min(random.randrange(parts), random.randrange(parts))
        if found[i] < most:
            found[i] += 1
            left -= 1
    random.shuffle(found)
    return found


def amounts(random: Random) -> list[Decimal]:
    """169 awards between £1,000 and £8,000, in tens of pounds, that add up to £557,600."""
    tens = [min(800, max(100, round(random.lognormvariate(5.72, 0.45)))) for _ in range(GRANTS)]
    wanted = int(AWARDED / 10)
    while (gap := wanted - sum(tens)) != 0:
        i = random.randrange(GRANTS)
        step = 1 if gap > 0 else -1
        if 100 <= tens[i] + step <= 800:
            tens[i] += step
    return [Decimal(t * 10).quantize(Decimal("0.01")) for t in tens]


def bodies(random: Random) -> list[Body]:
    """65 organisations with a believable spread of sectors, regions and sizes."""
    says = ["no"] * (ORGANISATIONS - SAID_YES)
    for kind, count in YES_SPLIT:
        says += [kind] * count
    random.shuffle(says)
    regions = list(Region)
    found = []
    for i in range(ORGANISATIONS):
        sector = random.choices(
            [Sector.ASC_P, Sector.ASC_V, Sector.ASC_LA, Sector.NHS_COM, Sector.IND],
            [34, 42, 8, 10, 6],
        )[0]
        found.append(
            Body(
                name=f"{PLACES[i]} {random.choice(ENDINGS)}",
                sector=sector,
                region=regions[i % 9] if i < 27 else random.choice(regions),
                size=random.choices(list(OrganisationSize), [2, 5, 6, 3])[0],
                cqc=random.choices(list(CqcStatus), [20, 1, 4])[0],
                says=says[i],
            )
        )
    return found


def _learning(random: Random, wanted: int, circle: int) -> list[Learning]:
    """Activities whose completers add up to `wanted`; nobody completes one twice."""
    kinds = max(-(-wanted // circle), random.choice((1, 1, 2, 2)))
    each = [wanted // kinds + (1 if i < wanted % kinds else 0) for i in range(kinds)]
    topics = random.sample(TOPICS, kinds)
    found = []
    for (topic, title, _), completers in zip(topics, each, strict=True):
        is_ongoing = random.random() < 0.12
        found.append(
            Learning(
                topic=topic,
                title=title,
                mode="in_situ_coaching" if is_ongoing else "workshop",
                sessions=3 if is_ongoing else random.choice((1, 1, 1, 2)),
                completers=completers,
            )
        )
    return found


def draw(seed: int = 2015) -> tuple[list[Body], list[Refusal]]:
    """The whole plan: organisations with their cases, and the applications that did not become grants."""
    random = Random(seed)
    found = bodies(random)
    counts = spread(random, GRANTS, ORGANISATIONS, 1, 9)
    pounds = amounts(random)
    learned = spread(random, INTERVENTIONS, GRANTS, 6, 36)
    number = 0
    for index, body in enumerate(found):
        for k in range(counts[index]):
            submitted = date(2015, 6, 8) + timedelta(days=random.randrange(0, 110))
            question_days = random.choice((0, 0, 0, 0, 0, 0, 3, 5, 9))
            decided_after = random.randint(17, 31) + question_days + (random.random() < 0.08) * 12
            circle = random.randint(9, 17)
            starts = submitted + timedelta(days=decided_after + random.randint(24, 60))
            first = k == 0
            person_yes = body.says in ("person", "both") and (first or random.random() < 0.6)
            others_yes = body.says in ("others", "both") and (first or random.random() < 0.5)
            reports = random.choices((("m3",), ("m3", "m6"), ("m3", "m6", "m12")), (76, 16, 8))[0]
            body.cases.append(
                Case(
                    number=number,
                    organisation=index,
                    submitted_on=submitted,
                    decided_after=decided_after,
                    question_days=question_days,
                    amount=pounds[number],
                    scores=_scores(random),
                    circle=circle,
                    learning=_learning(random, learned[number], circle),
                    starts_on=starts,
                    person_yes=person_yes,
                    others_yes=others_yes,
                    need_level=random.choices((1, 2, 3, 4), (1, 3, 6, 5))[0],
                    reports=reports,
                    spent_share=Decimal(random.choice(("1.00", "1.00", "0.98", "0.95", "0.91"))),
                    ratio_falls=random.random() < 0.45,
                    refused_line=random.random() < 0.12,
                    seed=random.randrange(10**9),
                )
            )
            number += 1
    return found, _refusals(random)


def _scores(random: Random) -> list[tuple[int, ...]]:
    """Three sheets of seven scores that agree well enough, and are good enough, for an award."""
    base = [random.choices((3, 4, 5), (2, 7, 3))[0] for _ in range(7)]
    sheets = []
    for _ in range(3):
        sheets.append(tuple(b if random.random() < 0.7 else min(5, max(3, b + 1)) for b in base))
    return sheets


def _refusals(random: Random) -> list[Refusal]:
    endings = ["declined"] * 9 + ["ineligible"] * 3 + ["withdrawn"] * 2
    return [
        Refusal(
            organisation=random.randrange(ORGANISATIONS),
            submitted_on=date(2015, 6, 8) + timedelta(days=random.randrange(0, 110)),
            ending=ending,
            amount=Decimal(random.randrange(120, 780) * 10).quantize(Decimal("0.01")),
            seed=random.randrange(10**9),
        )
        for ending in endings
    ]
