"""The pack on paper: one's own open cases and nothing else; and rounds that hide who applies."""

import pytest
from django.db.models import QuerySet

from accounts.models import Organisation
from grants.models import CaseFile
from panel import actions, workflow
from panel.papers import pack_pdf
from panel.reports.packs import EASY_QUESTIONS, pack_document, pack_of
from tests.factories.grants import application_at
from tests.factories.panel import (
    assigned,
    concluded,
    conflicted,
    declared,
    panellist,
    sheet,
    submitted,
)

pytestmark = pytest.mark.django_db


def cases_in(person, **kw):
    return [file.application for file, _ in pack_of(person.user, **kw).cases]


def test_a_pack_holds_the_cases_that_are_open_to_one_and_no_other():
    person, other = panellist(lived=True), panellist()
    kinds = ("open", "undeclared", "conflicted", "stood down", "employer", "submitted", "others")
    cases = {kind: application_at("with_panel") for kind in kinds}
    seats = {kind: assigned(cases[kind], [person, other])[0] for kind in kinds[:-1]}
    assigned(cases["others"], [other])
    for kind in ("open", "stood down", "employer"):
        declared(seats[kind])
    conflicted(seats["conflicted"])
    workflow.stand_down(seats["stood down"], by=person.user, reason="Ill")
    submitted(declared(seats["submitted"]))
    person.employer = cases["employer"].organisation
    person.save()

    assert set(cases_in(person)) == {cases["open"], cases["submitted"]}
    workflow.declare_late(seats["open"], by=person.user, kind="personal", reason="A cousin")
    assert cases_in(person) == [cases["submitted"]]


def test_a_pack_says_when_scores_are_due_and_holds_no_sheet_for_those_that_are_in():
    person = panellist(lived=True)
    due, given = (application_at("with_panel") for _ in range(2))
    (seat,) = assigned(due, [person])
    declared(seat)
    submitted(declared(assigned(given, [person])[0]))
    for easy in (False, True):
        pack = pack_of(person.user, easy=easy)
        listed = {case["listed"]: len(case["criteria"]) for case in pack_document(pack)["cases"]}
        by = {next(n for n in listed if case.reference in n): case for case in (due, given)}
        for words, case in by.items():
            assert listed[words] == (7 if case == due else 0)
            assert words.endswith("your scores are in") == (case == given)
        assert any(f"scores due by {seat.due_on:%-d %B %Y}" in words for words in listed)
        assert pack_pdf(pack).startswith(b"%PDF-")


def test_a_case_that_has_left_the_panel_is_in_no_pack():
    members = [panellist(lived=n == 0) for n in range(3)]
    concluded(application_at("with_panel"), panellists=members)
    assert cases_in(members[0]) == []


def test_a_pack_says_what_the_page_says_with_a_blank_sheet():
    person = panellist()
    (seat,) = assigned(application_at("with_panel"), [person])
    sheet(declared(seat), note="A note of my own")
    document = pack_document(pack_of(person.user))
    text = str(document)
    assert "Loves water" in text
    assert "PBS practitioner" in text
    (case,) = document["cases"]
    assert len(case["criteria"]) == 7
    assert "A note of my own" not in text  # the sheet is blank
    assert case["criteria"][0]["hint"]


def test_easy_read_asks_in_plain_words_and_starts_with_the_person():
    person = panellist(lived=True)
    (seat,) = assigned(application_at("with_panel"), [person])
    declared(seat)
    document = pack_document(pack_of(person.user, easy=True))
    (case,) = document["cases"]
    assert [c["title"] for c in case["criteria"]] == list(EASY_QUESTIONS.values())
    assert case["parts"][0]["title"] == "About the person"
    for sentence in document["intro"]:
        assert all(len(part.split()) <= 15 for part in sentence.split(".")), sentence

    seat.application.terms.criteria.filter(code="C1").update(title="A criterion of this round")
    (case,) = pack_document(pack_of(person.user, easy=True))["cases"]
    assert case["criteria"][0]["title"] == "A criterion of this round"


