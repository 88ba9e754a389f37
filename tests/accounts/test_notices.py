"""Which e-mails somebody gets: at once, once a day, or not at all; some come at once whatever was chosen."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from accounts import clock, notices, outbox
from accounts.enums import NoticeHow, TeamRole
from accounts.models import DigestLine, NoticeChoice, OutboxMessage
from accounts.notices import _NOTICES
from grants import workflow
from grants.enums import ApplicationState as S
from tests.factories.accounts import lead_of, organisation, staff, user
from tests.factories.awards import released
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db

# Mail about belonging, and of apps that offer no choice: always at once.
ALWAYS = {
    "invitation",
    "organisation_registered",
    "organisation_verified",
    "organisation_refused",
}


def test_every_e_mail_of_the_moneys_road_is_registered_and_every_registered_one_exists():
    written = {path.stem for path in (settings.BASE_DIR / "templates/emails").glob("*.txt")}
    assert set(_NOTICES) <= written
    others = (
        "alert_",
        "words_",
        "panel_",
        "report_",
        "session_",
        "organisation_",
        "invitation",
        "impact_",
        "learn",
        "saving_",
        "story_",
        "survey_",
    )
    unknown = {name for name in written - set(_NOTICES) - ALWAYS if not name.startswith(others)}
    assert unknown == set()


def test_without_a_choice_it_comes_at_once():
    case = application_at(S.SUBMITTED)
    mail = OutboxMessage.objects.filter(to=lead_of(case.organisation).email)
    assert mail.filter(subject__startswith="We have your application").count() == 1


@pytest.mark.parametrize("how", list(NoticeHow))
def test_each_way_of_hearing(how):
    one, other = staff(TeamRole.OFFICER), staff(TeamRole.OFFICER)
    notices.choose(one, {"application_waits": how})
    application_at(S.SUBMITTED)
    at_once = set(
        OutboxMessage.objects.filter(dedupe_key__startswith="application.waits").values_list(
            "to", flat=True
        )
    )
    waiting = set(DigestLine.objects.values_list("to", flat=True))
    assert other.email in at_once
    assert (one.email in at_once) is (how == NoticeHow.IMMEDIATE)
    assert waiting == ({one.email} if how == NoticeHow.DAILY else set())


def test_a_decision_comes_at_once_whatever_was_chosen():
    case = application_at(S.DRAFT)
    lead = lead_of(case.organisation)
    notices.choose(lead, {"decision_made": NoticeHow.OFF, "question_asked": NoticeHow.DAILY})
    assert not NoticeChoice.objects.exists()
    NoticeChoice.objects.create(user=lead, notice="decision_made", how=NoticeHow.OFF)
    made = released(organisation=case.organisation)
    told = OutboxMessage.objects.filter(to=lead.email, body__contains="decision")
    assert told.filter(dedupe_key__contains=made.reference).exists()


def test_a_daily_letter_leaves_after_seven_with_everything_from_before():
    one = staff(TeamRole.OFFICER)
    notices.choose(one, {"application_waits": NoticeHow.DAILY})
    # 25 October 2026, a Sunday: London goes back to winter time, 7 o'clock there is 7 UTC.
    with clock.at(datetime(2026, 10, 24, 12, tzinfo=UTC)):
        for number in (1, 2):
            outbox.post(
                "application_waits",
                to=[one.email],
                key=f"test:{number}",
                application=application_like(number),
            )
        assert outbox.send_digests() == 0
    for hour, minute, leaves in ((6, 59, 0), (7, 0, 1), (7, 1, 0)):
        with clock.at(datetime(2026, 10, 25, hour, minute, tzinfo=UTC)):
            assert outbox.send_digests() == leaves
    letter = OutboxMessage.objects.get(dedupe_key__startswith="digest:")
    assert letter.subject.endswith("2 messages")
    assert letter.body.count("PWB-2026-000") >= 2
    assert not DigestLine.objects.exists()
    # What comes after seven waits for the next morning.
    with clock.at(datetime(2026, 10, 25, 9, tzinfo=UTC)):
        outbox.post(
            "application_waits", to=[one.email], key="test:3", application=application_like(3)
        )
        assert outbox.send_digests() == 0
    with clock.at(datetime(2026, 10, 26, 7, tzinfo=UTC)):
        assert outbox.send_digests() == 1


def application_like(number):
    """What the template looks at."""
    from types import SimpleNamespace

    reference = f"PWB-2026-000{number}"
    return SimpleNamespace(
        reference=reference, get_absolute_url=lambda: f"/applications/{reference}/"
    )


def test_the_same_occasion_is_told_once_also_in_a_daily_letter():
    one = staff(TeamRole.OFFICER)
    notices.choose(one, {"application_waits": NoticeHow.DAILY})
    for _ in range(2):
        outbox.post(
            "application_waits", to=[one.email], key="test", application=application_like(1)
        )
    assert DigestLine.objects.count() == 1


def test_the_page_offers_what_may_reach_the_person_and_keeps_it():
    lead = lead_of(organisation())
    page = Client()
    page.force_login(lead)
    shown = page.get("/notices/").content.decode()
    assert "A decision is ready" in shown
    assert "A payment waits for approval" not in shown
    form = {n.template: "immediate" for n in notices.notices_for(lead) if not n.is_statutory}
    sent = page.post("/notices/", form | {"payment_paid": "off", "claim_returned": "daily"})
    assert sent.status_code == 302
    kept = {"payment_paid": "off", "claim_returned": "daily"}
    assert notices.choices_of(lead) == kept
    wrong = page.post("/notices/", form | {"payment_paid": "never"})
    assert wrong.status_code == 200
    assert notices.choices_of(lead) == kept
    page.post("/notices/", form)
    assert notices.choices_of(lead) == {}
    newcomer = Client()
    newcomer.force_login(user())
    assert "Nothing reaches you" in newcomer.get("/notices/").content.decode()


def test_a_lead_who_withdraws_nothing_still_hears_of_a_question():
    case = application_at(S.IN_CHECK)
    lead = lead_of(case.organisation)
    officer = staff(TeamRole.OFFICER)
    notices.choose(lead, {n.template: "off" for n in notices.notices_for(lead)})
    workflow.ask(case, by=officer, words="Does the board pay already?")
    assert OutboxMessage.objects.filter(to=lead.email, subject__contains="question").exists()
