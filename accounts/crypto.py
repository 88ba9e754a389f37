"""The few fields that are encrypted at rest (a provider's own reference for a person, words that may
identify somebody, the secret of a second factor). Keys are their own, newest first, and rotate with
the application running: `manage.py rotate_keys`.

A ciphertext belongs to its row: what it holds names the model, the field and the row's reference, so
that one copied into another row of the database is refused.
"""

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.query_utils import DeferredAttribute

_MARK = "\x1f"  # between what a ciphertext belongs to and what it says; no text of ours holds it


class NotItsOwn(Exception):
    """A ciphertext stands in a row that it was not written for, or under no key of ours. The text names the
    field and the row by its key, and nothing of what they hold: it is for the log."""


def box() -> MultiFernet:
    """Encrypts with the newest key, reads with any."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


class _Sealed(str):
    """A ciphertext as it came from the database, not opened yet."""


@dataclass(frozen=True)
class _Bound:
    """A text on its way to the database, with the row that it belongs to."""

    text: str
    row: str


class _Opening(DeferredAttribute):
    """Opens the ciphertext when it is read, and only for the row that it was written for."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        held = instance.__dict__.get(name)
        if name not in instance.__dict__:
            held = super().__get__(instance, cls)
            held = instance.__dict__.get(name, held)
        if isinstance(held, _Sealed):
            held = instance.__dict__[name] = self.field.opened(held, instance)
        return held

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that the database holds as ciphertext. It can be read through its row, not searched, and
    not listed with `values_list` (that gives the ciphertext)."""

    descriptor_class = _Opening

    def row_of(self, instance: Any) -> str:
        """What a ciphertext of this row belongs to."""
        return f"{instance._meta.label}.{self.attname}:{instance.reference}"

    def opened(self, sealed: str, instance: Any) -> str:
        """The text of a ciphertext, for its own row. Raises `NotItsOwn`."""
        where = f"{instance._meta.label}.{self.attname} of row {instance.pk}"
        try:
            said = box().decrypt(sealed.encode()).decode()
        except InvalidToken as broken:
            raise NotItsOwn(f"{where}: no key of ours opens it") from broken
        row, mark, text = said.partition(_MARK)
        if not mark:
            return said  # written before ciphertexts were bound; `rotate_keys` binds it
        if row != self.row_of(instance):
            raise NotItsOwn(f"{where}: it is that of another row or field")
        return text

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        return value if value in (None, "") else _Bound(str(value), self.row_of(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        if not isinstance(value, _Bound):
            raise TypeError(f"{self.name} is encrypted: write it through its row")
        return box().encrypt(f"{value.row}{_MARK}{value.text}".encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value if value in (None, "") else _Sealed(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: no “{lookup_name}” lookup")
        return super().get_lookup(lookup_name)


def encrypted_fields() -> list[tuple[type[models.Model], str]]:
    """Every encrypted field of the product."""
    return [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def rotate(batch: int = 200) -> int:
    """Write every ciphertext anew under the newest key, a few rows at a time under their lock, so that
    nobody who works meanwhile loses a change. Returns how many were written. Raises `NotItsOwn`."""
    done = 0
    for model, name in encrypted_fields():
        rows = model._base_manager.exclude(**{f"{name}__isnull": True})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), batch):
            with transaction.atomic():
                held = rows.select_for_update(of=("self",)).filter(
                    pk__in=keys[start : start + batch]
                )
                for row in held:
                    if getattr(row, name):
                        row.save(update_fields=[name])
                        done += 1
    return done + _rotate_second_factors()


def _rotate_second_factors() -> int:
    """Secrets of second factors, which the sign-in package keeps in its own rows."""
    from allauth.mfa.models import Authenticator

    done = 0
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=pk)
            fresh = {name: _again(value) for name, value in row.data.items()}
            if fresh != row.data:
                row.data = fresh
                row.save(update_fields=["data"])
                done += 1
    return done


def _again(value: Any) -> Any:
    """A ciphertext under the newest key; anything else as it is."""
    if isinstance(value, list):
        return [_again(one) for one in value]
    if isinstance(value, str):
        try:
            return box().rotate(value.encode()).decode()
        except InvalidToken:
            return value
    return value


def left_behind() -> int:
    """How many ciphertexts the newest key alone does not open: none, after `rotate`."""
    newest = Fernet(settings.FIELD_ENCRYPTION_KEYS[0])

    def is_old(token: Any) -> bool:
        try:
            newest.decrypt(str(token).encode())
        except InvalidToken:
            return True
        return False

    tokens = [
        token
        for model, name in encrypted_fields()
        for token in model._base_manager.values_list(name, flat=True)
        if token
    ]
    from allauth.mfa.models import Authenticator

    secrets = [
        one
        for data in Authenticator.objects.values_list("data", flat=True)
        for value in data.values()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str) and one.startswith("gAAAA")
    ]
    return sum(map(is_old, [*tokens, *secrets]))
