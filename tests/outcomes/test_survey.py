"""The experience survey: nobody's answers can be read by any door, and nothing shows under ten of them."""

import itertools
import json
import random
import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import clock, retention
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from config.api import router
from outcomes.disclosure import HES, MHSDS, leaks, protect
from outcomes.enums import WaveState
from outcomes.models import SurveyCode, SurveyTally, SurveyWave
from outcomes.reports import programme_figures
from outcomes.reports import survey as reports
from outcomes.reports.survey import EVERYBODY_ELSE, LEAST, result_of, results_of
from outcomes.survey import workflow
from outcomes.survey.questions import BY_CODE, QUESTIONS, Group, first_words
from outcomes.views import survey as views
from tests import world
from tests.factories.accounts import member, organisation, staff, user
from tests.factories.impact import programme
from tests.factories.survey import YES, answered, host, opened, wording
from tests.routes import BEHIND
from tests.test_routes import TABLE

pytestmark = pytest.mark.django_db
TOKENS = re.compile(r'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"')
NO = {"helped": "no", "speed": "much", "recommend": "unlikely", "achieved": "3"}


@pytest.fixture
def by():
    return host()


@pytest.fixture
def wave(by):
    return opened(by, programme().programme)


def closed(wave, by):
    return workflow.close_wave(wave, by=by)


# --- nobody's answers ----------------------------------------------------------------------------


def test_an_answer_changes_one_code_and_some_counts_and_nothing_else(wave, by):
    """Every row of every table before and after: no trail, no moment, no row for the answer."""
    workflow.invite(wave, by=by, codes=2)
    code = wave.codes.order_by("pk").first()

    def rows():
        return {
            (m._meta.label, row.pop(m._meta.pk.attname)): row
            for m in apps.get_models(include_auto_created=True)
            if m._meta.managed
            for row in m._base_manager.values()
        }

    before = rows()
    workflow.answer(code, group="family", answers=YES)
    after = rows()
    assert before.keys() == after.keys()
    changed = {key: after[key] for key in after if after[key] != before[key]}
    assert Counter(label for label, _ in changed) == {
        "outcomes.SurveyCode": 1,
        "outcomes.SurveyTally": 1 + len(YES),
    }
    for (label, _), row in changed.items():
        was = before[label, _]
        moved = {name for name in row if row[name] != was[name]}
        assert moved == ({"is_used", "key"} if label.endswith("Code") else {"count"})


def doors(made, only=""):
    """(name, who, address) of every page that opens for somebody, and of every list of the API."""
    for who in made.people:
        for name, opens in TABLE.items():
            if who in opens.to and name.startswith(only):
                part, more = BEHIND.get(name, ("", {}))
                yield name, who, reverse(name, kwargs={**made.parts.get(part, {}), **more})
        for prefix, _, basename in router.registry:
            if not only and who in READS_THE_API:
                yield f"api:{prefix}", who, reverse(f"{basename}-list")


def told(made, only="") -> dict[tuple[str, str], str]:
    """What everybody reads behind every door, without what differs each time."""
    found, clients = {}, {}
    for name, who, url in doors(made, only):
        if who not in clients:
            clients[who] = Client()
            if who != "anonymous":
                clients[who].force_login(made.people[who])
        answer = clients[who].get(url)
        body = b"".join(answer) if answer.streaming else answer.content
        text = TOKENS.sub("", body.decode("utf-8", "replace"))
        found[name, who] = f"{answer.status_code} {text}"
    return found


def differing(made, wave, one, other, only="") -> set[str]:
    """Doors that read differently for what one person chose; the same number of answers either way."""
    seen = []
    for given in (one, other):
        with time_machine.travel("2026-11-20T10:00:00Z", tick=False), transaction.atomic():
            code = wave.codes.filter(is_used=False).exclude(key="").order_by("pk").last()
            workflow.answer(code, group="person", answers=given)
            seen.append(told(made, only))
            transaction.set_rollback(True)
    assert seen[0].keys() == seen[1].keys()
    return {name for name, who in seen[0] if seen[0][name, who] != seen[1][name, who]}


# Files and pictures that a page links to; they hold nothing of the survey and take long to make.
SLOW = ("impact-report-file", "impact-chart")
READS_THE_API = {
    "superuser",
    "lead",
    "chair",
    "officer",
    "programme lead",
    "auditor",
    "survey host",
}


