"""Stories for tests, through their own verbs."""

from typing import Any

from accounts import clock
from accounts.models import User
from focus_people.actions import record_consent
from focus_people.enums import ConsentBasis, DecisionMaker
from focus_people.models import FocusPerson
from outcomes import stories
from outcomes.models import Story


def agreed(person: FocusPerson, by: User, **more: Any) -> None:
    """A consent on the record that covers stories."""
    values: dict[str, Any] = {
        "basis": ConsentBasis.CONSENTED,
        "decision_maker": DecisionMaker.PERSON,
        "decided_on": clock.today(),
        "covers_story": True,
    }
    record_consent(person, by=by, **(values | more))


def story(person: FocusPerson, by: User, **more: Any) -> Story:
    """A draft, agreed to today for a year, for the public page and for reports."""
    agreed(person, by)
    values: dict[str, Any] = {
        "title": "Good morning",
        "words": "HERON says good morning by name and swims most weeks. The team now sees the shouting as "
        "“I’m worried about what’s next”.",
        "easy_read": "HERON swims most weeks.\nThe team listens.",
        "themes": ["relationships", "empathy"],
        "told_by": "staff",
        "is_fictionalised": True,
        "agreed_on": clock.today(),
        "expires_on": clock.today() + clock.timedelta(days=365),
        "in_public": True,
        "in_reports": True,
    }
    return stories.write_story(person, by=by, **(values | more))


def published(person: FocusPerson, lead: User, second: User, **more: Any) -> Story:
    """Sent by the lead, published by somebody of the programme."""
    sent = stories.submit_story(story(person, lead, **more), by=lead)
    return stories.publish_story(sent, by=second)