def test_a_budget_line_says_which_activity_it_is_part_of(client):
    person = panellist(lived=True)
    (seat,) = assigned(application_at("with_panel"), [person])
    declared(seat)
    file = CaseFile.objects.filter(application=seat.application).latest("version")
    file.content["lines"][0]["activity"] = "Coaching at night"
    QuerySet(CaseFile).filter(pk=file.pk).update(content=file.content)
    client.force_login(person.user)
    page = client.get(f"/panel/{seat.application.reference}/score/").content.decode()
    assert "Part of: Coaching at night" in page
    for easy in (False, True):
        (case,) = pack_document(pack_of(person.user, easy=easy))["cases"]
        first, *others = (words for _, words, _ in case["lines"])
        assert "(part of: Coaching at night)" in first
        assert not any("part of" in words for words in others)


def test_both_packs_are_pdfs_for_the_panel_alone(client):
    person = panellist(lived=True)
    (seat,) = assigned(application_at("with_panel"), [person])
    declared(seat)
    client.force_login(person.user)
    for kind in ("", "easy"):
        answer = client.get("/panel/pack/", {"kind": kind})
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    pack = pack_of(person.user)
    assert pack_pdf(pack) == pack_pdf(pack)


# --- rounds that hide the organisation --------------------------------------------------------------


class Hidden:
    """A case of a round that hides who applies, whose applicant wrote its own name into an answer."""

    def __init__(self, hides=True):
        self.case = application_at("with_panel")
        self.case.round.hides_organisation = hides
        self.case.round.save()
        Organisation.objects.filter(pk=self.case.organisation_id).update(
            name="Zephyr Support CIC", region="north_west"
        )
        for file in CaseFile.objects.filter(application=self.case):
            content = file.content
            content["answers"][0]["text"] = (
                "ZEPHYR SUPPORT knows the person; zephyr support cic too."
            )
            QuerySet(CaseFile).filter(pk=file.pk).update(content=content)
        self.members = [panellist(lived=n == 0) for n in range(3)]
        self.seats = assigned(self.case, self.members)

    def pages(self, client, person):
        """Everything that a scorer reads of the case, with its pack."""
        client.force_login(person.user)
        there = f"/panel/{self.case.reference}/"
        text = "".join(
            client.get(address).content.decode()
            for address in (
                "/",
                "/panel/",
                f"{there}score/",
                f"{there}file/",
                f"{there}moderation/",
                f"{there}declare/",
                "/api/v1/assessments/",
                "/api/v1/panel-seats/",
            )
        )
        for easy in (False, True):
            text += str(pack_document(pack_of(person.user, easy=easy)))
        return text.lower()


@pytest.mark.parametrize("hides", [True, False])
def test_a_round_hides_the_applicant_after_the_declaration_and_until_the_conclusion(client, hides):
    here = Hidden(hides)
    who = here.members[0]
    client.force_login(who.user)
    before = client.get(f"/panel/{here.case.reference}/declare/").content.decode()
    assert "Zephyr Support CIC" in before  # interests come before content

    for seat in here.seats:
        declared(seat)
    assert ("zephyr" in here.pages(client, who)) is not hides
    assert ("north west" in here.pages(client, who)) is not hides
    for seat in here.seats:
        submitted(seat)
    assert ("zephyr" in here.pages(client, who)) is not hides
    concluded(here.case)
    assert "zephyr" in here.pages(client, who)


def test_a_chair_who_scores_the_case_does_not_read_the_applicant_on_its_seats(client):
    here = Hidden()
    both = panellist(chair=True)
    (seat,) = assigned(here.case, [both])
    declared(seat)
    client.force_login(both.user)
    address = f"/panel/{here.case.reference}/assign/"
    assert "Zephyr" not in client.get(address).content.decode()
    client.force_login(panellist(chair=True).user)
    assert "Zephyr" in client.get(address).content.decode()


def test_an_earlier_employer_stays_an_interest_and_cannot_be_struck_out():
    case = application_at("with_panel")
    person = panellist(employer=case.organisation)
    actions.save_profile(person, by=person.user, employer=None, expertise="")
    entry = person.interests.get()
    assert (entry.kind, entry.organisation, entry.is_kept) == ("employer", case.organisation, True)
    assert entry.strike_blockers() == [
        "An earlier employer stays in the register until it no longer counts."
    ]
