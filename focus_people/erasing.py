"""One person is taken out of everything (domain 7.4, 7.5): texts, references, ciphertexts, documents,
letters, kept drafts, the details of the audit trail. What totals count stays: bands, choices, numbers,
days of training. Nothing has to be registered for it: it walks from the record to whatever points at it,
and empties every text that its model does not declare to be a code (`accounts.privacy`).

Then everything that is kept is read again for what was taken out (`accounts.traces`), and SQLite's
write-ahead log, which holds pages as they were, is emptied.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q

from accounts import clock, traces
from accounts.audit import redact
from accounts.models import AuditEvent, DigestLine, OnceToken, OutboxMessage
from accounts.privacy import days_of, declared, emptied, quarter_of, words_of
from accounts.references import opaque
from accounts.state import locked

from .models import FocusPerson, KeptWords, person_reference
from .reports.everything import rows_about, rows_below

# A text is looked for afterwards where it has so many characters, and where no more than so many other
# rows say it too: what many say is said of nobody.
FEWEST_LETTERS = 12
MOST_OTHERS = 3

Rows = dict[type[models.Model], list[models.Model]]


@dataclass(frozen=True)
class Erased:
    """What became of it. removed: how many of what went; traces: places ("grants.Message.words 12") where
    a text of the person still stands; read: tables, rows and files that were looked through."""

    person: FocusPerson
    removed: dict[str, int]
    traces: list[str]
    read: dict[str, int]


def references_of(rows: Rows) -> list[str]:
    """The public references of the person and of everything that belongs to them."""
    return [
        str(getattr(row, "reference"))  # noqa: B009 - some references are worked out
        for held in rows.values()
        for row in held
        if any(field.name == "reference" for field in row._meta.concrete_fields)
    ]


def texts_of(row: models.Model) -> list[str]:
    """What somebody wrote into one row, text by text."""

    def within(value: Any) -> Iterable[str]:
        if isinstance(value, dict):
            for held in value.values():
                yield from within(held)
        elif isinstance(value, list | tuple):
            for held in value:
                yield from within(held)
        elif isinstance(value, str):
            yield value

    return [
        text
        for field in words_of(type(row))
        if not isinstance(field, models.FileField)
        for text in within(getattr(row, field.attname))
        if text
    ]


def _empty(row: models.Model) -> bool:
    """Take the words out of one row, and its sensitive days back to their quarter."""
    model = type(row)
    changes = {
        field.attname: emptied(row, field)
        for field in words_of(model)
        if (model, field.name) != (FocusPerson, "alias")
    }
    changes |= {d.attname: quarter_of(getattr(row, d.attname)) for d in days_of(model)}
    changes = {n: value for n, value in changes.items() if getattr(row, n) != value}
    if changes:
        # Rows that are written once do not change; this is the one exception, and the trail says so.
        models.QuerySet(model).filter(pk=row.pk).update(**changes)
    return bool(changes)


def _empty_rows(rows: Rows, keep: Collection[str]) -> tuple[Counter[str], list[str]]:
    """Empty these rows, or take them away where they are of no use then; how many of each kind, and the
    files that go with them."""
    removed: Counter[str] = Counter()
    doomed: list[str] = []
    for model, held in rows.items():
        kind = str(model._meta.verbose_name)
        if model._meta.label in keep:
            continue
        if declared(model, "goes"):
            files = [f for f in model._meta.concrete_fields if isinstance(f, models.FileField)]
            doomed += [
                str(name) for row in held for f in files if (name := getattr(row, f.attname))
            ]
            models.QuerySet(model).filter(pk__in=[row.pk for row in held]).delete()
            removed[kind] += len(held)
        else:
            removed[kind] += sum(_empty(row) for row in held)
    return removed, doomed


def _drop_files(names: list[str]) -> None:
    for name in names:
        transaction.on_commit(lambda name=name: default_storage.delete(name))  # type: ignore[misc]


@transaction.atomic
def empty_below(row: models.Model, *, keep: Collection[str] = ()) -> int:
    """Take the words and files out of one row and of whatever points at it: a declined application, a
    grant whose time is over. Numbers, states and days stay. Returns how many rows and files went."""
    removed, doomed = _empty_rows(rows_below(row, without=()), keep)
    _drop_files(doomed)
    traces.overwrite_log()
    return removed.total() + len(doomed)


def _says(fields: Iterable[str], words: Iterable[str]) -> Q:
    return reduce(or_, (Q(**{f"{f}__icontains": word}) for f in fields for word in words))


def _clean_trail(reference: str, new: str, needles: traces.Needles, own: list[str]) -> int:
    about = Q(subject_ref=reference) | Q(subject_ref__startswith=f"{reference}/")
    rows = (
        AuditEvent.objects.select_for_update()
        .filter(about | Q(subject_ref__in=own) | Q(data__icontains=reference))
        .order_by("pk")
    )
    done = 0
    for row in rows:
        is_own = row.subject_ref.split("/")[0] == reference
        if is_own or needles.within(traces.said(row.data)):
            where = new + row.subject_ref[len(reference) :] if is_own else row.subject_ref
            redact(row, subject_ref=where, data={})
            done += 1
    return done


def _clean_elsewhere(needles: traces.Needles) -> Counter[str]:
    """Sessions and the cache, where a page or a draft may be kept for a while."""
    done: Counter[str] = Counter()
    for held in Session.objects.all():
        before = held.get_decoded()
        after = {k: v for k, v in before.items() if not needles.within(traces.said([k, v]))}
        if after != before:
            held.session_data = SessionStore().encode(after)
            held.save()
            done["session"] += 1
    gone = [key for key, text in traces.cached() if needles.within(f"{key} {text}")]
    traces.forget_cached(gone)
    done["kept draft"] += len(gone)
    return done


def _sweep(reference: str) -> int:
    """Any other row that still names the person's reference: a kept view, a note somewhere else."""
    from django.apps import apps

    done = 0
    for trace in traces.scan([reference]).traces:
        label, _, name = trace.place.rpartition(".")
        if not label or label == AuditEvent._meta.label:
            continue
        model = apps.get_model(label)
        row = model._base_manager.get(pk=trace.key)
        value = getattr(row, model._meta.get_field(name).attname)
        if isinstance(value, str):
            value = value.replace(reference, "Removed")
            models.QuerySet(model).filter(pk=row.pk).update(**{name: value})
            done += 1
    return done


