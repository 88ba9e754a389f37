"""A question about one budget line: asked beside accept and refuse, answered beside the line, and only that
line opens; officer and panel read what changed."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import TeamRole
from accounts.models import OutboxMessage
from accounts.state import NotReady, blockers
from grants import actions, readiness, workflow
from grants.enums import ApplicationState, LineVerdict
from grants.models import Application
from grants.versions import by_applicant
from tests.factories.accounts import lead_of, organisation, signed_in, staff
from tests.factories.grants import application_at, checked, programme_and_round
from tests.factories.panel import assigned, declared, panellist

pytestmark = pytest.mark.django_db

S = ApplicationState
WORDS = "Why two days and not one?"


def text_of(response):
    return response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")


def rows_of(response):
    """The text of each row of the page's tables."""
    rows = re.findall(r"<tr.*?</tr>", text_of(response), re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def fresh(application):
    return Application.objects.get(pk=application.pk)


def asked_about(number=1, words=WORDS):
    case = application_at(S.IN_CHECK)
    return workflow.ask(case, by=case.case_officer, words=words, line=number)


def details_of(line, **changed):
    names = ("category", "description", "activity", "topic", "quantity", "unit_cost", "kind")
    held = {name: getattr(line, name) for name in (*names, "justification", "other_funding")}
    return held | {"needs": list(line.needs.all())} | changed


def typed(line, **changed):
    """A line as its form sends it."""
    said = details_of(line)
    needs = [str(need.number) for need in said.pop("needs")]
    return {name: str(value) for name, value in said.items()} | {"needs": needs} | changed


def test_an_officer_asks_beside_accept_and_refuse_and_it_is_all_or_nothing():
    case = application_at(S.IN_CHECK)
    officer = signed_in(case.case_officer)
    page = reverse("application-lines", args=[case.reference])
    sent = {f"L{n}-verdict": "accepted" for n in range(4, 11)}
    sent |= {"L3-verdict": "refused", "L3-reason": "Not for this person", "L1-verdict": "ask"}
    rule = officer.get(page).context["forms"][10].initial["reason"]
    for reason, wrong in (
        ({"L1-reason": ""}, "Write what you ask about the line"),
        (
            {"L1-reason": WORDS, "L11-verdict": "ask", "L11-reason": rule},
            "instead of why the line is",
        ),
        ({"L1-reason": "x" * 301}, "Shorten this to 300 characters"),
        ({"L1-reason": WORDS, "L4-verdict": "perhaps"}, "Select accept, refuse or ask"),
    ):
        assert wrong in text_of(officer.post(page, sent | reason))
        assert not case.clarifications.exists()
        assert set(case.lines.values_list("verdict", flat=True)) == {LineVerdict.OPEN}
    token = re.search(r'name="once" value="([^"]+)"', text_of(officer.get(page)))[1]
    sent |= {"L1-reason": WORDS, "once": token}
    first = officer.post(page, sent, follow=True)
    officer.post(page, sent)  # a double click
    assert "1 question is on the way, and the clock has stopped." in text_of(first)
    held = case.clarifications.get()
    assert (held.line, held.question, held.words, held.about) == (1, None, WORDS, "Budget line 1")
    found = dict(case.lines.values_list("number", "verdict"))
    assert (found[1], found[3], found[4]) == ("open", "refused", "accepted")
    assert fresh(case).state == S.RETURNED
    assert case.clock_stops.count() == 1
    mail = OutboxMessage.objects.filter(subject__startswith="A question about")
    assert mail.count() == 1
    assert WORDS not in mail.get().body
    assert any(WORDS in row for row in rows_of(officer.get(page)))


def test_several_lines_are_asked_about_in_one_letter():
    case = application_at(S.IN_CHECK)
    officer = signed_in(case.case_officer)
    page = reverse("application-lines", args=[case.reference])
    sent = {f"L{n}-verdict": "ask" for n in (1, 2, 4)}
    sent |= {f"L{n}-reason": f"{WORDS} {n}" for n in (1, 2, 4)}
    done = officer.post(page, sent, follow=True)
    assert "3 questions are on the way, and the clock has stopped." in text_of(done)
    asked = case.clarifications.order_by("number").values_list("number", "line", "words")
    assert list(asked) == [(i, n, f"{WORDS} {n}") for i, n in enumerate((1, 2, 4), start=1)]
    assert case.clock_stops.count() == 1
    mail = OutboxMessage.objects.get(subject__startswith="Questions about")
    assert "An officer has 3 questions about" in mail.body
    assert "Read them and reply" in mail.body
    workflow.ask(fresh(case), by=case.case_officer, words="And the budget?")
    assert OutboxMessage.objects.filter(subject__startswith="A question about").count() == 1
    with pytest.raises(NotReady, match="no budget line 12"):
        workflow.ask_about_lines(fresh(case), by=case.case_officer, lines={3: WORDS, 12: WORDS})
    assert case.clarifications.count() == 4


def test_a_reply_can_be_sent_although_the_open_line_alone_cannot_mend_the_budget():
    """The share that it breaks is said; the officer reads it before the panel does, and opens the whole
    budget, where it has to be put right."""
    case = asked_about(1)
    lead = lead_of(case.organisation)
    client = signed_in(lead)
    asked = case.clarifications.get()
    actions.save_reply(asked, by=lead, text="One is enough", version=asked.draft_version)
    one = case.lines.get(number=1)
    assert readiness.beyond_their_reach(fresh(case)) == []
    assert "What the budget breaks now" not in text_of(client.get(case.get_absolute_url()))
    actions.save_line(fresh(case), by=lead, line=one, **details_of(one, quantity=Decimal("0.1")))
    shown = text_of(client.get(case.get_absolute_url()))
    broken = readiness.beyond_their_reach(fresh(case))
    assert len(broken) == 1
    assert "30%" in broken[0]
    assert broken[0] in shown
    assert blockers(fresh(case), "resubmit") == []
    one.needs.clear()  # of the open line itself, what is missing keeps it
    assert blockers(fresh(case), "resubmit") == [
        "Line 1 names no need. Choose the need that it is for."
    ]
    one.needs.set(case.needs.all()[:1])
    workflow.resubmit(fresh(case), by=lead)
    officer = case.case_officer
    lines = dict.fromkeys(range(1, 11), (LineVerdict.ACCEPTED, ""))
    actions.judge_lines(fresh(case), by=officer, judged=lines | {11: ("refused", "General")})
    assert any("30%" in said for said in blockers(fresh(case), "pass_to_panel"))
    workflow.ask(fresh(case), by=officer, words="Please make the whole budget fit again.")
    assert readiness.beyond_their_reach(fresh(case)) == []
    assert any("30%" in said for said in blockers(fresh(case), "resubmit"))


def test_a_need_that_no_open_line_names_is_the_officers_to_ask_about():
    case = asked_about(1)
    other = case.lines.get(number=4)
    other.needs.clear()
    assert not any("Line 4" in said for said in blockers(fresh(case), "resubmit"))
    assert "Line 4 names no need. Choose the need that it is for." in readiness.beyond_their_reach(
        fresh(case)
    )
    assert "Line 4 names no need. Ask about it." in readiness.before_panel(fresh(case))
    other.verdict, other.verdict_reason = LineVerdict.REFUSED, "Not for this person"
    other.save()
    assert not any("Line 4" in said for said in readiness.before_panel(fresh(case)))


def test_the_page_of_a_question_offers_every_line_by_its_number_and_words():
    case = application_at(S.IN_CHECK)
    officer = signed_in(case.case_officer)
    page = f"{case.get_absolute_url()}ask/"
    shown = text_of(officer.get(page))
    lines = list(case.lines.order_by("number"))
    assert len(lines) == 11
    for line in lines:
        assert f"Budget line {line.number} · {line.description}" in shown
    for about in ("line-12", "line-", "13", "L3"):
        assert "Choose what the question is about" in text_of(
            officer.post(page, {"question": about, "words": WORDS})
        )
    assert officer.post(page, {"question": "line-3", "words": WORDS}).status_code == 302
    api = officer.post(
        f"/api/v1/applications/{case.reference}/ask/",
        {"question": "line-4", "words": WORDS},
        content_type="application/json",
    )
    assert api.status_code == 200, api.content
    assert [(c["line"], c["question"]) for c in api.json()["clarifications"]] == [
        (3, None),
        (4, None),
    ]


def test_only_the_line_that_was_asked_about_opens_by_every_door():
    case = asked_about(1)
    lead = lead_of(case.organisation)
    client = signed_in(lead)
    one, two = case.lines.get(number=1), case.lines.get(number=2)
    assert [case.can_edit_line(n) for n in (1, 2)] == [True, False]
    assert not case.can_edit("budget")
    with pytest.raises(NotReady, match="closed for changes"):
        actions.save_line(case, by=lead, line=two, **details_of(two, quantity=Decimal(1)))
    with pytest.raises(NotReady, match="closed for changes"):
        actions.save_line(case, by=lead, **details_of(two))
    with pytest.raises(NotReady, match="closed for changes"):
        actions.save_lines(case, by=lead, rows=[(1, details_of(one))])
    with pytest.raises(NotReady, match="closed for changes"):
        actions.remove_line(two, by=lead)
    at = case.reference
    for name, args in (
        ("budget-line", [at, 2]),
        ("budget-line-remove", [at, 2]),
        ("budget-line-add", [at]),
        ("budget-table", [at]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 302, name
        assert client.post(reverse(name, args=args), typed(two)).status_code == 409, name
    saved = client.post(reverse("budget-line", args=[at, 1]), typed(one, quantity="1"))
    assert saved.status_code == 302
    assert case.lines.get(number=1).quantity == 1
    assert case.lines.count() == 11


def test_the_question_and_its_reply_stand_beside_the_line():
    case = asked_about(1)
    lead = signed_in(lead_of(case.organisation))
    officer = signed_in(case.case_officer)
    budget = reverse("application-budget", args=[case.reference])
    home = case.get_absolute_url()
    shown = lead.get(budget)
    (row,) = (row for row in rows_of(shown) if WORDS in row)
    assert "about budget line 1" in row
    assert "Write your reply" in row
    assert "Change line 1" in " ".join(rows_of(shown))
    assert "Change line 2" not in " ".join(rows_of(shown))
    assert WORDS in text_of(lead.get(reverse("budget-line", args=[case.reference, 1])))
    page = text_of(lead.get(home))
    assert "Budget line 1" in page
    assert "PBS practitioner, 2 days" in page
    assert "(opened for you by the officer)" in page
    reply = "The second day is for the night staff."
    assert lead.post(f"{home}replies/1/", {"reply": reply}).status_code == 302
    assert "See your reply, which is not sent yet" in text_of(lead.get(budget))
    for path in ("", "lines/", "answers/", "versions/"):
        assert reply not in text_of(officer.get(f"{home}{path}")), path
    workflow.resubmit(case, by=lead_of(case.organisation))
    for who, path in ((lead, ""), (lead, "budget/"), (officer, ""), (officer, "lines/")):
        assert any(WORDS in row and reply in row for row in rows_of(who.get(f"{home}{path}"))), path


def test_a_line_that_is_asked_about_waits_for_its_verdict_again():
    case = application_at(S.IN_CHECK)
    officer = case.case_officer
    checked(case, officer)
    assert "L2" not in " ".join(fresh(case).pass_to_panel_blockers())
    workflow.ask(case, by=officer, words=WORDS, line=2)
    assert case.lines.get(number=2).verdict == LineVerdict.OPEN
    assert case.lines.get(number=1).verdict == LineVerdict.ACCEPTED
    actions.save_reply(case.clarifications.get(), by=lead_of(case.organisation), text="Yes.")
    case = workflow.resubmit(case, by=lead_of(case.organisation))
    assert "Accept or refuse L2." in case.pass_to_panel_blockers()
    with pytest.raises(NotReady, match="no budget line 12"):
        workflow.ask(case, by=officer, words=WORDS, line=12)


@pytest.mark.parametrize("is_taken_out", [False, True])
def test_officer_and_panel_read_what_changed(is_taken_out):
    case = asked_about(2)
    lead, officer = lead_of(case.organisation), case.case_officer
    one = case.lines.get(number=2)
    if is_taken_out:
        actions.remove_line(one, by=lead)
    else:
        actions.save_line(case, by=lead, line=one, **details_of(one, quantity=Decimal(10)))
    actions.save_reply(case.clarifications.get(), by=lead, text="Ten are enough.")
    case = workflow.resubmit(case, by=lead)
    seen = text_of(signed_in(officer).get(reverse("application-versions", args=[case.reference])))
    assert "Reply to the officer’s question 1, on budget line 2" in seen
    case = workflow.pass_to_panel(checked(case, officer), by=officer)
    newest = case.case_files.order_by("-version")[0]
    found = {change.section: change.after for change in by_applicant(newest)}
    assert found["Reply to the officer’s question 1, on budget line 2"] == "Ten are enough."
    assert ("10.00 × £12.00" in found["Line 2"]) is not is_taken_out
    assert set(found) == {
        "Line 2",
        "Asked for",
        "Reply to the officer’s question 1, on budget line 2",
    }
    seat = declared(assigned(case, [panellist(lived=True)])[0])
    page = signed_in(seat.panellist.user).get(reverse("panel-file", args=[case.reference]))
    shown = text_of(page)
    assert shown.count("Ten are enough.") == 2  # beside the line or below the budget; what changed
    beside = [row for row in rows_of(page) if "The programme asked about L2" in row]
    assert len(beside) == (0 if is_taken_out else 1)
    assert (f"On line 2: {WORDS}" in shown) is is_taken_out


def test_the_panel_reads_no_name_of_the_applicant_in_it_where_the_round_hides_it():
    held = organisation(name="Larchwood Support")
    case = application_at(
        S.IN_CHECK, round=programme_and_round(hides_organisation=True), organisation=held
    )
    lead, officer = lead_of(held), case.case_officer
    workflow.ask(case, by=officer, words="Does Larchwood Support own the room?", line=1)
    actions.save_reply(case.clarifications.get(), by=lead, text="Larchwood Support rents it.")
    case = workflow.resubmit(case, by=lead)
    case = workflow.pass_to_panel(checked(case, officer), by=officer)
    seat = declared(assigned(case, [panellist(lived=True)])[0])
    page = signed_in(seat.panellist.user).get(reverse("panel-file", args=[case.reference]))
    assert "[the applicant] rents it." in text_of(page)
    assert "Larchwood" not in text_of(page)


def test_no_other_line_gets_the_number_of_a_line_that_was_asked_about():
    case = asked_about(11)
    lead = lead_of(case.organisation)
    two = case.lines.get(number=2)
    actions.remove_line(case.lines.get(number=11), by=lead)
    workflow.ask(case, by=case.case_officer, words="Is that all?")
    made = actions.save_line(fresh(case), by=lead, **details_of(two))
    assert made.number == 12
    page = signed_in(lead).get(reverse("application-budget", args=[case.reference]))
    assert WORDS in text_of(page)
    assert not any(WORDS in row for row in rows_of(page))
    assert "You have taken line 11 out." in text_of(signed_in(lead).get(case.get_absolute_url()))


def test_a_question_is_about_one_thing_at_most():
    case = asked_about(1)
    held = case.clarifications.get()
    question = case.terms.questions.get(number=9)
    for line, about in ((1, question), (0, None), (26, None)):
        held.line, held.question = line, about
        with pytest.raises(IntegrityError), transaction.atomic():
            held.save()


def test_nobody_but_an_officer_asks_and_nobody_else_reads_it():
    case = asked_about(1)
    page = reverse("application-lines", args=[case.reference])
    sent = {"L2-verdict": "ask", "L2-reason": WORDS}
    for who in (lead_of(case.organisation), staff(TeamRole.FINANCE), staff(TeamRole.FUNDER)):
        assert signed_in(who).post(page, sent).status_code == 404
        if not who.is_in(case.organisation_id):
            budget = reverse("application-budget", args=[case.reference])
            assert signed_in(who).get(budget).status_code == 404
    assert case.clarifications.count() == 1
