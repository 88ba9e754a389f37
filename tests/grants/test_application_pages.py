"""The pages of applicants and officers, through the browser's side of them."""

import json

import pytest
from django.urls import reverse

from accounts.enums import MemberRole, TeamRole
from accounts.once import new_token
from focus_people.models import KeptWords
from grants import workflow
from grants.enums import ApplicationState, EligibilityCriterion, LineVerdict
from grants.models import Answer, Application, BudgetLine, EligibilityCheck
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.focus_people import heron
from tests.factories.grants import DECLARATIONS, application_at, programme_and_round, started

pytestmark = pytest.mark.django_db

YES = {
    "organisation": "yes",
    "person": "yes",
    "risk": "risk",
    "learning": "yes",
    "amount": "within",
    "unpaid": "no",
}


def text_of(response):
    return response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")


# Eligibility ------------------------------------------------------------------------------------


def test_eligibility_says_yes_without_an_account_and_goes_with_the_application(client):
    programme_and_round()
    answered = client.post(reverse("eligibility-check"), YES)
    kept = EligibilityCheck.objects.get()
    assert kept.is_eligible
    assert "Yes, you can apply" in text_of(client.get(answered.url))
    held = organisation()
    lead = lead_of(held)
    heron(held, lead)
    client.force_login(lead)
    page = text_of(client.get(reverse("start-application")))
    assert kept.reference in page
    made = start(client, check=kept.reference)
    assert made.eligibility_check == kept


def start(client, **more):
    form = client.get(reverse("start-application")).context["form"]
    data = {
        "person": form.fields["person"].queryset[0].reference,
        "round": form.fields["round"].queryset[0].reference,
        "form": "full",
    } | more
    response = client.post(reverse("start-application"), data)
    assert response.status_code == 302, response.context["form"].errors
    return Application.objects.get(reference=response.url.strip("/").split("/")[-1])


@pytest.mark.parametrize(
    ("question", "answer", "elsewhere"),
    [
        ("organisation", "no", "user-led organisation"),
        ("person", "team", "LDSS"),
        ("person", "no", "workforce team"),
        ("risk", "no", "integrated care board"),
        ("learning", "no", "LDSS"),
        ("amount", "less", "smaller sum"),
        ("amount", "more", "ask for the part"),
        ("unpaid", "yes", "funding you have"),
    ],
)
def test_eligibility_says_no_with_where_to_go_instead(client, question, answer, elsewhere):
    answered = client.post(reverse("eligibility-check"), YES | {question: answer})
    page = text_of(client.get(answered.url))
    assert "not the right one" in page
    assert elsewhere.lower() in page.lower()
    assert not EligibilityCheck.objects.get().is_eligible


def test_eligibility_left_open_asks_again_and_keeps_nothing(client):
    page = client.post(reverse("eligibility-check"), {"organisation": "maybe"})
    assert page.status_code == 200
    assert "Select how much you will ask for" in text_of(page)
    assert EligibilityCheck.objects.count() == 0


# Starting ---------------------------------------------------------------------------------------


def test_starting_twice_with_one_form_makes_one_application(client):
    programme_and_round()
    held = organisation()
    lead = lead_of(held)
    heron(held, lead)
    client.force_login(lead)
    token = new_token()
    first = start(client, once=token)
    again = client.post(reverse("start-application"), {"once": token})
    assert again.url == first.get_absolute_url()
    assert Application.objects.count() == 1


def test_start_says_what_is_missing(client):
    held = organisation()
    client.force_login(lead_of(held))
    assert "No round is open now" in text_of(client.get(reverse("start-application")))
    programme_and_round()
    assert "First, say who it is for" in text_of(client.get(reverse("start-application")))
    heron(held, lead_of(held))
    page = client.post(reverse("start-application"), {})
    assert "Select who the application is for" in text_of(page)
    client.force_login(member(held, MemberRole.HELPER))
    assert client.get(reverse("start-application")).status_code == 404


def test_start_cannot_name_somebody_elses_person(client):
    open_round = programme_and_round()
    other = organisation()
    theirs = heron(other, lead_of(other))
    held = organisation()
    heron(held, lead_of(held))
    client.force_login(lead_of(held))
    page = client.post(
        reverse("start-application"),
        {"person": theirs.reference, "round": open_round.reference, "form": "full"},
    )
    assert "Select who the application is for" in text_of(page)
    assert Application.objects.count() == 0