def _still_there(words: list[str], alias: str, person: FocusPerson, doomed: list[str]) -> Any:
    others = FocusPerson.objects.filter(alias=alias).exclude(pk=person.pk)
    theirs = {
        (model._meta.label, row.pk)
        for other in others
        for model, held in rows_about(other, without=()).items()
        for row in held
    }
    found = traces.scan([*words, alias], files_left_out=doomed)
    places = Counter(trace.needle for trace in found.traces)
    told = [
        trace
        for trace in found.traces
        if places[trace.needle] <= MOST_OTHERS or trace.needle == alias
    ]
    return found, [
        f"{trace.place} {trace.key}"
        for trace in told
        if trace.needle != alias or (trace.place.rpartition(".")[0], _key(trace.key)) not in theirs
    ]


def _key(key: str) -> Any:
    return int(key) if key.isdigit() else key


@transaction.atomic
def make_anonymous(person: FocusPerson, *, keep: Collection[str] = ()) -> Erased:
    """Take a person out of everything, and look whether anything is left. For the verb and the retention
    that call it: it asks nobody whether it may. Files go with the commit.

    `keep` names models that are kept longer than the person (evidence of what money was spent on).
    """
    person = locked(person)
    rows = rows_about(person, without=())
    reference, alias, local_ref = person.reference, person.alias, person.local_ref
    own = references_of(rows)
    words = [text for held in rows.values() for row in held for text in texts_of(row)]
    words = [w for w in dict.fromkeys(words) if len(w) >= FEWEST_LETTERS and " " in w.strip()]
    strict = [reference, *([local_ref] if len(local_ref) >= traces.FEWEST_LETTERS else [])]
    needles = traces.Needles([*strict, alias, *words])
    removed, doomed = _empty_rows(rows, keep)
    new = person_reference()
    models.QuerySet(FocusPerson).filter(pk=person.pk).update(
        reference=new, alias=opaque("Anonymous"), anonymous_since=clock.now()
    )
    removed["audit row"] = _clean_trail(reference, new, needles, own)
    letters = _says(("subject", "body", "dedupe_key"), own)
    for kind in (OutboxMessage, DigestLine):
        removed["letter"] += kind._default_manager.filter(letters).delete()[0]
    removed["mark of a form"] = OnceToken.objects.filter(_says(["location"], own)).delete()[0]
    removed["kept words"] = KeptWords.objects.filter(_says(["place"], own)).delete()[0]
    removed += _clean_elsewhere(traces.Needles([*strict, *words]))
    removed["other row"] = _sweep(reference)
    removed["file"] = len(doomed)
    _drop_files(doomed)
    traces.overwrite_log()

    person = FocusPerson.objects.get(pk=person.pk)
    found, places = _still_there([*strict, *words], alias, person, doomed)
    return Erased(
        person,
        {kind: n for kind, n in sorted(removed.items()) if n},
        places,
        {"tables": found.tables, "rows": found.rows, "files": found.files},
    )
