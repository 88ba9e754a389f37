"""The impact page, one figure with everything behind it, the pictures, and the published page."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from accounts import written
from accounts.exports import plain_text
from accounts.shapes import SummaryRow

from .. import drawings, impact_report
from ..impact_filters import CompareFilter, ImpactFilter
from ..reports import FOOTNOTE, PICTURE_NAMES, Figure, Impact, Line, Picture
from ..reports.admissions import DEFINITION, SETTLED_PERCENT, Admissions
from ..reports.figure import Column, plain, pounds_text, several
from ..reports.process import table
from ..reports.staffing import Staffing

PAGE_SIZE = 50
# The page of pictures, by what they are about.
PICTURE_GROUPS = {
    "From application to grant": ("pipeline", "regions", "decisions"),
    "What people learned": ("topics", "crossing", "coverage", "confidence"),
    "What changed": ("incidents", "restrictive", "changes"),
    "Staff, hours and cost": ("staffing", "slopes", "hours", "cost"),
    "Hospital admissions": ("sensitivity",),
}
# The picture that belongs to a figure.
PICTURE_OF = {
    "admissions": "sensitivity",
    "safe-reductions": "staffing",
    "paid-hours": "staffing",
    "largest-fall": "staffing",
    "incidents": "incidents",
    "change-incidents": "incidents",
    "interventions": "topics",
    "change-restrictive": "restrictive",
    "change-confidence": "confidence",
    "weekly-saving": "cost",
    "grants": "regions",
    "awarded": "regions",
    "net-days": "decisions",
    "within-target": "decisions",
}


def _chosen(request: HttpRequest) -> tuple[ImpactFilter, Impact]:
    """The filter and its figures; 404 for those who may not see them."""
    form = ImpactFilter(request.GET)
    found = form.impact
    if not request.user.has_perm("outcomes.view_impact", found):
        raise Http404
    return form, found


# --- the page -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stat:
    value: str
    label: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """A picture with its addresses: what components/figure.html draws."""

    picture: Picture
    src: str
    phone_src: str
    table_url: str


def _shown(form: ImpactFilter, picture: Picture) -> Shown:
    url = reverse("impact-chart", args=[picture.name])
    return Shown(
        picture,
        form.with_query(url),
        form.with_query(url, size="phone"),
        form.with_query(reverse("impact-chart-table", args=[picture.name])),
    )


def _figure_url(form: ImpactFilter, id: str) -> str:
    return form.with_query(reverse("impact-figure", args=[id]))


def _stats(form: ImpactFilter, found: Impact) -> list[Stat]:
    r, m = found.reach, found.money
    each = f"{plain(r.interventions_each)} for each active grant" if r.active else ""
    mean = f"Mean grant {pounds_text(m.mean_grant)}" if m.mean_grant is not None else ""
    rows = (
        (
            "organisations",
            plain(r.organisations),
            "organisations",
            several(r.grants, "grant", "grants"),
        ),
        ("focus-people", plain(r.focus_people), "focus people", "One person for each grant"),
        ("interventions", plain(r.training_interventions), "training interventions", each),
        ("awarded", pounds_text(m.awarded).removesuffix(".00"), "awarded", mean),
    )
    return [Stat(value, label, note, _figure_url(form, id)) for id, value, label, note in rows]


def _provisional(a: Admissions) -> str:
    if not a.is_provisional:
        return ""
    if not a.due:
        return "No report after 3, 6 or 12 months is due yet, so there is nothing to rest on."
    percent = a.accepted * 100 // a.due
    return (
        f"{a.accepted:,} of {several(a.due, 'report', 'reports')} due are accepted ({percent}%). The label "
        f"goes at {SETTLED_PERCENT}%, which needs {a.still_needed:,} more."
    )


def _headline(a: Admissions) -> str:
    p = a.of_reporting
    if p.exact is None:
        return f"{several(a.funded, 'organisation', 'organisations')} funded."
    percent = f"{p.whole_percent}%: " if a.headline != f"{p.whole_percent}%" else ""
    return (
        f"{percent}{a.numerator:,} of {a.reporting:,} that reported; {a.funded:,} funded. 95% interval "
        f"{p.whole_low}% to {p.whole_high}%. Reported by providers."
    )


def _lines(form: ImpactFilter, rows: Sequence[tuple[str, str, str]]) -> list[Stat]:
    return [Stat(value, label, url=_figure_url(form, id)) for id, label, value in rows]


def _cost(form: ImpactFilter, found: Impact) -> list[Stat]:
    m = found.money
    each, spent_each = m.awarded_per_intervention, m.spent_per_intervention
    return _lines(
        form,
        [
            ("mean-grant", "Mean grant", pounds_text(m.mean_grant)),
            ("spent", "Spent", pounds_text(m.spent)),
            ("awarded-per-intervention", "Awarded for each intervention", pounds_text(each)),
            ("spent-per-intervention", "Spent for each intervention", pounds_text(spent_each)),
            ("people-trained", "People trained", plain(found.reach.people_trained)),
        ],
    )


def _reported(form: ImpactFilter, found: Impact) -> list[Stat]:
    s, i = found.staffing, found.incidents
    fall = f"{plain(i.all_incidents[0])} to {plain(i.all_incidents[-1])}" if i else "none yet"
    return _lines(
        form,
        [
            (
                "safe-reductions",
                "Safe reductions in staffing",
                f"{s.safe_reductions:,} of {s.with_both:,}",
            ),
            ("paid-hours", "Paid hours a week, safe reductions", _hours(s)),
            ("largest-fall", "Largest safe fall for one person", s.largest_fall_words),
            ("incidents", "Incidents in 28 days, median", fall),
            ("weekly-saving", "Saved a week, confirmed by commissioners", _saved(found)),
        ],
    )


def _saved(found: Impact) -> str:
    s = found.savings
    return pounds_text(s.weekly) if s.confirmed else "none confirmed"


def _hours(s: Staffing) -> str:
    if not s.safe_reductions:
        return "none"
    return f"{plain(s.paid_hours_before, 2)} to {plain(s.paid_hours_after, 2)}"


@require_safe
def impact(request: HttpRequest) -> HttpResponse:
    """The programme's figures, for programme leads and officers."""
    form, found = _chosen(request)
    a = found.admissions
    context = {
        "form": form,
        "impact": found,
        "has_programme": found.scope.programme is not None,
        "sentence": found.scope.sentence,
        "is_provisional": a.is_provisional,
        "provisional": _provisional(a),
        "stats": _stats(form, found),
        "admissions": a,
        "headline": _headline(a),
        "headline_url": _figure_url(form, "admissions"),
        "wording": a.wording,
        "pictures": [_shown(form, picture) for picture in found.pictures],
        "cost": _cost(form, found),
        "reported": _reported(form, found),
        "panel": [(row, _figure_url(form, row.measured.id)) for row in found.panel],
        "process": [(row, _figure_url(form, row.id)) for row in table(found.process)],
        "days_url": _figure_url(form, "net-days"),
        "footnote": FOOTNOTE,
        "published_url": _published_url(found),
        "pictures_url": form.with_query(reverse("impact-pictures")),
        "failing": _failing(found),
        "survey": found.survey,
        "said": _said(form, found),
    }
    return render(request, "outcomes/impact/impact.html", context)


