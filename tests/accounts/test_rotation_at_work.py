"""Keys rotate while the application runs: people read and write all the time, and nobody meets a text
that cannot be read, nothing that was written is lost, and nothing stays under the old key."""

import itertools
import threading
import time

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connections

from accounts.crypto import rotate
from focus_people.models import FocusPerson
from tests.factories.accounts import lead_of, organisation
from tests.factories.focus_people import person

PEOPLE = 12
AT_EACH_STEP = 0.4  # seconds of work under each list of keys


class AtWork:
    """Threads that read and write references of an organisation's own, until they are told to stop."""

    def __init__(self, keys: list[int]) -> None:
        self.keys, self.stop = keys, threading.Event()
        self.problems: list[str] = []
        self.reads = self.writes = 0
        self.written = dict.fromkeys(keys, 0)
        half = len(keys) // 2
        self.threads = [
            threading.Thread(target=self._run, args=(work, part))
            for work, part in (
                (self._read, keys),
                (self._write, keys[:half]),
                (self._write, keys[half:]),
            )
        ]

    def _run(self, work, part) -> None:
        try:
            while not self.stop.is_set():
                for key in part:
                    work(key)
                time.sleep(0.005)
        except Exception as problem:  # whatever it was, the test says it
            self.problems.append(repr(problem))
        finally:
            connections.close_all()

    def _read(self, key: int) -> None:
        said = FocusPerson.objects.get(pk=key).local_ref
        if not said.startswith(f"FILE-{key}-"):
            self.problems.append(f"{key} says {said}")
        self.reads += 1

    def _write(self, key: int) -> None:
        row = FocusPerson.objects.get(pk=key)
        count = int(row.local_ref.rsplit("-", 1)[1])
        if count != self.written[key]:
            self.problems.append(f"{key} lost a change: {count} for {self.written[key]}")
        row.local_ref = f"FILE-{key}-{count + 1}"
        row.save(update_fields=["local_ref"])
        self.written[key] = count + 1
        self.writes += 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_unreadable_or_lost_while_keys_rotate_under_work(settings):
    held = organisation()
    by = lead_of(held)
    made = [person(held, by) for _ in range(PEOPLE)]
    for one in made:
        one.local_ref = f"FILE-{one.pk}-0"
        one.save()
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    work = AtWork([one.pk for one in made])
    for thread in work.threads:
        thread.start()
    try:
        # The new key is known to everybody first, then everybody writes under it.
        for keys in ([old], [old, new], [new, old]):
            settings.FIELD_ENCRYPTION_KEYS = keys
            time.sleep(AT_EACH_STEP)
        assert rotate(batch=3) >= PEOPLE
        call_command("rotate_keys", "--check")
        settings.FIELD_ENCRYPTION_KEYS = [new]
        time.sleep(AT_EACH_STEP)
    finally:
        work.stop.set()
        for thread in work.threads:
            thread.join(30)
    assert work.problems == []
    assert work.reads > PEOPLE
    assert work.writes > PEOPLE
    for key, count in work.written.items():
        assert FocusPerson.objects.get(pk=key).local_ref == f"FILE-{key}-{count}"


@pytest.mark.django_db
def test_processes_one_step_apart_read_what_each_other_writes(settings):
    """While servers start again one after another, some are a step behind: with the order of the
    README, each still reads what the others have written."""
    held = organisation()
    made = person(held, lead_of(held))
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    steps = ([old], [old, new], [new, old], [new])
    for behind, ahead in itertools.pairwise(steps[:3]):
        for writer, reader in ((behind, ahead), (ahead, behind)):
            settings.FIELD_ENCRYPTION_KEYS = writer
            made.local_ref = "FILE-1"
            made.save()
            settings.FIELD_ENCRYPTION_KEYS = reader
            assert FocusPerson.objects.get(pk=made.pk).local_ref == "FILE-1"
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    rotate()
    for reader in steps[1:]:
        settings.FIELD_ENCRYPTION_KEYS = reader
        assert FocusPerson.objects.get(pk=made.pk).local_ref == "FILE-1"
