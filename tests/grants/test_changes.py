"""Changes while a grant runs, at their edges; what happens when the person's life has changed; money asked
back; the yearly review."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from accounts import clock, written
from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent, OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from focus_people.actions import replace_member
from focus_people.models import FocusPerson
from focus_people.workflow import report_death
from grants import grant_page, workflow
from grants.enums import ChangeState, GrantState, LifeChange, LifeOutcome, LineCategory
from grants.models import BudgetLine, Change, Claim, Grant, GrantReview
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


def test_a_tenth_is_a_tenth_however_many_steps_it_takes():
    """What was moved unasked counts together; an officer who agrees to a line starts its count anew."""
    grant = grant_at(GrantState.ACTIVE)
    lead, first = lead_of(grant.organisation), agreed(grant)

    def move(pounds):
        now = agreed(grant)
        lines = {1: now[1] + D(pounds), 3: now[3] - D(pounds)}
        return workflow.move_money(fresh(grant), by=lead, lines=lines, reason="A dearer trainer")

    assert first[3] == D("850.00")
    assert move("85.00").state == ChangeState.AGREED
    assert move("-85.00").state == ChangeState.AGREED  # back again is nearer, not further
    assert move("50.00").state == ChangeState.AGREED
    assert move("35.00").state == ChangeState.AGREED
    asked = move("0.01")
    assert asked.state == ChangeState.ASKED
    workflow.agree_change(asked, by=officer(), answer="")
    assert move("76.49").state == ChangeState.AGREED
    assert move("0.01").state == ChangeState.ASKED


def test_what_was_moved_unasked_is_part_of_the_tenth_that_a_claim_may_go_over():
    """L3 has £850.00: a tenth over it is £935.00, whether it is moved there first or not. What an officer
    agrees to starts a tenth of its own; what was moved away makes no room."""
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    made = claim(grant, is_final=False)

    def over(pounds, line=3):
        workflow.fill_claim(made, by=lead, lines={line: (D(pounds), "")}, is_final=False)
        found = [
            said for row, said in fresh_claim(made).over_limits() if row and row.line.number == line
        ]
        workflow.fill_claim(made, by=lead, lines={line: (D("0.00"), "x")}, is_final=False)
        return found

    assert over("935.00") == []
    assert len(over("935.01")) == 1
    workflow.move_money(grant, by=lead, lines={1: D("1840"), 3: D("910")}, reason="Dearer")
    assert over("935.00") == []
    assert over("935.01") == [
        "L3: £935.01 is more than 10% or £500 over the £850.00 that was agreed, before £60.00 was moved to it. "
        "Ask for a change to the budget first."
    ]
    assert over("2024.00", line=1) == []  # a tenth over the £1,840.00 that are left
    assert "£1,840.00 that was agreed. Ask" in over("2024.01", line=1)[0]
    asked = workflow.move_money(
        fresh(grant), by=lead, lines={1: D("1750"), 3: D("1000")}, reason="Dearer still"
    )
    one, page = officer(), Client()
    page.force_login(one)
    shown = text(page.get(asked.get_absolute_url()))
    assert "Moved before without an answer £60.00 from L1, £60.00 to L3" in shown
    workflow.agree_change(asked, by=one, answer="")
    assert "Moved before" not in text(page.get(asked.get_absolute_url()))
    assert over("1100.00") == []
    assert len(over("1100.01")) == 1


def fresh_claim(made):
    return Claim.objects.get(pk=made.pk)


def test_a_change_keeps_saying_what_was_before_it():
    """Later changes of the same lines, and of the same day, leave the page of an earlier one as it was."""
    grant = grant_at(GrantState.ACTIVE)
    lead, one = lead_of(grant.organisation), officer()
    first = workflow.move_money(grant, by=lead, lines={1: D("1400"), 3: D("1350")}, reason="x")
    workflow.agree_change(first, by=one, answer="")
    second = workflow.move_money(
        fresh(grant), by=lead, lines={1: D("1300"), 3: D("1450")}, reason="y"
    )
    assert second.state == ChangeState.AGREED
    until = fresh(grant).training_until
    longer = []
    for months in (1, 2):
        day = months_after(until, months)
        asked = workflow.ask_for_time(fresh(grant), by=lead, until_on=day, reason="z")
        longer.append(workflow.agree_change(asked, by=one, answer=""))
    page = Client()
    page.force_login(lead)

    def shown(change):
        return text(page.get(change.get_absolute_url()))

    assert "L1 £1,900.00 −£500.00 £1,400.00" in shown(first)
    assert "L1 £1,400.00 −£100.00 £1,300.00" in shown(second)
    for change, last in zip(longer, (until, months_after(until, 1)), strict=True):
        assert f"Last day before {last.day} {last:%B %Y}" in shown(change)


def test_two_people_who_move_money_at_once_do_not_undo_each_other():
    """The second is told which line was changed since, keeps what they typed, and sends it again."""
    grant = grant_at(GrantState.ACTIVE)
    lead, first = lead_of(grant.organisation), agreed(grant)
    page = Client()
    page.force_login(lead)
    base = f"{grant.get_absolute_url()}move-money/"
    opened = re.search(r'name="opened" value="([^"]+)"', page.get(base).content.decode())[1]
    workflow.move_money(grant, by=lead, lines={1: D("1850"), 3: D("900")}, reason="First")
    typed = {f"amount_{n}": f"{amount:.2f}" for n, amount in first.items()}
    typed |= {"opened": opened, "amount_2": f"{first[2] - 10:.2f}"}
    typed |= {"amount_4": f"{first[4] + 10:.2f}", "reason": "Second"}
    answer = page.post(base, typed)
    assert answer.status_code == 200
    shown = text(answer)
    assert "somebody has saved “1850.00”, and it stands here now" in shown
    assert Change.objects.count() == 1
    again = {f.html_name: f.value() for f in answer.context["form"] if f.name != "reason"}
    opened = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())[1]
    sent = page.post(base, again | {"reason": "Second", "opened": opened})
    assert sent.status_code == 302
    assert agreed(grant)[1] == D("1850.00")


def test_after_the_last_claim_no_change_is_offered():
    grant = grant_at(GrantState.ACTIVE)
    accepted_claim(grant, lines={n: (D("0.00"), "Not held") for n in range(1, 11)})
    offers = names(lead_of(grant.organisation), fresh(grant))
    assert not offers & {"move-money", "more-time", "top-up", "use-contingency"}


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


def test_what_was_spent_while_a_move_waited_is_not_moved_away():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    now = {line.number: amount for line, amount in grant.agreed_lines()}
    made = workflow.move_money(
        grant, by=lead, lines={1: now[1] - 800, 3: now[3] + 800}, reason="Fewer days"
    )
    accepted_claim(fresh(grant), is_final=False)
    with pytest.raises(NotReady, match=r"L1: £1,900\.00 is spent by now"):
        workflow.agree_change(made, by=officer())
    assert workflow.refuse_change(made, by=officer(), answer="It is spent").decided_at


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
    Grant.objects.filter(pk=grant.pk).update(amount=D("7500.00"))
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
    page = Client()
    page.force_login(lead)
    address = f"{grant.get_absolute_url()}top-up/"
    assert "Up to £237.80. With it the award comes to £8,000.00" in text(page.get(address))
    refused = page.post(address, ask | {"amount": "237.81"})
    assert refused.context["form"].errors == {"amount": ["The amount must be £237.80 or less"]}
    with pytest.raises(NotReady, match=r"more than £8,000\.00"):
        workflow.ask_top_up(grant, by=lead, amount=D("237.81"), **ask)
    fits = workflow.ask_top_up(fresh(grant), by=lead, amount=D("237.80"), **ask)
    held = grant.round
    type(held).objects.filter(pk=held.pk).update(budget=D("7762.20") + D("237.79"))
    with pytest.raises(NotReady, match=r"£237\.79 is left in the round"):
        workflow.agree_change(Change.objects.get(pk=fits.pk), by=officer())
    type(held).objects.filter(pk=held.pk).update(budget=D("8000.00"))
    type(held).objects.filter(pk=held.pk).update(maximum=D("7900"))
    with pytest.raises(NotReady, match=r"more than £7,900\.00"):
        workflow.agree_change(Change.objects.get(pk=fits.pk), by=officer())
    type(held).objects.filter(pk=held.pk).update(maximum=D("8000"))
    workflow.agree_change(Change.objects.get(pk=fits.pk), by=officer())
    assert fresh(grant).amount == D("8000.00")
    assert agreed(grant)[1] == D("2137.80")
    assert type(held).objects.get(pk=held.pk).left == 0
    assert "top-up" not in names(lead, fresh(grant))


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


def test_contingency_that_nobody_used_needs_no_answer_in_a_claim():
    grant = grant_at(GrantState.ACTIVE)
    held = BudgetLine.objects.filter(application=grant.application, number=10)
    held.update(category=LineCategory.CONTINGENCY)
    made = claim(grant, lines={10: (None, "")})
    page = Client()
    page.force_login(lead_of(grant.organisation))
    workflow.submit_claim(made, by=lead_of(grant.organisation))
    shown = text(page.get(made.get_absolute_url()))
    assert "Not used" in shown
    assert "No answer yet" not in shown


def test_two_contingency_lines_are_one_contingency_and_give_what_is_not_spent():
    grant = grant_at(GrantState.ACTIVE)
    lines = BudgetLine.objects.filter(application=grant.application, number__in=(9, 10))
    lines.update(category=LineCategory.CONTINGENCY)
    lead = lead_of(grant.organisation)
    both = agreed(grant)[9] + agreed(grant)[10]
    assert fresh(grant).contingency_left() == both
    spent = {n: (D("0.00"), "Not held yet") for n in agreed(grant)} | {9: (D("50.00"), "A taxi")}
    made = claim(grant, lines=spent)
    made = workflow.fill_claim(made, by=lead, lines=spent, is_final=False)
    workflow.accept_claim(workflow.submit_claim(made, by=lead), by=officer())
    left = both - D("50.00")
    assert fresh(grant).contingency_left() == left
    asked = workflow.use_contingency(
        fresh(grant), by=lead, line=1, amount=left, reason="The room has closed"
    )
    before = agreed(grant)
    workflow.agree_change(asked, by=officer())
    after = agreed(grant)
    assert after[1] == before[1] + left
    assert {n: after[n] for n in (9, 10)} == {9: D("50.00"), 10: D("0.00")}
    assert fresh(grant).contingency_left() == 0


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
    assert f"{written.money(grant.amount)} was offered" in said
    assert "No longer asked" in said
    for where in (held.get_absolute_url(), "/grants/", "/"):
        shown = text(page.get(where))
        assert "Offer to accept" not in shown.split("Offer to accept Agreed Training")[-1], where
    assert "Offer. Nothing more is asked of you" in text(page.get("/"))
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
    closed = text(page.get(held.get_absolute_url()))
    assert "Offer closed" in closed
    listed = text(page.get("/applications/"))
    assert "Offer closed. Nothing for you to do." in listed
    assert "awarded" not in listed
    for shown in (closed, listed, text(page.get("/grants/"))):
        assert "turned down" not in shown.lower()
    assert fresh(grant).round.left == grant.round.budget
    mail = OutboxMessage.objects.filter(subject__contains=f"{grant.reference} is closed")[0]
    for words in (mail.body, text(page.get(held.get_absolute_url()))):
        assert "in time" not in words
        assert "died" not in words
    assert fresh(other).state == GrantState.OFFERED


SETTLED = [
    (kind, outcome)
    for kind in LifeChange.values
    for outcome in LifeOutcome.values
    if (kind, outcome) != ("died", "transferred")
]


@pytest.mark.parametrize(("kind", "outcome"), SETTLED)
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


def paid_and_not_spent():
    """A grant that owes £6,209.76 back, and the officer who looks after it."""
    grant = grant_at(GrantState.AGREED)
    paid(first_payment(grant))
    grant = workflow.activate(fresh(grant), by=lead_of(grant.organisation))
    accepted_claim(grant, lines={n: (D("0.00"), "Not held") for n in range(1, 11)})
    return fresh(grant)


def test_money_to_pay_back_is_said_with_how_before_and_after_it_is_asked_for():
    """The applicant is told how, and never in an e-mail; everybody whom it waits for has it in their work."""
    grant = paid_and_not_spent()
    lead, one, finance = lead_of(grant.organisation), officer(), staff(TeamRole.FINANCE)
    page, own = Client(), Client()
    page.force_login(one)
    own.force_login(lead)
    how = f"with the reference {grant.reference}"

    def waiting(who):
        return [
            todo.title for todo in todos(who) if "oney" in todo.title or "ay back" in todo.title
        ]

    alias = grant.application.person.alias
    before = text(own.get(grant.get_absolute_url()))
    assert "£6,209.76 was paid and not spent" in before
    assert how in before
    assert "was paid and not spent" not in text(page.get(grant.get_absolute_url()))
    assert (waiting(lead), waiting(finance)) == ([], [])
    assert waiting(one) == [f"Ask for money back for {alias}"]

    due = clock.today() + timedelta(days=30)
    workflow.ask_back(grant, by=one, due_on=due, reason="The training was not held")
    asked = text(own.get(grant.get_absolute_url()))
    assert (
        f"£6,209.76 is asked back by {due.day} {due:%B %Y} The training was not held Pay it"
        in asked
    )
    assert how in asked
    assert how not in text(page.get(grant.get_absolute_url()))
    letter = OutboxMessage.objects.get(dedupe_key__startswith="grant.asked_back", to=lead.email)
    assert "how to pay it back" in letter.body
    assert "6,209.76" not in letter.body
    assert waiting(lead) == [f"Pay back what was not spent for {alias}"]
    assert waiting(finance) == [f"Note the money that comes back for {alias}"]
    assert waiting(one) == []
    Grant.objects.filter(pk=grant.pk).update(recovery_due_on=clock.today() - timedelta(days=1))
    assert waiting(one) == [f"Money asked back for {alias} is late"]

    workflow.note_repayment(fresh(grant), by=finance, amount=D("6209.76"))
    assert [waiting(who) for who in (lead, one, finance)] == [[], [], []]
    receipt = OutboxMessage.objects.get(dedupe_key__startswith="grant.repaid", to=lead.email)
    assert receipt.subject == f"Money on {grant.reference} has come in"
    assert "6,209.76" not in receipt.body
    today = clock.today()
    said = text(own.get(grant.get_absolute_url()))
    assert how not in said
    assert f"£6,209.76 has come back, the last of it on {today.day} {today:%B %Y}" in said
    assert "Nothing is left to pay." in said
    assert "Payments: £6,209.76 paid, £6,209.76 came back" in said
    assert "Not spent £7,762.20" in said


def test_after_the_last_claim_the_page_says_only_what_is_still_to_come():
    """Over and under the last claim, with the report in and out: the heading, the lead and the money."""
    grant = grant_at(GrantState.REPORTING)
    page = Client()
    page.force_login(lead_of(grant.organisation))

    def shown():
        return text(page.get(grant.get_absolute_url()))

    assert "Only the reports and the last claim are still to come." in shown()
    accepted_claim(grant)
    said = shown()
    assert "Only the reports are still to come." in said
    assert "Money: £7,338.20 of £7,762.20 was spent" in said
    assert "The rest, £7,338.20, follows the accepted report." in said
    assert "a tenth of a line" not in said
    one = officer()
    workflow.note_final_report(fresh(grant), by=one)
    said = shown()
    assert "Only the final payment is still to come." in said
    assert "The rest, £7,338.20, is still to be paid." in said
    paid(workflow.prepare_final_payment(fresh(grant), by=one))
    assert "Only 3 conditions are still open." in shown()
    close = f"Close the grant of {grant.application.person.alias}"
    assert close not in [todo.title for todo in todos(one)]  # conditions are open
    for left, condition in zip((2, 1, 0), grant.conditions.all(), strict=True):
        workflow.meet_condition(condition, by=one, outcome="met", note="Seen")
        assert ("Only a condition is still open." in shown()) is (left == 1)
    assert "Reported and settled. An officer closes it." in shown()
    assert close in [todo.title for todo in todos(one)]
    workflow.close(fresh(grant), by=one)
    assert close not in [todo.title for todo in todos(one)]
    assert "Only the last claim is still to come." in text(
        page.get(reported_and_not_claimed(grant).get_absolute_url())
    )


def reported_and_not_claimed(grant):
    """Another grant of the same organisation: its report is accepted, its last claim is not."""
    other = grant_at(GrantState.REPORTING, organisation=grant.organisation)
    return workflow.note_final_report(other, by=officer())


def test_where_nothing_is_left_to_pay_nobody_waits_for_the_report():
    grant = paid_and_not_spent()
    blocked = fresh(grant).prepare_final_payment_blockers()
    assert blocked == ["£6,209.76 is owed back: more was paid than was spent."]
    workflow.note_repayment(grant, by=staff(TeamRole.FINANCE), amount=D("6209.76"))
    blocked = fresh(grant).prepare_final_payment_blockers()
    assert blocked == ["Nothing is left to pay: everything that was spent has been paid."]
    assert "prepare-final-payment" not in names(officer(), fresh(grant))
    assert "prepare-final-payment" in names(officer(), grant_at(GrantState.REPORTING))


def test_two_in_finance_do_not_note_the_same_money_twice():
    grant = paid_and_not_spent()
    finance = staff(TeamRole.FINANCE)
    page = Client()
    page.force_login(finance)
    address = f"{grant.get_absolute_url()}note-repayment/"
    seen = re.search(r'name="seen" value="([^"]+)"', page.get(address).content.decode())[1]
    workflow.note_repayment(grant, by=staff(TeamRole.FINANCE), amount=D("300.00"))
    answer = page.post(address, {"amount": "300", "seen": seen})
    assert answer.status_code == 200
    assert "This has changed since you opened the page" in text(answer)
    assert "£5,909.76 is owed back. £300.00 has come in already." in text(answer)
    assert 'value="300"' in answer.content.decode()
    assert fresh(grant).repaid == D("300.00")
    seen = re.search(r'name="seen" value="([^"]+)"', answer.content.decode())[1]
    assert page.post(address, {"amount": "300", "seen": seen}).status_code == 302
    assert fresh(grant).repaid == D("600.00")


def test_two_officers_who_ask_back_at_once_and_a_day_put_right():
    """The second is told what the first has asked; whoever means it sends it again."""
    grant = paid_and_not_spent()
    first, second = officer(), officer()
    page = Client()
    page.force_login(second)
    address = f"{grant.get_absolute_url()}ask-back/"
    opened = re.search(r'name="opened" value="([^"]+)"', page.get(address).content.decode())[1]
    due, later = (clock.today() + timedelta(days=n) for n in (30, 60))
    workflow.ask_back(grant, by=first, due_on=due, reason="Not held")
    typed = {f"due_on_{part}": getattr(later, part) for part in ("day", "month", "year")}
    typed |= {"reason": "It was not held", "opened": opened}
    answer = page.post(address, typed)
    assert answer.status_code == 200
    assert "somebody has saved “Not held”" in text(answer)
    assert fresh(grant).recovery_due_on == due
    assert "ask-back" in names(second, fresh(grant))
    opened = re.search(r'name="opened" value="([^"]+)"', answer.content.decode())[1]
    assert page.post(address, typed | {"opened": opened}).status_code == 302
    assert (fresh(grant).recovery_due_on, fresh(grant).recovery_reason) == (
        later,
        "It was not held",
    )


def test_days_on_hold_count_against_nobody():
    """Carried on, the training may last as much longer, also where more time was asked for before; nothing is
    added once it is finished."""
    grant = grant_at(GrantState.ACTIVE)
    lead, one = lead_of(grant.organisation), officer()
    until = grant.training_until
    asked = workflow.ask_for_time(
        grant, by=lead, until_on=until + timedelta(days=10), reason="A trainer fell ill"
    )
    told(fresh(grant), kind="admitted")
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        workflow.settle(fresh(grant), by=one, outcome="carry_on")
        assert fresh(grant).training_until == until + timedelta(days=20)
        page = Client()
        page.force_login(one)
        last = until + timedelta(days=20)
        assert f"Last day before {last.day} {last:%B %Y}" in text(
            page.get(asked.get_absolute_url())
        )
        workflow.agree_change(Change.objects.get(), by=one)
        assert fresh(grant).training_until == until + timedelta(days=20)
    done = grant_at(GrantState.DELIVERED)
    told(done, kind="admitted")
    with time_machine.travel(clock.now() + timedelta(days=20), tick=False):
        workflow.settle(fresh(done), by=one, outcome="carry_on")
    assert fresh(done).extended_until is None


def test_what_was_settled_stands_on_the_page_while_it_stays_on_hold():
    grant = told(grant_at(GrantState.ACTIVE), kind="admitted")
    own = Client()
    own.force_login(lead_of(grant.organisation))
    workflow.settle(grant, by=officer(), outcome="paused", note="We speak again in January")
    shown = text(own.get(grant.get_absolute_url()))
    assert "The grant stays on hold We speak again in January" in shown
    workflow.settle(fresh(grant), by=officer(), outcome="carry_on")
    shown = text(own.get(grant.get_absolute_url()))
    today = clock.today()
    assert f"The grant carries on Settled on {today.day} {today:%B %Y}." in shown


def test_after_a_death_nothing_is_handed_on():
    grant = told(grant_at(GrantState.ACTIVE), kind="died")
    page = Client()
    page.force_login(officer())
    shown = text(page.get(f"{grant.get_absolute_url()}settle/"))
    assert "handed on" not in shown
    assert "What was spent can be claimed, and what was paid and not spent goes back." in shown
    with pytest.raises(NotReady, match="After a death"):
        workflow.settle(grant, by=officer(), outcome="transferred")
    other = told(grant_at(GrantState.ACTIVE), kind="moved")
    assert "handed on" in text(page.get(f"{other.get_absolute_url()}settle/"))


@pytest.mark.parametrize("verb", ["settle", "review"])
def test_two_officers_who_settle_or_review_at_once(verb):
    grant = grant_at(GrantState.ACTIVE)
    if verb == "settle":
        told(grant)
    typed = {
        "settle": {"outcome": "ended", "note": "Closed with thanks"},
        "review": {"outcome": "discontinue", "words": "Nothing was held"},
    }[verb]
    page = Client()
    page.force_login(officer())
    address = f"{grant.get_absolute_url()}{verb}/"
    seen = re.search(r'name="seen" value="([^"]+)"', page.get(address).content.decode())[1]
    if verb == "settle":
        workflow.settle(fresh(grant), by=officer(), outcome="paused", note="They need a month")
    else:
        workflow.review_grant(fresh(grant), by=officer(), outcome="continue", words="On its way")
    answer = page.post(address, typed | {"seen": seen})
    assert answer.status_code == 200
    assert "This has changed since you opened the page" in text(answer)
    assert fresh(grant).state == GrantState.ACTIVE
    assert not GrantReview.objects.filter(outcome="discontinue").exists()


def test_a_review_keeps_what_was_paid_and_spent_then():
    grant = grant_at(GrantState.ACTIVE)
    workflow.review_grant(grant, by=officer(), outcome="amend", words="Two sessions behind")
    row = GrantReview.objects.get()
    assert (row.outcome, row.paid, row.spent) == ("amend", D("0.00"), D("0.00"))
    with pytest.raises(TypeError):
        row.save()


def test_a_lead_is_asked_to_end_what_a_review_discontinues():
    """Until it is ended, or a later review lets it run. A word that nobody acts on helps nobody."""
    grant = grant_at(GrantState.ACTIVE)
    lead, one = staff(TeamRole.PROGRAMME_LEAD), officer()
    asked = f"End {grant.application.person.alias}’s grant early"
    form = Client()
    form.force_login(one)
    shown = text(form.get(f"{grant.get_absolute_url()}review/"))
    assert "A programme lead is asked to end the grant early." in shown
    seen = []
    for outcome in ("amend", "discontinue", "continue", "discontinue"):
        workflow.review_grant(fresh(grant), by=one, outcome=outcome, words="Looked at")
        seen.append(asked in titles(lead))
    assert seen == [False, True, False, True]
    assert asked not in titles(one)
    workflow.terminate(fresh(grant), by=lead, reason="Nothing was held")
    assert asked not in titles(lead)


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


# What pages say of a grant that waits, has ended or has more time ----------------------------------


def test_a_grant_on_hold_and_one_that_ended_ask_nothing_on_any_page():
    grant = grant_at(GrantState.ACTIVE)
    page = Client()
    page.force_login(lead_of(grant.organisation))
    asks = "Ask before you move more than a tenth of a line"
    assert asks in text(page.get(grant.get_absolute_url()))
    grant = told(grant)
    assert "On hold" in text(page.get("/grants/"))
    held = text(page.get(grant.get_absolute_url()))
    workflow.settle(grant, by=officer(), outcome="ended", note="Thank you for telling us")
    ended = text(page.get(grant.get_absolute_url()))
    for shown in (held, ended):
        assert asks not in shown
        assert "the accepted report" not in shown
    assert "Nothing else is due." in ended
    assert "No longer asked" in ended
    assert "Ended early" not in ended
    today = clock.today()
    assert f"Ended on {today.day} {today:%B %Y}." in ended
    assert ended.count("The grant ends, without any penalty") == 1
    listed = text(page.get("/grants/"))
    assert f"{grant.reference} Ended" in listed
    assert "Ended early" not in listed
    assert "Not finished" in listed  # and no last day for the training
    assert "Training ends" not in text(page.get("/")).split("Applications and grants")[-1]


def test_the_list_of_grants_says_until_when_and_sorts_by_it():
    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    day = months_after(grant.training_until, 2)
    asked = workflow.ask_for_time(grant, by=lead, until_on=day, reason="A trainer fell ill")
    workflow.agree_change(asked, by=officer(), answer="")
    page = Client()
    page.force_login(lead)
    answer = page.get("/grants/?sort=ends")
    assert f"{day.day} {day:%B %Y}" in text(answer)
    assert [row.ends_on for row in answer.context["page"]] == [day]


def test_what_has_been_done_is_not_called_not_yet():
    """Somebody else was first: what was typed stays, and nothing is offered that cannot happen."""
    grant = grant_at(GrantState.OFFERED)
    page = Client()
    page.force_login(lead_of(grant.organisation))
    numbers = grant.conditions.values_list("number", flat=True)
    workflow.accept_offer(grant, by=lead_of(grant.organisation), acknowledged=list(numbers))
    late = page.post(f"{grant.get_absolute_url()}turn-down/", {"reason": "We found other money"})
    assert late.status_code == 409
    shown = late.content.decode()
    assert "Turn the offer down: not possible now" in shown
    assert "We found other money" in shown
    assert "Try again" not in shown
    early = page.get(f"{grant.get_absolute_url()}more-time/")
    assert "not yet" not in text(early)
    workflow.move_money(
        fresh(grant), by=lead_of(grant.organisation), lines={1: D("900"), 3: D("1850")}, reason="x"
    )
    waits = text(page.get(f"{grant.get_absolute_url()}more-time/"))
    assert "Ask for more time: not yet" in waits
