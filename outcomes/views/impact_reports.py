"""Impact reports: the list, a draft to build, the document to read, and its files."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, written
from accounts.fields import GovDateField, PlainTextField
from accounts.http import posted
from accounts.once import once
from accounts.opened import Opened, one_by_one
from accounts.state import NotReady, locked, ready
from accounts.verbs import offered

from .. import actions, impact_report, workflow
from ..enums import ReportAudience
from ..models import ImpactReport, Story
from ..reports import default_programme, rounds_with_grants

PAGE_SIZE = 20
FORMAT_NOTE = {
    "html": "One page, pictures inside",
    "pdf": "For print and filing, tagged for screen readers",
    "xlsx": "Excel workbook: contents, one table a sheet, definitions",
    "csv": "One line for each number",
}


class ImpactReportForm(Opened, forms.Form):
    """What a report is about, which sections it has, and what the lead writes to them."""

    title = PlainTextField(
        label="Title",
        names_somebody=True,
        max_length=120,
        error_messages={"required": "Enter a title"},
    )
    programme = forms.ChoiceField(
        label="Programme", error_messages={"required": "Select the programme"}
    )
    audience = forms.ChoiceField(
        label="Who reads it?",
        choices=ReportAudience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who reads it"},
    )
    cut_off = GovDateField(
        label="Cut-off",
        help_text="Nothing that happened later is counted.",
        max_date=clock.today,
        error_messages={"required": "Enter the cut-off"},
    )
    sections = forms.MultipleChoiceField(
        label="Sections",
        choices=list(impact_report.SECTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one section"},
    )
    summary = PlainTextField(
        label="Summary (optional)",
        help_text="What a funder should take away. Write “reported”, not “caused”.",
        required=False,
        max_words=300,
        rows=6,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = {r.programme.slug: r.programme for r in rounds_with_grants()}
        self.programmes = programmes
        self.fields["programme"].choices = [(slug, p.name) for slug, p in programmes.items()]
        self.fields["audience"].option_hints = {
            "published": "Small counts are hidden and others rounded. Anybody can read it once approved.",
            "internal": "Figures as they are. Not for sharing.",
        }
        for id, title in impact_report.SECTIONS.items():
            self.fields[f"said_{id}"] = PlainTextField(
                label=f"{title}: your words (optional)", required=False, max_words=200, rows=3
            )
        self.fields["easy_read"] = PlainTextField(
            label="In easy words (optional)",
            help_text="One short sentence a line, 15 words at most.",
            required=False,
            max_words=200,
            rows=5,
        )
        self.stories = {s.reference: s for s in Story.objects.for_reports().order_by("-pk")[:50]}
        self.fields["stories"] = forms.MultipleChoiceField(
            label="Stories (optional)",
            help_text="They stand on the page, in no file, and are gone when the agreement to them ends.",
            required=False,
            choices=[(reference, str(story)) for reference, story in self.stories.items()],
            widget=forms.CheckboxSelectMultiple,
        )
        if not self.stories:
            del self.fields["stories"]
        for field in self.fields.values():
            field.label_size = "s"

    def clean_easy_read(self) -> str:
        text: str = self.cleaned_data["easy_read"]
        long = next((line for line in text.splitlines() if len(line.split()) > 15), "")
        if long:
            raise forms.ValidationError(f"Shorten this sentence to 15 words: “{long}”")
        return text

    def values(self) -> dict[str, Any]:
        """The fields of a report."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "programme": self.programmes[data["programme"]],
            "audience": data["audience"],
            "cut_off": data["cut_off"],
            "sections": data["sections"],
            "summary": data["summary"],
            "easy_read": data["easy_read"],
            "stories": [self.stories[reference] for reference in data.get("stories", ())],
            "commentary": {
                id: text for id in impact_report.SECTIONS if (text := data.get(f"said_{id}"))
            },
        }


def _found(request: HttpRequest, reference: str) -> ImpactReport:
    visible = ImpactReport.objects.visible_to(request.user).select_related("programme")
    return get_object_or_404(visible, reference=reference)


def _may_edit(request: HttpRequest, report: ImpactReport | None = None) -> bool:
    return request.user.has_perm("outcomes.edit_impact_report", report or ImpactReport())


