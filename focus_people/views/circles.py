from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import posted
from accounts.once import once
from accounts.opened import one_by_one
from accounts.state import NotReady, locked
from accounts.text_or_file import with_file_as_text

from .. import actions, reports
from ..enums import CircleRole
from ..forms.circles import (
    CircleRowForm,
    JoinedForm,
    LeaveForm,
    MemberForm,
    PasteForm,
    ReplaceForm,
    read_lines,
    repeated_codes,
)
from ..forms.rows import Rows, kept
from ..pictures import circle_picture
from . import shown
from .records import member_or_404, note_reading, person_or_404, person_to_change, with_purpose

EDIT = "focus_people.edit_circle"


@require_safe
@with_purpose
def circle(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_or_404(request, reference)
    note_reading(request, person)
    found = shown.circle_of(person, reports.latest_plan(person))
    context = {
        "person": person,
        "circle": found,
        "picture": circle_picture(person.alias, found.groups),
        "phone_picture": circle_picture(person.alias, found.groups, phone=True),
        "may": shown.may_of(person, user),
        "replaced": {m.replaces_id for m in [*found.members, *found.former] if m.replaces_id},
    }
    return render(request, "focus_people/circle.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add_members(request: HttpRequest, reference: str) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    is_post, adds = request.method == "POST", "add" in request.POST
    rows = Rows(
        CircleRowForm,
        request.POST if is_post else None,
        least=6,
        spare=4 if adds else 0,
        noun="Row",
    )
    form = JoinedForm(request.POST if is_post else None)
    standing: list[str] = []
    if adds:
        rows.kept()
        kept(form)
    elif is_post and all([rows.is_valid(), form.is_valid()]):
        members = [m for row in rows if row.has_changed() for m in row.members(person)]
        standing = [
            f"The staff code {code} is used more than once. Give each person their own."
            for code in repeated_codes(person, members)
        ]
        if not members:
            standing = ["Choose a role in at least one row."]
        if not standing:
            try:
                _join(request, person, members, form.cleaned_data["joined_on"], user)
            except NotReady as refused:
                standing = refused.blockers
            else:
                return redirect("person-circle", person.reference)
    context = {
        "person": person,
        "rows": rows,
        "form": form,
        "forms": rows.forms,
        "blockers": standing,
    }
    return render(request, "focus_people/circle_add.html", context)


def _join(request: HttpRequest, person: Any, members: list[dict], joined_on: Any, by: Any) -> None:
    made = actions.add_members(person, [m | {"joined_on": joined_on} for m in members], by=by)
    people = "One person" if len(made) == 1 else f"{len(made)} people"
    messages.success(request, f"{people} added to {person.alias}’s circle.")


@require_http_methods(["GET", "HEAD", "POST"])
@once
def paste_members(request: HttpRequest, reference: str) -> HttpResponse:
    """A list in a text: first shown as it was understood, with what is wrong by line; then added."""
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    form = with_file_as_text(request, PasteForm)
    lines, standing = [], []
    # The lines are read even while the date is missing, so that everything wrong is said at once.
    is_fine = request.method == "POST" and form.is_valid()
    if request.method == "POST" and form.cleaned_data.get("people"):
        lines = read_lines(form.cleaned_data["people"], person)
        wrong = [f"Line {line.number}: {line.problem}" for line in lines if line.problem]
        for sentence in wrong:
            form.add_error("people", sentence)
        if is_fine and not wrong and "save" in request.POST and not request.FILES:
            try:
                _join(
                    request,
                    person,
                    [line.member for line in lines],
                    form.cleaned_data["joined_on"],
                    user,
                )
            except NotReady as refused:
                standing = refused.blockers
            else:
                return redirect("person-circle", person.reference)
    context = {
        "person": person,
        "form": form,
        "lines": lines,
        "may_save": bool(lines) and not form.errors,
        "blockers": standing,
        "roles": CircleRole.choices,
        "sectors": shown.sector_options(),
    }
    return render(request, "focus_people/circle_paste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@one_by_one
def member(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    found = member_or_404(person, number)
    if request.method == "POST":
        found = locked(found)
    initial = {name: getattr(found, name) for name in MemberForm.base_fields}
    form = MemberForm(posted(request), initial=initial, member=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_member(found, by=user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            messages.success(request, "Saved.")
            return redirect("person-circle", person.reference)
    context = {"person": person, "member": found, "form": form}
    return render(request, "focus_people/member.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    found = member_or_404(person, number)
    initial = {"left_on": found.left_on, "left_reason": found.left_reason}
    form = LeaveForm(posted(request), initial=initial, member=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_circle(found, by=user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error("left_on", refused.blockers[0])
        else:
            messages.success(request, "Saved. Has somebody taken their place?")
            return redirect("person-circle", person.reference)
    context = {"person": person, "member": found, "form": form}
    return render(request, "focus_people/leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def replace(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    user: Any = request.user
    person = person_to_change(request, reference, EDIT)
    found = member_or_404(person, number)
    form = ReplaceForm(posted(request), member=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.replace_member(found, by=user, **form.cleaned_data)
        except NotReady as refused:
            form.add_error(None, refused.blockers[0])
        else:
            messages.success(
                request, "Added. They are new, so they may need the learning that others have had."
            )
            return redirect("person-circle", person.reference)
    context = {"person": person, "member": found, "form": form}
    return render(request, "focus_people/replace.html", context)
