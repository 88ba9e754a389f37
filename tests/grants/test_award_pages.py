"""Pages and API of the award half: who reaches them, what they show and when, that nothing typed is
lost, and that a long list costs no more queries than a short one."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.enums import MemberRole, TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotReady
from accounts.verbs import offered
from accounts.worklist import todos
from grants import grant_page, workflow
from grants.enums import ApplicationState, GrantState, Outcome
from grants.models import Application, Claim, Grant, Payment, Round
from grants.working_days import working_days_after
from tests.factories.accounts import lead_of, member, signed_in, staff, user
from tests.factories.awards import (
    SPENT,
    accepted_claim,
    claim,
    decided,
    first_payment,
    grant_at,
    offer,
    paid,
    recommended,
    released,
)
from tests.factories.grants import application_at, programme, programme_and_round
from tests.factories.moments import noon

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# Nothing before the release ------------------------------------------------------------------------

SECRETS = (
    "80.33",
    "Feedback on C1",
    "Decided",
    "recommended",
    "Refresh the working policy",
    "4.67",
)


@pytest.mark.parametrize("make", [recommended, decided])
@pytest.mark.parametrize("role", [MemberRole.LEAD, MemberRole.CONTRIBUTOR, MemberRole.HELPER])
def test_nothing_of_a_decision_shows_before_its_release(make, role):
    application = make()
    held = application.organisation
    client = signed_in(lead_of(held) if role == MemberRole.LEAD else member(held, role))
    reference = application.reference
    pages = ["/", reverse("application", args=[reference]), "/applications/", "/rounds/"]
    pages += [application.round.get_absolute_url(), f"/api/v1/applications/{reference}/"]
    for page in pages:
        body = client.get(page).content.decode()
        body = re.sub(r":\d\d\.\d+", "", body)  # a moment may end in 4.67 seconds
        for secret in SECRETS:
            assert secret not in body, (page, secret)
    for page in (
        reverse("decision-letter", args=[reference]),
        reverse("decide", args=[reference]),
        reverse("release", args=[reference]),
        reverse("grant", args=[reference]),
        f"/applications/{reference}/take-back/",
    ):
        assert client.get(page).status_code == 404, page
    mails = " ".join(m.subject + m.body for m in OutboxMessage.objects.all())
    assert not [secret for secret in ("80.33", "approve", "declin", "7,762") if secret in mails]


def test_staff_who_belong_to_the_applicant_wait_like_the_applicant():
    application = decided()
    officer = staff(TeamRole.OFFICER)
    application.organisation.memberships.create(user=officer, role=MemberRole.CONTRIBUTOR)
    letter = reverse("decision-letter", args=[application.reference])
    assert signed_in(officer).get(letter).status_code == 404
    assert signed_in(staff(TeamRole.OFFICER)).get(letter).status_code == 200


def test_the_letter_says_outcome_scores_conditions_next_and_appeal():
    application = released()
    client = signed_in(lead_of(application.organisation))
    said = text_of(client.get(reverse("decision-letter", args=[application.reference])))
    for words in (
        "Your application is approved, with conditions",
        "£7,762.20",
        "80.33 of 100",
        "4.67 of 5",
        "Feedback on C7",
        "Refresh the working policy within 3 months",
        "£6,209.76",
        "20 working days",
        "the process was not followed",
    ):
        assert words in said, words
    mail = OutboxMessage.objects.get(subject__startswith="The decision on")
    assert "approved" not in mail.body
    assert "7,762" not in mail.body


# Deciding and releasing on the pages ----------------------------------------------------------------


def test_deciding_keeps_what_was_typed_and_says_what_is_wrong():
    application = recommended()
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    page = reverse("decide", args=[application.reference])
    shown = client.get(page)
    assert 'value="7762.20"' in shown.content.decode()
    typed = {
        "outcome": "approve_conditions",
        "amount": "1e3",
        "conditions": "",
        "reasons": "Because of the plan",
        **{f"feedback_C{n}": f"Kept {n}" for n in range(1, 7)},
        "feedback_C7": "\u200b",
    }
    answer = client.post(page, typed)
    said = text_of(answer)
    assert "Enter an amount in pounds and pence" in said
    assert "Write a sentence of feedback on C7" in said
    assert "Kept 6" in said
    typed |= {"amount": "9000", "feedback_C7": "Said"}
    said = text_of(client.post(page, typed))
    assert "The most this round awards is £8,000.00" in said
    typed |= {"amount": "£7,762.20"}
    assert "Write at least one condition" in text_of(client.post(page, typed))
    typed |= {"conditions": "Refresh the policy\n\nSend the dates"}
    assert client.post(page, typed).status_code == 302
    decision = Application.objects.get(pk=application.pk).decision
    assert decision.conditions == ["Refresh the policy", "Send the dates"]
    assert decision.amount == Decimal("7762.20")
    assert client.post(page, typed).status_code == 409


def test_an_award_in_part_says_why_by_every_door_and_the_letter_says_so():
    application = recommended()
    lead = staff(TeamRole.PROGRAMME_LEAD)
    client = signed_in(lead)
    page = reverse("decide", args=[application.reference])
    api = f"/api/v1/applications/{application.reference}/decide/"
    why = "The third visit is left out; the days for the circle stand by themselves."
    typed = {
        "outcome": "approve",
        "amount": "7000",
        "reasons": "Because of the plan",
        **{f"feedback_C{n}": "Clear" for n in range(1, 8)},
    }
    needed = "Say why it is less than the eligible £7,762.20"
    assert needed in text_of(client.post(page, typed))
    answer = client.post(api, typed, content_type="application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["in_part"])
    said = {"reasons": "Strong", "feedback": {f"C{n}": "Clear" for n in range(1, 8)}}
    for words in ("", "   "):
        with pytest.raises(NotReady, match="less than the eligible"):
            workflow.decide(
                application,
                by=lead,
                outcome="approve",
                amount=Decimal("7762.19"),
                conditions=[],
                in_part=words,
                **said,
            )
    assert "Shorten" in text_of(client.post(page, typed | {"in_part": "word " * 101}))
    whole = typed | {"amount": "7762.20", "in_part": why}
    assert "Take this out: the award is the whole eligible total" in text_of(
        client.post(page, whole)
    )
    assert not hasattr(Application.objects.get(), "decision")
    assert client.post(page, typed | {"in_part": why}).status_code == 302
    workflow.release_decision(application, by=staff(TeamRole.PROGRAMME_LEAD))
    letter = reverse("decision-letter", args=[application.reference])
    shown = text_of(signed_in(lead_of(application.organisation)).get(letter))
    assert "Why it is a part of what was eligible" in shown
    assert why in shown


def test_a_refusal_keeps_no_reason_for_a_part():
    application = recommended(outcome=Outcome.DECLINE)
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    typed = {
        "outcome": "decline",
        "amount": "",
        "in_part": "Left over",
        "reasons": "Too little is about the person",
        **{f"feedback_C{n}": "Clear" for n in range(1, 8)},
    }
    assert client.post(reverse("decide", args=[application.reference]), typed).status_code == 302
    assert Application.objects.get().decision.in_part == ""


@pytest.mark.parametrize(
    ("panel", "lead", "opposite"),
    [
        ("approve", "decline", True),
        ("decline", "approve", True),
        ("decline", "reserve", True),
        ("approve", "reserve", False),
        ("approve", "approve", False),
        ("decline", "decline", False),
    ],
)
def test_a_letter_does_not_give_the_panels_reasons_for_the_opposite(panel, lead, opposite):
    application = recommended(outcome=panel)
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    page = reverse("decide", args=[application.reference])
    typed = {name: field.value() or "" for name, field in bound_fields(client.get(page)).items()}
    typed |= {"outcome": lead, "conditions": "", "amount": "7762.20"}
    typed |= {f"feedback_C{n}": "Said" for n in range(1, 8)}
    answer = client.post(page, typed)
    if opposite:
        said = answer.context["form"].errors
        assert said == {
            "reasons": [
                "These are the panel’s reasons for another outcome. Say why you decide otherwise"
            ]
        }
        answer = client.post(page, typed | {"reasons": "The wider plan is not clear enough."})
    assert answer.status_code == 302


def bound_fields(response):
    form = response.context["form"]
    return {name: form[name] for name in form.fields if name != "standard"}


def test_release_shows_the_letter_and_another_lead_presses():
    lead, other = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    application = decided(by=lead)
    page = reverse("release", args=[application.reference])
    assert signed_in(lead).get(page).status_code == 404
    assert "Feedback on C3" in text_of(signed_in(other).get(page))
    assert signed_in(other).post(page).status_code == 302
    assert Grant.objects.get().state == GrantState.OFFERED
    assert signed_in(other).post(page).status_code == 409


def test_several_are_released_together_and_the_one_without_money_says_so():
    held = programme_and_round(budget=Decimal("16000.00"))
    waiting = [decided(round=held) for _ in range(3)]
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    page = reverse("release-decisions", args=[held.reference])
    assert text_of(client.get(page)).count("Feedback on C5") == 3
    assert client.post(page).status_code == 409
    answer = client.post(page, {"application": [a.reference for a in waiting]})
    assert answer.status_code == 409
    assert f"{waiting[2].reference}: £475.60 of the round’s £16,000.00 is left" in text_of(answer)
    assert Grant.objects.count() == 2


# Payments, claims, conditions ------------------------------------------------------------------------


def test_finance_approves_and_pays_on_the_pages_and_a_second_press_is_told():
    payment = first_payment(grant_at(GrantState.AGREED))
    client = signed_in(staff(TeamRole.FINANCE))
    assert "1 payment waits for approval" in text_of(client.get(reverse("payments")))
    page = payment.get_absolute_url()
    assert "£6,209.76" in text_of(client.get(page))
    assert client.post(f"{page}approve/").status_code == 302
    again = client.post(f"{page}approve/")
    assert again.status_code == 409
    assert "has moved on" in text_of(again)
    assert client.post(f"{page}mark-paid/").status_code == 302
    assert Payment.objects.get().state == "paid"


def test_who_prepared_sees_why_somebody_else_approves():
    both = staff(TeamRole.OFFICER, TeamRole.FINANCE)
    payment = first_payment(grant_at(GrantState.AGREED), officer=both)
    said = text_of(signed_in(both).get(payment.get_absolute_url()))
    assert "Somebody else approves this payment" in said
    assert signed_in(both).get(f"{payment.get_absolute_url()}approve/").status_code == 404


def test_a_double_click_makes_one_payment_and_one_claim():
    grant = grant_at(GrantState.ACTIVE)
    officer = signed_in(staff(TeamRole.OFFICER))
    verb = reverse("grant-verb", args=[grant.reference, "prepare-first-payment"])
    assert [officer.post(verb).status_code for _ in range(2)] == [302, 409]
    lead = signed_in(lead_of(grant.organisation))
    add = reverse("add-claim", args=[grant.reference])
    assert [lead.post(add).url for _ in range(2)] == [f"{grant.get_absolute_url()}claims/1/"] * 2
    assert (Payment.objects.count(), Claim.objects.count()) == (1, 1)


def test_a_claim_keeps_drafts_and_names_what_is_missing():
    made = claim(grant_at(GrantState.ACTIVE))
    client = signed_in(member(made.grant.organisation, MemberRole.CONTRIBUTOR))
    page = made.get_absolute_url()
    typed = {f"amount_{n}": str(amount) for n, (amount, _) in SPENT.items()}
    typed |= {f"note_{n}": note for n, (_, note) in SPENT.items()}
    typed |= {"is_final": "yes"}
    wrong = client.post(page, typed | {"amount_3": "850,0", "note_4": "kept"})
    assert wrong.status_code == 200
    assert "L3: enter pounds and pence" in text_of(wrong)
    assert 'value="850,0"' in wrong.content.decode()
    assert client.post(page, typed | {"amount_3": "", "note_9": ""}).status_code == 302
    blocked = client.post(page, typed | {"amount_3": "", "note_9": "", "send": "1"})
    assert "<title>Error: Claim 1" in re.sub(r"\s+", " ", blocked.content.decode())
    assert blocked.context["form"].errors == {
        "amount_3": ["L3: say what was spent. 0.00 is an answer too"],
        "note_9": ["L9: say in a few words why nothing was spent"],
    }
    html = blocked.content.decode()
    assert 'href="#id_amount_3"' in html
    assert 'id="id_amount_3_error"' in html
    over = client.post(page, typed | {"amount_1": "9000", "send": "1"})
    assert "more than 10% or £500 over" in over.context["form"].errors["amount_1"][0]
    assert "The award is £7,762.20" in over.context["form"].non_field_errors()[0]
    sent = client.post(page, typed | {"send": "1"})
    assert sent.url == f"{page}submit/"
    assert client.post(sent.url).status_code == 302
    assert Claim.objects.get().state == "submitted"
    late = client.post(page, typed)  # a colleague's older page
    assert late.status_code == 409
    assert "This claim has moved on" in text_of(late)
    assert SPENT[9][1] in text_of(late)


def test_whoever_corrects_a_claim_is_not_taken_for_somebody_else():
    """What was typed is kept although it cannot be sent yet: the page stands on what is kept now."""
    made = workflow.add_claim(grant := grant_at(GrantState.ACTIVE), by=lead_of(grant.organisation))
    client = signed_in(lead_of(grant.organisation))
    page = made.get_absolute_url()
    shown = client.get(page).context["form"]
    typed = {f"amount_{n}": [f"{amount:.0f}"] for n, (amount, _) in SPENT.items()}
    typed |= {f"note_{n}": [note] for n, (_, note) in SPENT.items()}
    typed |= {"is_final": ["yes"], "send": ["1"], "note_9": [""]}
    again = client.post(page, shown.sent_as_drawn() | typed).context["form"]
    assert list(again.errors) == ["note_9"]
    typed |= {"note_9": ["In kind"], "amount_1": ["1800"], "opened": [again.opened_value]}
    assert client.post(page, typed).url == f"{page}submit/"
    assert Claim.objects.get().lines.get(line__number=1).amount == Decimal("1800.00")
    # With nothing else typed the answer about the last claim stays as it was given.
    empty = {f"amount_{n}": "" for n in SPENT} | {f"note_{n}": "" for n in SPENT}
    answer = client.post(page, empty | {"is_final": "yes", "send": "1"})
    assert answer.context["form"]["is_final"].value() == "yes"
    assert "is_final" not in answer.context["form"].errors


def test_nobody_is_made_to_say_that_a_claim_is_the_last():
    """After it nothing can be claimed: the answer is theirs, and asked for when the claim is sent."""
    made = workflow.add_claim(grant := grant_at(GrantState.ACTIVE), by=lead_of(grant.organisation))
    client = signed_in(lead_of(grant.organisation))
    page = made.get_absolute_url()
    assert "checked" not in client.get(page).content.decode()
    typed = {f"amount_{n}": str(amount) for n, (amount, _) in SPENT.items()}
    typed |= {f"note_{n}": note for n, (_, note) in SPENT.items()}
    refused = client.post(page, typed | {"send": "1"})
    assert refused.context["form"].errors == {"is_final": ["Say whether this is your last claim"]}
    assert client.post(page, typed).status_code == 302  # a draft need not know
    assert Claim.objects.get().is_final is False
    assert client.post(page, typed | {"send": "1", "is_final": "yes"}).status_code == 302
    assert Claim.objects.get().is_final is True


def test_a_claim_is_checked_before_it_is_sent_and_what_was_checked_is_sent():
    made = claim(grant_at(GrantState.ACTIVE), is_final=True)
    lead = lead_of(made.grant.organisation)
    client, address = signed_in(lead), f"{made.get_absolute_url()}submit/"
    opened = client.get(address)
    shown = text_of(opened)
    assert "L1 £1,900.00 £1,900.00" in shown
    assert SPENT[9][1] in shown
    assert "This is the last claim." in shown
    assert "No evidence is uploaded to it." in shown
    assert f"£{made.grant.amount - made.total:,.2f} of the award stays with the programme" in shown
    seen = re.search(r'name="seen" value="([^"]+)"', opened.content.decode())[1]
    workflow.fill_claim(made, by=lead, lines={1: (Decimal("1.00"), "")}, is_final=False)
    late = client.post(address, {"seen": seen})
    assert "This has changed since you opened the page" in text_of(late)
    assert "more will follow" in text_of(late)
    assert Claim.objects.get().state == "draft"
    seen = re.search(r'name="seen" value="([^"]+)"', late.content.decode())[1]
    assert client.post(address, {"seen": seen}).status_code == 302
    officer = signed_in(staff(TeamRole.OFFICER))
    assert "None is uploaded to this claim." in text_of(officer.get(made.get_absolute_url()))
    assert "L1 £1,900.00 £1.00" in text_of(officer.get(f"{made.get_absolute_url()}accept/"))


def test_an_officer_notes_a_condition_on_the_grants_page():
    grant = grant_at(GrantState.ACTIVE)
    client = signed_in(staff(TeamRole.OFFICER))
    page = f"{grant.get_absolute_url()}conditions/2/meet/"
    assert page in client.get(grant.get_absolute_url()).content.decode()
    answer = client.post(page, {"outcome": "not_needed", "note": ""})
    assert "Say why the condition is not needed" in text_of(answer)
    assert client.post(page, {"outcome": "not_needed", "note": "None planned"}).status_code == 302
    assert "None planned" in text_of(client.get(grant.get_absolute_url()))
    assert client.get(f"{grant.get_absolute_url()}conditions/9/meet/").status_code == 404


# Who reaches what -----------------------------------------------------------------------------------


def test_pages_are_for_these_people():
    grant = grant_at(GrantState.ACTIVE)
    payment, made = first_payment(grant), claim(grant)
    held = grant.organisation
    people = {
        "stranger": user(),
        "other lead": lead_of(offer().organisation),
        "lead": lead_of(held),
        "contributor": member(held),
        "helper": member(held, MemberRole.HELPER),
        **{role.value: staff(role) for role in TeamRole},
    }
    reference, round_ref = grant.reference, grant.round.reference
    money = {"lead", "contributor", "officer", "programme_lead", "finance"}
    pages = {
        reverse("grant", args=[reference]): money,
        payment.get_absolute_url(): money,
        made.get_absolute_url(): money,
        reverse("decision-letter", args=[reference]): {
            "lead",
            "contributor",
            "helper",
            "officer",
            "programme_lead",
        },
        reverse("payments"): {"officer", "programme_lead", "finance"},
        reverse("grants"): set(people),
        reverse("rounds"): set(people),
        reverse("round", args=[round_ref]): set(people),
        reverse("add-round"): {"programme_lead"},
        reverse("add-programme"): {"programme_lead"},
        reverse("release-decisions", args=[round_ref]): {"programme_lead"},
        reverse("add-claim", args=[reference]): {"lead", "contributor"},
    }
    for page, allowed in pages.items():
        found = set()
        for kind, who in people.items():
            status = signed_in(who).get(page).status_code
            assert status in (200, 302, 404), (page, kind, status)
            found |= {kind} if status != 404 else set()
        assert found == allowed, page
    assert Client().get(reverse("grants")).status_code == 302


def test_lists_hold_only_what_is_visible():
    first, second = grant_at(GrantState.ACTIVE), grant_at(GrantState.AGREED)
    said = text_of(signed_in(lead_of(first.organisation)).get(reverse("grants")))
    assert first.reference in said
    assert second.reference not in said
    helper = member(first.organisation, MemberRole.HELPER)
    assert first.reference not in text_of(signed_in(helper).get(reverse("grants")))
    officer = signed_in(staff(TeamRole.OFFICER))
    assert second.reference in text_of(officer.get(f"{reverse('grants')}?state=agreed"))
    assert first.reference not in text_of(officer.get(f"{reverse('grants')}?state=agreed"))


@pytest.mark.parametrize("door", ["/grants/", "/api/v1/grants/"])
@pytest.mark.parametrize("sort", ["", ",", "amount", "-amount", "amount,"])
def test_what_is_equal_stays_in_the_order_of_the_list(door, sort):
    held = [grant_at(GrantState.OFFERED).reference for _ in range(3)]
    said = signed_in(staff(TeamRole.OFFICER)).get(door, {"sort": sort}).content.decode()
    assert sorted(held, key=said.index) == held[::-1]


# Rounds ---------------------------------------------------------------------------------------------


def test_a_lead_sets_up_and_publishes_a_round():
    held = programme()
    client = signed_in(staff(TeamRole.PROGRAMME_LEAD))
    typed = {
        "programme": held.pk,
        "title": "Round 2, 2025",
        "reference": "2025-R2",
        **{"opens_on_day": "1", "opens_on_month": "May", "opens_on_year": "2030"},
        **{"closes_on_day": "30", "closes_on_month": "4", "closes_on_year": "2030"},
        "budget": "550,000",
        "minimum": "1000",
        "maximum": "8000",
        "short_form_up_to": "2500",
        "delivery_months": "6",
        "threshold": "60",
        "quorum": "3",
    }
    wrong = client.post(reverse("add-round"), typed)
    assert wrong.context["form"].errors == {
        "closes_on": ["The last day must be the same as or after the opening day"]
    }
    assert "550,000" in wrong.content.decode()
    typed["closes_on_month"] = "5"
    assert client.post(reverse("add-round"), typed).url == "/rounds/2025-R2/"
    made = Round.objects.get(reference="2025-R2")
    assert (made.opens_at.astimezone(clock.LONDON).hour, str(made.last_day)) == (0, "2030-05-30")
    assert (made.questions.count(), made.criteria.count()) == (12, 7)
    assert signed_in(user()).get("/rounds/2025-R2/").status_code == 404
    assert "Another round has this short name" in text_of(client.post(reverse("add-round"), typed))
    assert client.post("/rounds/2025-R2/publish/").status_code == 302
    assert signed_in(user()).get("/rounds/2025-R2/").status_code == 200


def test_a_round_at_a_glance_counts_money_and_days():
    begun = noon(-40)
    held = programme_and_round(budget=Decimal("60000.00"), opens_at=begun - timedelta(days=9))
    with clock.at(begun):
        applications = [application_at(ApplicationState.WITH_PANEL, round=held) for _ in range(3)]
    for application, days in zip(applications, (27, 33), strict=False):
        with clock.at(begun + timedelta(days=days)):
            released(decided(recommended(application)))
    said = text_of(signed_in(staff(TeamRole.PROGRAMME_LEAD)).get(held.get_absolute_url()))
    for words in (
        "£15,524.40",
        "£44,475.60 of £60,000.00 left",
        "30.0 days",
        "32.4 days",
        "1 of 2 within 30",
        "1 case waits",
        "£23,961.60 by 3 applications",
    ):
        assert words in said, words


# Work, sections, queries -------------------------------------------------------------------------------


def test_everybody_sees_what_waits_for_them():
    held = programme_and_round()
    lead, officer, finance = (
        staff(TeamRole.PROGRAMME_LEAD),
        staff(TeamRole.OFFICER),
        staff(TeamRole.FINANCE),
    )
    recommended(round=held)
    decided(round=held)
    offered_grant = offer(round=held)
    grant_at(GrantState.AGREED, round=held)
    first_payment(grant_at(GrantState.AGREED, round=held))
    waiting = claim(grant_at(GrantState.REPORTING, round=held))
    workflow.submit_claim(waiting, by=lead_of(waiting.grant.organisation))
    own = {t.title.split(" of HERON")[0].split(" HERON")[0] for t in todos(lead)}
    assert {"Decide on", f"Release 1 decision of {held.title}"} <= own
    titles = {t.title: t.due_on for t in todos(officer)}
    assert "Prepare the first payment of HERON" in titles
    assert titles["Look at claim 1 of HERON"] == working_days_after(clock.today(), 5)
    assert [t.title for t in todos(finance)] == ["Approve the first payment of HERON"]
    (todo,) = [t for t in todos(lead_of(offered_grant.organisation)) if "offer" in t.title]
    assert (todo.title, todo.due_on) == (
        "Accept the offer for HERON",
        offered_grant.offer_open_until,
    )
    assert "Claim what was spent for HERON" in [
        t.title for t in todos(lead_of(grant_at(GrantState.DELIVERED).organisation))
    ]


def test_other_apps_add_to_a_grants_page(monkeypatch):
    monkeypatch.setattr(grant_page, "_LINKS", [])
    monkeypatch.setattr(grant_page, "_DUE", [])
    grant = grant_at(GrantState.ACTIVE)
    day = clock.today()
    grant_page.register_links(10, lambda user, grant: [("Training", "/training/")])
    grant_page.register_due(lambda user, grant: [grant_page.Due(day, "Coaching visit 5")])
    client = signed_in(lead_of(grant.organisation))
    said = text_of(client.get(grant.get_absolute_url()))
    assert "Training" in said
    assert "Coaching visit 5" in said


def queries(page, who, django_assert_num_queries=None):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(who)
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_lists_cost_the_same_with_one_row_and_with_three():
    held = programme_and_round()
    lead, finance = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.FINANCE)
    pages = [
        (reverse("grants"), lead),
        (reverse("payments"), finance),
        (reverse("rounds"), lead),
        (held.get_absolute_url(), lead),
        (reverse("release-decisions", args=[held.reference]), lead),
        ("/api/v1/grants/", lead),
        ("/api/v1/payments/", finance),
        ("/api/v1/claims/", lead),
    ]

    def one_more():
        decided(round=held)
        grant = grant_at(GrantState.ACTIVE, round=held)
        accepted_claim(grant, is_final=False)
        first_payment(grant)

    one_more()
    before = [queries(*page) for page in pages]
    one_more()
    one_more()
    assert [queries(*page) for page in pages] == before


def test_long_lists_have_pages():
    assert Paginator(Grant.objects.visible_to(staff(TeamRole.OFFICER)).order_by("pk"), 50).num_pages
    grant_at(GrantState.ACTIVE)
    client = signed_in(staff(TeamRole.OFFICER))
    assert client.get(f"{reverse('grants')}?page=99&sort=-amount&find=heron").status_code == 200
    assert client.get(f"{reverse('grants')}?state=nonsense&round=none").status_code == 200


# The API --------------------------------------------------------------------------------------------


def test_the_api_refuses_what_the_pages_refuse():
    grant = grant_at(GrantState.AGREED)
    officer, finance = signed_in(staff(TeamRole.OFFICER)), signed_in(staff(TeamRole.FINANCE))
    stranger, lead = signed_in(user()), signed_in(lead_of(grant.organisation))
    one = f"/api/v1/grants/{grant.reference}/"
    assert stranger.get(one).status_code == 404
    shown = json.loads(lead.get(one).content)
    assert (shown["amount"], shown["spent"], shown["state"]) == ("7762.20", "0.00", "agreed")
    assert lead.post(f"{one}prepare-first-payment/").status_code == 404
    assert officer.post(f"{one}close/").status_code == 409
    assert officer.post(f"{one}prepare-first-payment/").status_code == 200
    again = officer.post(f"{one}prepare-first-payment/")
    assert again.status_code == 409
    assert again.json()["blockers"] == ["The first payment has been prepared."]
    payment = f"/api/v1/payments/{grant.reference}-first/"
    assert officer.post(f"{payment}approve/").status_code == 404
    for body, wrong in (
        ({}, {"reason"}),
        ({"reason": "The account is closed.", "raeson": "x"}, {"raeson"}),
        ({"raeson": "The account is closed."}, {"reason", "raeson"}),
    ):
        answer = finance.post(f"{payment}send-back/", body, "application/json")
        assert (answer.status_code, set(answer.json())) == (400, wrong)
    assert finance.post(f"{payment}approve/").json()["state"] == "approved"
    assert finance.post(f"{payment}mark-paid/").json()["paid_on"] == str(clock.today())
    assert finance.get("/api/v1/claims/nonsense/").status_code == 404
    assert stranger.get("/api/v1/payments/").json()["count"] == 0


def test_pages_and_api_offer_the_same_verbs():
    grant = grant_at(GrantState.AGREED)
    paid(first_payment(grant))
    for who in (
        staff(TeamRole.OFFICER),
        staff(TeamRole.PROGRAMME_LEAD),
        lead_of(grant.organisation),
    ):
        for verb in offered(who, grant):
            assert signed_in(who).get(verb.url).status_code == 200


def test_the_letter_is_linked_where_it_can_be_opened():
    for grant in (offer(), grant_at(GrantState.ACTIVE)):
        letter = reverse("decision-letter", args=[grant.reference])
        seen = {}
        for who in (
            lead_of(grant.organisation),
            member(grant.organisation, MemberRole.CONTRIBUTOR),
            staff(TeamRole.OFFICER),
            staff(TeamRole.PROGRAMME_LEAD),
            staff(TeamRole.FINANCE),
        ):
            client = signed_in(who)
            linked = f'href="{letter}"' in client.get(grant.get_absolute_url()).content.decode()
            assert linked is (client.get(letter).status_code == 200)
            seen[who.pk] = linked
        assert list(seen.values()) == [True, True, True, True, False]
