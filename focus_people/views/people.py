from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.enums import TeamRole
from accounts.http import posted
from accounts.models import Organisation
from accounts.once import once
from accounts.opened import one_by_one, say_once
from accounts.state import NotReady, locked
from accounts.verbs import offered

from .. import actions, reports
from ..enums import GoalPoint
from ..filters import PersonFilter, ordered
from ..forms.check_ins import CheckInForm, GoalScoresForm
from ..forms.people import ConsentForm, GoalForm, NeedForm, PersonForm
from ..forms.rows import Rows
from ..models import CheckIn, FocusPerson, Goal, Need, SupportPlan
from ..person_page import links_of
from ..pictures import circle_picture
from . import shown
from .records import note_reading, person_to_change, point_out, with_purpose


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    is_staff = user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
    if not is_staff and not user.organisation_roles:
        raise Http404
    visible = FocusPerson.objects.visible_to(user).named().with_counts(clock.today())
    rows = ordered(visible.select_related("organisation"), request.GET.get("sort", ""))
    filters = PersonFilter(request.GET, queryset=rows, request=request)
    page = Paginator(filters.qs, 50).get_page(request.GET.get("page"))
    context = {
        "filter": filters,
        "page": page,
        "may_add": bool(shown.addable(user)),
        "may_erase": user.is_team(TeamRole.PROGRAMME_LEAD),
        "shows_organisation": "organisation" in filters.filters,
        "is_narrowed": any(request.GET.get(name) for name in filters.filters),
    }
    return render(request, "focus_people/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_person(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    organisations = list(
        Organisation.objects.visible_to(user).filter(pk__in=shown.addable(user)).order_by("name")
    )
    if not organisations:
        raise Http404
    by_reference = {o.reference: o for o in organisations}
    free = [set(actions.free_aliases(o)) for o in organisations]
    form = PersonForm(
        posted(request),
        organisations=[(o.reference, o.name) for o in organisations],
        aliases=sorted(set.intersection(*free)),
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        held = by_reference[facts.pop("organisation", organisations[0].reference)]
        try:
            person = actions.add_person(held, by=user, **facts)
        except NotReady as refused:
            form.add_error("alias", refused.blockers[0])
        else:
            point_out(request, person.strengths, person.communication)
            messages.success(
                request, f"{person.alias}’s record has begun. Five more things, then you can apply."
            )
            return redirect(person)
    return render(request, "focus_people/person_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def edit_person(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, "focus_people.edit_person")
    if request.method == "POST":
        person = locked(person)
    names = [name for _, group in PersonForm.GROUPS for name in group]
    names = [name for name in names if name not in ("organisation", "alias")]
    initial = {name: getattr(person, name) for name in names}
    form = PersonForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.edit_person(person, by=user, **form.cleaned_data)
        point_out(request, form.cleaned_data["strengths"], form.cleaned_data["communication"])
        messages.success(request, "Saved.")
        return redirect(person)
    return render(request, "focus_people/person_form.html", {"form": form, "person": person})


@require_safe
@with_purpose
def person(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    visible = FocusPerson.objects.visible_to(user).filter(reference=reference)
    found = (
        visible.select_related("organisation")
        .prefetch_related(
            "circle",
            "consents",
            Prefetch("needs", Need.objects.order_by("number")),
            Prefetch("goals", Goal.objects.order_by("number").prefetch_related("scores")),
            "check_ins",
            Prefetch("plans", SupportPlan.objects.order_by("-version").prefetch_related("lines")),
        )
        .first()
    )
    if found is None:
        raise Http404
    note_reading(request, found)
    cards = shown.plan_cards(list(found.plans.all()))
    newest = cards[0].plan if cards else None
    in_force = reports.plan_in_force(found.plans.all())
    circle = shown.circle_of(found, newest)
    consent = reports.current_consent(found)
    may = shown.may_of(found, user)
    tasks = shown.tasks_of(found, consent, circle, user)
    is_ready = all(task.status != "To do" for task in tasks)
    verbs = offered(user, found)
    if consent is None:
        verbs = [verb for verb in verbs if verb.name != "withdraw-consent"]
    context = {
        "person": found,
        "facts": shown.facts_of(found, newest, user),
        "circle": circle,
        "picture": circle_picture(found.alias, circle.groups),
        "phone_picture": circle_picture(found.alias, circle.groups, phone=True),
        "consent": consent,
        "covers": shown.uses(consent, covered=True),
        "covers_not": shown.uses(consent, covered=False),
        "cards": cards[:3],
        "older": cards[3:],
        "now": next((card for card in cards if card.plan == in_force), None),
        "may": may,
        "verbs": verbs,
        "tasks": [] if is_ready or found.closed_because else [{"title": "", "tasks": tasks}],
        "still_to_do": sum(task.status == "To do" for task in tasks),
        "check_ins": shown.check_ins_of(found, user),
        "may_check_in": may["circle"],
        "may_export": user.has_perm("focus_people.export_person", found),
        "may_score": may["edit"] and bool(found.goals.all()),
        "goal_scores": shown.goal_scores_of(found),
        "matrix": shown.matrix_of(found),
        "timeline": shown.history_of(found, user),
        "readers": shown.readers_of(found),
        "may_see_readers": user.has_perm("focus_people.see_readers", found),
        "hold": found.standing_hold() if not user.is_in(found.organisation_id) else None,
        "shows_organisation": not user.is_in(found.organisation_id),
        "may_compare": len(cards) > 1,
        "links": links_of(user, found),
    }
    return render(request, "focus_people/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def needs(request: HttpRequest, reference: str) -> HttpResponse:
    person = person_to_change(request, reference, "focus_people.edit_needs")
    if request.method == "POST":
        person = locked(person)
    return _numbered(
        request,
        person,
        form=NeedForm,
        held={
            n.number: {"category": n.category, "statement": n.statement} for n in person.needs.all()
        },
        most=actions.people.MOST_NEEDS,
        noun="N",
        page="focus_people/needs.html",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def goals(request: HttpRequest, reference: str) -> HttpResponse:
    person = person_to_change(request, reference, "focus_people.edit_goals")
    if request.method == "POST":
        person = locked(person)
    return _numbered(
        request,
        person,
        form=GoalForm,
        held={
            g.number: {"words": g.words, "domain": g.domain, "is_own_words": g.is_own_words}
            for g in person.goals.all()
        },
        most=actions.people.MOST_GOALS,
        noun="G",
        page="focus_people/goals.html",
    )


def _numbered(
    request: HttpRequest,
    person: FocusPerson,
    *,
    form: type,
    held: dict[int, dict],
    most: int,
    noun: str,
    page: str,
) -> HttpResponse:
    """Needs and goals: places that keep their number, more of them by a button, saved together."""
    user: Any = request.user
    adds = "add" in request.POST
    rows = Rows(
        form,
        request.POST if request.method == "POST" else None,
        initial=[held.get(n) for n in range(1, max(held, default=0) + 1)],
        least=3,
        spare=1 if request.method != "POST" or adds else 0,
        most=most,
        noun=noun,
    )
    standing: list[str] = []
    if adds:
        rows.kept()
    elif request.method == "POST" and rows.is_valid():
        places = [
            place and tuple(place[name] for name in form.base_fields) for place in rows.places
        ]
        try:
            if form is NeedForm:
                actions.set_needs(person, places, by=user)
            else:
                said = [p and (p[1], p[0], p[2]) for p in places]
                actions.set_goals(person, said, by=user)
        except NotReady as refused:
            standing = refused.blockers
        else:
            point_out(request, *(str(value) for place in rows.filled for value in place.values()))
            messages.success(request, "Saved.")
            return redirect(person)
    if not adds:
        say_once(rows.forms)
    context = {"person": person, "rows": rows, "forms": rows.forms, "blockers": standing}
    return render(request, page, context, status=409 if standing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def consent(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, "focus_people.record_consent")
    form = ConsentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.record_consent(person, by=user, **form.cleaned_data)
        messages.success(request, f"The basis of {person.alias}’s record is written down.")
        return redirect(person)
    context = {"form": form, "person": person, "current": reports.current_consent(person)}
    return render(request, "focus_people/consent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def goal_scores(request: HttpRequest, reference: str) -> HttpResponse:
    """Goals by points, a score in every cell; all of them saved together."""
    user: Any = request.user
    person = person_to_change(request, reference, "focus_people.score_goals")
    if request.method == "POST":
        person = locked(person)
    form = GoalScoresForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        actions.score_goals(person, form.scores, by=user)
        messages.success(request, "The scores are saved.")
        return redirect(person)
    context = {"form": form, "person": person, "points": GoalPoint.labels}
    return render(request, "focus_people/goal_scores.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def check_in(request: HttpRequest, reference: str) -> HttpResponse:
    """The two-minute check-in of this month."""
    user: Any = request.user
    person = person_to_change(request, reference, "focus_people.check_in")
    if request.method == "POST":
        person = locked(person)
    month = clock.today().replace(day=1)
    held = person.check_ins.filter(month=month).first()
    initial = {name: getattr(held, name) for name in CheckInForm.base_fields} if held else {}
    form = CheckInForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = actions.check_in(person, by=user, **form.cleaned_data)
        messages.success(
            request,
            "Thank you. The officers see it now, and answer what they can offer."
            if said.is_alert
            else "Thank you. See you next month.",
        )
        return redirect(person)
    context = {"form": form, "person": person, "month": month, "held": held}
    return render(request, "focus_people/check_in.html", context)


def check_in_crumb(user: Any, obj: CheckIn) -> dict[str, Any]:
    """The way back from answering an alert: the person."""
    return {"crumb": (obj.person.alias, obj.person.get_absolute_url())}


def crumb(user: Any, obj: FocusPerson) -> dict[str, Any]:
    """What the page behind a verb shows above its heading."""
    return {"crumb": (obj.alias, obj.get_absolute_url())}
