"""The state kit: how anything moves from one state to the next.

A model's machine is a `StateField` and a few tiny `@transition` methods. Everything around a
move stands in one verb, and every verb reads the same:

    @transaction.atomic
    def submit(application, *, by):
        application = locked(application)                               # the row, fresh, under a lock
        permitted(by, "grants.submit_application", application)         # may they?     else NotAllowed
        ready(application, "submit")                                    # what stands in the way? else NotReady
        application.submit(by=by)                                       # the transition
        application.save()
        record("application.submitted", application, by=by)             # in the same transaction
        post("application_received", ...)                               # leaves with the commit
        return application

Facts about django-fsm that this answers: calling a transition checks no permission, does not save
and does not lock; two stale copies can both move; `refresh_from_db` and `full_clean` trip over a
protected field.
"""

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django_fsm import FSMField, FSMFieldDescriptor, transition

from .rows import read_locked

__all__ = [
    "NotAllowed",
    "NotReady",
    "StateField",
    "StateMixin",
    "blockers",
    "held_back",
    "locked",
    "may_move",
    "permitted",
    "ready",
    "transition",
]

_LOADING = "_state_loading"
M = TypeVar("M", bound=models.Model)


class NotAllowed(PermissionDenied):
    """This person may not do this. Says nothing about the thing itself."""


class NotReady(Exception):
    """Something stands in the way; `blockers` says what, in sentences for the page."""

    def __init__(self, blockers: list[str]) -> None:
        self.blockers = blockers
        super().__init__(" ".join(blockers))


class _StateDescriptor(FSMFieldDescriptor):
    def __set__(self, instance: Any, value: Any) -> None:
        held = instance.__dict__
        if self.field.protected and self.field.name in held and not held.get(_LOADING):
            raise AttributeError(f"{self.field.name} is changed by verbs only")
        self.field.set_proxy(instance, value)
        self.field.set_state(instance, value)


class StateField(FSMField):
    """A protected state, stored as a plain CharField (migrations never name django_fsm)."""

    descriptor_class = _StateDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("protected", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, _, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


class StateMixin(models.Model):
    """Loading and cleaning with a protected field, and the sentence for a wrong state."""

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__[_LOADING] = True
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            self.__dict__.pop(_LOADING, None)

    def clean_fields(self, exclude: Any = None) -> None:
        self.__dict__[_LOADING] = True
        try:
            super().clean_fields(exclude=exclude)
        finally:
            self.__dict__.pop(_LOADING, None)


def locked(obj: M) -> M:
    """The same row, read afresh under a lock that lasts until the transaction ends.

    The parents that the model names in `LOCKED_WITH` (paths as for `select_related`) come in the same
    query, as fresh but without a lock: what its rules and sentences ask for.
    PostgreSQL locks the row; SQLite has taken the write lock when the transaction began.
    Raises `RuntimeError` outside a transaction: a lock that ends at once protects nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("locked() needs a transaction")
    return read_locked(obj.__class__, obj.pk)


def permitted(user: Any, permission: str, obj: models.Model) -> None:
    """Raise `NotAllowed` unless `user` has `permission` for `obj`."""
    if not user.has_perm(permission, obj):
        raise NotAllowed(permission)


def may_move(obj: models.Model, transition_name: str) -> bool:
    """Whether the machine has an arrow of this name from the present state (conditions aside)."""
    method = getattr(type(obj), transition_name, None)
    machine = getattr(method, "_django_fsm", None)
    if machine is None:
        return True
    state = machine.field.get_state(obj)
    return bool(machine.has_transition(state))


def held_back(obj: models.Model, name: str) -> list[str]:
    """The sentences of what holds back several verbs alike, for now (`any_blockers(name)` of the model)."""
    common = getattr(obj, "any_blockers", None)
    return list(common(name)) if common else []


def blockers(obj: models.Model, name: str, by: Any = None) -> list[str]:
    """The sentences that say why `name` cannot happen now; none means it can.

    First the state (an arrow must leave it), then what holds back several verbs alike (`held_back`),
    then the model's own `<name>_blockers()`. `by` is who asks:
    a record that says less to outsiders than it knows (`label_for`) says to nobody the least.
    """
    if not may_move(obj, name):
        machine = getattr(type(obj), name)._django_fsm
        own_label = getattr(obj, "label_for", None)
        label = own_label(by) if own_label else getattr(obj, f"get_{machine.field.name}_display")()
        noun = str(obj._meta.verbose_name)
        return [f"This {noun} has moved on: it is now “{label}”."]
    if standing := held_back(obj, name):
        return standing
    own = getattr(obj, f"{name}_blockers", None)
    return list(own()) if own else []


def ready(obj: models.Model, name: str, by: Any = None) -> None:
    """Raise `NotReady` with the sentences of `blockers`, if there are any."""
    if standing := blockers(obj, name, by):
        raise NotReady(standing)