def _said(form: ImpactFilter, found: Impact) -> list[Stat]:
    """The shares of the experience survey, each with how many said something."""
    return [
        Stat(
            f"{r.headline.whole_percent}% of {r.headline.whole:,}",
            f"{r.question.headline[:1].upper()}{r.question.headline[1:]}",
            url=_figure_url(form, f"survey-{r.question.code}"),
        )
        for r in (found.survey.results if found.survey else ())
        if r.headline is not None
    ]


def _failing(found: Impact) -> str:
    """Which safeguards were not met or could not be shown, of the ratios that fell without counting."""
    counts = found.failing
    if not counts:
        return ""
    said = "; ".join(f"{title.lower()}: {n:,}" for title, n in counts)
    return f"Lower, but not counted as safe, because a safeguard was not met or could not be shown: {said}."


def _published_url(found: Impact) -> str:
    url = reverse("impact-published")
    return f"{url}?programme={found.scope.programme.slug}" if found.scope.programme else url


# --- one figure ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """One part of a split as a stretch of a bar 100 wide."""

    label: str
    count: int
    tone: str
    x: str
    width: str


def _bars(found: Figure) -> list[Bar]:
    total = sum(part.count for part in found.split)
    if not total:
        return []
    tones, start, bars = ("fill", "mid", "late", "track"), 0.0, []
    for part, tone in zip(found.split, tones, strict=False):
        width = part.count * 100 / total
        bars.append(Bar(part.label, part.count, tone, f"{start:.2f}", f"{width:.2f}"))
        start += width
    return bars


