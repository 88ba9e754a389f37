"""One table per noun says how each verb of its workflow is offered: the words on the button, who
may press it, the form it asks for. Pages, the API and the tests read the same table, so that they
offer and refuse the same things.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from .state import NotReady, blockers, may_move


class VerbForm(forms.Form):
    """What a verb asks for. Knows the thing it is about and who is acting."""

    def __init__(self, *args: Any, subject: models.Model, by: Any, **kwargs: Any) -> None:
        self.subject, self.by = subject, by
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Verb:
    """How one verb is offered.

    name: the word in the address and in the API ("submit").
    do: the workflow function, called as `do(obj, by=user, **cleaned form data)`.
    permission: the rule that says who may ("grants.submit_application").
    label, explain, done: the button, the sentence above it, the sentence afterwards.
    move: the model's transition or the stem of its `<move>_blockers`; `name` unless said.
    page: the name of the verb's own page, where it has one (args: the lookup value).
    leads_to: where to go afterwards; the object's own page unless said.
    only_while: for a verb that moves no state: whether it is still (or already) to be offered.
    """

    name: str
    do: Callable[..., Any]
    permission: str
    label: str
    explain: str = ""
    done: str = ""
    form: type[VerbForm] | None = None
    move: str = ""
    page: str = ""
    is_primary: bool = False
    is_warning: bool = False
    leads_to: Callable[[Any], str] | None = None
    only_while: Callable[[Any], bool] | None = None

    @property
    def moves(self) -> str:
        return self.move or self.name.replace("-", "_")


@dataclass(frozen=True)
class OfferedVerb:
    """A verb that this person may use on this thing; `blockers` say why it cannot happen yet."""

    verb: Verb
    url: str
    blockers: list[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.verb, name)


_TABLES: dict[type[models.Model], tuple[Verb, ...]] = {}


def register(model: type[models.Model], table: Iterable[Verb]) -> tuple[Verb, ...]:
    """Make a noun's table known to pages, API and tests."""
    _TABLES[model] = tuple(table)
    return _TABLES[model]


def all_tables() -> dict[type[models.Model], tuple[Verb, ...]]:
    """Every noun with its verbs."""
    return dict(_TABLES)


def offered(user: Any, obj: models.Model) -> list[OfferedVerb]:
    """The verbs that `user` may use on `obj` in its present state, each with its blockers.

    A verb that the machine does not allow from here is left out: it is not "not yet", it is over.
    """
    found = []
    for verb in _TABLES.get(type(obj), ()):
        if verb.only_while is not None and not verb.only_while(obj):
            continue
        if may_move(obj, verb.moves) and user.has_perm(verb.permission, obj):
            url = (
                reverse(verb.page, args=[obj.reference])
                if verb.page
                else f"{obj.get_absolute_url()}{verb.name}/"
            )
            found.append(OfferedVerb(verb, url, blockers(obj, verb.moves, user)))
    return found


def verb_page(
    model: type[models.Model],
    *,
    lookup: Mapping[str, str] | None = None,
    template: str = "layouts/verb.html",
    extra: Callable[[Any, Any], dict] | None = None,
) -> Callable[..., HttpResponse]:
    """The view behind `<noun>/<lookup>/<verb>/` for every verb of a noun: GET asks, POST does.

    `lookup` maps the address's parts to field paths: {"reference": "reference"} unless said, or
    {"reference": "grant__reference", "instalment": "instalment"}.

    404 where the person may not see the thing or may not use the verb; 409 with the sentences where
    something stands in the way. `extra(user, obj)` adds to the page's context (the crumb, say).
    """

    paths = lookup or {"reference": "reference"}

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, verb: str, **kwargs: Any) -> HttpResponse:
        table = {v.name: v for v in _TABLES[model]}
        if verb not in table:
            raise Http404
        chosen = table[verb]
        visible = model._default_manager.visible_to(request.user)
        obj = get_object_or_404(visible, **{path: kwargs[part] for part, path in paths.items()})
        if not request.user.has_perm(chosen.permission, obj):
            raise Http404
        standing = blockers(obj, chosen.moves, request.user)
        form = None
        if chosen.form is not None:
            data = (request.POST, request.FILES) if request.method == "POST" else ()
            form = chosen.form(*data, subject=obj, by=request.user)
        if request.method == "POST" and not standing and (form is None or form.is_valid()):
            try:
                result = chosen.do(obj, by=request.user, **(form.cleaned_data if form else {}))
            except NotReady as refused:
                standing = refused.blockers
            else:
                if chosen.done:
                    messages.success(request, chosen.done)
                where = chosen.leads_to(result) if chosen.leads_to else obj.get_absolute_url()
                return redirect(where)
        context = {"obj": obj, "verb": chosen, "form": form, "blockers": standing}
        if extra:
            context |= extra(request.user, obj)
        status = 409 if standing and request.method == "POST" else 200
        return render(request, template, context, status=status)

    return view
