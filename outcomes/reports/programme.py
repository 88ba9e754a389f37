"""The figures of a programme together: what the command prints, the impact page shows and the API
answers. Each part is worked out when it is first asked for, from rows that are read once.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts import clock
from accounts.enums import Region
from grants.models import Programme, Round

from ..indicators import PANEL, Measured
from ..survey.questions import QUESTIONS
from . import admissions as _admissions
from . import changes as _changes
from . import circles as _circles
from . import incidents as _incidents
from . import learners as _learners
from . import learning as _learning
from . import more_pictures as _more
from . import pictures as _pictures
from . import pipeline as _pipeline
from . import process as _process
from . import reach as _reach
from . import savings as _savings
from . import staffing as _staffing
from . import survey as _survey
from .figure import Figure, money_text, number
from .records import Records
from .scope import Scope


class Impact:
    """Reach, money, admissions, staffing and process of one scope, at one cut-off."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.records = Records(scope)
        self._families: dict[Callable[[Impact], list[Figure]], list[Figure]] = {}

    # --- numbers ---

    @cached_property
    def learning(self) -> _learning.Learning:
        return _learning.learning(self.records)

    @cached_property
    def reach(self) -> _reach.Reach:
        return _reach.reach(self.records, self.learning)

    @cached_property
    def money(self) -> _reach.Money:
        return _reach.money(self.records, self.learning)

    @cached_property
    def admissions(self) -> _admissions.Admissions:
        return _admissions.kpi_adm(self.records)

    @cached_property
    def pairs(self) -> list[_staffing.Pair]:
        return _staffing.pairs(self.records)

    @cached_property
    def staffing(self) -> _staffing.Staffing:
        return _staffing.staffing(self.pairs)

    @cached_property
    def failing(self) -> list[tuple[str, int]]:
        """Safeguard → ratios that fell and do not count as safe because of it, the most frequent first."""
        return _staffing.failing(self.pairs)

    @cached_property
    def incidents(self) -> _incidents.Incidents | None:
        return _incidents.incidents(self.records)

    @cached_property
    def savings(self) -> _savings.Savings:
        return _savings.savings(_savings.cost_pairs(self.records))

    @cached_property
    def areas(self) -> list[_savings.AreaChange]:
        return _savings.areas(self.pairs)

    @cached_property
    def restrictions(self) -> _incidents.Incidents | None:
        """Medians of restrictive interventions and of as-needed medicine, in that order."""
        return _incidents.incidents(self.records, _incidents.RESTRICTIONS)

    @cached_property
    def circle(self) -> "list[_circles.CircleMember]":
        return _circles.members(self.records)

    @cached_property
    def by_region(self) -> dict[Region, tuple[int, Decimal]]:
        """Region of the organisation → its grants, and the pounds awarded to them."""
        held = {region: (0, Decimal("0.00")) for region in Region}
        for grant in self.records.grants:
            count, pounds = held[Region(grant.region)]
            held[Region(grant.region)] = (count + 1, pounds + grant.amount)
        return held

    @cached_property
    def panel(self) -> list[_changes.PanelRow]:
        return _changes.panel(self.records)

    @cached_property
    def decisions(self) -> list[_process.Decided]:
        return _process.decisions(self.records)

    @cached_property
    def process(self) -> _process.Process:
        return _process.process(self.records, self.decisions)

    @cached_property
    def survey(self) -> _survey.WaveResults | None:
        return _survey.of_programme(self.scope)

    @property
    def is_provisional(self) -> bool:
        return self.admissions.is_provisional

    # --- as the command and the API give them ---

    def as_json(self) -> dict[str, Any]:
        """The figures under their fixed keys. Money: strings with two places; None where a figure
        cannot be worked out; percentages to one place, from exact values."""
        r, m, a, s = self.reach, self.money, self.admissions, self.staffing
        p = a.of_reporting
        fall = s.largest_fall
        return {
            "programme": self.scope.programme.slug if self.scope.programme else None,
            "round": self.scope.round.reference if self.scope.round else None,
            "region": self.scope.region or None,
            "cut_off": self.scope.cut_off.isoformat(),
            "provisional": a.is_provisional,
            "reports": {"due": a.due, "accepted": a.accepted},
            "reach": {
                "organisations": r.organisations,
                "grants": r.grants,
                "focus_people": r.focus_people,
                "training_interventions": r.training_interventions,
                "people_trained": r.people_trained,
            },
            "money": {
                "awarded": money_text(m.awarded),
                "mean_grant": money_text(m.mean_grant),
                "spent": money_text(m.spent),
                "awarded_per_intervention": money_text(m.awarded_per_intervention),
                "spent_per_intervention": money_text(m.spent_per_intervention),
            },
            "admissions": {
                "numerator": a.numerator,
                "reporting": a.reporting,
                "funded": a.funded,
                "percent": _float(p.percent),
                "ci_low": _float(p.low),
                "ci_high": _float(p.high),
                "person_only": a.person_only,
                "others_only": a.others_only,
                "both": a.both,
                "funded_percent": _float(a.of_funded.percent),
                "latest_numerator": a.latest.part,
                "latest_reporting": a.latest.whole,
                "latest_percent": _float(a.latest.percent),
            },
            "staffing": {
                "due": s.due,
                "with_both": s.with_both,
                "safe_reductions": s.safe_reductions,
                "not_safe": s.not_safe,
                "same": s.same,
                "higher": s.higher,
                "missing": s.missing,
                "paid_hours_before": number(s.paid_hours_before, 2),
                "paid_hours_after": number(s.paid_hours_after, 2),
                "all_paid_hours_before": number(s.all_paid_hours_before, 2),
                "all_paid_hours_after": number(s.all_paid_hours_after, 2),
                "largest_fall": [number(fall[0]), number(fall[1])] if fall else None,
            },
            "savings": {
                "confirmed": self.savings.confirmed,
                "both": self.savings.both,
                **{
                    key: money_text(value) if self.savings.confirmed else None
                    for key, value in (
                        ("before", self.savings.before),
                        ("after", self.savings.after),
                        ("weekly", self.savings.weekly),
                    )
                },
                "payback_weeks": number(self.savings.payback, 2),
            },
            "changes": {
                row.measured.code: {
                    "indicator": row.measured.shown_code,
                    "due": row.due,
                    "both": row.both,
                    "improved": row.improved,
                    "same": row.same,
                    "worse": row.worse,
                    "missing": row.missing,
                    "percent": _float(row.share.percent),
                    "ci_low": _float(row.share.low),
                    "ci_high": _float(row.share.high),
                    "mean_change": number(row.mean, 2),
                    "median_change": number(row.median, 2),
                }
                for row in self.panel
            },
            "process": _process.as_json(self.process),
            "survey": _survey.as_json(self.survey),
        }

    # --- pictures ---

    @cached_property
    def pictures(self) -> list[_pictures.Picture]:
        """The pictures of the impact page that have something to show, in their order."""
        return [found for name in PAGE_PICTURES if (found := self.picture(name)) is not None]

    def picture(self, name: str) -> _pictures.Picture | None:
        """One picture by its name; None where there is nothing to draw. Raises `KeyError`."""
        return _PICTURES[name](self)

    # --- one figure ---

    def figure(self, id: str) -> Figure:
        """One figure with everything behind it. Raises `KeyError` for an unknown id."""
        family = _FAMILIES.get(id) or self._own_family(id)
        if family not in self._families:
            self._families[family] = family(self)
        return next(figure for figure in self._families[family] if figure.id == id)

    def _own_family(self, id: str) -> "Callable[[Impact], list[Figure]]":
        for own in self.records.own:
            if own.measured.id == id:
                return _change_of(own.measured)
        raise KeyError(id)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _reach_family(impact: Impact) -> list[Figure]:
    return _reach.figures(impact.records, impact.learning)