@dataclass(frozen=True)
class Fact:
    """A line of the definition list: a number in bold, and what it counts."""

    key: str
    value: str = ""
    text: str = ""
    rows: Sequence[tuple[str, str]] = ()


SINGULAR = {"organisations": "organisation", "grants": "grant", "decisions": "decision"}


def _counted(key: str, value: str, text: str) -> Fact:
    """A number and what it counts; one of them is one organisation, not one organisations."""
    noun, space, rest = text.partition(" ")
    if value == "1":
        noun = SINGULAR.get(noun, noun)
    return Fact(key, value, f"{noun}{space}{rest}")


def _facts(found: Figure) -> list[Fact]:
    facts = [Fact("Definition", text=found.definition)]
    if found.numerator:
        facts.append(_counted("Numerator", *found.numerator))
    facts += [_counted(*denominator) for denominator in found.denominators]
    if (p := found.proportion) is not None and p.exact is not None:
        low, high = p.low, p.high
        facts.append(
            Fact(
                "Result",
                f"{p.percent}%",
                f"shown as {p.whole_percent}%. 95% interval {low}% to {high}% (Wilson)",
            )
        )
    elif not found.numerator or found.value is None:
        facts.append(Fact("Result", found.shown, found.unit))
    else:
        facts.append(Fact("Result", found.shown))
    if found.missing:
        rows = [(f"{m.count:,}", m.reason) for m in found.missing]
        facts.append(Fact("Missing answers", text=found.missing_says, rows=rows))
    facts.append(
        Fact(
            "Cut-off",
            text=f"{written.day(found.cut_off)}. Nothing later is counted, so this does not move.",
        )
    )
    facts.append(Fact("Rule", text=found.source))
    return facts


@require_safe
def figure(request: HttpRequest, id: str) -> HttpResponse:
    """Definition, numerator, denominators, missing answers, other readings, and the records."""
    form, whole = _chosen(request)
    try:
        found = whole.figure(id)
    except KeyError:
        raise Http404 from None
    name = PICTURE_OF.get(id)
    picture = whole.picture(name) if name else None
    page = Paginator(found.records, PAGE_SIZE).get_page(request.GET.get("page"))
    marks = any(record.counts is not None for record in found.records)
    context = {
        "figure": found,
        "facts": _facts(found),
        "bars": _bars(found),
        "shown": _shown(form, picture) if picture else None,
        "page": page,
        "marks": marks,
        "columns": found.record_columns,
        "noun": found.record_noun[page.paginator.count != 1],
        "scope": whole.scope.words,
        "is_small": bool(found.proportion and found.proportion.whole < 30),
        "is_provisional": found.is_claim and whole.is_provisional,
        "provisional": _provisional(whole.admissions) if found.is_claim else "",
        "back_url": form.with_query(reverse("impact")),
        "footnote": FOOTNOTE if found.is_claim else "",
        "heading": _heading(found),
    }
    return render(request, "outcomes/impact/figure.html", context)


def _heading(found: Figure) -> str:
    return f"Behind the {found.shown}" if found.shown[:1].isdigit() else found.title