# Answers ----------------------------------------------------------------------------------------


def test_a_question_is_saved_and_leads_to_the_next(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    saved = client.post(url, {"answer": "Someone who loves water.", "version": "0"})
    assert saved.url == reverse("application-question", args=[made.reference, 2])
    assert Answer.objects.get().text == "Someone who loves water."
    back = client.post(url, {"answer": "Loves water.", "version": "1", "back": "1"})
    assert back.url == made.get_absolute_url()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write your answer"),
        ("\u200b\u2060", "Write your answer"),
        ("word " * 251, "Shorten this to 250 words or fewer. It has 251 words"),
        ("Her NHS number is 943 476 5919", "NHS number"),
        ("Write to anna@example.org", "e-mail address"),
        ("Ring 01632 960 001", "telephone number"),
        ("Lives at M1 1AE", "postcode"),
    ],
)
def test_bad_answers_get_a_sentence_and_keep_what_was_typed(client, typed, sentence):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    page = client.post(url, {"answer": typed, "version": "0"})
    assert page.status_code == 200
    assert sentence in text_of(page)
    if typed.strip("\u200b\u2060 "):
        assert typed.strip()[:30] in text_of(page)
    assert Answer.objects.count() == 0


def autosave(client, url, **data):
    return client.post(url, data, headers={"X-Autosave": "1"})


def test_autosave_keeps_drafts_over_the_limit_and_counts_versions(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 3])
    first = autosave(client, url, answer="word " * 200, version="0")
    assert first.status_code == 200
    assert json.loads(first.content)["version"] == 1
    assert len(json.loads(first.content)["saved_at"]) == 5
    again = autosave(client, url, answer="word " * 200, version="0")
    assert json.loads(again.content)["version"] == 1
    next_one = autosave(client, url, answer="", version="1")
    assert json.loads(next_one.content)["version"] == 2


