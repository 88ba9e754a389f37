"""The public page of the awards with its files, and the lead's page where a release is prepared."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import written
from accounts.fields import PlainTextField
from accounts.http import posted
from accounts.once import once
from accounts.opened import Opened, one_by_one
from accounts.shapes import SummaryRow
from accounts.state import NotReady, locked

from .. import actions, open_data, workflow
from ..enums import LICENCE_URL, Licence
from ..open_data.awards import STAND_IN_PREFIX
from ..reports.figure import Column, plain, pounds_text

PAGE_SIZE = 15
FORMAT_NOTE = {
    "json": "360Giving JSON, with the facts about the file",
    "csv": "One row for each award",
    "xlsx": "Excel workbook with the sheets “grants” and “Meta”",
}


class PublisherForm(Opened, forms.Form):
    """Who publishes, and under which number and terms."""

    name = PlainTextField(
        label="Who publishes",
        names_somebody=True,
        max_length=120,
        error_messages={"required": "Enter the name of the organisation that publishes"},
    )
    identifier = forms.RegexField(
        label="Its organisation identifier",
        regex=r"^[A-Z0-9]+-[A-Za-z0-9]+-?[A-Za-z0-9_-]*$",
        max_length=60,
        help_text="A charity GB-CHC-1098765, a company GB-COH-01234567.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={
            "required": "Enter the identifier, such as GB-CHC-1098765",
            "invalid": "Enter the identifier with hyphens, such as GB-CHC-1098765",
        },
    )
    prefix = forms.RegexField(  # type: ignore[assignment]  # a field: not the form's own prefix
        label="Publisher prefix",
        regex=r"^[A-Za-z0-9]{2,40}$",
        help_text="360Giving gives it to you, free of charge, when you register as a publisher.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={
            "required": "Enter the prefix",
            "invalid": "Enter the prefix with letters and digits only",
        },
    )
    website = forms.URLField(
        label="Website (optional)",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a web address, such as https://example.org"},
    )
    licence = forms.ChoiceField(
        label="Terms of use",
        choices=Licence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the terms of use"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label_size = "s"


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For everybody: what is published, under which terms, and the files."""
    release = open_data.latest_release()
    publisher = open_data.publisher()
    may = request.user.has_perm("outcomes.publish_awards", publisher)
    context: dict[str, Any] = {"release": release, "may_prepare": may}
    if release is not None:
        package = release.package
        licence = next(
            (lic for lic, url in LICENCE_URL.items() if url == package["license"]), Licence.CC_BY
        )
        context |= {
            "rows": [
                SummaryRow("Publisher", package["publisher"]["name"]),
                SummaryRow("Awards in the file", plain(release.awards)),
                SummaryRow("Held back", open_data.held_back_says(release.held_back).capitalize()),
                SummaryRow("Published", f"{written.day(release.released_at)}, {release}"),
                SummaryRow("Standard", "360Giving Data Standard 1.4"),
                SummaryRow("Terms of use", str(licence.label)),
            ],
            "files": [
                {
                    "url": reverse("open-data-file", args=[format]),
                    "label": f"awards.{format}",
                    "note": FORMAT_NOTE[format],
                }
                for format in open_data.FORMATS
            ],
        }
    return render(request, "outcomes/open_data/page.html", context)


@login_not_required
@require_safe
def file(request: HttpRequest, format: str) -> HttpResponse:
    """The newest release as a file, at an address that stays: it can be registered with 360Giving."""
    release = open_data.latest_release()
    if release is None or format not in open_data.FORMATS:
        raise Http404
    etag = f'"awards-{release.number}-{format}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            open_data.written(release.package, format),
            content_type=open_data.CONTENT_TYPES[format],
        )
        response.headers["Content-Disposition"] = f'attachment; filename="awards.{format}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=3600"
    # Whoever collects open data may read it from a page of theirs.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _lead(request: HttpRequest) -> None:
    if not request.user.has_perm("outcomes.publish_awards", open_data.publisher()):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def prepare(request: HttpRequest) -> HttpResponse:
    """For the lead: who publishes, what the next release lists, and what it holds back and why."""
    _lead(request)
    held = open_data.publisher()
    if request.method == "POST" and held.pk is not None:
        held = locked(held)
    start = {
        "name": held.name,
        "identifier": held.identifier,
        "prefix": held.prefix,
        "website": held.website,
        "licence": held.licence,
    }
    form = PublisherForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_publisher(by=request.user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error("prefix", refused.blockers[0].rstrip("."))
        else:
            messages.success(request, "Saved. The next release says so.")
            return redirect("prepare-open-data")
    found = open_data.chosen()
    held_page = Paginator(found.held_back, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_stand_in": held.prefix == STAND_IN_PREFIX,
        "blockers": workflow.publish_awards_blockers(),
        "release": open_data.latest_release(),
        "stats": [
            {"value": plain(len(found.listed)), "label": "awards to publish"},
            {"value": plain(len(found.held_back)), "label": "held back"},
            {
                "value": pounds_text(found.listed_amount).removesuffix(".00"),
                "label": "in the awards to publish",
            },
        ],
        "columns": [
            Column("Award"),
            Column("Organisation"),
            Column("Amount", numeric=True),
            Column("Why"),
        ],
        "page": held_page,
        "held_back": [
            [h.award.reference, h.award.organisation, pounds_text(h.award.amount), h.reason]
            for h in held_page
        ],
    }
    return render(request, "outcomes/open_data/prepare.html", context)


@require_POST
@once
def publish(request: HttpRequest) -> HttpResponse:
    """Make a release of the awards as they are now."""
    _lead(request)
    try:
        release = workflow.publish_awards(by=request.user)
    except NotReady as refused:
        for sentence in refused.blockers:
            messages.error(request, sentence)
        return redirect("prepare-open-data")
    messages.success(request, f"Published: {release.awards} awards are at the public address.")
    return redirect("open-data")