# --- pictures -----------------------------------------------------------------------------------


@require_safe
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """One picture as SVG, of the same numbers as the page; `?size=phone` for a narrow one."""
    _, found = _chosen(request)
    picture = found.picture(name) if name in PICTURE_NAMES else None
    if picture is None:
        raise Http404
    is_narrow = request.GET.get("size") == "phone"
    etag = f'"{drawings.fingerprint(picture, is_narrow=is_narrow)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            drawings.drawn(picture, is_narrow=is_narrow), content_type="image/svg+xml"
        )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def chart_table(request: HttpRequest, name: str) -> HttpResponse:
    """The numbers of a picture as CSV: the table that stands beside it."""
    _, found = _chosen(request)
    picture = found.picture(name) if name in PICTURE_NAMES else None
    if picture is None:
        raise Http404
    held = io.StringIO("\ufeff", newline="")  # so that spreadsheet programs read £ as £
    held.seek(0, io.SEEK_END)
    rows = csv.writer(held, lineterminator="\r\n")
    rows.writerow([column.label for column in picture.columns])
    rows.writerows([plain_text(cell) for cell in row] for row in picture.rows)
    response = HttpResponse(held.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_safe
def comparison(request: HttpRequest) -> HttpResponse:
    """Two periods beside each other."""
    form = CompareFilter(request.GET)
    found = form.compared
    if not request.user.has_perm("outcomes.view_impact", found.first):
        raise Http404
    scopes = (found.first.scope, found.second.scope)
    heads = [f"{written.day(s.agreed_from)} to {written.day(s.agreed_until)}" for s in scopes]

    def rows(lines: Sequence[Line]) -> list[tuple[str, str, str]]:
        return [(line.title, line.first, line.second) for line in lines]

    context = {
        "form": form,
        "has_programme": found.first.scope.programme is not None,
        "sentence": found.first.scope.sentence,
        "columns": [Column("What"), *(Column(head, numeric=True) for head in heads)],
        "bought": rows(found.bought),
        "reported": rows(found.reported),
        "footnote": FOOTNOTE,
    }
    return render(request, "outcomes/impact/compare.html", context)


@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    """Every picture of what was chosen, each with its numbers and its downloads."""
    form, found = _chosen(request)
    groups = [
        (title, [_shown(form, p) for name in names if (p := found.picture(name)) is not None])
        for title, names in PICTURE_GROUPS.items()
    ]
    context = {
        "form": form,
        "has_programme": found.scope.programme is not None,
        "sentence": found.scope.sentence,
        "groups": [(title, shown) for title, shown in groups if shown],
        "footnote": FOOTNOTE,
        "impact_url": form.with_query(reverse("impact")),
    }
    return render(request, "outcomes/impact/pictures.html", context)


# --- published ----------------------------------------------------------------------------------


@login_not_required
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """The newest published edition of a programme in short, for everybody. Nothing in it is newer than what
    was released: no part of a programme can be chosen, and no day."""
    form = ImpactFilter({"programme": request.GET.get("programme", "")})
    form.is_valid()
    wanted = form.programme_chosen
    edition = impact_report.newest_edition(wanted) if wanted else None
    if edition is None and not form.sent:
        edition = impact_report.newest_edition(None)
    context: dict[str, Any] = {"edition": edition, "programme": wanted}
    if edition is not None and edition.document is not None:
        found = impact_report.Released(edition.document)
        context |= {
            "programme": edition.programme,
            "document": edition.document,
            "released": found,
            "headline": _released_headline(found),
            "money": [SummaryRow(what, amount) for what, amount in found.bought],
            "definition": DEFINITION,
        }
    return render(request, "outcomes/impact/published.html", context)


def _released_headline(found: impact_report.Released) -> str:
    if (said := found.reported) is None:
        return ""
    p = said.share
    return (
        f"{p.part:,} of {p.whole:,} that reported; {said.funded:,} funded. The true figure is likely to be "
        f"between {p.whole_low}% and {p.whole_high}%. Reported by the organisations."
    )
