"""The canary test: a string of its own stands in every text that somebody may write about a person. Every
role opens every address, and every view is made to fail. Nobody outside the organisation that holds the
record, and the officers who are entitled to it, ever meets one of them: in no page, download or file name,
no letter, no log line, no row of the trail, no error page, not in the cache, not in a session.

The strings are planted by walking the models: a text field that is added tomorrow, and that no row of the
small world holds, fails the test until somebody covers it.
"""

import io
import json
import logging
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.module_loading import import_string

from accounts import audit, clock, outbox, traces
from accounts.models import DigestLine, OutboxMessage
from accounts.privacy import words_of
from focus_people.models import FocusPerson, LegalHold, Reading
from focus_people.reports.everything import rows_about
from grants.enums import LifeChange, LifeWish, MessageFor, ReviewOutcome
from grants.models import FastTrack, GrantReview, LifeEvent, Message
from tests import world
from tests.factories.accounts import lead_of, organisation
from tests.factories.focus_people import heron
from tests.routes import BEHIND
from tests.test_routes import EVERYBODY, TABLE

# It says the same on any database, and takes long.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

# What the panel writes is theirs: tests/panel/test_two_worlds.py looks after it.
THEIR_OWN = {"panel"}
# Nobody writes into these: the word is drawn by lot, a file's place too, and a fingerprint is made.
DRAWN = {"focus_people.FocusPerson.alias", "grants.Document.file", "grants.LinkingCode.digest"}
# Texts of kinds of rows that the small world does not hold, each with the test that looks after it.
ELSEWHERE: dict[str, str] = {}


def below(model: type[models.Model], found: set[type[models.Model]]) -> set[type[models.Model]]:
    """Every model whose rows may belong to a person."""
    if model in found or model._meta.app_label in THEIR_OWN:
        return found
    found.add(model)
    for related in model._meta.related_objects:
        if not related.many_to_many:
            below(related.related_model, found)
    return found


def fields_to_cover() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in below(FocusPerson, set())
        for field in words_of(model)
    } - DRAWN


TOGETHER = {
    "late_reason": {"late_until": "2030-01-01T00:00Z"},
    "recovery_reason": {"recovery_due_on": "2030-01-01"},
}


def kinds_of(kind):
    """Every list of choices of the product."""
    return {below for each in kind.__subclasses__() for below in (each, *kinds_of(each))}


LABELS = {
    str(label) for kind in kinds_of(models.TextChoices) for label in kind.labels
}  # nobody wrote
NOTES = {"training.RegisterImport.preview": "notes"}


class Canaries:
    """One string for each field, in every row of the world's people."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        for person in FocusPerson.objects.order_by("pk"):
            for model, held in rows_about(person, without=THEIR_OWN).items():
                for field in words_of(model):
                    label = f"{model._meta.label}.{field.name}"
                    if label not in DRAWN:
                        for row in held:
                            self._plant(row, field, label)

    def _plant(self, row: models.Model, field: models.Field, label: str) -> None:
        said = self.of.setdefault(label, f"Zq{len(self.of):02d}canary")
        value = getattr(row, field.attname)
        if isinstance(field, models.JSONField):
            value = _in_json(value, said)
            if said not in json.dumps(value):  # nothing in it had words yet
                more = {NOTES.get(label, "words"): [said]}
                value = [*value, said] if isinstance(value, list) else value | more
        elif field.name == "local_ref":
            row.local_ref = said
            row.save(update_fields=["local_ref"])
            return
        else:
            value = f"{said}{row.pk}" if field.name == "staff_code" else said
        more = TOGETHER.get(field.name, {})
        models.QuerySet(type(row)).filter(pk=row.pk).update(**{field.attname: value}, **more)

    def within(self, text: str) -> set[str]:
        plain = text.casefold()
        return {label for label, said in self.of.items() if said.casefold() in plain}


def _in_json(value, said):
    """The same shape with the string in place of each text of more than one word."""
    if isinstance(value, dict):
        return {key: _in_json(held, said) for key, held in value.items()}
    if isinstance(value, list):
        return [_in_json(held, said) for held in value]
    is_free = isinstance(value, str) and " " in value and value not in LABELS
    return said if is_free else value


def addresses(made: world.World, *, links: bool = False) -> Iterator[tuple[str, str]]:
    """Every page, and every list of the API; with `links` also those that a printed code opens."""
    for name in TABLE:
        if name in ("api-schema", "api-docs"):  # the same words for everybody, and slow to make
            continue
        if name in LINKS and not links:
            continue
        part, more = BEHIND.get(name, ("", {}))
        yield name, reverse(name, kwargs={**made.parts.get(part, {}), **more})
    for pattern in get_resolver("config.api").url_patterns[0].url_patterns:
        if "<" not in str(pattern.pattern) and "(?P" not in str(pattern.pattern):
            yield f"api {pattern.name}", f"/api/v1/{str(pattern.pattern).strip('^$')}"


def said_by(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    return f"{headers}\n{cookies}\n{traces.text_of_file(content)}"


class Lines(logging.Handler):
    """What the installation's own formatter makes of each record."""

    def __init__(self) -> None:
        super().__init__()
        facts = dict(settings.LOGGING["formatters"]["line"])
        made = import_string(facts.pop("()"))
        self.setFormatter(made(fmt=facts["format"], style=facts["style"]))
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.exc_text = None  # what another handler made of it is not what this one says
        self.said.append(self.format(record))


