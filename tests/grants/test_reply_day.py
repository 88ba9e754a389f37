"""A question to the applicant has a day by which a reply is asked for, and their list says it."""

from datetime import timedelta

import pytest

from accounts import clock
from grants.enums import ApplicationState
from grants.reports import REPLY_DAYS, status_for_applicant
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db


def test_application_with_a_question_says_when_the_reply_is_due():
    asked = application_at(ApplicationState.RETURNED)
    status = status_for_applicant(asked)
    assert (status.next_on, status.next_what) == (
        clock.today() + timedelta(days=REPLY_DAYS),
        "reply",
    )
    checking = status_for_applicant(application_at(ApplicationState.IN_CHECK))
    assert checking.next_what == "decision"
