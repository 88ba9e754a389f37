"""Changes while a grant runs, at their edges; what happens when the person's life has changed; money asked
back; the yearly review."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from focus_people.actions import replace_member
from focus_people.models import FocusPerson
from focus_people.workflow import report_death
from grants import grant_page, workflow
from grants.enums import ChangeState, GrantState, LineCategory
from grants.models import BudgetLine, Change, Grant, GrantReview
from grants.verbs import CHANGE_VERBS
from grants.workflow.changes import is_small, months_after
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.awards import accepted_claim, claim, first_payment, grant_at, offer, paid

pytestmark = pytest.mark.django_db
D = Decimal


def fresh(grant):
    return Grant.objects.get(pk=grant.pk)


def agreed(grant):
    return {line.number: amount for line, amount in fresh(grant).agreed_lines()}


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def officer():
    return staff(TeamRole.OFFICER)


# Money moved between lines -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "moved", "small"),
    [
        ("1900.00", "190.00", True),
        ("1900.00", "190.01", False),
        ("1900.00", "-190.00", True),
        ("1900.00", "-190.01", False),
        ("5000.00", "500.00", True),
        ("5000.00", "500.01", False),
        ("8000.00", "500.00", True),
        ("8000.00", "500.01", False),
        ("0.00", "0.01", False),
    ],
)
def test_a_tenth_and_five_hundred_pounds_need_no_answer(line, moved, small):
    assert is_small(D(line), D(moved)) is small


def test_money_moves_at_once_within_a_tenth_and_waits_beyond_it():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    before = agreed(grant)
    small = workflow.move_money(
        grant, by=lead, lines={1: D("1815.00"), 3: D("935.00")}, reason="A dearer trainer"
    )
    assert (small.state, small.amount) == (ChangeState.AGREED, D("85.00"))
    assert agreed(grant) == before | {1: D("1815.00"), 3: D("935.00")}
    assert not OutboxMessage.objects.filter(subject__contains="A change on").exists()

    large = workflow.move_money(
        grant, by=lead, lines={1: D("1600.00"), 3: D("1150.00")}, reason="Two days"
    )
    assert large.state == ChangeState.ASKED
    assert agreed(grant)[1] == D("1815.00")
    with pytest.raises(NotReady, match="One change at a time"):
        workflow.ask_for_time(grant, by=lead, until_on=clock.today(), reason="x")
    one = officer()
    assert any("Money moved between lines".lower() in t.title.lower() for t in todos(one))
    workflow.agree_change(large, by=one, answer="Fine")
    assert agreed(grant) == before | {1: D("1600.00"), 3: D("1150.00")}
    assert sum(agreed(grant).values()) == sum(before.values())


def test_a_claim_is_held_to_the_lines_as_they_are_now():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    over = claim(grant, {3: (D("1150.00"), "")})
    with pytest.raises(NotReady, match="Ask for a change to the budget first"):
        workflow.submit_claim(over, by=lead)
    asked = workflow.move_money(
        grant, by=lead, lines={1: D("1600.00"), 3: D("1150.00")}, reason="Two days"
    )
    with pytest.raises(NotReady):
        workflow.submit_claim(over, by=lead)
    workflow.agree_change(asked, by=officer())
    with pytest.raises(NotReady, match="L1"):  # £1,900 on what is £1,600 now
        workflow.submit_claim(over, by=lead)
    lines = {1: (D("1600.00"), ""), 3: (D("1150.00"), "")}
    over = workflow.fill_claim(over, by=lead, lines=lines, is_final=True)
    assert workflow.submit_claim(over, by=lead).state == "submitted"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ({}, "nothing is moved yet"),
        ({1: D("1900.00")}, "nothing is moved yet"),
        ({1: D("2000.00")}, "£100.00 more than before"),
        ({1: D("1800.00")}, "£100.00 less than before"),
        ({99: D("1.00")}, "no line 99"),
        ({11: D("225.00")}, "no line 11"),
    ],
)
def test_moves_that_do_not_add_up_are_refused(lines, says):
    grant = grant_at(GrantState.ACTIVE)
    with pytest.raises(NotReady, match=says):
        workflow.move_money(grant, by=lead_of(grant.organisation), lines=lines, reason="x")


def test_what_is_spent_is_not_moved_away():
    grant = grant_at(GrantState.ACTIVE)
    accepted_claim(grant, is_final=False)
    with pytest.raises(NotReady, match=r"L1: £1,900\.00 is spent already"):
        workflow.move_money(
            fresh(grant),
            by=lead_of(grant.organisation),
            lines={1: D("1899.99"), 3: D("850.01")},
            reason="x",
        )


# More time ---------------------------------------------------------------------------------------


def test_more_time_up_to_a_year_and_not_a_day_more():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    first = grant.delivery_until
    last = months_after(first, 12)
    for day in (first, first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(NotReady, match="within a year"):
            workflow.ask_for_time(grant, by=lead, until_on=day, reason="Illness")
    asked = workflow.ask_for_time(grant, by=lead, until_on=last, reason="Illness")
    assert fresh(grant).training_until == first
    workflow.agree_change(asked, by=officer())
    held = fresh(grant)
    # The day that was agreed with the offer stays: figures about the original window read it.
    assert (held.delivery_until, held.training_until) == (first, last)


# Top-up ------------------------------------------------------------------------------------------


def replaced(grant, days):
    """A support worker left so many days before another took their place."""
    lead = lead_of(grant.organisation)
    person = FocusPerson.objects.get(pk=grant.application.person_id)
    leaver = person.circle.filter(left_on__isnull=True).order_by("number").first()
    today = clock.today()
    type(leaver).objects.filter(pk=leaver.pk).update(
        joined_on=today - timedelta(days=400), left_on=today - timedelta(days=days)
    )
    leaver.refresh_from_db()
    return replace_member(leaver, by=lead, joined_on=today)


@pytest.mark.parametrize(("days", "may"), [(90, True), (91, False)])
def test_a_top_up_follows_a_replacement_within_ninety_days(days, may):
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    ask = {"line": 1, "amount": D("100.00"), "reason": "A new night worker"}
    with pytest.raises(NotReady, match="took another’s place"):
        workflow.ask_top_up(grant, by=lead, **ask)
    replaced(grant, days)
    if may:
        assert workflow.ask_top_up(grant, by=lead, **ask).state == ChangeState.ASKED
    else:
        with pytest.raises(NotReady, match="took another’s place"):
            workflow.ask_top_up(grant, by=lead, **ask)


@pytest.mark.parametrize(
    ("amount", "fits"), [("0.00", 0), ("0.01", 1), ("500.00", 1), ("500.01", 0)]
)
def test_a_top_up_is_up_to_five_hundred_pounds(amount, fits):
    grant = grant_at(GrantState.ACTIVE)
    replaced(grant, 10)
    ask = {"line": 1, "amount": D(amount), "reason": "A new night worker"}
    if fits:
        workflow.ask_top_up(grant, by=lead_of(grant.organisation), **ask)
    else:
        with pytest.raises(NotReady, match=r"up to £500\.00"):
            workflow.ask_top_up(grant, by=lead_of(grant.organisation), **ask)


def test_a_top_up_takes_from_the_round_and_stays_within_its_limits():
    grant = grant_at(GrantState.ACTIVE)  # £7,762.20 of at most £8,000
    lead = lead_of(grant.organisation)
    replaced(grant, 10)
    ask = {"line": 1, "reason": "A new night worker"}
    high = workflow.ask_top_up(grant, by=lead, amount=D("237.81"), **ask)
    with pytest.raises(NotReady, match=r"more than £8,000\.00"):
        workflow.agree_change(high, by=officer())
    workflow.refuse_change(high, by=officer(), answer="Too much")
    fits = workflow.ask_top_up(fresh(grant), by=lead, amount=D("237.80"), **ask)
    held = grant.round
    type(held).objects.filter(pk=held.pk).update(budget=D("7762.20") + D("237.79"))
    with pytest.raises(NotReady, match=r"£237\.79 is left in the round"):
        workflow.agree_change(Change.objects.get(pk=fits.pk), by=officer())
    type(held).objects.filter(pk=held.pk).update(budget=D("8000.00"))
    workflow.agree_change(Change.objects.get(pk=fits.pk), by=officer())
    assert fresh(grant).amount == D("8000.00")
    assert agreed(grant)[1] == D("2137.80")
    assert type(held).objects.get(pk=held.pk).left == 0


# Contingency -------------------------------------------------------------------------------------


def test_contingency_is_used_with_an_answer_and_what_is_left_goes_back():
    grant = grant_at(GrantState.ACTIVE)
    BudgetLine.objects.filter(application=grant.application, number=10).update(
        category=LineCategory.CONTINGENCY
    )
    lead = lead_of(grant.organisation)
    assert fresh(grant).contingency_left() == D("95.00")
    assert "use-contingency" in {v.name for v in offered(lead, fresh(grant))}
    ask = {"line": 9, "reason": "The room has closed"}
    with pytest.raises(NotReady, match=r"£95\.00 is left"):
        workflow.use_contingency(grant, by=lead, amount=D("95.01"), **ask)
    with pytest.raises(NotReady, match="ask to use it instead"):
        workflow.move_money(grant, by=lead, lines={10: D("0.00"), 9: D("215.00")}, reason="x")
    asked = workflow.use_contingency(grant, by=lead, amount=D("95.00"), **ask)
    assert fresh(grant).contingency_left() == D("95.00")
    workflow.agree_change(asked, by=officer())
    assert fresh(grant).contingency_left() == 0
    assert {n: agreed(grant)[n] for n in (9, 10)} == {9: D("215.00"), 10: D("0.00")}
    with pytest.raises(NotReady, match="Nothing is left"):
        workflow.use_contingency(fresh(grant), by=lead, amount=D("0.01"), **ask)


# Who answers -------------------------------------------------------------------------------------


def test_change_verbs_by_role():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    asked = workflow.ask_for_time(
        grant, by=lead, until_on=grant.delivery_until + timedelta(days=1), reason="Illness"
    )
    insider = staff(TeamRole.OFFICER)
    grant.organisation.memberships.create(user=insider, role="helper")
    root = user()
    root.is_superuser = True
    root.save()
    people = {
        "lead": lead,
        "contributor": member(grant.organisation),
        "insider": insider,
        "superuser": root,
        "other": lead_of(organisation()),
        **{role.value: staff(role) for role in TeamRole},
    }
    both = {verb.name for verb in CHANGE_VERBS}
    assert both == {"agree", "refuse"}
    found = {kind: {v.name for v in offered(who, asked)} for kind, who in people.items()}
    assert found == {kind: both if kind == "officer" else set() for kind in people}
    for kind, who in people.items():
        if kind != "officer":
            with pytest.raises(NotAllowed):
                workflow.agree_change(asked, by=who)
    workflow.refuse_change(asked, by=people["officer"], answer="No")
    assert offered(people["officer"], Change.objects.get(pk=asked.pk)) == []
    with pytest.raises(NotReady, match="moved on"):
        workflow.agree_change(asked, by=people["officer"])


# Life has changed --------------------------------------------------------------------------------


def told(grant, kind="died", wish="pause", **kw):
    return workflow.tell_us(
        grant,
        by=lead_of(grant.organisation),
        kind=kind,
        happened_on=kw.get("on", clock.today()),
        wish=wish,
    )


def test_after_a_death_everything_waits_and_the_words_are_neutral():
    grant = grant_at(GrantState.DELIVERED)
    lead = lead_of(grant.organisation)
    assert any(grant.application.person.alias in t.title for t in todos(lead))
    told(grant)
    held = fresh(grant)
    assert held.paused_on == clock.today()
    assert FocusPerson.objects.get(pk=held.application.person_id).state == "deceased"
    assert not any(held.application.person.alias in t.title for t in todos(lead))
    page = Client()
    page.force_login(lead)
    shown = page.get(held.get_absolute_url()).content.decode()
    assert "On hold since" in shown
    assert "Nothing is asked of you now" in shown
    assert {v.name for v in offered(lead, held)} & {"tell-us", "move-money", "more-time"} == set()
    # Nothing in the trail or the mail says what has happened.
    row = AuditEvent.objects.get(event="grant.life_event")
    assert row.data == {}
    mail = OutboxMessage.objects.filter(subject__contains="is on hold")[0]
    assert "died" not in mail.body
    assert "death" not in mail.body


def test_who_settles_it_reads_what_was_told_and_nobody_else_does():
    grant = grant_at(GrantState.ACTIVE)
    told(grant, "admitted", "pause")
    said = ("They have been admitted to hospital", "Wait for now")
    for who, page, reads in (
        (officer(), "", True),
        (officer(), "settle/", True),
        (staff(TeamRole.FINANCE), "", False),
        (lead_of(grant.organisation), "", False),
    ):
        client = Client()
        client.force_login(who)
        shown = client.get(f"{grant.get_absolute_url()}{page}").content.decode()
        assert [words in shown for words in said] == [reads, reads], (who, page)
    workflow.settle(fresh(grant), by=officer(), outcome="carry_on")
    client = Client()
    client.force_login(officer())
    assert said[0] not in client.get(grant.get_absolute_url()).content.decode()


def titles(who):
    return [todo.title for todo in todos(who)]


def names(who, grant):
    return {verb.name for verb in offered(who, grant)}


def test_nothing_is_due_and_nothing_is_asked_while_a_grant_is_on_hold():
    grant = grant_at(GrantState.ACTIVE)
    lead, by = lead_of(grant.organisation), officer()
    workflow.ask_for_time(
        grant, by=lead, until_on=grant.training_until + timedelta(days=30), reason="Illness"
    )
    due = grant_page.Due(clock.today(), "Coaching visit 5")
    asks = {"add-claim", "finish-delivery"}
    alias = grant.application.person.alias
    page = Client()
    page.force_login(lead)

    def seen():
        shown = page.get(grant.get_absolute_url()).content.decode()
        held = fresh(grant)
        return (
            asks <= names(lead, held),
            {verb.name for verb in offered(by, held.changes.get())} == {"agree", "refuse"},
            any(title.startswith(f"Answer {alias}") for title in titles(by)),
            due.what in shown,
            "Nothing is due until it is settled" in shown,
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grant_page, "_DUE", [lambda user, grant: [due]])
        assert seen() == (True, True, True, True, False)
        told(grant, "admitted")
        assert seen() == (False, False, False, False, True)
        assert not asks & names(lead, fresh(grant))
        said = text(page.get(grant.get_absolute_url()))
        assert "Due now" not in said
        workflow.settle(fresh(grant), by=by, outcome="carry_on")
        assert seen() == (True, True, True, True, False)


def test_a_death_before_the_offer_is_accepted_asks_nothing_and_an_officer_closes_it():
    grant, other = offer(), offer()
    lead, by = lead_of(grant.organisation), officer()
    alias = grant.application.person.alias
    assert f"Accept the offer for {alias}" in titles(lead)
    assert f"Close the offer for {alias}" not in titles(by)
    with pytest.raises(NotAllowed):
        workflow.lapse_offer(grant, by=by)
    report_death(grant.application.person, by=lead)
    held = fresh(grant)
    assert f"Accept the offer for {alias}" not in titles(lead)
    assert titles(by).count(f"Close the offer for {alias}") == 1
    assert names(lead, held) == set()
    assert "lapse" in names(by, held)
    page = Client()
    page.force_login(lead)
    said = text(page.get(held.get_absolute_url()))
    assert "Nothing more is asked of you" in said
    assert "The offer is open until" not in said
    assert "What accepting means" not in said
    assert "Nothing more is asked of you" in text(page.get("/"))
    with pytest.raises(NotReady, match="Nothing more is asked"):
        workflow.accept_offer(held, by=lead, acknowledged=[1, 2, 3])
    insider = officer()
    held.organisation.memberships.create(user=insider, role=MemberRole.CONTRIBUTOR)
    for who in (insider, staff(TeamRole.FINANCE), lead):
        with pytest.raises(NotAllowed):
            workflow.lapse_offer(held, by=who)
    theirs = Client()
    theirs.force_login(by)
    assert theirs.post(f"{held.get_absolute_url()}lapse/").status_code == 302
    assert fresh(grant).state == GrantState.REFUSED
    assert fresh(grant).round.left == grant.round.budget
    mail = OutboxMessage.objects.filter(subject__contains=f"{grant.reference} is closed")[0]
    for words in (mail.body, text(page.get(held.get_absolute_url()))):
        assert "in time" not in words
        assert "died" not in words
    assert fresh(other).state == GrantState.OFFERED


@pytest.mark.parametrize("kind", ["died", "moved", "admitted"])
@pytest.mark.parametrize("outcome", ["carry_on", "paused", "ended", "transferred"])
def test_it_is_settled_without_a_penalty(kind, outcome):
    grant = grant_at(GrantState.ACTIVE)
    told(grant, kind)
    settled = workflow.settle(fresh(grant), by=officer(), outcome=outcome, note="As we spoke")
    ended = outcome in ("ended", "transferred")
    assert settled.state == (GrantState.TERMINATED if ended else GrantState.ACTIVE)
    assert (settled.paused_on is None) is (outcome != "paused")
    if outcome == "paused":
        workflow.settle(fresh(grant), by=officer(), outcome="carry_on")
        assert fresh(grant).paused_on is None
    if ended:
        # What was spent can still be claimed; no report stands in the way of the last payment.
        accepted_claim(fresh(grant))
        assert fresh(grant).prepare_final_payment_blockers() == []
        assert "penalty" in fresh(grant).ended_reason or outcome == "transferred"


def test_a_day_to_come_and_a_second_telling_are_refused():
    grant = grant_at(GrantState.ACTIVE)
    with pytest.raises(NotReady, match="future"):
        told(grant, on=clock.today() + timedelta(days=1))
    with pytest.raises(NotReady, match="Choose to wait"):
        told(grant, wish="transfer")
    told(grant, "admitted")
    with pytest.raises(NotReady, match="told us already"):
        told(fresh(grant), "admitted")
    with pytest.raises(NotReady, match="not under way"):
        told(grant_at(GrantState.OFFERED))


# Money back, yearly review -----------------------------------------------------------------------


def test_money_that_was_not_spent_is_asked_back_by_a_day_and_noted_when_it_comes():
    grant = grant_at(GrantState.AGREED)
    paid(first_payment(grant))  # £6,209.76
    lead = lead_of(grant.organisation)
    grant = workflow.activate(fresh(grant), by=lead)
    one = officer()
    due = clock.today() + timedelta(days=30)
    with pytest.raises(NotReady, match="last claim is not accepted"):
        workflow.ask_back(grant, by=one, due_on=due, reason="Not spent")
    nothing = {n: (D("0.00"), "Not held") for n in range(1, 11)}
    accepted_claim(grant, lines=nothing)
    with pytest.raises(NotReady, match="future"):
        workflow.ask_back(fresh(grant), by=one, due_on=clock.today(), reason="Not spent")
    workflow.ask_back(fresh(grant), by=one, due_on=due, reason="The training was not held")
    page = Client()
    page.force_login(lead)
    shown = page.get(grant.get_absolute_url()).content.decode()
    assert "£6,209.76 is asked back by" in shown
    assert "The training was not held" in shown
    finance = staff(TeamRole.FINANCE)
    workflow.note_repayment(fresh(grant), by=finance, amount=D("6209.76"))
    assert fresh(grant).owed() == 0
    assert "is asked back by" not in page.get(grant.get_absolute_url()).content.decode()


def test_a_review_keeps_what_was_paid_and_spent_then():
    grant = grant_at(GrantState.ACTIVE)
    workflow.review_grant(grant, by=officer(), outcome="amend", words="Two sessions behind")
    row = GrantReview.objects.get()
    assert (row.outcome, row.paid, row.spent) == ("amend", D("0.00"), D("0.00"))
    with pytest.raises(TypeError):
        row.save()


# In the browser and by the API -------------------------------------------------------------------


def test_a_change_from_the_button_to_the_answer():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    page = Client()
    page.force_login(lead)
    base = grant.get_absolute_url()
    assert b"Move money between lines" in page.get(base).content
    form = {f"amount_{n}": f"{amount:.2f}" for n, amount in agreed(grant).items()}
    wrong = page.post(f"{base}move-money/", form | {"amount_1": "2000", "reason": "Dearer"})
    assert "£100.00 more than before" in wrong.content.decode()
    sent = page.post(
        f"{base}move-money/", form | {"amount_1": "1600", "amount_3": "1150", "reason": "Dearer"}
    )
    change = Change.objects.get()
    assert sent.url == change.get_absolute_url()
    theirs = Client()
    theirs.force_login(officer())
    shown = theirs.get(sent.url).content.decode()
    assert "£1,900.00" in shown
    assert "£1,600.00" in shown
    assert theirs.post(f"{sent.url}agree/", {"answer": ""}).status_code == 302
    assert "Agreed" in page.get(base).content.decode()

    api = "/api/v1/changes/"
    row = page.get(api).json()["results"][0]
    assert row["lines"] == [
        {"line": "L1", "amount": "-300.00"},
        {"line": "L3", "amount": "300.00"},
    ]
    late = page.post(
        f"/api/v1/grants/{grant.reference}/more-time/", content_type="application/json"
    )
    assert (late.status_code, set(late.json())) == (400, {"until_on", "reason"})
    stranger = Client()
    stranger.force_login(lead_of(organisation()))
    assert stranger.get(sent.url).status_code == 404
    assert stranger.get(api).json()["results"] == []
