"""Stories: written by the organisation with the person, published by somebody of the programme, read only while
the agreement stands (domain 7.1, 7.5). Withdrawn is withdrawn at once: every page asks the same queryset."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.fields import PlainTextField
from accounts.models import User
from accounts.outbox import post
from accounts.retention import remove_due
from accounts.state import NotReady, locked, permitted, ready
from accounts.verbs import Verb, VerbForm, register
from accounts.workflow import member_addresses, team_addresses
from focus_people.models import FocusPerson
from focus_people.person_page import PersonLink

from .models import Story
from .models.story import MOST_MONTHS
from .retention import STORY


def _must_fit(values: dict[str, Any]) -> None:
    agreed, expires = values.get("agreed_on"), values.get("expires_on")
    if agreed and expires and (expires - agreed).days > MOST_MONTHS * 366 / 12:
        raise NotReady([f"A story may be read for {MOST_MONTHS} months at most."])


@transaction.atomic
def write_story(person: FocusPerson, *, by: User, **values: Any) -> Story:
    """Begin a story as a draft; `values` are its fields. Raises `NotReady` for more than 24 months."""
    permitted(by, "outcomes.write_story", person)
    _must_fit(values)
    made = Story.objects.create(person=person, made_by=by, **values)
    record("story.written", made, by=by, shown_to="applicant")
    return made


@transaction.atomic
def save_story(story: Story, *, by: User, **values: Any) -> Story:
    """Keep what a draft says. Raises `NotReady` once it was sent."""
    story = locked(story)
    permitted(by, "outcomes.edit_story", story)
    ready(story, "edit")
    _must_fit(values)
    for name, value in values.items():
        setattr(story, name, value)
    story.save()
    record("story.saved", story, by=by, shown_to="applicant")
    return story


@transaction.atomic
def submit_story(story: Story, *, by: User) -> Story:
    """The organisation's lead passes it to the programme: read with the person, and agreed to."""
    story = locked(story)
    permitted(by, "outcomes.submit_story", story)
    ready(story, "submit")
    story.submit(by=by)
    story.save()
    record("story.submitted", story, by=by, shown_to="applicant")
    post(
        "story_submitted",
        to=team_addresses(TeamRole.OFFICER),
        key=f"story.submitted:{story.reference}:{clock.now():%Y%m%d%H%M}",
        story=story,
    )
    return story


@transaction.atomic
def send_back_story(story: Story, *, by: User, reason: str) -> Story:
    """Something has to change before it is published; `reason` is shown to the organisation."""
    story = locked(story)
    permitted(by, "outcomes.publish_story", story)
    ready(story, "send_back")
    story.send_back(reason=reason)
    story.save()
    record("story.returned", story, by=by, shown_to="applicant")
    post(
        "story_returned",
        to=member_addresses(story.person.organisation, MemberRole.LEAD),
        key=f"story.returned:{story.reference}:{clock.now():%Y%m%d%H%M}",
        story=story,
    )
    return story


@transaction.atomic
def publish_story(story: Story, *, by: User) -> Story:
    """A second person, of the programme, publishes it where it may stand."""
    story = locked(story)
    permitted(by, "outcomes.publish_story", story)
    ready(story, "publish")
    story.publish(by=by)
    story.save()
    record("story.published", story, by=by, shown_to="applicant")
    return story


@transaction.atomic
def withdraw_story(story: Story, *, by: User) -> Story:
    """At once, everywhere, without a reason, and for good."""
    story = locked(story)
    permitted(by, "outcomes.withdraw_story", story)
    ready(story, "withdraw")
    story.withdraw(by=by)
    story.save()
    record("story.withdrawn", story, by=by, shown_to="applicant")
    return story


def purge_stories() -> int:
    """The worker's chore: take away the words of stories whose time is over, whatever else the installation
    leaves to be removed by hand: it was promised to the person. Says how many."""
    return len(remove_due([STORY]))


def person_links(user: Any, person: FocusPerson) -> list[PersonLink]:
    """“Write a story” on the page of a person whose record is current, for those who may write one."""
    if person.closed_because or not user.has_perm("outcomes.write_story", person):
        return []
    return [
        PersonLink(
            "A story",
            f"What changed for {person.alias}, in words. They agree to it before anybody reads it.",
            "Write a story",
            reverse("new-story", args=[person.reference]),
        )
    ]


# --- who may ----------------------------------------------------------------------------------------


def _holder(thing: Any) -> int:
    person = thing.person if isinstance(thing, Story) else thing
    return person.organisation_id


def _is_staff(user: Any) -> bool:
    return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)


def can_write(user: Any, thing: Any) -> bool:
    """Leads and contributors of the organisation that holds the record."""
    return user.is_in(_holder(thing), MemberRole.LEAD, MemberRole.CONTRIBUTOR)


def can_submit(user: Any, story: Story) -> bool:
    """Leads of the organisation: they answer for the agreement."""
    return user.is_in(_holder(story), MemberRole.LEAD)


def can_publish(user: Any, story: Story) -> bool:
    """Officers and programme leads who neither belong to the organisation nor sent it."""
    return _is_staff(user) and not user.is_in(_holder(story)) and story.submitted_by_id != user.pk


def can_withdraw(user: Any, story: Story) -> bool:
    """Leads and contributors of the organisation, officers and programme leads."""
    return can_write(user, story) or _is_staff(user)


RULES: dict[str, Callable[[Any, Any], bool]] = {
    "outcomes.write_story": can_write,
    "outcomes.edit_story": can_write,
    "outcomes.submit_story": can_submit,
    "outcomes.publish_story": can_publish,
    "outcomes.withdraw_story": can_withdraw,
}


class SendBackStoryForm(VerbForm):
    reason = PlainTextField(
        label="What should change?",
        help_text="The organisation reads this beside the story.",
        max_words=80,
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say what should change",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )


STORY_VERBS = register(
    Story,
    [
        Verb(
            name="submit",
            do=submit_story,
            permission="outcomes.submit_story",
            label="Send the story",
            explain="You have read it with the person, and they, or who may decide for them, agree to it. "
            "Somebody of the programme reads it before it is published.",
            done="The story is sent. Somebody of the programme reads it.",
            is_primary=True,
        ),
        Verb(
            name="publish",
            do=publish_story,
            permission="outcomes.publish_story",
            label="Publish the story",
            explain="It can be read from now on where the agreement allows, until it runs out or is withdrawn.",
            done="The story is published.",
            is_primary=True,
        ),
        Verb(
            name="send-back",
            do=send_back_story,
            permission="outcomes.publish_story",
            label="Send back",
            explain="It becomes a draft again, with your reason beside it.",
            done="The story is back with the organisation.",
            form=SendBackStoryForm,
        ),
        Verb(
            name="withdraw",
            do=withdraw_story,
            permission="outcomes.withdraw_story",
            label="Withdraw the story",
            explain="Nobody can read it from this moment on. Its words are removed after 30 days. It cannot be "
            "taken back.",
            done="The story is withdrawn.",
            is_warning=True,
        ),
    ],
)
