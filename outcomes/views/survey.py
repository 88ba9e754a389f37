"""The experience survey: the page of those who answer, the host's pages, and what everybody reads."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import written
from accounts.http import posted
from accounts.once import once
from accounts.state import NotReady
from accounts.verbs import offered

from .. import drawings
from ..enums import WaveState
from ..models import SurveyAction, SurveyWave, SurveyWording
from ..reports.figure import plain
from ..reports.pictures import Picture
from ..reports.published_set import rule
from ..reports.statistics import Proportion
from ..reports.survey import (
    LEAST,
    RULE_SAYS,
    figure_of,
    picture_of,
    published_results,
    results_of,
)
from ..survey import workflow
from ..survey.forms import (
    AnswersForm,
    ImproveForm,
    InviteForm,
    SurveyCodeForm,
    WaveForm,
    WordingForm,
)
from ..survey.questions import BY_CODE, first_words

PAGE_SIZE = 20


# --- those who answer ---------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Where a printed code is entered."""
    form = SurveyCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = "".join(sign for sign in form.cleaned_data["code"].upper() if sign.isalnum())
        if given and workflow.code_behind(given) is not None:
            return redirect("survey-answer", given)
        form.add_error("code", "We do not know this code. Check it, and enter it again")
    return render(request, "outcomes/survey/enter.html", {"form": form, "button": "Continue"})


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The questions, in plain English."""
    return _answer(request, code, is_easy=False)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def answer_easy(request: HttpRequest, code: str) -> HttpResponse:
    """Six of the questions in easy read, with pictures."""
    return _answer(request, code, is_easy=True)


def _answer(request: HttpRequest, code: str, *, is_easy: bool) -> HttpResponse:
    held = workflow.code_behind(code)
    if held is None:
        return render(request, "outcomes/survey/unknown.html", status=404)
    wave = held.wave
    if held.is_used and request.method == "POST":
        return redirect("survey-thanks")  # pressed twice, or Back and sent again
    if held.is_used or not wave.takes_answers:
        says = workflow.USED if held.is_used else workflow.CLOSED
        if wave.state == WaveState.DRAFT:
            says = "This survey has not opened yet. Your code works once it has."
        return render(request, "outcomes/survey/over.html", {"says": says})
    questions = wave.wording.questions()
    form = AnswersForm(posted(request), questions=questions, is_easy=is_easy)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.answer(held, group=form.cleaned_data["group"], answers=form.answers())
        except NotReady as refused:
            if refused.blockers[0] != workflow.USED:
                said = {"says": refused.blockers[0]}
                return render(request, "outcomes/survey/over.html", said, status=409)
        return redirect("survey-thanks")
    context = {
        "form": form,
        "wave": wave,
        "is_easy": is_easy,
        "other_url": reverse("survey-answer" if is_easy else "survey-answer-easy", args=[code]),
        "questions": [_easy(form, code) for code in form.fields] if is_easy else [],
        "button": "Send my answers",
    }
    template = "outcomes/survey/answer_easy.html" if is_easy else "outcomes/survey/answer.html"
    return render(request, template, context)


def _easy(form: AnswersForm, name: str) -> dict[str, Any]:
    """One question of the easy read: its field, its picture, and each choice with its own."""
    question = BY_CODE.get(name)
    drawn = {c.value: c.picture for c in question.choices} if question else {}
    return {
        "field": form[name],
        "picture": _file(question.picture if question else "who"),
        "options": [(row, _file(drawn.get(row.data["value"], ""))) for row in form[name]],
    }


def _file(picture: str) -> str:
    return f"outcomes/survey/pictures/{picture}.svg" if picture else ""


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After answering."""
    return render(request, "outcomes/survey/thanks.html")


# --- everybody ----------------------------------------------------------------------------------


