from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, clock, drafts
from accounts.enums import MEMBER_ROLE_SAYS, MemberRole, TeamRole
from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.shapes import TimelineEntry
from accounts.state import NotReady, locked
from accounts.verbs import offered
from accounts.wording import words_of
from accounts.written import pounds
from focus_people.models import FocusPerson

from .. import actions, readiness, reports, tasks, workflow
from ..enums import ApplicationState, FormKind, LineVerdict, MessageFor, QuestionKind
from ..forms.applications import AnswerForm, NeedsForm, OutcomesForm, ReplyForm, StartForm
from ..models import Answer, Application, EligibilityCheck, Question, Round
from ..standard import how_many_questions
from ..worklists import Row
from . import officer
from .eligibility import SESSION_KEY
from .shown import answer_rows, budget_talk, decision_links


def visible(request: HttpRequest, reference: str) -> Application:
    """The application behind an address, or 404."""
    found = Application.objects.visible_to(request.user).select_related(
        "person", "organisation", "round__programme", "case_officer", "decision"
    )
    return get_object_or_404(found, reference=reference)


def editable(request: HttpRequest, reference: str) -> Application:
    """The same, for those who may write in it; 404 for everyone else."""
    found = visible(request, reference)
    if not request.user.has_perm("grants.edit_application", found):
        raise Http404
    return found


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """The applications of the user's own organisations, newest first."""
    user: Any = request.user
    found = Application.objects.visible_to(user).filter(organisation__in=user.organisation_ids())
    page = Paginator(found.for_lists().order_by("-started_at", "-pk"), 50).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": [Row.of(application, user) for application in page],
        "may_start": bool(user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)),
    }
    return render(request, "grants/applications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def start(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    mine = user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR)
    if not mine:
        if user.organisation_ids() or user.is_team(*TeamRole):
            raise Http404
        if check := request.GET.get("check"):
            request.session[SESSION_KEY] = check
        messages.info(
            request, "First register the organisation that you work for. Then you can start."
        )
        return redirect("register-organisation")
    people = FocusPerson.objects.visible_to(user).current().filter(organisation__in=mine)
    rounds = Round.objects.visible_to(user).open_now().order_by("closes_at", "pk")
    check = request.GET.get("check") or request.session.get(SESSION_KEY, "")
    initial = {"person": request.GET.get("person", ""), "check": check}
    if rounds.count() == 1:
        initial["round"] = rounds[0].reference
    form = StartForm(
        posted(request),
        people=people.order_by("alias", "pk"),
        rounds=rounds,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        checks = EligibilityCheck.objects.visible_to(user)
        kept = checks.filter(reference=cleaned["check"]).first()
        try:
            made = workflow.start_application(
                cleaned["person"],
                by=user,
                round=cleaned["round"],
                form=cleaned["form"],
                eligibility_check=kept,
            )
        except NotReady as refused:
            for sentence in refused.blockers:
                form.add_error("person", sentence)
        else:
            request.session.pop(SESSION_KEY, None)
            return redirect(made)
    context = {"form": form, "has_people": people.exists(), "has_rounds": rounds.exists()}
    return render(request, "grants/start.html", context)


@require_safe
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """One application: a task list while it is written, then where it has got to; staff see the case."""
    found = visible(request, reference)
    user: Any = request.user
    if not user.is_in(found.organisation_id):
        return officer.case(request, found)
    if found.state == ApplicationState.DRAFT:
        return _task_list(request, found)
    if found.state == ApplicationState.RETURNED:
        return _returned(request, found)
    figures = found.figures
    context = {
        "application": found,
        "status": reports.status_for_applicant(found),
        "clock": reports.clock(found),
        "answers": answer_rows(found),
        "budget_talk": budget_talk(found, figures),
        "figures": figures,
        "refused": [v for v in figures.lines if v.line.verdict == LineVerdict.REFUSED],
        "verbs": offered(user, found),
        "timeline": history_for_applicant(found),
        **decision_links(user, found),
    }
    return render(request, "grants/sent_application.html", context)


def history_for_applicant(found: Application) -> list[TimelineEntry]:
    """What the applicant may read of the trail, newest first."""
    rows = audit.history(found).filter(shown_to="applicant")
    written = {m.number: m.words for m in found.messages.filter(read_by=MessageFor.APPLICANT)}
    return [
        TimelineEntry(
            row.at,
            row.actor_label,
            words_of(row.event),
            written.get(row.data.get("message"), "") or _detail(row.data),
        )
        for row in reversed(list(rows))
    ]


def _detail(data: dict[str, Any]) -> str:
    return f"{data['line']} {data.get('verdict', '')}".strip() if "line" in data else ""


def _task_list(request: HttpRequest, found: Application) -> HttpResponse:
    user: Any = request.user
    groups = tasks.groups(found)
    lead = user.has_perm("grants.submit_application", found)
    context = {
        "application": found,
        "groups": groups,
        "done": tasks.done(groups),
        "total": tasks.total(groups),
        "closes_on": found.last_day,
        "figures": found.figures,
        "budget_limit": f"of {pounds(found.most)}",
        "saved_at": tasks.saved_at(found),
        "colleagues": _colleagues(found, user),
        "is_lead": lead,
        "verbs": [v for v in offered(user, found) if v.name == "withdraw"],
        "is_short": found.form == FormKind.SHORT,
        "may_invite": user.has_perm("accounts.invite_member", found.organisation),
        "may_link": user.has_perm("grants.give_linking_code", found),
    }
    return render(request, "grants/task_list.html", context)


def _colleagues(found: Application, user: Any) -> list[tuple[str, str]]:
    held = found.organisation.memberships.select_related("user").order_by("joined_at", "pk")
    return [
        (
            f"{m.user}{' (you)' if m.user_id == user.pk else ''}",
            MEMBER_ROLE_SAYS[MemberRole(m.role)],
        )
        for m in held
    ]


def _returned(
    request: HttpRequest, found: Application, forms: dict[int, ReplyForm] | None = None
) -> HttpResponse:
    """Check your answers and reply: the open question comes first, with its reply beside it."""
    user: Any = request.user
    texts = {s.question.pk: s for s in readiness.question_statuses(found)}
    figures = found.figures
    views = {view.line.number: view for view in figures.lines}
    waiting = []
    for asked in found.clarifications.filter(replied_at__isnull=True).order_by("number"):
        form = (forms or {}).get(asked.number) or ReplyForm(
            initial={"reply": asked.reply, "version": asked.draft_version},
            auto_id=f"id_reply_{asked.number}_%s",
        )
        view = views.get(asked.line or 0)
        waiting.append((asked, texts.get(asked.question_id), form, view))
    resubmit = next((v for v in offered(user, found) if v.name == "resubmit"), None)
    context = {
        "application": found,
        "waiting": waiting,
        "forms": [form for _, _, form, _ in waiting],
        "clock": reports.clock(found),
        "reply_by": reports.reply_by(waiting[0][0]) if waiting else None,
        "answers": [
            row
            for row in answer_rows(found)
            if row.status.question.pk not in {asked.question_id for asked, *_ in waiting}
        ],
        "budget_talk": budget_talk(found, figures),
        "figures": figures,
        "resubmit": resubmit,
        "beyond": readiness.beyond_their_reach(found),
        "verbs": [v for v in offered(user, found) if v.name == "withdraw"],
    }
    return render(request, "grants/returned.html", context)


@require_POST
def reply(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Keep the reply to one question; the lead's other button also sends it."""
    found = editable(request, reference)
    asked = get_object_or_404(found.clarifications, number=number)
    form = ReplyForm(request.POST, auto_id=f"id_reply_{number}_%s")
    is_autosave = bool(request.headers.get("X-Autosave"))
    key = f"reply:{asked.pk}"
    try:
        if form.is_valid():
            version = form.cleaned_data["version"]
            if drafts.standing(request, key, asked.draft_version) == drafts.Standing.OWN:
                version = asked.draft_version
            asked = actions.save_reply(
                asked, by=request.user, text=form.cleaned_data["reply"], version=version
            )
            drafts.remember(request, key, asked.draft_version)
    except actions.Conflict as conflict:
        if is_autosave:
            sentence = (
                "Somebody else has changed this reply. Use the save button to see both texts."
            )
            return JsonResponse({"blockers": [sentence]}, status=409)
        typed = request.POST.copy()
        typed["version"] = conflict.saved.draft_version
        form.data = typed
        form.add_error(
            "reply",
            f"Somebody else has changed this reply to “{conflict.saved.reply}”. Save again to keep "
            "yours instead",
        )
    except NotReady as refused:
        if is_autosave:
            return JsonResponse({"blockers": refused.blockers}, status=409)
        for sentence in refused.blockers:
            form.add_error("reply", sentence)
    if is_autosave:
        if form.errors:
            return JsonResponse({"errors": form.errors}, status=422)
        at = clock.now().astimezone(clock.LONDON)
        return JsonResponse({"saved_at": f"{at:%H:%M}", "version": asked.draft_version})
    if form.errors:
        if found.state != ApplicationState.RETURNED:
            raise NotReady([str(e) for es in form.errors.values() for e in es])
        return _returned(request, found, {number: form})
    if "send" in request.POST:
        return redirect("application-verb", reference, "resubmit")
    messages.success(request, "Your reply is saved. It is not sent yet.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def question(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One question of the form, in the way that it is answered."""
    found = editable(request, reference)
    asked = {q.number: q for q in readiness.asked_questions(found)}
    if number not in asked:
        if request.method == "POST" and found.terms.questions.filter(number=number).exists():
            raise NotReady([f"The {found.get_form_display().lower()} does not ask this question."])
        raise Http404
    page = PAGES[QuestionKind(asked[number].kind)]
    if request.method == "POST":
        part = PARTS[QuestionKind(asked[number].kind)]
        if not locked(found).can_edit(part, asked[number]):
            raise NotReady(["This part of the application is closed for changes now."])
    return page(request, found, asked[number])


def _context(found: Application, asked: Question, part: str) -> dict[str, Any]:
    return {
        "application": found,
        "question": asked,
        "is_open": found.can_edit(part, asked),
        "cancel_url": found.get_absolute_url(),
    }


def _after(request: HttpRequest, found: Application, asked: Question) -> HttpResponse:
    """Where "Save and continue" leads: the next task; while returned, back to the reply."""
    if found.state != ApplicationState.DRAFT or "back" in request.POST:
        return redirect(found)
    return redirect(tasks.after(found, asked))


def _answer(request: HttpRequest, found: Application, asked: Question) -> HttpResponse:
    held = found.answers.select_related("saved_by").filter(question=asked).first()
    context = _context(found, asked, "answers")
    if not context["is_open"]:
        return render(request, "grants/question_closed.html", context | {"held": held})
    is_autosave = bool(request.headers.get("X-Autosave"))
    initial = {"answer": held.text if held else "", "version": held.version if held else 0}
    form = AnswerForm(posted(request), question=asked, initial=initial)
    status = 200
    if is_autosave and request.method == "POST":
        return _autosave(request, found, asked, form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_answer(
                found,
                asked,
                by=request.user,
                text=form.cleaned_data["answer"],
                version=form.cleaned_data["version"],
            )
        except NotReady as refused:
            form.add_error("answer", refused.blockers[0])
        except actions.Conflict as conflict:
            # Both texts stay on the page: what was typed, in the form; what was saved, above it.
            typed = request.POST.copy()
            typed["version"] = str(conflict.saved.version)
            form.data = typed
            context["saved"] = conflict.saved
            status = 409
        else:
            return _after(request, found, asked)
    saved_at = held.saved_at if held and "saved" not in context else None
    context |= {"form": form, "autosave_url": request.path, "saved_at": saved_at}
    return render(request, "grants/question.html", context, status=status)


def _autosave(
    request: HttpRequest, found: Application, asked: Question, form: AnswerForm
) -> JsonResponse:
    """A draft on its way: over its limit is kept too; what could identify somebody is not."""
    form.fields["answer"].required = False
    form.fields["answer"].max_words = None
    form.fields["answer"].asks = False  # asked about when it is saved, not while it is written
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    text, version = form.cleaned_data["answer"], form.cleaned_data["version"]
    key = f"answer:{found.pk}:{asked.pk}"
    held = found.answers.filter(question=asked).first()
    if held is not None and held.version != version:
        whose = drafts.standing(request, key, held.version)
        if whose == drafts.Standing.NEWER:
            return _saved(held)
        version = held.version if whose == drafts.Standing.OWN else version
    try:
        kept = actions.save_answer(found, asked, by=request.user, text=text, version=version)
    except actions.Conflict:
        sentence = (
            "Somebody else has saved this answer since you opened it. Use the save button to see "
            "both texts."
        )
        return JsonResponse({"blockers": [sentence]}, status=409)
    except NotReady as refused:
        return JsonResponse({"blockers": refused.blockers}, status=409)
    drafts.remember(request, key, kept.version)
    return _saved(kept)


def _saved(kept: Answer) -> JsonResponse:
    at = kept.saved_at.astimezone(clock.LONDON)
    return JsonResponse({"saved_at": f"{at:%H:%M}", "version": kept.version})


def _needs(request: HttpRequest, found: Application, asked: Question) -> HttpResponse:
    context = _context(found, asked, "needs")
    if not context["is_open"]:
        context["needs"] = found.needs.order_by("number")
        return render(request, "grants/question_closed.html", context)
    needs = found.person.needs.order_by("number")
    chosen = list(found.needs.values_list("number", flat=True))
    form = NeedsForm(posted(request), question=asked, needs=needs, initial={"needs": chosen})
    if request.method == "POST" and form.is_valid():
        actions.choose_needs(found, by=request.user, needs=form.cleaned_data["needs"])
        return _after(request, found, asked)
    context |= {"form": form, "has_needs": needs.exists()}
    return render(request, "grants/needs.html", context)


def _outcomes(request: HttpRequest, found: Application, asked: Question) -> HttpResponse:
    context = _context(found, asked, "outcomes")
    words = list(found.outcomes.order_by("number").values_list("words", flat=True))
    if not context["is_open"]:
        return render(request, "grants/question_closed.html", context | {"outcomes": words})
    initial = {f"outcome_{n}": text for n, text in enumerate(words, start=1)}
    form = OutcomesForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.save_outcomes(found, by=request.user, words=form.words)
        return _after(request, found, asked)
    return render(request, "grants/outcomes.html", context | {"form": form})


PAGES: dict[QuestionKind, Callable[..., HttpResponse]] = {
    QuestionKind.TEXT: _answer,
    QuestionKind.NEEDS: _needs,
    QuestionKind.OUTCOMES: _outcomes,
}
PARTS = {
    QuestionKind.TEXT: "answers",
    QuestionKind.NEEDS: "needs",
    QuestionKind.OUTCOMES: "outcomes",
}


@require_http_methods(["GET", "HEAD", "POST"])
def change_form(request: HttpRequest, reference: str) -> HttpResponse:
    """Change between the short and the full form; nothing that was written is lost."""
    found = editable(request, reference)
    other = FormKind.FULL if found.form == FormKind.SHORT else FormKind.SHORT
    if request.method == "POST":
        actions.change_form(found, by=request.user, form=other)
        messages.success(request, f"This application now uses the {other.label.lower()}.")
        return redirect(found)
    full, short = found.terms.counts()
    context = {
        "application": found,
        "other": other,
        "full": how_many_questions(full),
        "short": how_many_questions(short),
    }
    return render(request, "grants/change_form.html", context)


@require_safe
def check_answers(request: HttpRequest, reference: str) -> HttpResponse:
    found = editable(request, reference)
    if found.state != ApplicationState.DRAFT:
        return redirect(found)
    user: Any = request.user
    context = {
        "application": found,
        "answers": answer_rows(found),
        "figures": found.figures,
        "blockers": found.submit_blockers(),
        "not_yet": ["What is still missing stands at the top of this page."],
        "advice": readiness.circle_advice(found),
        "is_lead": user.has_perm("grants.submit_application", found),
        "lead_words": _lead_words(found),
        "person_rows": tasks.person_rows(found),
    }
    return render(request, "grants/check_answers.html", context)


def _lead_words(found: Application) -> str:
    leads = found.organisation.memberships.filter(role=MemberRole.LEAD).select_related("user")
    names = ", ".join(str(m.user) for m in leads.order_by("pk"))
    return f"Tell them when it is ready: {names}." if names else "Your organisation has no lead."


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """It has arrived: the reference, what happens next and by when."""
    found = editable(request, reference)
    if found.submitted_at is None:
        return redirect(found)
    context = {"application": found, "clock": reports.clock(found)}
    return render(request, "grants/sent.html", context)