def _staffing_family(impact: Impact) -> list[Figure]:
    return _staffing.figures(impact.records)


def _process_family(impact: Impact) -> list[Figure]:
    return _process.figures(impact.records)


def _admissions_family(impact: Impact) -> list[Figure]:
    return [_admissions.figure(impact.records)]


def _change_of(measured: Measured) -> Callable[[Impact], list[Figure]]:
    return lambda impact: [_changes.figure(impact.records, measured)]


def _savings_family(impact: Impact) -> list[Figure]:
    return [_savings.figure(impact.records)]


def _incidents_family(impact: Impact) -> list[Figure]:
    return [_incidents.figure(impact.records)]


def _survey_family(impact: Impact) -> list[Figure]:
    return _survey.figures(impact.survey, impact.scope)


_FAMILIES = {
    "admissions": _admissions_family,
    **dict.fromkeys(
        (
            "organisations",
            "grants",
            "focus-people",
            "interventions",
            "people-trained",
            "awarded",
            "mean-grant",
            "spent",
            "awarded-per-intervention",
            "spent-per-intervention",
        ),
        _reach_family,
    ),
    **dict.fromkeys(("safe-reductions", "paid-hours", "largest-fall"), _staffing_family),
    "weekly-saving": _savings_family,
    "incidents": _incidents_family,
    **{measured.id: _change_of(measured) for measured in PANEL},
    **dict.fromkeys(
        (
            "net-days",
            "within-target",
            "first-payment",
            "reports-on-time",
            "delivered-in-window",
            "spent-against-award",
        ),
        _process_family,
    ),
    **{f"survey-{question.code}": _survey_family for question in QUESTIONS if question.good},
}
FIGURE_IDS = tuple(_FAMILIES)