def test_no_role_reads_what_one_person_chose_by_any_door(monkeypatch):
    """Two worlds that differ in one person's answers alone, read by everybody through every door."""
    for name in SLOW:
        monkeypatch.delitem(TABLE, name)
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False):
        made = world.build()
    wave = SurveyWave.objects.get(reference=made.parts["survey"]["reference"])
    workflow.invite(wave, by=made.people["survey host"], codes=1)
    assert differing(made, wave, YES, NO) == set()

    # A leak planted on purpose is found: results while the wave is open.
    monkeypatch.setattr(SurveyWave, "is_over", True)
    monkeypatch.setattr(reports, "LEAST", 1)
    monkeypatch.setattr(views, "_when", lambda wave: "")
    assert differing(made, wave, YES, NO, only="survey") == {"survey-wave"}


def test_nothing_that_fails_says_what_was_chosen(wave, by, client, caplog, monkeypatch):
    workflow.invite(wave, by=by, codes=1)
    url = reverse("survey-answer", args=[wave.codes.get().code])
    client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(workflow, "answer", broken)
    said = client.post(url, {"helped": "completely", "improve": "trainers"})
    assert said.status_code == 500
    logged = caplog.text + "".join(record.getMessage() for record in caplog.records)
    assert "RuntimeError" in logged
    assert "completely" not in logged + said.content.decode()
    assert "trainers" not in logged + said.content.decode()


# --- from ten answers on -------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "shows"), [(0, False), (1, False), (9, False), (10, True)])
def test_nine_answers_show_nothing_and_ten_do(wave, by, client, count, shows):
    answered(wave, by, [NO] * count)
    wave = workflow.publish_wave(closed(wave, by), by=by)
    found = results_of(wave)
    assert found.is_shown is shows
    assert {r.question.code for r in found.results if r.is_shown} == (set(NO) if shows else set())
    drawn = client.get(reverse("survey-published-chart", args=[wave.reference, "helped"]))
    assert drawn.status_code == (200 if shows else 404)
    everybody = client.get(reverse("you-said-we-did")).content.decode()
    assert ("Nobody said that the budget helped" in unescape(everybody)) is shows
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    inside = client.get(wave.get_absolute_url()).content.decode()
    assert ("0 of 10" in inside) is shows
    assert ("Too few answers" in inside) is not shows


def test_an_open_wave_shows_how_many_answered_and_nothing_else(wave, by, client):
    answered(wave, by, [NO] * 12)
    found = results_of(wave)
    assert (found.answered, found.asked, found.results) == (12, 12, ())
    client.force_login(by)
    assert "12" in client.get(wave.get_absolute_url()).content.decode()
    chart = reverse("survey-chart", args=[wave.reference, "helped"])
    assert client.get(chart).status_code == 404


def test_a_question_is_shown_by_its_own_answers(wave, by):
    answered(wave, by, [YES] * 9 + [{"helped": "some"}] * 4)
    found = {r.question.code: r for r in results_of(closed(wave, by)).results if r.is_shown}
    assert set(found) == {"helped"}
    assert (found["helped"].headline.part, found["helped"].headline.whole) == (13, 13)


def test_i_dont_know_is_in_neither_part(wave, by):
    given = [{"helped": "completely"}] * 7 + [{"helped": "no"}] * 3 + [{"helped": "dont_know"}] * 2
    answered(wave, by, given)
    found = results_of(closed(wave, by)).results[0]
    assert (found.answered, found.apart) == (12, 2)
    assert (found.headline.part, found.headline.whole) == (7, 10)
    assert dict(found.rows)["I don’t know"] == 2


def test_the_share_of_the_first_survey():
    """335 of 390 said completely or to some extent: 86% (domain 9, 1.5)."""
    counts = {"completely": 200, "some": 135, "no": 55, "dont_know": 8}
    found = result_of(BY_CODE["helped"], {"person": {"helped": counts}})
    assert (found.headline.part, found.headline.whole, found.headline.whole_percent) == (
        335,
        390,
        86,
    )


def test_scores_have_a_mean():
    found = result_of(BY_CODE["achieved"], {"family": {"achieved": {"7": 6, "8": 4}}})
    assert (found.mean * 10, found.headline.part) == (74, 10)


# --- what could be told by subtracting -------------------------------------------------------------


