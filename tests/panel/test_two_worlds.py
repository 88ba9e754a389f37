"""Two worlds: the same database, differing only in secrets. Whoever may not know them reads the same
bytes behind every door, by the same number of queries.

All secrets that a reader may not know are changed at once: where nothing differs, none of them shows. A
difference is then traced to its secret. Leaks planted on purpose, one for each kind of door, are found.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import F, QuerySet, Sum
from django.http import Http404
from django.test import Client
from rest_framework.test import APIClient

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, Organisation, OutboxMessage, User
from grants.models import Application, Recommendation
from panel import actions, reminders, workflow
from panel.models import (
    AgendaItem,
    Assessment,
    Assignment,
    Conclusion,
    InterestEntry,
    Meeting,
    MinutesOfCase,
    Resolution,
    Score,
    ScoreChange,
)
from panel.querysets import AssessmentQuerySet
from panel.reports import cases as cases_module
from panel.reports import meetings as meetings_module
from panel.reports import minutes as minutes_module
from panel.reports import packs as packs_module
from panel.reports import service as service_module
from tests.factories.accounts import lead_of, staff, user
from tests.factories.grants import application_at, programme_and_round
from tests.factories.panel import (
    assigned,
    briefed,
    chaired,
    concluded,
    conflicted,
    declared,
    meeting,
    met,
    panellist,
    sheet,
    submitted,
)

pytestmark = pytest.mark.django_db
NOW = "2026-11-20T10:00:00Z"
TOKENS = re.compile(r'name="(?:csrfmiddlewaretoken|once|plan)" value="[^"]*"')


def anyhow(model, **which):
    """Rows that are written once, changed all the same: another world."""
    return QuerySet(model).filter(**which)


class Story:
    """`open`: two of three sheets are in. `closed`: concluded, not released. `hidden`: a case in which
    one chair has an interest. Everybody who could be curious is there."""

    def __init__(self):
        self.lead = staff(TeamRole.PROGRAMME_LEAD)
        here = self.round = programme_and_round(by=self.lead)
        self.m = [panellist(name=f"Member {n}", lived=n % 2 == 0) for n in range(6)]
        self.chair = panellist(chair=True, name="Chair")
        self.torn = panellist(chair=True, name="Torn chair")
        self.open, self.closed, self.hidden = (
            application_at("with_panel", round=here) for _ in range(3)
        )
        seats = assigned(self.open, self.m[:4])
        self.first = submitted(declared(seats[0]), note="first note")
        self.second = submitted(declared(seats[1]), note="second note")
        self.draft = sheet(declared(seats[2]), note="third note")
        self.removed = conflicted(seats[3], reason="I know the aunt")
        chaired(self.open, self.chair.user)
        concluded(self.closed, chair=self.chair.user, panellists=self.m[:3])
        assigned(self.hidden, self.m[3:6])
        self.torn.employer = self.hidden.organisation
        self.torn.save()
        self.entry = actions.add_interest(
            self.m[1], by=self.m[1].user, kind="personal", words="A cousin in the trade"
        )
        # A case in which the torn chair and the first member have an interest is on two agendas: one
        # meeting shows it now, the minutes of the other are frozen.
        self.kept = application_at("with_panel", round=here)
        concluded(self.kept, chair=self.chair.user, panellists=[self.m[1], self.m[4], self.m[5]])
        for person in (self.torn, self.m[0]):
            actions.add_interest(
                person,
                by=person.user,
                kind="family",
                words="A brother works there",
                organisation=self.kept.organisation,
            )
        both = [self.kept, self.closed]
        self.met = met(here, chair=self.chair.user, cases=both)
        self.meeting = workflow.open_meeting(
            meeting(here, by=self.chair.user, cases=both), by=self.chair.user
        )
        items = {item.application_id: item for item in self.meeting.items.all()}
        self.shown, self.taken = items[self.kept.pk], items[self.closed.pk]
        workflow.show_case(self.meeting, by=self.chair.user, case=self.shown.reference)
        for person in (self.m[1], self.m[2]):
            briefed(person, here, fee=Decimal("50.00"))
        here.hides_organisation = True
        here.save()
        superuser = user()
        User.objects.filter(pk=superuser.pk).update(is_superuser=True)
        self.people = {
            "third member": self.m[2].user,
            "first member": self.m[0].user,
            "removed member": self.m[3].user,
            "other member": self.m[5].user,
            "chair": self.chair.user,
            "torn chair": self.torn.user,
            "officer": staff(TeamRole.OFFICER),
            "lead": staff(TeamRole.PROGRAMME_LEAD),
            "finance": staff(TeamRole.FINANCE),
            "auditor": staff(TeamRole.AUDITOR),
            "funder": staff(TeamRole.FUNDER),
            "superuser": superuser,
            "applicant": lead_of(self.open.organisation),
        }
        own = self.people["applicant"]
        Membership.objects.get_or_create(
            user=own,
            organisation=self.closed.organisation,
            defaults={"role": MemberRole.LEAD},
        )


@dataclass(frozen=True)
class Secret:
    """What differs, and who may know it."""

    name: str
    change: Callable[[Story], object]
    may_know: frozenset[str]


def secret(name: str, *may_know: str):
    def made(change):
        SECRETS.append(Secret(name, change, frozenset(may_know)))
        return change

    return made


SECRETS: list[Secret] = []
# Who reads everybody's scores on the concluded case: who scored it, chaired it, officers and leads.
READERS = ("first member", "third member", "chair", "officer", "lead")


@secret("a colleague’s scores", "first member")
def _(story):
    Score.objects.filter(assessment=story.first).update(score=0)


@secret("a colleague’s reasons", "first member")
def _(story):
    Score.objects.filter(assessment=story.first).update(reason="Quite another reason altogether")


@secret("a colleague’s private notes", "first member")
def _(story):
    Score.objects.filter(assessment=story.first).update(note="")


@secret("what a colleague could not judge", "first member")
def _(story):
    Score.objects.filter(assessment=story.first, criterion__code="C7").update(
        score=None, is_not_able=True
    )


@secret("how far a colleague’s draft is", "third member")
def _(story):
    Score.objects.filter(assessment=story.draft).delete()


@secret("when a colleague saved", "third member")
def _(story):
    Assessment.objects.filter(pk=story.draft.pk).update(version=9, saved_at=None)


@secret("the second member’s scores")
def _(story):
    Score.objects.filter(assessment=story.second).update(score=5, reason="x", note="y")


@secret("what a colleague changed in moderation", *READERS)
def _(story):
    sheet = Assessment.objects.filter(assignment__application=story.closed).first()
    ScoreChange.objects.create(
        score=sheet.scores.first(),
        old_score=1,
        new_score=4,
        old_reason="An older reason",
        why="I had misread it",
        changed_by=sheet.assignment.panellist.user,
    )


@secret("the scores of a concluded case", *READERS)
def _(story):
    Score.objects.filter(assessment__assignment__application=story.closed).update(score=1)


@secret("the recommendation before its release", *READERS, "torn chair")
def _(story):
    anyhow(Recommendation, application=story.closed).update(
        outcome="decline", amount=0, score="12.34", reasons="Too thin", totals=["12.34"]
    )


@secret("the minutes", *READERS)
def _(story):
    anyhow(Conclusion, application=story.closed).update(minutes="Somebody raised their voice.")


@secret("how a flag was resolved", *READERS)
def _(story):
    Resolution.objects.create(
        application=story.closed,
        kind="totals",
        value="1.00",
        words="Talked over twice",
        resolved_by=story.chair.user,
    )


@secret("what a removed member’s interest is", "removed member")
def _(story):
    Assignment.objects.filter(pk=story.removed.pk).update(interest_reason="I owe them money")


@secret("the words of a register of interests")
def _(story):
    InterestEntry.objects.filter(pk=story.entry.pk).update(words="Three cousins in the trade")


KNOW_THE_HIDDEN = ("chair", "lead", "removed member", "other member", "officer")


@secret("that a case in which one has an interest was assigned", *KNOW_THE_HIDDEN)
def _(story):
    Assignment.objects.filter(application=story.hidden).update(state="stood_down")
    Assignment.objects.filter(application=story.hidden).update(
        state="assigned", due_on="2026-12-24"
    )
    QuerySet(Assignment).filter(application=story.hidden, panellist=story.m[4]).delete()


@secret("who the other assessors are", "chair", "torn chair", "lead", "officer", "superuser")
def _(story):
    seat = Assignment.objects.get(application=story.open, panellist=story.m[1])
    Assignment.objects.filter(pk=seat.pk).update(panellist=story.m[4])


@secret("which of two colleagues has scored", "third member", "chair", "torn chair", "lead")
def _(story):
    held = Assessment.objects
    held.filter(pk=story.second.pk).update(state="scoring", submitted_at=None)
    held.filter(pk=story.draft.pk).update(state="scored", submitted_at=story.second.submitted_at)


# Who reads the scores of the case that the first member and the torn chair may not know.
OF_THE_KEPT = ("other member", "chair", "officer", "lead")


@secret("that a case in which one has an interest is on the agenda", *OF_THE_KEPT)
def _(story):
    Meeting.objects.update(current=None)
    AgendaItem.objects.filter(application=story.kept).delete()
    anyhow(MinutesOfCase, application=story.kept).delete()


@secret("which case the screens show", "first member", *READERS, *OF_THE_KEPT)
def _(story):
    Meeting.objects.filter(pk=story.meeting.pk).update(current=None)


@secret("what was said of a case", *READERS)
def _(story):
    AgendaItem.objects.filter(pk=story.taken.pk).update(note="Somebody spoke for an hour.")


@secret("what the frozen minutes say of a case", *READERS)
def _(story):
    held = MinutesOfCase.objects.get(application=story.closed)
    changed = {"note": "Quite another talk", "score": "11.11", "outcome": "decline"}
    anyhow(MinutesOfCase, pk=held.pk).update(content=held.content | changed)


@secret("who left the room", "chair", "officer", "lead")
def _(story):
    for held in MinutesOfCase.objects.all():
        anyhow(MinutesOfCase, pk=held.pk).update(content=held.content | {"out": ["Member 4"]})


@secret(
    "which organisation applies, in a round that hides it",
    *("chair", "torn chair", "lead", "officer", "finance", "auditor", "applicant", "superuser"),
)
def _(story):
    Organisation.objects.filter(pk=story.open.organisation_id).update(
        name="Quite another body", region="london"
    )


def doors(story):
    """Every address that says something of a case, list × filter × sort × page, and the API."""
    pages = [
        "/",
        "/panel/",
        "/panel/?page=2",
        "/panel/guide/",
        "/panel/interests/",
        "/panel/plan/",
        "/panel/ranking/",
        "/panel/ranking/?threshold=90&money=100",
        "/panel/fairness/",
        "/panel/members/",
        "/panel/payments/",
        "/panel/payments/?format=csv",
        "/panel/cases/",
    ]
    pages += [
        f"/panel/cases/?{query}"
        for query in ("phase=scoring_open", "phase=concluded", "q=HERON", "sort=due", "page=2")
    ]
    for case in (story.open, story.closed, story.hidden):
        pages += [
            f"/panel/{case.reference}/{part}"
            for part in (
                "",
                "score/",
                "moderation/",
                "moderation/c1/change/",
                "flags/totals/",
                "conclude/",
                "assign/",
                "declare/",
                "file/",
            )
        ]
        pages += [f"/applications/{case.reference}/{part}" for part in ("", "decision/")]
    for held in (story.first, story.second, story.draft):
        pages += [held.get_absolute_url(), held.assignment.get_absolute_url()]
    api = ["/api/v1/assessments/", "/api/v1/panel-seats/", "/api/v1/panel-cases/"]
    api += [
        f"/api/v1/assessments/?{query}"
        for query in ("state=scored", "state=scoring", "ordering=total", "page=2")
    ]
    api += [f"/api/v1/assessments/?application={c.reference}" for c in (story.open, story.closed)]
    api += [f"/api/v1/panel-cases/?{query}" for query in ("phase=scoring_open", "q=HERON")]
    for held in (story.first, story.second, story.draft):
        api += [
            f"/api/v1/assessments/{held.reference}/",
            f"/api/v1/panel-seats/{held.assignment.reference}/",
        ]
    pages += ["/panel/meetings/", "/panel/meetings/?page=2", "/panel/meetings/call/"]
    pages += ["/panel/pack/", "/panel/pack/?kind=easy", "/panel/cases/?q=note"]
    pages += [
        f"/panel/cases/?phase={phase}&q={q}&page={page}"
        for phase in ("moderating", "over")
        for q in ("", "PWB")
        for page in (1, 2)
    ]
    for held in (story.meeting, story.met):
        pages += [
            f"{held.get_absolute_url()}{part}"
            for part in ("", "screen/", "minutes/", "minutes/?format=pdf", "agenda/", "show/")
        ]
        pages += [f"{held.get_absolute_url()}attendance/"]
        api += [f"/api/v1/panel-meetings/{held.reference}/"]
    for item in (story.shown, story.taken):
        pages += [f"{item.get_absolute_url()}{part}" for part in ("", "note/", "earlier/")]
        api += [f"/api/v1/panel-agenda/{item.reference}/"]
    api += ["/api/v1/panel-meetings/", "/api/v1/panel-agenda/", "/api/v1/panel-agenda/?page=2"]
    pages += [f"/panel/{story.kept.reference}/{part}" for part in ("", "moderation/", "file/")]
    for round_ in (story.round,):
        pages += [
            f"/panel/payments/{who.reference}/{round_.reference}/"
            for who in (story.m[1], story.m[2])
        ]
        pages += [f"/panel/ranking/?round={round_.reference}&equity=need&partial=on"]
        pages += [f"/panel/plan/?round={round_.reference}&members=4"]
    return pages + api + ["mail: reminders", "mail: a meeting", "mail: the rest"]


def mail_to(person, which, story):
    """What is posted to somebody by an occasion, and what they were sent before."""
    with transaction.atomic():
        if which == "mail: reminders":
            with clock.at(clock.now() + timedelta(days=10)):
                reminders.remind()
        elif which == "mail: a meeting":
            meeting(story.round, by=story.lead, cases=[])
        found = [
            (mail.subject, re.sub(r"MEE-\w+", "MEE", mail.body))
            for mail in OutboxMessage.objects.filter(to=person.email).order_by("pk")
        ]
        transaction.set_rollback(True)
    return str(found)


def counting(asked):
    """A wrapper that counts what goes to the database."""

    def execute(run, *args):
        asked["queries"] += 1
        return run(*args)

    return execute


class Reader:
    """Somebody at every door: status, where it leads, the bytes without their tokens, the queries."""

    def __init__(self, story, role):
        self.story = story
        self.who = User.objects.get(pk=story.people[role].pk)
        self.client = Client(raise_request_exception=True)
        self.client.force_login(self.who)
        self.api = APIClient()

    def reads(self, paths):
        found = {}
        for path in paths:
            if path.startswith("mail:"):
                found[path] = mail_to(self.who, path, self.story)
                continue
            client = self.client
            if path.startswith("/api/"):
                client = self.api
                client.force_authenticate(User.objects.get(pk=self.who.pk))
            asked = Counter()
            with connection.execute_wrapper(counting(asked)):
                answer = client.get(path)
            text = TOKENS.sub("", answer.content.decode("latin-1"))
            found[path] = (answer.status_code, answer.get("Location"), text, asked["queries"])
        return found


def differences(story, role, secrets=SECRETS, paths=None):
    """Doors behind which `role` sees another world: [(path, secret)]. Nothing is kept."""
    with time_machine.travel(NOW, tick=False):
        return _differences(story, role, secrets, paths or doors(story))


def _differences(story, role, secrets, paths):
    kept = [s for s in secrets if role not in s.may_know]
    reader = Reader(story, role)
    before = reader.reads(paths)

    def after(changed):
        with transaction.atomic():
            for one in changed:
                one.change(story)
            found = reader.reads(paths)
            transaction.set_rollback(True)
        return [path for path in paths if found[path] != before[path]]

    if not (seen := after(kept)):
        return []
    traced = [(path, one.name) for one in kept for path in after([one]) if path in seen]
    return traced or [(path, "several together") for path in seen]


@pytest.fixture
def story():
    """Told at the moment at which it is read: which day it is makes no difference."""
    with time_machine.travel(NOW, tick=False):
        return Story()


def test_who_may_not_know_reads_the_same_in_both_worlds(story):
    pairs, found = 0, {}
    for role in story.people:
        kept = [s for s in SECRETS if role not in s.may_know]
        pairs += len(kept) * len(doors(story))
        if different := differences(story, role):
            found[role] = different
    assert found == {}
    assert len(SECRETS) >= 20
    assert pairs >= 5000


def _everybody_sees(monkeypatch):
    monkeypatch.setattr(AssessmentQuerySet, "visible_to", lambda self, _: self)


def _progress_tells(monkeypatch):
    def progress(case):
        total = Score.objects.filter(assessment__assignment__application=case.application.pk)
        return f"{case.sheets_in} of {case.seats} in, {total.aggregate(n=Sum('score'))['n']}"

    monkeypatch.setattr(cases_module.PanelCase, "progress", property(progress))


def _order_tells(monkeypatch):
    kept = cases_module.oversight

    def ordered(who):
        total = Sum("seats_given__assessment__scores__score")
        ids = (
            Application.objects.annotate(n=total)
            .order_by(F("n").desc(nulls_last=True))
            .values_list("pk", flat=True)
        )
        best = list(ids)[:1]
        return kept(who).filter(pk__in=best)

    monkeypatch.setattr("panel.views.oversight.oversight", ordered)


def _queries_tell(monkeypatch):
    kept = cases_module.standings

    def counted(ids):
        if Score.objects.filter(score=0).exists():
            Application.objects.count()
        return kept(ids)

    monkeypatch.setattr(cases_module, "standings", counted)


def _rule_opens(monkeypatch):
    monkeypatch.setattr(
        "panel.views.moderation.progress_of",
        lambda case, seen_by: replace(
            cases_module.progress_of(case, seen_by=seen_by),
            alias=str(Score.objects.filter(assessment__assignment__application=case).count()),
        ),
    )


def _total():
    return Score.objects.aggregate(n=Sum("score"))["n"]


def _search_finds_notes(monkeypatch):
    def named(self, queryset, _, text):
        return queryset.filter(seats_given__assessment__scores__note__icontains=text).distinct()

    monkeypatch.setattr("panel.filters.CaseFilter.named", named)


def _count_counts_others(monkeypatch):
    kept = cases_module.queue
    monkeypatch.setattr(
        "panel.views.queue.queue", lambda who: replace(kept(who), submitted=_total())
    )


def _chart_draws_others(monkeypatch):
    monkeypatch.setattr(
        cases_module.Queue, "cells", property(lambda _: [(n, "done") for n in range(_total())])
    )


def _pack_tells(monkeypatch):
    kept = packs_module.pack_of
    monkeypatch.setattr(
        "panel.views.packs.pack_of",
        lambda who, **kw: replace(kept(who, **kw), for_whom=str(_total())),
    )


def _export_counts_open_cases(monkeypatch):
    monkeypatch.setattr(service_module, "_counted", lambda _: Assessment.objects.submitted())
    monkeypatch.setattr(service_module.clock, "day_of", lambda _: clock.today())


def _reminder_tells(monkeypatch):
    kept = reminders.post

    def posted(template, *, to, key, **context):
        kept(template, to=to, key=f"{key}:{_total()}", **context)
        OutboxMessage.objects.filter(dedupe_key__startswith=key).update(subject=str(_total()))

    monkeypatch.setattr(reminders, "post", posted)


def _agenda_has_gaps(monkeypatch):
    kept = meetings_module.agenda_of

    def numbered(held, who):
        everything = list(held.items.order_by("place", "pk"))
        return [replace(row, number=everything.index(row.item) + 1) for row in kept(held, who)]

    monkeypatch.setattr("panel.views.meetings.agenda_of", numbered)


def _screen_tells(monkeypatch):
    kept = meetings_module.shown_now

    def shown(held, who):
        if held.current_id and kept(held, who) is None:
            raise Http404  # "not for you" is another answer than "nothing"
        return kept(held, who)

    monkeypatch.setattr("panel.views.meetings.shown_now", shown)


def _minutes_rank_all(monkeypatch):
    monkeypatch.setattr(
        minutes_module,
        "_item",
        lambda n, row, _: KEPT_ITEM(n, row | {"note": str(MinutesOfCase.objects.count())}, False),
    )


KEPT_ITEM = minutes_module._item

LEAKS = {
    "search": (_search_finds_notes, "lead", "?q=note"),
    "a count": (_count_counts_others, "third member", "/panel/"),
    "a chart": (_chart_draws_others, "third member", "/panel/"),
    "a file": (_pack_tells, "third member", "/panel/pack/"),
    "an export": (_export_counts_open_cases, "finance", "?format=csv"),
    "an e-mail": (_reminder_tells, "third member", "mail: reminders"),
    "numbers of an agenda": (_agenda_has_gaps, "first member", "/"),
    "a screen": (_screen_tells, "first member", "screen/"),
    "minutes": (_minutes_rank_all, "first member", "minutes/"),
    "values in the API and on pages": (_everybody_sees, "other member", "/api/v1/assessments/"),
    "a figure on a list": (_progress_tells, "lead", "/panel/cases/"),
    "an order or a choice": (_order_tells, "lead", "/panel/cases/"),
    "the number of queries": (_queries_tell, "lead", "/panel/cases/"),
    "a page that waits": (_rule_opens, "chair", "moderation/"),
}


def test_a_leak_planted_in_each_kind_of_door_is_found(monkeypatch, story):
    for name, (plant, role, door) in LEAKS.items():
        paths = [path for path in doors(story) if path.endswith(door)]
        assert differences(story, role, paths=paths) == [], name
        with monkeypatch.context() as planted:
            plant(planted)
            assert differences(story, role, paths=paths), name