@login_not_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that the reader may see, the newest first."""
    visible = ImpactReport.objects.visible_to(request.user).select_related("programme")
    ordered = visible.defer("document").order_by("-made_at", "-pk")
    page = Paginator(ordered, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "may_make": _may_edit(request), "is_staff": _is_staff(request)}
    return render(request, "outcomes/impact_report/list.html", context)


def _is_staff(request: HttpRequest) -> bool:
    return request.user.has_perm("outcomes.view_impact", request)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest) -> HttpResponse:
    """Begin a report."""
    if not _may_edit(request):
        raise Http404
    programme = default_programme()
    start = {
        "title": f"What {programme} achieved" if programme else "",
        "programme": programme.slug if programme else "",
        "cut_off": clock.today(),
        "sections": list(impact_report.SECTIONS),
    }
    form = ImpactReportForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        report = actions.start_impact_report(by=request.user, **form.values())
        messages.success(request, "Saved as a draft. This is how it reads now.")
        return redirect(report)
    return render(request, "outcomes/impact_report/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a draft."""
    report = _found(request, reference)
    if not _may_edit(request, report):
        raise Http404
    if request.method == "POST":
        report = locked(report)
        ready(report, "edit")
    if not report.is_draft:
        raise Http404
    start = {
        "title": report.title,
        "programme": report.programme.slug,
        "audience": report.audience,
        "cut_off": report.cut_off,
        "sections": report.sections,
        "summary": report.summary,
        "easy_read": report.easy_read,
        "stories": list(report.stories.for_reports().values_list("reference", flat=True)),
    } | {f"said_{id}": text for id, text in report.commentary.items()}
    form = ImpactReportForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_impact_report(report, by=request.user, **form.values())
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            messages.success(request, "Saved. This is how it reads now.")
            return redirect(report)
    context = {"form": form, "report": report}
    return render(request, "outcomes/impact_report/edit.html", context)


@login_not_required
@require_safe
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """The document: a draft as it would read today, a sent report as it was frozen."""
    found = _found(request, reference)
    standing: list[str] = []
    document = None
    try:
        document = workflow.composed(found)
    except NotReady as refused:
        standing = refused.blockers
    else:
        if found.is_draft:
            standing = workflow.impact_report_blockers(found, document)
    verbs = offered(request.user, found) if request.user.is_authenticated else []
    context = {
        "report": found,
        "document": impact_report.with_pictures(document) if document else None,
        "lead": f"{found.programme}. Figures to {written.day(found.cut_off)}.",
        "is_staff": _is_staff(request),
        "may_edit": found.is_draft and _may_edit(request, found),
        "verbs": verbs,
        "stories": list(found.stories.for_reports().order_by("pk")),
        "standing": standing,
        "files": _files(found) if document else [],
    }
    return render(request, "outcomes/impact_report/report.html", context)


def _files(found: ImpactReport) -> list[dict[str, str]]:
    return [
        {
            "url": reverse("impact-report-file", args=[found.reference, format]),
            "format": format,
            "label": {"html": "Web page", "pdf": "PDF", "xlsx": "Workbook", "csv": "CSV"}[format],
            "note": FORMAT_NOTE[format],
        }
        for format in impact_report.FORMATS
    ]


@login_not_required
@require_safe
def file(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The document as a file. An approved edition gives the same bytes every time."""
    found = _found(request, reference)
    if format not in impact_report.FORMATS:
        raise Http404
    try:
        document = workflow.composed(found)
    except NotReady:
        raise Http404 from None
    etag = f'"{found.reference}-{found.edition}-{format}"' if found.edition else None
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            impact_report.kept(document, format),
            content_type=impact_report.CONTENT_TYPES[format],
        )
        name = f"{found.reference}.{format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if etag:
        response.headers["ETag"] = etag
    return response


# Where the lines go in the page that grows.
MARKER = "<!-- lines -->"
# Where the page goes on when something stood in the way.
STOPPED = "<!-- stopped -->"


def _lines(found: ImpactReport) -> Iterator[str]:
    """Makes the document and then every file, and says each part when it is there."""
    steps = workflow.composing(found)
    while True:
        try:
            yield next(steps)
        except StopIteration as ended:
            document = ended.value
            break
    for file in _files(found):
        impact_report.kept(document, file["format"])
        yield f"File: {file['label']}"


@require_safe
def making(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    """Make the report and its files while the reader watches: the page grows by a line for each part.

    Works without scripts: the answer is sent piece by piece. What was made is kept for an hour.
    """
    found = _found(request, reference)
    if not _is_staff(request):
        raise Http404
    context = {"report": found, "marker": MARKER, "stopped": STOPPED, "files": _files(found)}
    page = render_to_string("outcomes/impact_report/making.html", context, request)
    head, done = page.split(MARKER)
    tail, end = done.split(STOPPED)

    def body() -> Iterator[str]:
        yield head
        try:
            for line in _lines(found):
                yield format_html("<li>{}</li>\n", line)
        except (NotReady, RuntimeError) as refused:
            yield format_html("</ol><p><strong>This stands in the way.</strong> {}</p>", refused)
        else:
            yield tail
        yield end

    return StreamingHttpResponse(body())


def verb_context(user: Any, found: ImpactReport) -> dict[str, Any]:
    """What the verb's page shows around it."""
    return {"crumb": (found.title, found.get_absolute_url())}
