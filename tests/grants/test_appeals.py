"""Appeals (domain 8.4): who, on what, until when; other people look, and other people judge again."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotAllowed, NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from grants import workflow
from grants.award_reports import appeal_rates
from grants.enums import AppealGround, AppealOutcome, AppealState, Outcome
from grants.enums import ApplicationState as S
from grants.models import Appeal, Application, ClockStop, Decision
from grants.reports import clock as clock_of
from grants.verbs import APPEAL_VERBS
from grants.working_days import working_days_after
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff, user
from tests.factories.awards import decided, recommended, released, reserved
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db

WORDS = "The panel read the budget of another case: line 4 is not ours."


class Cast:
    """Everybody with a part in one decision, and others with none."""

    def __init__(self, outcome=Outcome.DECLINE):
        self.officer, self.decider, self.releaser = (
            staff(TeamRole.OFFICER),
            staff(TeamRole.PROGRAMME_LEAD),
            staff(TeamRole.PROGRAMME_LEAD),
        )
        self.scorer = staff(TeamRole.PANEL_MEMBER, TeamRole.PROGRAMME_LEAD)
        self.chair = staff(TeamRole.PANEL_CHAIR, TeamRole.OFFICER)
        case = recommended(
            application_at(S.WITH_PANEL, officer=self.officer),
            by=self.chair,
            outcome=outcome,
            panellists=(self.scorer.pk,),
        )
        self.case = released(decided(case, by=self.decider), by=self.releaser)
        self.lead = lead_of(self.case.organisation)
        self.reviewer = staff(TeamRole.OFFICER)

    def appeal(self):
        return workflow.appeal(self.case, by=self.lead, ground=AppealGround.FACT, words=WORDS)

    def in_review(self):
        return workflow.start_review(self.appeal(), by=self.reviewer)

    def answered(self, outcome, **kw):
        return workflow.answer_appeal(
            self.in_review(), by=self.reviewer, outcome=outcome, answer="Line 4 was misread.", **kw
        )


APPEALABLE = {
    S.DECLINED: True,
    S.APPROVED: True,  # with conditions; the control without them is below
}


@pytest.mark.parametrize("state", S.values)
def test_only_a_refusal_or_conditions_can_be_appealed(state):
    if state == S.DECLINED:
        case = released(decided(recommended(outcome=Outcome.DECLINE)))
    elif state == S.APPROVED:
        case = released()
    elif state == S.RESERVED:
        case = reserved()
    elif state == S.DECIDED:
        case = decided()
    elif state == S.RECOMMENDED:
        case = recommended()
    else:
        case = application_at(state)
    lead = lead_of(case.organisation)
    shown = "appeal" in {verb.name for verb in offered(lead, case)}
    assert shown is APPEALABLE.get(S(state), False)
    try:
        workflow.appeal(case, by=lead, ground=AppealGround.FACT, words=WORDS)
    except NotReady:
        assert not shown
    else:
        assert shown


def test_an_award_without_conditions_cannot_be_appealed():
    case = released(decided(recommended(outcome=Outcome.APPROVE)))
    with pytest.raises(NotReady, match="Only a refusal"):
        workflow.appeal(case, by=lead_of(case.organisation), ground="fact", words=WORDS)


def test_the_letter_leads_to_an_appeal_for_those_who_may_make_one():
    for outcome, roles in ((Outcome.DECLINE, {"lead"}), (Outcome.APPROVE, set())):
        cast = Cast(outcome)
        held = cast.case.organisation
        people = {"lead": cast.lead, "contributor": member(held), "officer": cast.reviewer}
        led = set()
        for role, who in people.items():
            client = Client()
            client.force_login(who)
            page = client.get(f"{cast.case.get_absolute_url()}decision/")
            assert page.status_code == 200, role
            if f'href="{cast.case.get_absolute_url()}appeal/"' in page.content.decode():
                led.add(role)
                assert client.get(f"{cast.case.get_absolute_url()}appeal/").status_code == 200
        assert led == roles


def test_twenty_working_days_and_not_one_more():
    cast = Cast()
    until = cast.case.appeal_until
    released_on = clock.day_of(cast.case.decision.released_at)
    assert until == working_days_after(released_on, 20)
    with clock.at(clock.end_of(until)), pytest.raises(NotReady, match="could be made until"):
        cast.appeal()
    with clock.at(clock.end_of(until) - timedelta(microseconds=1)):
        assert cast.appeal().state == AppealState.LODGED


def test_a_decision_is_appealed_once():
    cast = Cast()
    first = cast.appeal()
    with pytest.raises(NotReady, match=first.reference):
        cast.appeal()
    workflow.start_review(first, by=cast.reviewer)
    workflow.answer_appeal(
        first, by=cast.reviewer, outcome=AppealOutcome.NOT_UPHELD, answer="It was read rightly."
    )
    with pytest.raises(NotReady, match=first.reference):
        cast.appeal()


def test_appeal_verbs_by_state_and_role():
    """Equality: nobody with a part in the decision takes it, whatever else they are."""
    cast = Cast()
    held = cast.case.organisation
    insider = staff(TeamRole.OFFICER)
    held.memberships.create(user=insider, role=MemberRole.CONTRIBUTOR)
    root = user()
    root.is_superuser = True
    root.save()
    people = {
        "lead": cast.lead,
        "contributor": member(held),
        "helper": member(held, MemberRole.HELPER),
        "other": lead_of(organisation()),
        "insider": insider,
        "case officer": cast.officer,
        "decider": cast.decider,
        "releaser": cast.releaser,
        "scorer": cast.scorer,
        "chair": cast.chair,
        "superuser": root,
        "another officer": staff(TeamRole.OFFICER),
        "another lead": staff(TeamRole.PROGRAMME_LEAD),
        "reviewer": cast.reviewer,
        **{
            role.value: staff(role)
            for role in TeamRole
            if role not in (TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)
        },
    }

    def found(appeal):
        fresh = Appeal.objects.get(pk=appeal.pk)
        return {
            kind: {verb.name for verb in offered(who, fresh)}
            for kind, who in people.items()
            if offered(who, fresh)
        }

    assert {k for k, who in people.items() if who.has_perm("grants.appeal", cast.case)} == {"lead"}
    appeal = cast.appeal()
    takers = {"another officer", "another lead", "reviewer"}
    assert found(appeal) == {kind: {"review"} for kind in takers}
    for kind, who in people.items():
        if kind not in takers:
            with pytest.raises(NotAllowed):
                workflow.start_review(appeal, by=who)
    appeal = workflow.start_review(appeal, by=cast.reviewer)
    assert found(appeal) == {"reviewer": {"answer"}}
    with pytest.raises(NotAllowed):
        workflow.answer_appeal(
            appeal, by=people["another officer"], outcome="not_upheld", answer="No"
        )
    appeal = workflow.answer_appeal(
        appeal, by=cast.reviewer, outcome=AppealOutcome.NOT_UPHELD, answer="No mistake."
    )
    assert found(appeal) == {}
    assert {verb.name for verb in APPEAL_VERBS} == {"review", "answer"}
    assert Application.objects.get(pk=cast.case.pk).state == S.DECLINED


def test_decided_again_by_other_people():
    cast = Cast()
    before = clock_of(cast.case)
    cast.answered(AppealOutcome.AWARD)
    case = Application.objects.get(pk=cast.case.pk)
    assert case.state == S.RECOMMENDED
    assert case.applicant_label == "With the panel"
    assert not Decision.objects.exists()
    assert clock_of(case).net_days == before.net_days
    assert ClockStop.objects.filter(application=case).count() == 1
    for earlier in (cast.decider, cast.releaser, cast.scorer):
        with pytest.raises(NotAllowed):
            decided(case, by=earlier, outcome=Outcome.DECLINE)
    anew = decided(case, outcome=Outcome.APPROVE, amount=case.figures.eligible)
    with pytest.raises(NotAllowed):
        workflow.release_decision(anew, by=cast.releaser)
    anew = released(anew)
    assert anew.state == S.APPROVED
    # The second letter is announced too.
    told = OutboxMessage.objects.filter(subject__contains="is ready", to=cast.lead.email)
    assert told.count() == 2


def test_scored_again_by_other_people():
    cast = Cast()
    cast.answered(AppealOutcome.RESCORE)
    first = Application.objects.get(pk=cast.case.pk)
    assert (first.state, first.decision.outcome) == (S.DECLINED, Outcome.DECLINE)
    case = first.scored_again_as
    assert (case.state, case.again_of) == (S.WITH_PANEL, first)
    assert OutboxMessage.objects.filter(subject__contains=case.reference).exists()
    # The same application, verdicts and all, under a number of its own.
    before, after = (held.case_files.order_by("-version")[0].content for held in (first, case))
    assert after == before
    assert case.findings.count() == first.findings.count() == 8
    assert clock_of(case).net_days == clock_of(first).net_days
    with pytest.raises(NotAllowed):
        decided(recommended(case), by=cast.decider)
    case = Application.objects.get(pk=case.pk)


def test_who_scored_before_does_not_score_again():
    cast = Cast()
    cast.answered(AppealOutcome.RESCORE)
    case = Application.objects.get(pk=cast.case.pk).scored_again_as
    with pytest.raises(NotReady, match="other people score"):
        recommended(case, panellists=(cast.scorer.pk,))
    assert recommended(case, panellists=(staff(TeamRole.PANEL_MEMBER).pk,)).state == S.RECOMMENDED


def test_conditions_are_lifted_and_the_offer_stays_open():
    cast = Cast(Outcome.APPROVE_WITH_CONDITIONS)
    appeal = cast.in_review()
    for outcome, lifted, says in (
        (AppealOutcome.RESCORE, [], "An award stands"),
        (AppealOutcome.AWARD, [], "An award stands"),
        (AppealOutcome.LIFTED, [], "at least one condition"),
        (AppealOutcome.NOT_UPHELD, [1], "conditions are lifted"),
    ):
        with pytest.raises(NotReady, match=says):
            workflow.answer_appeal(
                appeal, by=cast.reviewer, outcome=outcome, answer="x", lifted=lifted
            )
    workflow.answer_appeal(
        appeal, by=cast.reviewer, outcome=AppealOutcome.LIFTED, answer="Yes.", lifted=[2]
    )
    grant = Application.objects.get(pk=cast.case.pk).grant
    assert [c.outcome for c in grant.conditions.order_by("number")] == ["", "not_needed", ""]
    assert grant.offer_open_until == clock.today() + timedelta(days=28)


def test_a_condition_that_was_lifted_is_not_to_be_accepted():
    """The offer asks for the others; the letter leads to the appeal and offers no second one."""
    cast = Cast(Outcome.APPROVE_WITH_CONDITIONS)
    page = signed_in(cast.lead)
    letter = f"{cast.case.get_absolute_url()}decision/"
    assert "Appeal against the decision" in page.get(letter).content.decode()
    appeal = cast.in_review()
    assert "An appeal is being looked at." in page.get(letter).content.decode()
    workflow.answer_appeal(
        appeal, by=cast.reviewer, outcome=AppealOutcome.LIFTED, answer="Yes.", lifted=[2]
    )
    shown = page.get(letter).content.decode()
    assert "Appeal against the decision" not in shown
    assert appeal.get_absolute_url() in shown
    assert "upheld: conditions are lifted" in shown
    grant = Application.objects.get(pk=cast.case.pk).grant
    assert (
        "You accept 2 conditions, one by one" in page.get(grant.get_absolute_url()).content.decode()
    )
    address = f"{grant.get_absolute_url()}accept/"
    asked = page.get(address).context["form"]
    assert set(asked.fields) == {"condition_1", "condition_3", "terms", "seen"}
    with pytest.raises(NotReady, match="Accept condition 3 first"):
        workflow.accept_offer(grant, by=cast.lead, acknowledged=[1])
    typed = {"condition_1": "on", "condition_3": "on", "terms": "on"}
    assert page.post(address, typed).status_code == 302


def test_a_refusal_has_no_conditions_to_lift():
    cast = Cast()
    with pytest.raises(NotReady, match="A refusal has no conditions"):
        cast.answered(AppealOutcome.LIFTED, lifted=[1])


def test_rates_count_undone_decisions_too():
    cast = Cast()
    cast.answered(AppealOutcome.AWARD)
    rates = appeal_rates()
    assert (rates.decisions, rates.appeals, rates.answered, rates.upheld) == (1, 1, 1, 1)
    assert str(rates.rate) == "100.0"


def test_from_the_letter_to_the_answer_in_the_browser():
    cast = Cast()
    page = signed_in(cast.lead)
    base = f"/applications/{cast.case.reference}/"
    assert b"Appeal against the decision" in page.get(f"{base}decision/").content
    wrong = page.post(f"{base}appeal/", {"ground": "score", "words": ""})
    assert b"Choose what went wrong from the three grounds" in wrong.content
    assert b"Say what happened" in wrong.content
    sent = page.post(f"{base}appeal/", {"ground": "fact", "words": WORDS})
    appeal = Appeal.objects.get()
    assert sent.url == appeal.get_absolute_url()
    assert WORDS in page.get(sent.url).content.decode()
    assert signed_in(lead_of(organisation())).get(sent.url).status_code == 404

    assert any("Take the appeal" in todo.title for todo in todos(cast.reviewer))
    assert not any("appeal" in todo.title for todo in todos(cast.officer))
    assert b"You had a part in this decision" in signed_in(cast.officer).get(sent.url).content
    assert signed_in(cast.officer).get(f"{sent.url}review/").status_code == 404
    theirs = signed_in(cast.reviewer)
    assert theirs.post(f"{sent.url}review/").status_code == 302
    shown = theirs.get(f"{sent.url}answer/").content.decode()
    assert "Conditions that are lifted" not in shown
    assert "Upheld: scored again" in shown
    answer = {"outcome": "not_upheld", "answer": "Line 4 was read from your own file."}
    assert theirs.post(f"{sent.url}answer/", answer).status_code == 302
    assert "Line 4 was read from your own file." in page.get(sent.url).content.decode()
    assert b"100" in theirs.get("/appeals/").content


def test_the_api_refuses_what_the_page_refuses():
    cast = Cast()
    api = signed_in(cast.lead)
    url = f"/api/v1/applications/{cast.case.reference}/appeal/"
    bad = api.post(url, {"ground": "score"}, content_type="application/json")
    assert (bad.status_code, set(bad.json())) == (400, {"ground", "words"})
    good = api.post(url, {"ground": "fact", "words": WORDS}, content_type="application/json")
    assert good.status_code == 200
    appeal = api.get("/api/v1/appeals/").json()["results"][0]
    assert appeal["ground"] == "fact"
    taken = signed_in(cast.officer).post(f"/api/v1/appeals/{appeal['reference']}/review/")
    assert taken.status_code == 404
    assert (
        signed_in(cast.reviewer).post(f"/api/v1/appeals/{appeal['reference']}/review/").status_code
        == 200
    )
