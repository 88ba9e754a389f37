"""One table per noun says how each verb of its workflow is offered: the words on the button, who
may press it, the form it asks for. Pages, the API and the tests read the same table, so that they
offer and refuse the same things.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from .once import once
from .opened import Opened
from .state import NotReady, blockers, held_back, locked, may_move


class VerbForm(forms.Form):
    """What a verb asks for. Knows the thing it is about and who is acting."""

    def __init__(self, *args: Any, subject: models.Model, by: Any, **kwargs: Any) -> None:
        self.subject, self.by = subject, by
        super().__init__(*args, **kwargs)


class SeenForm(VerbForm):
    """For a verb that answers for what its page shows: it carries a mark of that. Sent again after somebody
    has changed the thing, it is shown anew and does nothing. Without a mark it is taken as it is; the API
    shows no page and asks for none.
    """

    CHANGED = (
        "This has changed since you opened the page. Look at what it says now, then press again"
    )

    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.mark()

    def mark(self) -> str:
        """What changes whenever the thing says something else."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.pop("seen", "") not in ("", self.mark()) or "seen" in self.errors:
            self.data = {**dict(self.data.items()), "seen": self.mark()}
            self.errors.pop("seen", None)
            self.add_error(None, self.CHANGED)
        return data


@dataclass(frozen=True)
class Verb:
    """How one verb is offered.

    name: the word in the address and in the API ("submit").
    do: the workflow function, called as `do(obj, by=user, **cleaned form data)`.
    permission: the rule that says who may ("grants.submit_application").
    label, explain, done: the button, the sentence above it, the sentence afterwards.
    move: the model's transition or the stem of its `<move>_blockers`; `name` unless said.
    page: the name of the verb's own page, where it has one (args: the lookup value).
    says: what to say besides `done` about what came of it; "" for nothing.
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
    says: Callable[[Any], str] | None = None
    leads_to: Callable[[Any], str] | None = None
    only_while: Callable[[Any], bool] | None = None

    @property
    def moves(self) -> str:
        return self.move or self.name.replace("-", "_")

    def comes(self, obj: models.Model) -> bool:
        """Whether it is still to come on `obj` in its present state: it may wait, and it is not over."""
        if self.only_while is not None and not self.only_while(obj):
            return False
        return may_move(obj, self.moves)

    @property
    def compares(self) -> bool:
        """Whether its form says what somebody else has changed since it was opened."""
        return self.form is not None and issubclass(self.form, Opened | SeenForm)

    @property
    def asks(self) -> type[VerbForm] | None:
        """The form where somebody has something to say: more than what their page showed."""
        if self.form is None or set(self.form.base_fields) == {"seen"}:
            return None
        return self.form


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
        if verb.comes(obj) and user.has_perm(verb.permission, obj):
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
    something stands in the way. `extra(user, obj)` adds to the page's context (the crumb, say). A form
    that compares (`accounts.opened`) is read and written under one lock. A double click does it once, and
    leads to where the first one went (`accounts.once`).
    """

    paths = lookup or {"reference": "reference"}

    @require_http_methods(["GET", "HEAD", "POST"])
    @once
    def view(request: HttpRequest, verb: str, **kwargs: Any) -> HttpResponse:
        table = {v.name: v for v in _TABLES[model]}
        if verb not in table:
            raise Http404
        chosen = table[verb]
        if request.method == "POST" and chosen.compares:
            with transaction.atomic():
                return answer(request, chosen, kwargs)
        return answer(request, chosen, kwargs)

    def answer(request: HttpRequest, chosen: Verb, kwargs: Mapping[str, Any]) -> HttpResponse:
        visible = model._default_manager.visible_to(request.user)
        named = {path: kwargs[part] for part, path in paths.items()}
        try:
            obj = get_object_or_404(visible, **named)
        except (ValueError, OverflowError) as beyond:  # a year that no calendar has
            raise Http404 from beyond
        if not request.user.has_perm(chosen.permission, obj):
            raise Http404
        if request.method == "POST" and chosen.compares:
            locked(obj)
            obj = get_object_or_404(visible, **named)
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
                if chosen.says and (besides := chosen.says(result)):
                    messages.warning(request, besides)
                where = chosen.leads_to(result) if chosen.leads_to else obj.get_absolute_url()
                return redirect(where)
        is_held = standing == held_back(obj, chosen.moves)
        is_over = bool(standing) and not chosen.comes(obj) and not is_held
        context = {
            "obj": obj,
            "verb": chosen,
            "form": form,
            "blockers": standing,
            "is_over": is_over,
        }
        if extra:
            context |= extra(request.user, obj)
        status = 409 if standing and request.method == "POST" else 200
        return render(request, template, context, status=status)

    return view