def test_a_name_that_saved_itself_is_asked_about_before_anything_is_sent(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    words = "Support is at risk: her sister Kemi is worn out."
    assert autosave(client, url, answer=words, version="0").status_code == 200
    sentence = "“Kemi” may be a name. Open the question and save it"
    assert any(sentence in standing for standing in made.submit_blockers())
    assert sentence in text_of(client.get(reverse("application-check", args=[made.reference])))

    said = {"answer": words, "version": "1", "answer-stays": "professional", "answer-seen": "Kemi"}
    assert client.post(url, said).status_code == 302
    assert not any("Kemi" in standing for standing in made.submit_blockers())
    # An officer sends the words back: they stand in the way again.
    kept = KeptWords.objects.get()
    kept.verdict, kept.looked_at, kept.looked_by = "out", kept.kept_at, kept.kept_by
    kept.save()
    assert any(sentence in standing for standing in made.submit_blockers())


def test_autosave_never_keeps_what_could_identify_somebody(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    refused = autosave(client, url, answer="Ring 01632 960 001", version="0")
    assert refused.status_code == 422
    assert Answer.objects.count() == 0


def test_two_tabs_never_overwrite_each_other(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    url = reverse("application-question", args=[made.reference, 1])
    autosave(client, url, answer="The first tab", version="0")
    silent = autosave(client, url, answer="The second tab", version="0")
    assert silent.status_code == 409
    assert json.loads(silent.content)["blockers"]
    page = client.post(url, {"answer": "The second tab", "version": "0"})
    assert page.status_code == 409
    assert "The first tab" in text_of(page)
    assert "The second tab" in text_of(page)
    assert Answer.objects.get().text == "The first tab"
    chosen = client.post(url, {"answer": "The second tab", "version": "1"})
    assert chosen.status_code == 302
    assert Answer.objects.get().text == "The second tab"


def test_needs_and_outcomes_are_chosen_and_refused_by_field(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    needs = reverse("application-question", args=[made.reference, 4])
    assert "Select at least one need" in text_of(client.post(needs, {}))
    assert "Select needs from the list" in text_of(client.post(needs, {"needs": ["99"]}))
    client.post(needs, {"needs": ["1", "4"]})
    assert list(made.needs.order_by("number").values_list("number", flat=True)) == [1, 4]
    outcomes = reverse("application-question", args=[made.reference, 7])
    page = client.post(outcomes, {"outcome_1": "word " * 41})
    assert "Shorten this to 40 words or fewer" in text_of(page)
    client.post(outcomes, {"outcome_1": "Swims", "outcome_3": "Stays at home"})
    assert list(made.outcomes.order_by("number").values_list("words", flat=True)) == [
        "Swims",
        "Stays at home",
    ]


# Budget -----------------------------------------------------------------------------------------

LINE = {
    "category": "trainer_fee",
    "description": "PBS practitioner, 2 days",
    "topic": "PBS_PRACTITIONER",
    "needs": ["1"],
    "quantity": "2",
    "unit_cost": "950",
    "kind": "cash",
    "justification": "",
}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("category", "", "Choose what kind of cost it is"),
        ("description", "", "Say what you will pay for"),
        ("description", "For 943 476 5919", "NHS number"),
        ("topic", "NONSENSE", "Choose a topic from the list"),
        ("needs", [], "Select at least one need that this is for"),
        ("quantity", "", "Enter how many"),
        ("quantity", "0", "The number must be more than 0"),
        ("quantity", "1e3", "Enter a number such as 7 or 7.5"),
        ("quantity", "NaN", "Enter a number such as 7 or 7.5"),
        ("unit_cost", "", "Enter what one costs, in pounds"),
        ("unit_cost", "0", "It cannot be £0 if you ask for it"),
        ("unit_cost", "1e3", "Enter an amount in pounds and pence"),
        ("unit_cost", "1_000", "Enter an amount in pounds and pence"),
        ("unit_cost", "１９００", "Enter an amount in pounds and pence"),
        ("unit_cost", "NaN", "Enter an amount in pounds and pence"),
        ("unit_cost", "-5", "Enter an amount in pounds and pence"),
        ("unit_cost", "999999999", "The amount must be £999,999.99 or less"),
        ("kind", "gift", "Select a valid choice"),
    ],
)
def test_bad_lines_get_a_sentence_by_the_field(client, field, typed, sentence):
    made = started()
    client.force_login(lead_of(made.organisation))
    page = client.post(reverse("budget-line-add", args=[made.reference]), LINE | {field: typed})
    assert page.status_code == 200
    assert sentence in text_of(page)
    assert BudgetLine.objects.count() == 0


def test_a_line_is_added_changed_and_taken_out(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    token = new_token()
    for _ in range(2):
        client.post(reverse("budget-line-add", args=[made.reference]), LINE | {"once": token})
    line = BudgetLine.objects.get()
    assert line.total == 1900
    client.post(reverse("budget-line", args=[made.reference, 1]), LINE | {"unit_cost": "£1,950.50"})
    line.refresh_from_db()
    assert str(line.unit_cost) == "1950.50"
    page = text_of(client.get(reverse("application-budget", args=[made.reference])))
    assert "£1,950.50 a day is more than this usually costs (£450.00 to £1,400.00)" in page
    remove = reverse("budget-line-remove", args=[made.reference, 1])
    assert client.get(remove).status_code == 200
    assert BudgetLine.objects.count() == 1
    client.post(remove)
    assert BudgetLine.objects.count() == 0


def test_a_general_requirement_is_kept_and_shown_with_its_signpost(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    client.post(
        reverse("budget-line-add", args=[made.reference]),
        LINE | {"description": "Oliver McGowan tier 2 for starters", "topic": "OMMT_T2"},
    )
    page = text_of(client.get(reverse("application-budget", args=[made.reference])))
    assert "Line 1 cannot be funded: Oliver McGowan training, tier 2, £1,900.00" in page
    assert "Learning and Development Support Scheme" in page
    assert BudgetLine.objects.get().verdict == LineVerdict.OPEN


def test_the_budget_page_shows_herons_figures(client):
    made = application_at(ApplicationState.DRAFT)
    client.force_login(lead_of(made.organisation))
    page = text_of(client.get(reverse("application-budget", args=[made.reference])))
    for figure in ("£7,987.20", "£7,762.20", "27.2%", "£237.80 left", "£2,113.20", "£225.00"):
        assert figure in page


# Sending ----------------------------------------------------------------------------------------


def test_sending_asks_for_every_declaration_and_confirms_with_the_reference(client):
    made = application_at(ApplicationState.DRAFT)
    client.force_login(lead_of(made.organisation))
    url = f"{made.get_absolute_url()}submit/"
    assert "Tick all eight declarations" in text_of(client.post(url, {}))
    page = client.post(url, {"declarations": DECLARATIONS[:7]})
    assert "We owe no report on an earlier grant" in text_of(page)
    sent = client.post(url, {"declarations": DECLARATIONS, "effort_minutes": "50"})
    assert sent.url == reverse("application-sent", args=[made.reference])
    confirmation = text_of(client.get(sent.url))
    assert made.reference in confirmation
    assert "30 days from today" in confirmation
    assert client.post(url, {"declarations": DECLARATIONS}).status_code == 409


def test_a_contributor_reads_that_only_the_lead_can_send(client):
    made = application_at(ApplicationState.DRAFT)
    for role in (MemberRole.CONTRIBUTOR, MemberRole.HELPER):
        client.force_login(member(made.organisation, role))
        page = text_of(client.get(reverse("application-check", args=[made.reference])))
        assert "Only your lead can sign and send" in page
        assert client.get(f"{made.get_absolute_url()}submit/").status_code == 404


def test_check_answers_lists_what_is_missing(client):
    made = started()
    client.force_login(lead_of(made.organisation))
    page = text_of(client.get(reverse("application-check", args=[made.reference])))
    for sentence in made.submit_blockers():
        assert sentence in page
    assert "Sign and send: not yet" in page


# The officer ------------------------------------------------------------------------------------


def test_an_officer_checks_asks_and_passes_on_in_the_pages(client):
    made = application_at(ApplicationState.SUBMITTED)
    officer, lead = staff(TeamRole.OFFICER), lead_of(made.organisation)
    url = made.get_absolute_url()
    client.force_login(officer)
    client.post(f"{url}start-check/")
    criteria = {f"{c.value}-verdict": "pass" for c in EligibilityCriterion}
    page = client.post(f"{url}findings/", criteria | {"risk-verdict": "unsure"})
    assert "what you are not sure about" in text_of(page)
    client.post(f"{url}findings/", criteria)
    form = client.get(f"{url}lines/").context["forms"][10]
    assert form.initial["verdict"] == LineVerdict.REFUSED
    judged = {f"L{n}-verdict": "accepted" for n in range(1, 11)}
    judged |= {"L11-verdict": "refused", "L11-reason": ""}
    assert "Say why the line is refused" in text_of(client.post(f"{url}lines/", judged))
    client.post(f"{url}lines/", judged | {"L11-reason": form.initial["reason"]})
    made = Application.objects.get(pk=made.pk)
    assert f"{made.figures.eligible}" == "7762.20"
    asked = client.post(f"{url}ask/", {"question": "9", "words": "Who pays for L8?"})
    assert asked.status_code == 302

    client.force_login(lead)
    page = text_of(client.get(url))
    assert "Who pays for L8?" in page
    assert "has stopped on day 0" in page
    assert "Write your reply" in text_of(client.post(f"{url}replies/1/", {"reply": " "}))
    sent = client.post(f"{url}replies/1/", {"reply": "The family.", "send": "1"})
    assert sent.url == f"{url}resubmit/"
    client.post(sent.url)

    client.force_login(officer)
    assert "The family." in text_of(client.get(f"{url}versions/"))
    client.post(f"{url}pass-to-panel/")
    assert Application.objects.get(pk=made.pk).state == ApplicationState.WITH_PANEL
    history = text_of(client.get(url))
    assert "L1, L2, L3, L4, L5, L6, L7, L8, L9, L10 accepted" in history
    assert "8 criteria met" in history


def test_a_draft_reply_is_not_shown_to_staff(client):
    made = application_at(ApplicationState.RETURNED)
    client.force_login(lead_of(made.organisation))
    kept = autosave(
        client, reverse("application-reply", args=[made.reference, 1]), reply="A half thought"
    )
    assert kept.status_code == 200
    client.force_login(staff(TeamRole.OFFICER))
    for page in ("", "answers/", "versions/"):
        assert "A half thought" not in text_of(client.get(made.get_absolute_url() + page))
    detail = client.get(f"/api/v1/applications/{made.reference}/").json()
    assert detail["clarifications"][0]["reply"] == ""


def test_two_writers_of_a_reply_never_overwrite_each_other(client):
    made = application_at(ApplicationState.RETURNED)
    client.force_login(lead_of(made.organisation))
    url = reverse("application-reply", args=[made.reference, 1])
    empty = made.clarifications.get().draft_version
    first = autosave(client, url, reply="From the manager", version=empty)
    again = autosave(
        client, url, reply="From the manager, longer", version=json.loads(first.content)["version"]
    )
    assert again.status_code == 200
    assert autosave(client, url, reply="From the lead", version=empty).status_code == 409
    page = client.post(url, {"reply": "From the lead", "version": empty})
    assert "From the manager, longer" in text_of(page)
    assert "From the lead" in text_of(page)
    assert made.clarifications.get().reply == "From the manager, longer"
    version = page.context["waiting"][0][2]["version"].value()
    client.post(url, {"reply": "From the lead", "version": version})
    assert made.clarifications.get().reply == "From the lead"


def test_casework_filters_searches_and_exports_what_it_shows(client):
    open_round = programme_and_round()
    one = application_at(ApplicationState.SUBMITTED, round=open_round)
    two = application_at(ApplicationState.WITH_PANEL, round=open_round)
    client.force_login(staff(TeamRole.OFFICER))

    def shown(query):
        rows = client.get(f"/casework/?{query}").context["rows"]
        return {row.application.reference for row in rows}

    both = {one.reference, two.reference}
    assert shown("") == both
    assert shown("state=with_panel") == {two.reference}
    assert shown("waits=officer") == {one.reference}
    assert shown("assigned=nobody") == {one.reference}
    assert shown(f"q={two.reference.lower()}") == {two.reference}
    assert shown(f"q={one.organisation.name}") == {one.reference}
    assert shown("q=HERON&sort=-due") == both
    assert shown(f"round={open_round.reference}&region=london") == set()
    assert shown("state=nonsense&sort=drop") == both
    sheet = client.get("/casework/export/?state=with_panel")
    rows = sheet.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"{two.reference},HERON,")
    assert ",7987.20,7762.20," in rows[1]


# The API ----------------------------------------------------------------------------------------


def test_the_api_refuses_what_the_pages_refuse(client):
    made = application_at(ApplicationState.DRAFT)
    lead = lead_of(made.organisation)
    url = f"/api/v1/applications/{made.reference}/"
    assert client.get(url).status_code == 401
    client.force_login(lead_of(organisation()))
    assert client.get(url).status_code == 404
    assert client.post(f"{url}submit/").status_code == 404
    client.force_login(member(made.organisation, MemberRole.HELPER))
    assert client.get(url).status_code == 200
    assert client.post(f"{url}submit/").status_code == 404
    client.force_login(lead)
    bad = client.post(f"{url}submit/", {"declarations": []}, content_type="application/json")
    assert bad.status_code == 400
    sent = client.post(
        f"{url}submit/", {"declarations": DECLARATIONS}, content_type="application/json"
    )
    assert sent.json()["state"] == "submitted"
    assert sent.json()["requested"] == "7987.20"
    assert sent.json()["findings"] == []
    again = client.post(
        f"{url}submit/", {"declarations": DECLARATIONS}, content_type="application/json"
    )
    assert again.status_code == 409
    assert again.json()["blockers"]


# Your work --------------------------------------------------------------------------------------


def test_your_work_shows_what_waits_for_whom(client):
    draft = application_at(ApplicationState.DRAFT)
    client.force_login(lead_of(draft.organisation))
    page = text_of(client.get("/"))
    assert "Finish HERON’s application" in page
    assert "16 of 16 sections completed." in page
    workflow.submit(draft, by=lead_of(draft.organisation), declarations=DECLARATIONS)
    assert "Being checked." in text_of(client.get("/"))
    client.force_login(staff(TeamRole.OFFICER))
    assert f"Start checking HERON, {draft.reference}" in text_of(client.get("/"))
    client.force_login(user())
    assert "HERON" not in text_of(client.get("/"))
