"""What an item is (one question of a report), and what it says when it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..enums import Direction, ItemKind, Point


@dataclass(frozen=True)
class Item:
    """One question of a report.

    code: its name in the database, the API and the exports. indicator: the figure that it feeds.
    unit: what stands over the box ("in 28 days"). points: when it is asked.
    only_if: (item, values): asked only where that item was answered with one of these.
    """

    code: str
    indicator: str
    section: str
    question: str
    help: str
    kind: ItemKind
    unit: str = ""
    direction: Direction = Direction.LOWER
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    step: Decimal = Decimal(1)
    choices: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = tuple(Point)
    only_if: tuple[str, tuple[str, ...]] | None = None
    is_optional: bool = False

    @property
    def is_choice(self) -> bool:
        return self.kind == ItemKind.CHOICE

    @property
    def is_long(self) -> bool:
        """Its choices need the whole width of a line."""
        return any(len(label) > 16 for _, label in self.choices)

    def label_of(self, choice: str) -> str:
        """The words for one of its choices."""
        return dict(self.choices).get(choice, choice)

    def asked(self, point: str, values: Mapping[str, "Value"]) -> bool:
        """Whether it is asked at this point, given what the others say."""
        if point not in self.points:
            return False
        if self.only_if is None:
            return True
        other, wanted = self.only_if
        said = values.get(other)
        return said is not None and said.is_value and said.choice in wanted


@dataclass(frozen=True)
class Value:
    """What one item says: a number, a choice, or (status) why there is neither."""

    status: str = "value"
    number: Decimal | None = None
    choice: str = ""

    @property
    def is_value(self) -> bool:
        return self.status == "value"