def test_no_part_of_a_breakdown_is_of_fewer_than_ten():
    """Every way in which four groups can answer, up to 21 each in steps: parts, and what is left."""
    question = BY_CODE["helped"]
    shown = 0
    for sizes in itertools.product((0, 1, 5, 9, 10, 21), repeat=4):
        tallies = {
            g.value: {"helped": {"completely": size // 2, "no": size - size // 2}}
            for g, size in zip(Group, sizes, strict=True)
        }
        groups = result_of(question, tallies).groups
        shown += bool(groups)
        assert all(part.result.whole >= LEAST for part in groups)
        if groups:
            # The parts are the whole: what is left beside any of them is parts again.
            assert sum(part.result.whole for part in groups) == sum(sizes)
            assert len(groups) > 1
    assert shown > 300


def test_small_groups_are_put_together():
    sizes = {"person": 24, "family": 11, "worker": 6, "not_said": 2}
    tallies = {g: {"helped": {"completely": n}} for g, n in sizes.items()}
    parts = {p.label: p.result.whole for p in result_of(BY_CODE["helped"], tallies).groups}
    # 6 and 2 are fewer than ten even together: the smaller of the others joins them.
    assert parts == {str(Group.PERSON.label): 24, EVERYBODY_ELSE: 19}


def test_waves_are_never_added_up(by, client):
    """A wave of 6 beside one of 40 shows nothing; no page has a total over both."""
    here = programme().programme
    for size in (40, 6):
        made = opened(by, here, f"Wave of {size}")
        answered(made, by, [YES] * size)
        workflow.publish_wave(closed(made, by), by=by)
    first, second = (client.get(reverse("you-said-we-did"), {"page": n}) for n in (1, 2))
    assert "Fewer than 10 people answered" in first.content.decode()
    assert "About 40 answers" in second.content.decode()
    client.force_login(staff(TeamRole.PROGRAMME_LEAD))
    page = client.get(reverse("surveys")).content.decode()
    assert "46" not in page[page.index("<main") :]


def test_published_counts_stand_the_attack():
    """1,000 random questions: from everything printed together no count of 1 to 7 can be worked out."""
    dice = random.Random(7)
    worked = 0
    for _ in range(1000):
        question = dice.choice(QUESTIONS)
        counts = {v: dice.choice((0, 0, 1, 3, 7, 8, 12, 30)) for v in question.values}
        if sum(counts.values()) < LEAST:
            continue
        for rule in (HES, MHSDS):
            printed = protect(reports.counts_of(question, counts), rule)
            assert leaks(printed) == []
            shown = reports.published_result(question, {"person": {question.code: counts}}, rule)
            cells = [cell for _, cell in shown.rows]
            assert all(c.number is None or c.number == 0 or c.number >= 5 for c in cells)
            assert "1 " not in shown.answered[:8] or int(shown.answered.split()[-1]) >= 10
        worked += 1
    assert worked > 600


def test_the_attack_finds_a_planted_weakness(monkeypatch):
    """Printed without the protection, a small count is worked out: the attack can fail."""
    from outcomes.disclosure import Printed, first_print

    counts = reports.counts_of(BY_CODE["improve"], {"time": 12, "form": 1})
    cells = {
        name: first_print(n, HES, is_exact=name in ("answered", "choices/time"))
        for name, n in counts.values().items()
    }
    assert leaks(Printed(HES, counts, cells, frozenset())) == ["choices/form"]


# --- codes ---------------------------------------------------------------------------------------


def test_a_code_works_once(wave, by, client):
    workflow.invite(wave, by=by, codes=1)
    url = reverse("survey-answer", args=[wave.codes.get().code])
    assert client.post(url, {}).status_code == 200  # nothing answered yet: the code is not burnt
    first = client.post(url, YES)
    assert (first.status_code, first.url) == (302, reverse("survey-thanks"))
    # Pressed twice, or Back and sent again: thanks, whatever was chosen, and nothing of what was.
    for given in (YES, NO, {}):
        again = client.post(url, given)
        assert (again.status_code, again.url) == (302, reverse("survey-thanks"))
    assert "The answers that came first" in client.get(again.url).content.decode()
    assert "This code has been used" in client.get(url).content.decode()
    counts = SurveyTally.objects.filter(count__gt=0).values_list("question", "choice")
    assert set(counts) == {("answered", ""), *YES.items()}


@pytest.mark.parametrize("code", ["AAAAAAAAAA", "x", "%00", "K7M2P-9QXRT", "Z" * 300])
def test_a_code_that_is_not_ours_leads_nowhere(wave, client, code):
    for name in ("survey-answer", "survey-answer-easy"):
        url = f"/survey/{code}/" + ("easy-read/" if name.endswith("easy") else "")
        assert client.get(url).status_code == 404
        assert client.post(url, YES).status_code == 404
    assert not SurveyTally.objects.filter(count__gt=0).exists()


def test_a_closed_wave_takes_nothing(wave, by, client):
    workflow.invite(wave, by=by, codes=2)
    first, second = wave.codes.order_by("pk")
    code = first.code
    with time_machine.travel(wave.closes_on + reports.clock.timedelta(days=1)):
        assert (
            "has closed" in client.post(reverse("survey-answer", args=[code]), YES).content.decode()
        )
        with pytest.raises(NotReady, match="has closed"):
            workflow.answer(first, group="", answers=YES)
    closed(wave, by)
    with pytest.raises(NotReady, match="has closed"):
        workflow.answer(second, group="", answers=YES)
    assert "has closed" in client.get(reverse("survey-answer", args=[code])).content.decode()


def test_a_code_that_was_sent_is_known_to_its_reader_alone(wave, by, client):
    workflow.invite(
        wave, by=by, addresses=["one@example.org", "one@example.org", "two@example.org"]
    )
    letters = OutboxMessage.objects.filter(to__in=["one@example.org", "two@example.org"])
    assert letters.count() == wave.codes.count() == 2
    assert set(wave.codes.values_list("key", flat=True)) == {""}
    assert "one@example.org" not in json.dumps(list(AuditEvent.objects.values("data")))
    link = re.search(r"/survey/\w+/", letters.first().body)[0]
    assert client.get(link).status_code == 200
    client.force_login(by)
    assert (
        "No codes to print"
        in client.get(reverse("survey-codes", args=[wave.reference])).content.decode()
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_code_at_the_same_moment_counts_once():
    """Eight at once with one code, eight times over; and eight codes at once all count."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    by = host()
    wave = opened(by, programme().programme)

    def at_once(codes):
        start = Barrier(len(codes))

        def one(code):
            start.wait()
            try:
                workflow.answer(code, group="person", answers=YES)
            except NotReady:
                return 0
            finally:
                connection.close()
            return 1

        with ThreadPoolExecutor(len(codes)) as pool:
            return sum(pool.map(one, codes))

    workflow.invite(wave, by=by, codes=16)
    codes = list(wave.codes.order_by("pk"))
    assert [at_once([code] * 8) for code in codes[:8]] == [1] * 8
    assert at_once(codes[8:]) == 8
    assert results_of(wave).answered == 16


# --- who may -------------------------------------------------------------------------------------


def test_verbs_by_state_and_role(by):
    here = programme().programme
    people = {str(role): staff(role) for role in TeamRole} | {"member": member(organisation())}
    people["host and officer"] = staff(TeamRole.SURVEY_HOST, TeamRole.OFFICER)
    people["host of an organisation"] = member(organisation(), MemberRole.LEAD)
    people["host of an organisation"].team_memberships.create(role=TeamRole.SURVEY_HOST)
    made = workflow.plan_wave(
        by=by,
        programme=here,
        wording=wording(by),
        title="W",
        closes_on=reports.clock.today(),
    )

    def seen():
        found = {who: {o.verb.name for o in offered(p, made)} for who, p in people.items()}
        return {who: verbs for who, verbs in found.items() if verbs}

    expected = {
        WaveState.DRAFT: {"survey_host": {"open"}},
        WaveState.OPEN: {"survey_host": {"close"}},
        WaveState.CLOSED: {"survey_host": {"publish"}},
        WaveState.PUBLISHED: {},
    }
    found = {}
    for state, move in zip(
        WaveState,
        (workflow.open_wave, workflow.close_wave, workflow.publish_wave, None),
        strict=True,
    ):
        found[state] = seen()
        if move:
            for who, person in people.items():
                if who != "survey_host":
                    with pytest.raises(NotAllowed):
                        move(made, by=person)
            made = move(made, by=by)
    assert found == expected


def test_wording_needs_who_wrote_it_with_the_host(by, client):
    client.force_login(by)
    url = reverse("survey-words")
    texts = {f"text_{code}": words["text"] for code, words in first_words().items()}
    easy = {f"easy_{code}": w["easy"] for code, w in first_words().items() if w["easy"]}
    said = client.post(url, texts | easy)
    assert "Say who wrote these words with you" in said.content.decode()
    assert client.post(url, texts | easy | {"co_produced": "a group of six"}).status_code == 302
    changed = texts | easy | {"co_produced": "the same group", "text_helped": "Did it help?"}
    client.post(url, changed)
    wave = opened(by, programme().programme, codes=1)
    assert wave.wording.version == 2
    page = client.get(reverse("survey-answer", args=[wave.codes.get().code])).content.decode()
    assert "Did it help?" in page
    assert "the same group" in page


def test_an_applicant_has_no_way_to_invite(wave, client):
    client.force_login(member(organisation(), MemberRole.LEAD))
    assert (
        client.post(reverse("survey-invite", args=[wave.reference]), {"codes": 3}).status_code
        == 404
    )
    assert not SurveyCode.objects.exists()


def test_you_said_we_did(wave, by, client):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    with pytest.raises(NotReady):
        workflow.improve(
            wave, by=lead, said="S", action="A", owner="Lead", due_on=reports.clock.today()
        )
    answered(wave, by, [NO] * 20)
    wave = closed(wave, by)
    client.force_login(lead)
    form = {"said": "It was slow", "action": "Decide in 30 days", "owner": "Programme lead"}
    due = {"due_on_day": "1", "due_on_month": "3", "due_on_year": "2030"}
    assert (
        client.post(reverse("survey-improve", args=[wave.reference]), form | due).status_code == 302
    )
    client.logout()
    assert "It was slow" not in client.get(reverse("you-said-we-did")).content.decode()
    workflow.publish_wave(wave, by=by)
    page = client.get(reverse("you-said-we-did")).content.decode()
    for words in ("It was slow", "Decide in 30 days", "Programme lead", "1 March 2030", "To do"):
        assert words in page
    client.force_login(lead)
    verb = reverse("survey-action-verb", args=[wave.reference, 1, "finish"])
    assert "Say what shows that it is done" in client.post(verb, {}).content.decode()
    assert client.post(verb, {"evidence": "The median is 24 days"}).status_code == 302
    page = client.get(reverse("you-said-we-did")).content.decode()
    assert "The median is 24 days" in page
    assert "Done" in page
    assert client.post(verb, {"evidence": "Again"}).status_code == 409


def test_easy_read_asks_the_same_with_pictures(wave, by, client):
    workflow.invite(wave, by=by, codes=1)
    url = reverse("survey-answer-easy", args=[wave.codes.get().code])
    page = client.get(url).content.decode()
    asked = [q for q in QUESTIONS if q.is_in_easy_read]
    assert page.count("<fieldset") == len(asked) + 1
    assert page.count("<svg") >= len(asked) + 1 + sum(
        bool(c.easy) for q in asked for c in q.choices
    )
    assert client.post(url, {"helped": "some", "information": "very_easy"}).status_code == 200
    assert (
        client.post(url, {"helped": "some", "information": "easy", "group": "person"}).status_code
        == 302
    )
    held = SurveyTally.objects.filter(count=1, group="person").values_list("question", "choice")
    assert set(held) == {("answered", ""), ("helped", "some"), ("information", "easy")}


@pytest.mark.parametrize("name", ["surveys", "you-said-we-did", "survey-wave"])
def test_pages_cost_the_same_whatever_the_size(by, client, name):
    client.force_login(by)
    here, costs = programme().programme, []
    for _ in range(2):
        for _ in range(1 if not costs else 2):
            made = opened(by, here)
            answered(made, by, [YES] * 10)
            made = workflow.publish_wave(closed(made, by), by=by)
            for n in range(1 if not costs else 3):
                workflow.improve(
                    made,
                    by=staff(TeamRole.PROGRAMME_LEAD),
                    said=f"S{n}",
                    action="A",
                    owner="Lead",
                    due_on=reports.clock.today(),
                )
        url = made.get_absolute_url() if name == "survey-wave" else reverse(name)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(url).status_code == 200
        costs.append(len(counted))
    assert costs[0] == costs[1] <= 15


def test_answers_that_were_not_offered_are_refused(wave, by, client):
    workflow.invite(wave, by=by, codes=1)
    code = wave.codes.get()
    url = reverse("survey-answer", args=[code.code])
    said = client.post(url, {"helped": "secret words", "group": "king"})
    assert said.status_code == 200
    assert "secret words" not in said.content.decode()
    with pytest.raises(NotReady, match="at least one"):
        workflow.answer(code, group="", answers={"helped": "secret words", "other": "x"})
    code.refresh_from_db()
    assert not code.is_used


def test_a_newcomer_sees_no_survey_pages(wave, client):
    client.force_login(user())
    assert client.get(reverse("surveys")).status_code == 404


def test_after_two_years_no_group_is_told_apart_and_every_total_stays(wave, by):
    """Domain 7.5: what people of a group said is added up, and the codes lead nowhere."""
    answered(wave, by, [YES] * 12)
    answered(wave, by, [NO] * 11, group="family")
    workflow.invite(wave, by=by, codes=3)
    (unused, *_) = [code.code for code in wave.codes.exclude(key="")]
    done = workflow.publish_wave(closed(wave, by), by=by)
    before, told = results_of(done), reports.published_results(done)
    assert any(result.groups for result in before.results)
    with time_machine.travel(done.closed_at + timedelta(days=700)):
        (due,) = retention.due(["survey"])
        assert due.expired == []
    with time_machine.travel(done.closed_at + timedelta(days=735)):
        assert [row.what for row in retention.remove_due(["survey"])] == [done.reference]
        assert retention.remove_due(["survey"]) == []
    done = SurveyWave.objects.get(pk=done.pk)
    after = results_of(done)
    assert (after.asked, after.answered) == (before.asked, before.answered) == (26, 23)
    for one, other in zip(before.results, after.results, strict=True):
        assert (one.rows, one.answered, one.mean) == (other.rows, other.answered, other.mean)
        assert other.groups == ()
    assert reports.published_results(done) == told
    assert not done.tallies.filter(count__gt=0).exclude(group=Group.NOT_SAID).exists()
    assert workflow.code_behind(unused) is None
    assert not done.codes.exclude(key="").exists()


# --- among the figures of the programme ----------------------------------------------------------


def over(by, made, answers, title):
    """A closed wave of a programme with these answers."""
    wave = opened(by, made, title)
    answered(wave, by, answers)
    return closed(wave, by)


@pytest.mark.parametrize(("count", "shows"), [(9, False), (10, True)])
def test_the_programmes_figures_hold_the_shares_from_ten_answers_on(by, client, count, shows):
    made = programme().programme
    over(by, made, [YES] * (count - 2) + [NO] * 2, "Spring")
    client.force_login(staff(TeamRole.OFFICER))
    query = {"programme": made.slug}
    page = client.get(reverse("impact"), query).content.decode()
    said = client.get("/api/v1/impact/", query).json()["survey"]
    one = client.get(reverse("impact-figure", args=["survey-helped"]), query).content.decode()
    assert ("What people said about their budget" in page) == shows
    assert ("80% of 10" in page) == shows
    assert ("8 of 10" in one or "<strong>8</strong>" in one) == shows
    assert ("Too few answers yet" in one) != shows
    assert "nobody’s own answers are kept" in one
    assert "wanted?." not in one
    if not shows:
        assert said is None
        return
    assert said["questions"]["helped"] == {
        "numerator": 8,
        "denominator": 10,
        "percent": 80.0,
        "ci_low": 49.0,
        "ci_high": 94.3,
    }
    assert said["questions"]["information"] is None


def test_the_newest_wave_that_says_something_is_shown_and_none_is_added_up(by):
    made = programme().programme
    first = over(by, made, [YES] * 12, "First")
    over(by, made, [NO] * 6, "Second")
    opened(by, made, "Third")
    found = programme_figures(made)
    assert found.as_json()["survey"]["wave"] == first.reference
    assert found.as_json()["survey"]["questions"]["helped"]["denominator"] == 12
    assert found.figure("survey-helped").proportion.whole == 12


def test_a_part_of_a_programme_an_earlier_day_and_another_programme_say_nothing(by):
    round = programme()
    made = round.programme
    over(by, made, [YES] * 12, "First")
    yesterday = clock.today() - clock.timedelta(days=1)
    assert programme_figures(made).survey is not None
    assert programme_figures(made, region="london").survey is None
    assert programme_figures(made, round=round).survey is None
    assert programme_figures(made, yesterday).survey is None
    assert programme_figures(programme().programme).survey is None


def test_the_programmes_survey_costs_the_same_whatever_its_size(by, django_assert_num_queries):
    made = programme().programme
    for number in range(3):
        over(by, made, [YES] * 5, f"Wave {number}")
        with django_assert_num_queries(1):
            assert programme_figures(made).survey is None
