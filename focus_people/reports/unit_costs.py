"""The table of unit costs (domain 6.2): what stands now, what stood before, what is to be looked at."""

from decimal import Decimal

from ..enums import UnitCostKey
from ..models import UnitCost

# key: (value, low, high, year, source, note). Defaults for an administrator to confirm: none has a
# review date, so all of them are shown as due for review until somebody sets them.
_D = Decimal
DEFAULTS: dict[str, tuple[Decimal | None, Decimal | None, Decimal | None, str, str, str]] = {
    UnitCostKey.PROVIDER_DAY_HOUR: (
        _D("24.10"),
        _D("22.71"),
        _D("32.14"),
        "2025–26, England",
        "Homecare Association: average council fee, direct-cost floor, minimum price",
        "Conservative, so that savings are not overstated.",
    ),
    UnitCostKey.PROVIDER_SL_HOUR: (
        _D("20.00"),
        _D("19.15"),
        _D("24.10"),
        "mixed",
        "One council’s answer to a request for information (19.15, undated)",
        "Use the local rate from the costing tool.",
    ),
    UnitCostKey.WAKING_NIGHT_HOUR: (
        _D("24.10"),
        _D("22.71"),
        _D("32.14"),
        "2025–26, England",
        "As an hour by day",
        "",
    ),
    UnitCostKey.SLEEP_IN_NIGHT: (
        _D("80.00"),
        _D("60.00"),
        _D("110.00"),
        "",
        "Not found: a common figure",
        "Must be confirmed.",
    ),
    UnitCostKey.PA_HOUR: (
        _D("16.00"),
        _D("14.00"),
        _D("19.00"),
        "2026–27",
        "Above the National Living Wage of 12.71",
        "With the employer’s costs.",
    ),
    UnitCostKey.FAMILY_HOUR: (
        _D("0.00"),
        _D("0.00"),
        _D("32.14"),
        "",
        "By design",
        "A shadow value may be set in a plan.",
    ),
    UnitCostKey.VOLUNTEER_HOUR: (_D("0.00"), None, None, "", "By design", "Expenses apart."),
    UnitCostKey.NURSE_HOUR: (
        None,
        None,
        None,
        "",
        "PSSRU Unit Costs of Health and Social Care",
        "Number not found: left blank.",
    ),
    UnitCostKey.CORE_WEEK: (
        _D("406.14"),
        None,
        None,
        "2021",
        "One council",
        "Without nights and one to one. Information only.",
    ),
    UnitCostKey.RESIDENTIAL_YEAR: (
        _D("172000.00"),
        None,
        None,
        "2012",
        "A study of high-cost residential care",
        "",
    ),
    UnitCostKey.INPATIENT_WEEK: (
        _D("3500.00"),
        _D("3300.00"),
        _D("13000.00"),
        "2012–13 and 2018",
        "Derived from the National Audit Office, 2015, and a case of 2018",
        "Derived and not inflated. Must be confirmed before anything is published.",
    ),
    UnitCostKey.MILE: (_D("0.45"), None, None, "", "HM Revenue and Customs", ""),
}


def default_of(key: str) -> UnitCost:
    """The default of a key, unsaved."""
    value, low, high, year, source, note = DEFAULTS[key]
    return UnitCost(key=key, value=value, low=low, high=high, year=year, source=source, note=note)


def unit_costs() -> dict[str, UnitCost]:
    """Every key with what stands now: the newest row, or the default (unsaved)."""
    found = {key: default_of(key) for key in UnitCostKey.values}
    for row in UnitCost.objects.order_by("set_at", "pk"):
        found[row.key] = row
    return found


def unit_cost(key: str) -> Decimal | None:
    """Pounds of one key as it stands now; None where nobody knows it."""
    row = UnitCost.objects.filter(key=key).order_by("-set_at", "-pk").first()
    return (row or default_of(key)).value


def history_of(key: str) -> list[UnitCost]:
    """Everything that stood for a key, the newest first; the default is the first of all."""
    rows = list(
        UnitCost.objects.filter(key=key).order_by("-set_at", "-pk").select_related("set_by")
    )
    return [*rows, default_of(key)]


def overdue() -> list[UnitCost]:
    """Those whose review is due: no date, or one that has passed."""
    return [row for row in unit_costs().values() if row.is_review_due]
