"""Sign-offs, training that is passed on, others' staff as a number, and previews that nobody put in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from focus_people.actions import leave_circle
from focus_people.enums import LeftReason
from grants.models import Grant
from tests.factories.accounts import staff
from tests.factories.training import (
    activity_of,
    beyond,
    circle_of,
    delegated,
    held,
    on_the_day,
    register_xlsx,
    signed,
)
from training import coverage, reports
from training.actions import forget_previews, preview_register, void_activity
from training.certificates import certificates_of
from training.enums import Mode
from training.models import Activity, RegisterImport
from training.workflow import (
    confirm_register,
    count_others,
    log_cascade,
    void_cascade,
    void_sign_off,
)

pytestmark = pytest.mark.django_db


def only(grant):
    return Grant.objects.filter(pk=grant.pk)


def cell(grant, label, on=None):
    view = coverage.view(Grant.objects.get(pk=grant.pk), on or clock.today())
    return next(row for row in view.rows if row.label == label).cells[0]


def test_nobody_has_finished_a_delegated_task_before_a_clinician_says_so(grant, lead):
    task = delegated(grant, lead)
    held(task, lead, ["SW2", "SW3"])
    assert reports.interventions(only(grant)) == 0
    assert cell(grant, "Support worker SW2").state == coverage.UNSIGNED
    mark = next(
        row.marks[0]
        for row in reports.matrix(grant, clock.today()).rows
        if row.member.staff_code == "SW2"
    )
    assert (mark.state, mark.words) == (reports.PART_WAY, "attended, not signed off")
    found = Activity.objects.filter(pk=task.pk).with_session_counts().get()
    assert certificates_of(found) == []

    one = signed(task, lead, "SW2")
    assert reports.interventions(only(grant)) == 1
    assert reports.people_trained(only(grant)) == 1
    assert reports.coverage(only(grant), clock.today()).covered == 1
    assert cell(grant, "Support worker SW2").state == coverage.TRAINED
    assert cell(grant, "Support worker SW3").state == coverage.UNSIGNED
    assert [c.who for c in certificates_of(found)] == ["Support worker SW2"]

    void_sign_off(one, by=lead, reason="The nurse took it back")
    assert reports.interventions(only(grant)) == 0
    assert cell(grant, "Support worker SW2").state == coverage.UNSIGNED


def test_a_topic_that_nobody_delegates_needs_no_sign_off(grant, lead):
    activity = activity_of(grant, lead)
    held(activity, lead, ["SW2"])
    assert reports.interventions(only(grant)) == 1
    assert "sign-off" not in {verb.name for verb in offered(lead, activity)}
    with pytest.raises(NotReady, match="Only delegated health tasks"):
        signed(activity, lead, "SW2")


def test_a_sign_off_counts_from_its_day_until_its_review(grant, lead):
    task = delegated(grant, lead)
    held(task, lead, ["SW2"])
    first = clock.today()
    signing, review = first + timedelta(days=10), first + timedelta(days=100)
    with on_the_day(signing):
        signed(task, lead, "SW2", signed_on=signing, review_on=review)
    states = {}
    for days in (0, 9, 10, 99, 100, 150):
        with on_the_day(first + timedelta(days=days)):
            states[days] = cell(grant, "Support worker SW2").state
    assert states == {
        0: "unsigned",
        9: "unsigned",
        10: "trained",
        99: "trained",
        100: "expired",
        150: "expired",
    }
    assert reports.interventions(only(grant), until=first) == 0
    assert reports.interventions(only(grant), until=signing) == 1
    with on_the_day(first + timedelta(days=150)):
        signed(task, lead, "SW2")
        assert cell(grant, "Support worker SW2").state == "trained"
        assert reports.interventions(only(grant)) == 1


WRONG = {
    "has not attended": ({}, "SW4", "has not attended enough sessions"),
    "in the future": ({"signed_on": 3, "review_on": 90}, "SW2", "cannot be in the future"),
    "before the training": (
        {"signed_on": -3, "review_on": 90},
        "SW2",
        "Sign off on that day or later",
    ),
    "review before": ({"signed_on": 0, "review_on": 0}, "SW2", "The review comes after"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_sign_off(grant, lead, case):
    days, code, sentence = WRONG[case]
    task = delegated(grant, lead)
    held(task, lead, ["SW2"])
    facts = {name: clock.today() + timedelta(days=after) for name, after in days.items()}
    with pytest.raises(NotReady, match=sentence):
        signed(task, lead, code, **facts)


def test_a_review_that_is_due_waits_in_your_work_until_it_is_renewed(grant, lead):
    task = delegated(grant, lead)
    held(task, lead, ["SW2", "SW3"])
    first = clock.today()
    signed(task, lead, "SW2", review_on=first + timedelta(days=60))
    signed(task, lead, "SW3", review_on=first + timedelta(days=400))

    def waiting():
        return [t.detail for t in todos(lead) if t.title.startswith("Have a clinician review")]

    alias = grant.application.person.alias
    found = {}
    for days in (31, 32, 70):
        with on_the_day(first + timedelta(days=days)):
            found[days] = waiting()
    assert found == {
        31: [],
        32: [f"{alias}, Support worker SW2"],
        70: [f"{alias}, Support worker SW2"],
    }
    with on_the_day(first + timedelta(days=70)):
        signed(task, lead, "SW2")
        assert waiting() == []
    with on_the_day(first + timedelta(days=390)):
        assert waiting() == [f"{alias}, Support worker SW3"]
        leave_circle(
            circle_of(grant)["SW3"],
            by=lead,
            left_on=clock.today(),
            left_reason=LeftReason.NEW_JOB,
        )
        assert waiting() == []


def test_training_that_is_passed_on_is_no_intervention(grant, lead):
    _, passed_on = beyond(grant, lead)
    before = reports.summary(grant)
    assert before.interventions == 2
    found = reports.beyond(only(grant))
    assert (found.cascade_sessions, found.cascade_people, found.others) == (1, 4, None)
    void_cascade(passed_on, by=lead, reason="Logged twice")
    assert reports.beyond(only(grant)).cascade_people == 0
    assert reports.summary(grant) == before


def test_a_cascade_needs_somebody_who_learned_to_train(grant, lead):
    plain = activity_of(grant, lead)
    held(plain, lead, ["SW2"])
    facts = {
        "topic": "INTINT",
        "held_on": clock.today(),
        "hours": Decimal("2"),
        "people": 3,
        "taught_by": circle_of(grant)["SW2"],
    }
    with pytest.raises(NotReady, match="Only people who learned to train others"):
        log_cascade(plain, by=lead, **facts)
    trainers = activity_of(grant, lead, title="TTT", mode=Mode.TRAIN_THE_TRAINER)
    held(trainers, lead, ["SW3"])
    with pytest.raises(NotReady, match="has not finished this activity"):
        log_cascade(trainers, by=lead, **facts)
    facts["taught_by"] = circle_of(grant)["SW3"]
    with pytest.raises(NotReady, match="general requirement"):
        log_cascade(trainers, by=lead, **facts | {"topic": "OMMT_T2"})
    with pytest.raises(NotReady, match="after that day"):
        log_cascade(trainers, by=lead, **facts | {"held_on": clock.today() - timedelta(days=1)})
    with pytest.raises(NotAllowed):
        log_cascade(trainers, by=staff("officer"), **facts)
    assert log_cascade(trainers, by=lead, **facts).people == 3


def test_others_are_a_number_that_voiding_takes_out(grant, lead):
    activity = activity_of(grant, lead)
    with pytest.raises(NotReady, match="No session has been held yet"):
        count_others(activity, by=lead, people=6)
    held(activity, lead, ["SW2"])
    activity = count_others(activity, by=lead, people=6)
    assert reports.beyond(only(grant)).others == 6
    assert reports.interventions(only(grant)) == 1
    void_activity(activity, by=lead, reason="Twice")
    assert reports.beyond(only(grant)).others is None


def test_pages_say_so(client, grant, lead):
    one, passed_on = beyond(grant, lead)
    client.force_login(lead)
    words = client.get(one.activity.get_absolute_url()).content.decode()
    assert "Learning disability nurse" in words
    form = {"member": one.member.code, "clinician": "salt"}
    for name, day in (
        ("signed_on", clock.today()),
        ("review_on", clock.today() + timedelta(days=90)),
    ):
        form |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    answer = client.post(f"{one.activity.get_absolute_url()}sign-off/", form)
    assert (
        answer.status_code,
        "was signed off on that day already" in answer.content.decode(),
    ) == (
        409,
        True,
    )
    words = client.get(reverse("grant-training", args=[grant.reference])).content.decode()
    assert "1 session passed on to 4 people" in words
    url = reverse("cascade-void", args=[passed_on.reference])
    assert client.post(url, {"reason": "Twice"}).status_code == 302
    assert client.post(url, {"reason": "Twice"}).status_code == 409


def test_previews_that_nobody_put_in_are_forgotten_after_a_day(grant, lead):
    activity_of(grant, lead)
    first = clock.now()

    def preview(code):
        content = register_xlsx([(clock.today(), "A1", code, "yes")])
        return preview_register(grant, by=lead, content=content, file_name="r.xlsx")

    kept = confirm_register(preview("SW2"), by=lead)
    waiting = preview("SW3")
    with clock.at(first + timedelta(hours=23)):
        assert forget_previews() == 0
    with clock.at(first + timedelta(hours=24, minutes=1)):
        assert forget_previews() == 1
    assert list(RegisterImport.objects.all()) == [kept]
    assert waiting.pk
