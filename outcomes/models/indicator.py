from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import User

from .. import indicators
from ..enums import Direction, Instrument, ItemKind, OwnKind, Point
from ..indicators import Item, Judge, Measured
from ..querysets import OwnIndicatorQuerySet

_ITEM_KIND = {
    OwnKind.NUMBER: ItemKind.DECIMAL,
    OwnKind.RATE: ItemKind.COUNT,
    OwnKind.SCORE: ItemKind.SCALE,
    OwnKind.CHOICE: ItemKind.CHOICE,
}
HALF, MOST = Decimal("0.5"), Decimal(9999)


class OwnIndicator(models.Model):
    """One version of an indicator that a programme lead added without code.

    What is measured (kind, ends of the scale, choices, direction, points) is the same in every version,
    so that answers of two versions compare; words, owner and target may change. A report asks the version
    that stood when the report was begun: neither a new version nor retiring changes history.
    """

    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=80)
    question = models.CharField(max_length=200)
    help = models.CharField(max_length=200, blank=True)
    sentence = models.CharField("what it says", max_length=300)
    kind = models.CharField(max_length=8, choices=OwnKind)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=8, choices=Direction)
    least = models.PositiveIntegerField("lowest score", null=True, blank=True)
    most = models.PositiveIntegerField("highest score", null=True, blank=True)
    choices = models.JSONField("choices, the worst first", default=list, blank=True)
    points = models.JSONField("asked at", default=list)
    rater = models.CharField("who rates", max_length=120)
    owner = models.CharField(max_length=80)
    target = models.CharField(max_length=120, blank=True)
    instrument = models.CharField(max_length=8, choices=Instrument, default=Instrument.OWN)
    change = models.CharField("what changed in this version", max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[OwnIndicatorQuerySet] = OwnIndicatorQuerySet.as_manager()
    # The moment from which it was asked at all; `newest` puts it in.
    first_at: datetime

    # What answers of two versions must share, so that they can be compared.
    MEASURE = ("kind", "direction", "least", "most", "choices", "points", "instrument")

    class Meta:
        verbose_name = "indicator"
        constraints = (
            models.UniqueConstraint(fields=["number", "version"], name="own_indicator_version"),
            models.CheckConstraint(condition=Q(kind__in=OwnKind.values), name="own_indicator_kind"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="own_indicator_direction"
            ),
            models.CheckConstraint(
                condition=Q(kind=OwnKind.SCORE, least__isnull=False, most__gt=F("least"))
                | (~Q(kind=OwnKind.SCORE) & Q(least__isnull=True, most__isnull=True)),
                name="own_indicator_scale",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="own_indicator_retired_pair",
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "number",
            "version",
            "title",
            "question",
            "help",
            "sentence",
            "kind",
            "unit",
            "direction",
            "least",
            "most",
            "choices",
            "points",
            "rater",
            "owner",
            "target",
            "instrument",
            "change",
            "made_at",
            "made_by",
            "retired_at",
            "retired_by",
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("own-indicator", args=[self.number])

    @property
    def reference(self) -> str:
        """ "OWN-3": what pages, files and the API call it."""
        return f"OWN-{self.number}"

    @property
    def code(self) -> str:
        """ "own_3": what answers are kept under, in every version."""
        return f"own_{self.number}"

    @property
    def item(self) -> Item:
        """The question as a report asks it."""

        def plain(text: str) -> str:
            return text.replace("{", "{{").replace("}", "}}")

        kind = _ITEM_KIND[OwnKind(self.kind)]
        unit = "in the days counted" if self.kind == OwnKind.RATE else plain(self.unit)
        if kind == ItemKind.SCALE:
            unit = f"{self.least} to {self.most}"
        return Item(
            code=self.code,
            indicator=self.reference,
            section=indicators.OWN,
            question=plain(self.question),
            help=plain(self.help),
            kind=kind,
            unit=unit,
            direction=Direction(self.direction),
            least=Decimal(self.least or 0),
            most=MOST if self.most is None else Decimal(self.most),
            step=HALF if self.kind == OwnKind.NUMBER else Decimal(1),
            choices=tuple((str(label), str(label)) for label in self.choices),
            points=tuple(Point(point) for point in self.points),
        )

    @property
    def measured(self) -> Measured:
        """Its line on the panel."""
        unit = f"{self.unit} in 28 days".strip() if self.kind == OwnKind.RATE else self.unit
        return Measured(
            code=self.code,
            indicator=self.reference,
            title=self.title,
            unit=unit or ("one of a list" if self.choices else "points"),
            item=self.code,
            says=self.sentence.rstrip("."),
            judge=Judge.OWN,
            points=tuple(Point(p) for p in self.points if p != Point.BASELINE),
            way=Direction(self.direction),
            rates=self.kind == OwnKind.RATE,
            choices=tuple(self.choices),
            source=f"Added by the programme: {self.reference}, version {self.version}",
        )

    def versions(self) -> models.QuerySet["OwnIndicator"]:
        """Every version of it, the newest first."""
        return OwnIndicator.objects.filter(number=self.number).order_by("-version")

    def edit_blockers(self) -> list[str]:
        """What was retired is not asked any more, in no version."""
        return ["This indicator was retired."] if self.retired_at else []

    def retire_blockers(self) -> list[str]:
        """Only what is asked can be retired."""
        return self.edit_blockers()


def own_items(point: str, at: datetime) -> list[Item]:
    """The questions of the programme's own that stood at a moment, for one point: one query."""
    standing = OwnIndicator.objects.standing(at)
    return [found.item for found in standing if point in found.points]