@login_not_required
@require_safe
def you_said(request: HttpRequest) -> HttpResponse:
    """“You said, we did”: the published waves, the newest first, one on a page."""
    waves = SurveyWave.objects.published().visible_to(request.user)
    ordered = waves.select_related("programme", "wording").order_by("-closed_at", "-pk")
    page = Paginator(ordered, 1).get_page(request.GET.get("page"))
    wave = next(iter(page), None)
    context: dict[str, Any] = {"page": page, "wave": wave, "least": LEAST}
    if wave is not None:
        found = published_results(wave)
        context |= {
            "results": [
                (r, reverse("survey-published-chart", args=[wave.reference, r.question.code]))
                for r in found
                if r.is_shown
            ],
            "hidden": [r.question.text for r in found if not r.is_shown],
            "actions": list(wave.actions.order_by("due_on", "number")),
            "rule_says": RULE_SAYS,
            "printing_says": f"{rule().says} {rule().hidden_says}",
        }
    return render(request, "outcomes/survey/you_said.html", context)


@login_not_required
@require_safe
def published_chart(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """The bars of one question of a published wave, as everybody reads it."""
    waves = SurveyWave.objects.published().visible_to(request.user).select_related("wording")
    wave = get_object_or_404(waves, reference=reference)
    found = next((r for r in published_results(wave) if r.question.code == question), None)
    return _chart(request, found.picture if found else None)


def _chart(request: HttpRequest, picture: Picture | None) -> HttpResponse:
    if picture is None:
        raise Http404
    is_narrow = request.GET.get("size") == "phone"
    etag = f'"{drawings.fingerprint(picture, is_narrow=is_narrow)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        drawn = drawings.drawn(picture, is_narrow=is_narrow)
        response = HttpResponse(drawn, content_type="image/svg+xml")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


# --- the host, and who reads the results ----------------------------------------------------------


def _must(request: HttpRequest, permission: str, thing: object) -> None:
    if not request.user.has_perm(permission, thing):
        raise Http404


def _wave(request: HttpRequest, reference: str) -> SurveyWave:
    waves = SurveyWave.objects.visible_to(request.user).select_related("programme", "wording")
    found = get_object_or_404(waves, reference=reference)
    _must(request, "outcomes.read_survey", found)
    return found


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """The waves, the newest first, and the words in use."""
    _must(request, "outcomes.read_survey", request)
    ordered = SurveyWave.objects.visible_to(request.user).order_by("-made_at", "-pk")
    page = Paginator(ordered.select_related("programme", "wording"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    wordings = SurveyWording.objects.visible_to(request.user).order_by("-version")
    context = {
        "page": page,
        "may_host": request.user.has_perm("outcomes.host_survey", request),
        "wordings": list(wordings),
    }
    return render(request, "outcomes/survey/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_wording(request: HttpRequest) -> HttpResponse:
    """A new version of the words; the first starts from those of the programme's definitions."""
    _must(request, "outcomes.host_survey", request)
    latest = SurveyWording.objects.visible_to(request.user).order_by("-version").first()
    form = WordingForm(posted(request), words=latest.texts if latest else first_words())
    if request.method == "POST" and form.is_valid():
        made = workflow.word_survey(
            by=request.user, texts=form.texts(), co_produced=form.cleaned_data["co_produced"]
        )
        messages.success(request, f"Version {made.version} is saved. New waves can use it.")
        return redirect("surveys")
    return render(request, "outcomes/survey/wording.html", {"form": form, "button": "Save"})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new_wave(request: HttpRequest) -> HttpResponse:
    """Make a wave."""
    _must(request, "outcomes.host_survey", request)
    form = WaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        made = workflow.plan_wave(by=request.user, **form.values())
        messages.success(request, "Saved as a draft. Invite people, then open it.")
        return redirect(made)
    context = {"form": form, "button": "Save", "has_words": bool(form.wordings)}
    return render(request, "outcomes/survey/new.html", context)


@require_safe
def wave(request: HttpRequest, reference: str) -> HttpResponse:
    """One wave: how many answered; once it has closed, what they said."""
    found = _wave(request, reference)
    read = results_of(found)
    actions = list(found.actions.select_related("wave").order_by("due_on", "number"))
    may_improve = request.user.has_perm("outcomes.improve_survey", found)
    shown = [
        {
            "result": r,
            "figure": figure_of(read, r),
            "picture": picture_of(r),
            "src": reverse("survey-chart", args=[found.reference, r.question.code]),
            "mean": plain(r.mean, 1) if r.mean is not None else "",
            "groups": [
                [part.label, f"{part.result.whole_percent}%", plain(part.result.whole)]
                for part in r.groups
            ],
        }
        for r in read.results
        if r.is_shown
    ]
    context = {
        "wave": found,
        "read": read,
        "lead": f"{found.programme}. {_when(found)}",
        "stats": [
            {"value": plain(read.asked), "label": "codes given out"},
            {"value": plain(read.answered), "label": "people answered"},
            {
                "value": f"{Proportion(read.answered, read.asked).whole_percent or 0}%",
                "label": "of the codes were used",
            },
        ],
        "shown": shown,
        "group_columns": [
            {"label": "Who answered"},
            {"label": "Share", "numeric": True},
            {"label": "Of how many", "numeric": True},
        ],
        "hidden": [r.question.text for r in read.results if not r.is_shown],
        "verbs": offered(request.user, found),
        "may_host": request.user.has_perm("outcomes.host_survey", found),
        "may_improve": may_improve and found.is_over,
        "actions": [(a, offered(request.user, a) if may_improve else []) for a in actions],
        "rule_says": RULE_SAYS,
        "least": LEAST,
    }
    return render(request, "outcomes/survey/wave.html", context)


def _when(found: SurveyWave) -> str:
    if found.is_over and found.closed_at is not None:
        return f"Closed on {written.day(found.closed_at)}."
    return f"Answers until {written.day(found.closes_on)}."


@require_safe
def chart(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """The bars of one question, for the host and the programme."""
    found = results_of(_wave(request, reference))
    result = next((r for r in found.results if r.question.code == question), None)
    return _chart(request, picture_of(result) if result else None)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def invite(request: HttpRequest, reference: str) -> HttpResponse:
    """Codes to print, and links by e-mail."""
    found = _wave(request, reference)
    _must(request, "outcomes.host_survey", found)
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        workflow.invite(
            found, by=request.user, codes=data["codes"] or 0, addresses=data["addresses"]
        )
        done = ["The codes are made."] if data["codes"] else []
        done += ["The e-mails are on their way."] if data["addresses"] else []
        messages.success(request, " ".join(done))
        return redirect("survey-codes" if data["codes"] else "survey-wave", found.reference)
    context = {"form": form, "wave": found, "button": "Invite"}
    return render(request, "outcomes/survey/invite.html", context)


@require_safe
@never_cache
def codes(request: HttpRequest, reference: str) -> HttpResponse:
    """The codes that nobody has used yet, to print and cut out."""
    found = _wave(request, reference)
    _must(request, "outcomes.host_survey", found)
    held = [c.spelled for c in found.codes.filter(is_used=False).exclude(key="").order_by("pk")]
    context = {
        "wave": found,
        "codes": [] if found.is_over else held,
        "enter_url": f"{settings.SITE_URL}{reverse('survey')}",
    }
    return render(request, "outcomes/survey/codes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def improve(request: HttpRequest, reference: str) -> HttpResponse:
    """What the programme does about something that people said."""
    found = _wave(request, reference)
    _must(request, "outcomes.improve_survey", found)
    form = ImproveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        workflow.improve(found, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect(found)
    context = {"form": form, "wave": found, "button": "Save"}
    return render(request, "outcomes/survey/improve.html", context)


def action_context(user: Any, found: SurveyAction) -> dict[str, Any]:
    """What the page of an improvement's verb shows around it."""
    return {"crumb": (found.wave.title, found.get_absolute_url())}


def wave_context(user: Any, found: SurveyWave) -> dict[str, Any]:
    """What the page of a wave's verb shows around it."""
    return {"crumb": (found.title, found.get_absolute_url())}
