"""Consent is withdrawn in one browser: the very next request in another sees it, on every page, in what is
taken out and in the files, signed in or not. Nothing is reloaded twice, nothing is waited for."""

from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts import clock
from accounts.enums import TeamRole
from focus_people.models import Consent
from outcomes.actions import start_impact_report
from outcomes.workflow import approve_impact_report, submit_impact_report
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import heron
from tests.factories.impact import programme
from tests.factories.stories import published
from tests.journeys.test_outcome_reports import sign_in

WORDS = "swims most weeks"


def a_report_with(story, author, second):
    made = start_impact_report(
        by=author,
        title="What the budgets achieved",
        programme=programme().programme,
        audience="internal",
        cut_off=clock.today(),
        sections=["reach"],
        stories=[story],
    )
    return approve_impact_report(submit_impact_report(made, by=author), by=second)


def test_the_next_request_of_everybody_else_sees_it(browsing, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    ours = organisation()
    lead, officer = lead_of(ours), staff(TeamRole.OFFICER)
    author, second = staff(TeamRole.PROGRAMME_LEAD), staff(TeamRole.PROGRAMME_LEAD)
    person = heron(ours, lead)
    story = published(person, lead, officer)
    report = a_report_with(story, author, second)
    record = person.get_absolute_url()
    Authenticator.objects.all().delete()

    theirs, programmes, anybody = (browsing.window() for _ in range(3))
    sign_in(theirs, lead.email)
    sign_in(programmes, author.email)
    programmes.goto(record)
    programmes.get_by_label("To answer a request, a complaint or an appeal").check()
    programmes.get_by_role("button", name="Open the record").click()

    def seen() -> dict[str, bool]:
        """By place, whether the consent still counts there: one request each."""

        def says(window, address, words):
            window.goto(address)
            return words in window.locator("main").inner_text()

        def held(address, words):
            return words in programmes.request.get(address).text()

        exported = programmes.request.get(reverse("everything-file", args=[person.reference]))
        consents = exported.json()["tables"][str(Consent._meta.verbose_name)]
        lapsed = f"{reverse('people')}?basis=lapsed"
        file = reverse("impact-report-file", args=[report.reference, "html"])
        assert not held(file, WORDS)  # files are kept for good: no story ever goes into one
        return {
            "record": says(programmes, record, "The person consented"),
            "list of lapsed consents": not says(programmes, lapsed, person.alias),
            "report": says(programmes, report.get_absolute_url(), WORDS),
            "public page": says(anybody, reverse("published-stories"), WORDS),
            "export": any(row["withdrawn_at"] is None for row in consents),
            "everything held": not held(
                reverse("person-everything", args=[person.reference]), "Withdrawn at"
            ),
        }

    before = seen()
    assert all(before.values()), before
    theirs.goto(record)
    theirs.get_by_role("link", name="Withdraw consent").click()
    theirs.get_by_role("button", name="Withdraw consent").click()
    theirs.wait_for_url(f"**{record}")
    after = seen()
    assert not any(after.values()), after
    # A newer consent without stories brings the record back, and no story.
    theirs.goto(reverse("person-consent", args=[person.reference]))
    theirs.get_by_label("The person consented").check()
    theirs.get_by_role("group", name="Who decided?").get_by_label("The person", exact=True).check()
    decided = theirs.get_by_role("group", name="When was it decided?")
    for part in ("day", "month", "year"):
        decided.get_by_label(part.title()).fill(str(getattr(clock.today(), part)))
    theirs.get_by_role("button", name="Save").click()
    theirs.wait_for_url(f"**{record}")
    again = seen()
    assert (again["record"], again["export"], again["list of lapsed consents"]) == (True,) * 3
    assert (again["report"], again["public page"]) == (False, False)