_PICTURES = {
    "staffing": lambda impact: _pictures.staffing_picture(impact.pairs, impact.staffing),
    "incidents": lambda impact: _pictures.incidents_picture(impact.incidents),
    "changes": lambda impact: _pictures.changes_picture(impact.panel),
    "topics": lambda impact: _pictures.topics_picture(impact.learning),
    "regions": lambda impact: _pictures.regions_picture(impact.by_region),
    "decisions": lambda impact: _pictures.decisions_picture(impact.decisions, impact.process),
    "sensitivity": lambda impact: _pictures.sensitivity_picture(
        impact.figure("admissions"), impact.admissions
    ),
    "pipeline": lambda impact: _more.pipeline_picture(_pipeline.pipeline(impact.scope)),
    "slopes": lambda impact: _more.slopes_picture(impact.pairs),
    "restrictive": lambda impact: _more.restrictive_picture(impact.restrictions),
    "crossing": lambda impact: _more.crossing_picture(
        _circles.crossing(impact.records, impact.circle)
    ),
    "coverage": lambda impact: _more.coverage_picture(
        _circles.coverage(impact.records, impact.circle)
    ),
    "hours": lambda impact: _more.hours_picture(impact.areas, impact.staffing.with_both),
    "cost": lambda impact: _more.cost_picture(impact.areas, impact.staffing.with_both),
    "confidence": lambda impact: _more.confidence_picture(_learners.items(impact.records)),
}
PICTURE_NAMES = tuple(_PICTURES)
PAGE_PICTURES = ("staffing", "incidents", "changes", "topics", "regions", "decisions")


def programme_figures(
    programme: Programme | None,
    cut_off: date | None = None,
    region: str | None = None,
    round: Round | None = None,
) -> Impact:
    """The figures of a programme (None: all programmes) at a cut-off (a London day; None: today).

    region: of the organisation that applied. Nothing is read before a part is asked for; all of them
    together take at most eight queries, whatever the size.
    """
    return Impact(Scope(programme, cut_off or clock.today(), round, region or ""))