@pytest.fixture
def lines():
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


BROKEN: list[str] = []


def break_every_view(get_response: Callable) -> Callable:
    """A middleware that lets every view do its work, then fails with all the strings in its words."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        words = " ".join(BROKEN)
        answer = view(request, *args, **kwargs)
        try:
            int(words)
        except ValueError as error:
            raise RuntimeError(f"{words} {getattr(answer, 'content', b'')!r}") from error

    middleware.process_view = process_view
    return middleware


def kept_anywhere(canaries: Canaries) -> dict[str, set[str]]:
    """Where the service writes by itself: letters, the trail, the cache, sessions, names of files."""
    found: dict[str, set[str]] = defaultdict(set)
    for model in (OutboxMessage, DigestLine, apps.get_model("accounts", "AuditEvent")):
        for row in model.objects.order_by("pk"):
            text = " ".join(
                traces.said(f.value_from_object(row)) for f in row._meta.concrete_fields
            )
            found[model.__name__] |= canaries.within(text)
    for place, held in (("session", traces.sessions()), ("cache", traces.cached())):
        for key, text in held:
            found[place] |= canaries.within(f"{key} {text}")
    for name in traces.files():
        found["file name"] |= canaries.within(name)
    return {place: labels for place, labels in found.items() if labels}


def seen_by(made: world.World, who: str, canaries: Canaries, *, fails: bool = False) -> set[str]:
    """Which fields somebody in this role meets on every address, downloads and headers included."""
    client = Client(raise_request_exception=False)
    if not isinstance(made.people[who], AnonymousUser):
        client.force_login(made.people[who])
    if who in ("officer", "programme lead"):
        for person in FocusPerson.objects.order_by("pk"):
            client.post(f"/people/{person.reference}/purpose/", {"purpose": "checking"})
    found: set[str] = set()
    broken = []
    for name, url in addresses(made):
        response = client.get(url)
        if response.status_code >= 500:
            broken.append(name)
        found |= canaries.within(said_by(response))
    if not fails:
        assert broken == [], who
    else:
        assert len(broken) > 10, who
    return found


def build() -> world.World:
    """The small world, and the few kinds of rows with texts that it does not hold."""
    made = world.build()
    person, grant, lead = made.grant.application.person, made.grant, made.people["lead"]
    officer = made.people["officer"]
    LegalHold.objects.create(
        person=made.judged.person, reason="x", review_on=clock.today(), placed_by=officer
    )
    told = {"asked_by": lead, "answered_by": officer, "noted_by": officer}
    moments = {"answered_at": clock.now(), "noted_at": clock.now()}
    FastTrack.objects.create(
        application=grant.application,
        reason="x",
        is_agreed=True,
        answer="x",
        note="x",
        **told,
        **moments,
    )
    Reading.objects.create(person=person, purpose="other", words="x", said_by=officer)
    LifeEvent.objects.create(
        grant=made.agreed,
        kind=LifeChange.MOVED,
        happened_on=clock.today(),
        wish=LifeWish.values[0],
        told_by=lead,
    )
    GrantReview.objects.create(
        grant=grant,
        outcome=ReviewOutcome.values[0],
        words="x",
        paid=1,
        spent=1,
        reviewed_by=officer,
    )
    for number, readers in enumerate(MessageFor, start=1):
        Message.objects.create(
            application=grant.application,
            number=number,
            read_by=readers,
            words="x",
            written_by=officer,
        )
    return made


# Who may read which of these texts. Others meet none of them; staff meet all but the reference of the
# organisation's own; the organisation meets what the programme tells it.
CASE_FILE = {"grants.CaseFile.content"}
MONEY = {
    "grants.BudgetLine.description",
    "grants.Change.answer",
    "grants.Change.reason",
    "grants.ClaimLine.note",
    "grants.Condition.note",
    "grants.Condition.words",
    "grants.GrantReview.words",
    "grants.Payment.refusal_reason",
}
CONCLUDED = {"grants.Recommendation.conditions", "grants.Recommendation.reasons"}
ENTITLED = {"scorer": CASE_FILE, "chair": CASE_FILE | CONCLUDED, "finance": MONEY}
OURS = ("lead", "contributor", "helper")
STAFF = ("officer", "programme lead")
# Whoever holds the printed code of a session or an activity finds oneself on it, without an account.
LINKS = ("sign-in-sheet", "rating")
ON_A_LINK = {"focus_people.CircleMember.staff_code", "training.Activity.title"}
OWN_REFERENCE = "focus_people.FocusPerson.local_ref"


def test_the_strings_stand_wherever_text_can_go():
    build()
    assert set(Canaries().of) | set(ELSEWHERE) == fields_to_cover()


# Every role of the world, in parts that run beside each other.
PARTS = (
    (*OURS, *STAFF),
    ("scorer", "chair", "finance", "waiting", "removed", "elsewhere"),
    ("anonymous", "newcomer", "other lead", "superuser", "funder", "auditor", "survey host"),
)


def test_every_role_is_in_one_part():
    assert sorted(who for part in PARTS for who in part) == sorted(EVERYBODY)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part[0])
def test_nobody_else_meets_a_string_anywhere(part, lines):
    made = build()
    canaries = Canaries()
    seen = {who: seen_by(made, who, canaries) for who in part}
    outbox.deliver_due()
    audit.seal()
    others = {who: found for who, found in seen.items() if who not in (*OURS, *STAFF)}
    assert others == {who: ENTITLED.get(who, set()) for who in others}
    if not others:
        assert {who: OWN_REFERENCE in seen[who] for who in part} == {
            who: who in OURS for who in part
        }
        # A control: those who are entitled do meet the strings.
        assert all(len(seen[who]) >= 20 for who in part)
    assert canaries.within("\n".join(lines.said)) == set()
    assert kept_anywhere(canaries) == {}


def test_a_link_shows_its_holder_the_codes_and_the_title_alone():
    made = build()
    canaries = Canaries()
    stranger = Client()
    on_links = [url for name, url in addresses(made, links=True) if name in LINKS]
    assert set().union(*(canaries.within(said_by(stranger.get(u))) for u in on_links)) == ON_A_LINK


@pytest.mark.parametrize("who", ["anonymous", "lead", "officer"])
def test_every_view_fails_without_a_word(who, lines, settings):
    """Each view does its work, then fails with all the strings in its words and in its causes."""
    made = build()
    canaries = Canaries()
    BROKEN[:] = canaries.of.values()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_canary.break_every_view"]
    assert seen_by(made, who, canaries, fails=True) == set()
    assert len(lines.said) > 10
    assert canaries.within("\n".join(lines.said)) == set()
    assert kept_anywhere(canaries) == {}


def test_a_leak_is_found_in_each_kind_of_place(lines, settings, monkeypatch):
    """The positive control: what the test above looks through finds a string in every kind of place."""
    held = organisation()
    made = heron(held, lead_of(held))
    canaries = Canaries()
    label = "focus_people.Need.statement"
    said = canaries.of[label]
    stranger = lead_of(organisation())
    client = Client()
    client.force_login(stranger)
    # A page, a download (whatever is packed in it), a file name in a header, a cookie.
    assert canaries.within(said_by(client.get("/"))) == set()
    name, settings.PRODUCT_NAME = settings.PRODUCT_NAME, said
    assert canaries.within(said_by(client.get("/"))) == {label}
    settings.PRODUCT_NAME = name
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{said[:4]}</t><t>{said[4:]}</t>")
    for answer in (
        HttpResponse(packed.getvalue()),
        HttpResponse("", headers={"Content-Disposition": f'attachment; filename="{said}.csv"'}),
    ):
        assert canaries.within(said_by(answer)) == {label}
    # An error page.
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_canary.break_every_view"]
    BROKEN[:] = [said]
    client = Client(raise_request_exception=False)  # a new one takes the new middleware
    client.force_login(stranger)
    failed = client.get("/")
    assert (failed.status_code, canaries.within(said_by(failed))) == (500, set())
    with monkeypatch.context() as patched:
        patched.setattr(
            "django.core.handlers.exception.response_for_exception",
            lambda request, error: HttpResponse(str(error), status=500),
        )
        assert canaries.within(said_by(client.get("/"))) == {label}
    # A log line, where errors keep their words.
    assert canaries.within("\n".join(lines.said)) == set()
    lines.setFormatter(logging.Formatter())
    client.get("/people/")
    assert canaries.within("\n".join(lines.said)) == {label}
    # What the service writes by itself.
    assert kept_anywhere(canaries) == {}
    store = SessionStore()
    store["words"] = said
    store.save()
    cache.set("kept:x", (1, "/", [("words", said)]))
    default_storage.save(f"documents/{said}.pdf", ContentFile(b""))
    audit.record("person.edited", made, by=None, words=said)
    OutboxMessage.objects.create(dedupe_key="a", to="a@example.org", subject=said, body="x")
    DigestLine.objects.create(dedupe_key="a", to="a@example.org", subject="x", body=said)
    places = ("session", "cache", "file name", "AuditEvent", "OutboxMessage", "DigestLine")
    assert kept_anywhere(canaries) == {place: {label} for place in places}
