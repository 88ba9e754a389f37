"""Keys rotate with the application running; a ciphertext belongs to its row."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from accounts.crypto import NotItsOwn, box, encrypted_fields, left_behind, rotate
from focus_people.models import FocusPerson, KeptWords
from tests.factories.accounts import lead_of, organisation
from tests.factories.focus_people import person, words_kept

pytestmark = pytest.mark.django_db
TABLE = "focus_people_focusperson"


def stored(reference):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT local_ref FROM {TABLE} WHERE reference = %s", [reference])  # noqa: S608
        return cursor.fetchone()[0]


def put(reference, token):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {TABLE} SET local_ref = %s WHERE reference = %s",  # noqa: S608
            [token, reference],
        )


@pytest.fixture
def two():
    held = organisation()
    by = lead_of(held)
    made = [person(held, by, local_ref=f"FILE-{n}") for n in (1, 2)]
    words_kept(by)
    return by, *made


def test_every_encrypted_field_is_known():
    found = {(model._meta.label, name) for model, name in encrypted_fields()}
    assert {("focus_people.FocusPerson", "local_ref"), ("focus_people.KeptWords", "words")} <= found
    for model, _ in encrypted_fields():
        assert model._meta.get_field("reference")


def test_two_ciphertexts_swapped_in_the_database_are_refused(two, caplog):
    by, first, second = two
    a, b = stored(first.reference), stored(second.reference)
    put(first.reference, b)
    put(second.reference, a)
    for swapped in (first, second):
        row = FocusPerson.objects.get(pk=swapped.pk)
        with pytest.raises(NotItsOwn):
            row.local_ref  # noqa: B018
    client = Client()
    client.force_login(by)
    page = client.get(first.get_absolute_url())
    assert page.status_code == 500
    shown = page.content.decode()
    assert "We cannot read what is stored here" in shown
    assert "Tell the people who run this service" in shown
    assert "what was sent" not in shown
    said = (
        f"focus_people.FocusPerson.local_ref of row {first.pk}: it is that of another row or field"
    )
    logged = [r.getMessage() for r in caplog.records if r.name == "accounts.middleware"]
    assert logged == [f"A stored value cannot be read. {said}"]
    assert "FILE-" not in shown + caplog.text
    api = client.get(f"/api/v1/people/{first.reference}/")
    if api.status_code != 404:
        assert (api.status_code, "cannot be read" in api.json()["detail"]) == (500, True)
    put(first.reference, a)
    put(second.reference, b)
    assert FocusPerson.objects.get(pk=first.pk).local_ref == "FILE-1"


def test_one_bit_flipped_is_refused(two):
    _, first, _ = two
    token = stored(first.reference)
    put(first.reference, token[:30] + ("A" if token[30] != "A" else "B") + token[31:])
    with pytest.raises(NotItsOwn):
        FocusPerson.objects.get(pk=first.pk).local_ref  # noqa: B018


def test_keys_rotate_while_people_read_and_write(two, settings):
    by, first, second = two
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    client = Client()
    client.force_login(by)

    # The new key comes first; what stands is still read, and what is written is under the new one.
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert "FILE-1" in client.get(first.get_absolute_url()).content.decode()
    row = FocusPerson.objects.get(pk=second.pk)
    row.local_ref = "FILE-3"
    row.save()
    second_factors = Authenticator.objects.count()
    assert left_behind() == 2 + second_factors  # the first person's, and the words
    with pytest.raises(CommandError, match=f"{2 + second_factors} still need an older key"):
        call_command("rotate_keys", "--check")
    assert rotate(batch=1) == 3 + second_factors
    assert left_behind() == 0
    call_command("rotate_keys", "--check")

    # The old key goes: nothing is unreadable.
    settings.FIELD_ENCRYPTION_KEYS = [new]
    refs = [FocusPerson.objects.get(pk=made.pk).local_ref for made in (first, second)]
    assert refs == ["FILE-1", "FILE-3"]
    assert [row.words for row in KeptWords.objects.all()] == ["Kemi"]
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(NotItsOwn):
        FocusPerson.objects.get(pk=first.pk).local_ref  # noqa: B018


def test_what_was_written_before_ciphertexts_were_bound_is_read_and_bound_by_rotation(two):
    _, first, second = two
    put(first.reference, box().encrypt(b"FILE-OLD").decode())
    assert FocusPerson.objects.get(pk=first.pk).local_ref == "FILE-OLD"
    rotate()
    put(second.reference, stored(first.reference))
    assert FocusPerson.objects.get(pk=first.pk).local_ref == "FILE-OLD"
    with pytest.raises(NotItsOwn):
        FocusPerson.objects.get(pk=second.pk).local_ref  # noqa: B018


def test_second_factors_rotate_too(settings):
    by = lead_of(organisation())
    Authenticator.objects.all().delete()
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    made = Authenticator.objects.create(
        user=by, type="totp", data={"secret": box().encrypt(b"SECRET").decode(), "used": 0}
    )
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert left_behind() == 1
    assert rotate() == 1
    settings.FIELD_ENCRYPTION_KEYS = [new]
    made.refresh_from_db()
    assert box().decrypt(made.data["secret"].encode()) == b"SECRET"
    assert made.data["used"] == 0


def test_an_encrypted_field_is_written_through_its_row_alone(two):
    _, first, _ = two
    with pytest.raises(TypeError), transaction.atomic():
        FocusPerson.objects.filter(pk=first.pk).update(local_ref="FILE-9")
    assert FocusPerson.objects.filter(pk=first.pk).update(local_ref="") == 1
