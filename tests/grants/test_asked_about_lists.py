"""An officer asks about the needs or the outcomes, which are lists and no texts: that list alone opens for
the applicant, and the panel reads question and answer beside it."""

import pytest

from grants import actions, workflow
from grants.enums import ApplicationState as S
from grants.forms.applications import AskForm
from panel.reports.case_files import read_case_file
from tests.factories.accounts import lead_of, signed_in
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db

NEW = "Two of four weeks without an incident"
WAYS = {
    4: ({"needs": ["1", "2", "3", "4", "5", "6"]}, "q4"),
    7: ({"outcome_1": NEW}, "q7"),
}


def test_the_officer_may_ask_about_every_question_and_the_budget():
    held = application_at(S.IN_CHECK)
    form = AskForm(subject=held, by=held.case_officer)
    offered = [value for value, _ in form.fields["question"].choices]
    lines = [f"line-{n}" for n in range(1, 12)]
    assert offered == ["", "budget", *lines, *[str(n) for n in range(1, 13)]]


@pytest.mark.parametrize("number", sorted(WAYS))
def test_a_list_that_is_asked_about_opens_alone_and_the_panel_reads_the_answer(number):
    held = application_at(S.IN_CHECK)
    page, at = signed_in(lead_of(held.organisation)), held.get_absolute_url()
    ask = signed_in(held.case_officer).post(
        f"{at}ask/", {"question": str(number), "words": "Why these?"}
    )
    assert ask.status_code == 302
    for other, (data, _) in WAYS.items():
        answer = page.post(f"{at}questions/{other}/", data)
        assert answer.status_code == (302 if other == number else 409), other
    assert f"{at}questions/{number}/" in page.get(at).content.decode()
    held.refresh_from_db()
    lead = lead_of(held.organisation)
    actions.save_reply(held.clarifications.get(), by=lead, text="They come first.")
    held = workflow.resubmit(held, by=lead)
    if number == 7:
        assert [one.words for one in held.outcomes.all()] == [NEW]
    newest = held.case_files.order_by("-version")[0]
    asked = {section.anchor: section.asked for section in read_case_file(newest).sections}
    assert asked[WAYS[number][1]] == (("Why these?", "They come first."),)
    # Sent again, it is closed again.
    assert page.post(f"{at}questions/{number}/", WAYS[number][0]).status_code in (404, 409)
