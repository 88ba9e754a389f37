"""Whether anything is still somewhere: every text of the database, of the sessions, of the cache and of
the files that were uploaded, read for words that must not be there.

Ciphertexts are opened, sessions and cached values unpacked, workbooks and PDFs read: what is only hidden
by its form is found all the same.
"""

import base64
import io
import json
import logging
import pickle
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import OperationalError, connection, models, transaction

from . import clock
from .crypto import EncryptedTextField, NotItsOwn

log = logging.getLogger(__name__)
MOST_OF_ONE = 1000  # of one needle; what is said once is never left out for what is said everywhere
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Trace:
    """A place where something still stands: what kind of place, which of them, and which needle.

    place: a model's label and field, "session", "cache" or "file"; key: the row's key, or a file's name.
    """

    place: str
    key: str
    needle: str


@dataclass(frozen=True)
class Scan:
    """What was read, and what was found: counts of tables, rows and files."""

    tables: int
    rows: int
    files: int
    traces: tuple[Trace, ...]


class Needles:
    """Words to look for: as whole words, whatever their case and the white space in them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.found = {}
        for needle in dict.fromkeys(word.strip() for word in words):
            if len(needle) >= FEWEST_LETTERS:
                plain = " ".join(needle.casefold().split())
                self.found[needle] = (plain, re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)"))

    def within(self, text: str) -> list[str]:
        """Those that a text says."""
        plain = " ".join(text.casefold().split())
        return [
            needle
            for needle, (words, whole) in self.found.items()
            if words in plain and whole.search(plain)
        ]


def overwrite_log() -> None:
    """Bring SQLite's write-ahead log into the file once this transaction is over, and empty it: until then it
    keeps what was erased. A reader who holds it up leaves it to the next time. Elsewhere it does nothing."""
    if connection.vendor == "sqlite" and _emptied not in [
        f for _, f, *_ in connection.run_on_commit
    ]:
        transaction.on_commit(_emptied)


def _emptied() -> None:
    if connection.in_atomic_block:  # inside another transaction nothing is over yet
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_held_up = cursor.fetchone()[0]
    except OperationalError:
        is_held_up = True
    if is_held_up:
        log.warning("Erased, but the write-ahead log could not be emptied yet.")


def said(value: Any) -> str:
    """A stored value as the text in which to look."""
    if value is None or isinstance(value, bool | int | float):
        return ""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, dict | list | tuple | set):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


def _texts_of(row: models.Model) -> Iterator[tuple[str, str]]:
    for field in row._meta.concrete_fields:
        if isinstance(field, EncryptedTextField):
            try:
                yield field.name, said(getattr(row, field.attname))
            except NotItsOwn:
                yield field.name, ""
        else:
            yield field.name, said(field.value_from_object(row))


def _in_tables(
    needles: Needles, leave_out: Collection[tuple[str, Any]]
) -> tuple[int, int, list[Trace]]:
    found: list[Trace] = []
    tables = rows = 0
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed or model is Session:
            continue
        tables += 1
        label = model._meta.label
        for row in model._base_manager.order_by("pk").iterator(chunk_size=500):
            rows += 1
            if (label, row.pk) in leave_out:
                continue
            for name, text in _texts_of(row):
                if text:
                    found += [
                        Trace(f"{label}.{name}", str(row.pk), needle)
                        for needle in needles.within(text)
                    ]
    return tables, rows, found


def sessions() -> Iterator[tuple[str, str]]:
    """Key and content of every session that can be opened."""
    for held in Session.objects.order_by("pk"):
        yield held.pk, said(held.get_decoded())


def _cache_table() -> str:
    return str(settings.CACHES["default"]["LOCATION"])


def cached() -> Iterator[tuple[str, str]]:
    """Key and content of everything in the cache, which is a table (`settings.CACHES`)."""
    table = _cache_table()
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key, value FROM {table}")  # noqa: S608
        for key, value in cursor.fetchall():
            # Our own cache, written by this very application.
            yield key, said(pickle.loads(base64.b64decode(value)))  # noqa: S301


def forget_cached(keys: Collection[str]) -> None:
    """Take these entries out of the cache's table."""
    table = _cache_table()
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(f"DELETE FROM {table} WHERE cache_key = %s", [key])  # noqa: S608


def forget_expired() -> int:
    """The worker's chore: what has run out leaves the cache's table, also where nobody asks for it again (a
    text that waited for its writer). Returns how many went."""
    ended = connection.ops.adapt_datetimefield_value(clock.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_cache_table()} WHERE expires < %s", [ended])  # noqa: S608
        return cursor.rowcount


def files(folder: str = "") -> Iterator[str]:
    """The names of every file that was uploaded, or that the service keeps beside the database."""
    try:
        folders, names = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in sorted(names):
        yield f"{folder}/{name}".lstrip("/")
    for inner in sorted(folders):
        yield from files(f"{folder}/{inner}".lstrip("/"))


def text_of_file(content: bytes) -> str:
    """What a file says: the parts of an Office file, the pages of a PDF, otherwise its bytes."""
    parts = [content.decode("utf-8", "replace")]
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                held = archive.read(part).decode("utf-8", "replace")
                # Words of one paragraph may be cut into runs: read them with and without their tags.
                parts += [part.filename, held, re.sub(r"<[^>]*>", "", held)]
    elif content[:5] == b"%PDF-":
        from pypdf import PdfReader

        parts += [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    return "\n".join(parts)


def _in_files(needles: Needles, leave_out: Collection[str]) -> tuple[int, list[Trace]]:
    found: list[Trace] = []
    count = 0
    for name in files():
        if name in leave_out:
            continue
        count += 1
        with default_storage.open(name) as opened:
            text = f"{name}\n{text_of_file(opened.read())}"
        found += [Trace("file", name, needle) for needle in needles.within(text)]
    return count, found


def scan(
    words: Iterable[str],
    *,
    rows_left_out: Collection[tuple[str, Any]] = (),
    files_left_out: Collection[str] = (),
) -> Scan:
    """Look for `words` (three characters or more) in everything that is kept.

    `rows_left_out`, as (model label, key): rows that may say them, those of somebody else who goes by the
    same word. `files_left_out`: names of files that are about to go.
    """
    needles = Needles(words)
    tables, rows, found = _in_tables(needles, rows_left_out)
    for place, held in (("session", sessions()), ("cache", cached())):
        tables += 1
        for key, text in held:
            rows += 1
            found += [Trace(place, key, needle) for needle in needles.within(text)]
    count, in_files = _in_files(needles, files_left_out)
    return Scan(tables, rows, count, tuple(_not_too_many([*found, *in_files])))


def _not_too_many(found: Iterable[Trace]) -> Iterator[Trace]:
    seen: Counter[str] = Counter()
    for trace in found:
        seen[trace.needle] += 1
        if seen[trace.needle] <= MOST_OF_ONE:
            yield trace
