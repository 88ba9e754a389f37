from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from focus_people.enums import ConsentBasis, ConsentUse, PersonState
from focus_people.identifiers import find_identifiers
from focus_people.models import FocusPerson
from focus_people.reports import current_consent

from ..enums import StoryState, StoryTheme, StoryTold
from ..querysets import StoryQuerySet

# A story is published for two years at most after the person agreed to it (domain 7.5).
MOST_MONTHS = 24


def story_reference() -> str:
    """ "STORY-7K3M9": says nothing, and can be quoted."""
    return opaque("STORY", 5)


def _pair(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
        name=f"story_{name}_pair",
    )


class Story(StateMixin):
    """What changed, told so that nobody is recognised. Read only while somebody's agreement to it stands.

    agreed_on: when this very text was agreed to; expires_on: the last day on which it may be read. in_public
    and in_reports: where it may stand. The consent on the person's record must cover stories as well.
    """

    reference = models.CharField(max_length=20, unique=True, default=story_reference)
    person = models.ForeignKey(FocusPerson, models.PROTECT, related_name="stories")
    title = models.CharField(max_length=120)
    words = models.TextField()
    easy_read = models.TextField("in easy words, one sentence a line", blank=True)
    themes = models.JSONField(default=list)
    told_by = models.CharField("who tells it", max_length=10, choices=StoryTold)
    is_fictionalised = models.BooleanField("details are changed", default=True)
    agreed_on = models.DateField()
    expires_on = models.DateField("last day on which it may be read")
    in_public = models.BooleanField("may stand on the public page", default=False)
    in_reports = models.BooleanField("may stand in impact reports", default=False)
    state = StateField(max_length=10, choices=StoryState, default=StoryState.DRAFT)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[StoryQuerySet] = StoryQuerySet.as_manager()

    LOCKED_WITH = ("person",)

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=StoryState.values), name="story_state"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("submitted_by")),
                name="story_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=StoryState.PUBLISHED) | Q(published_at__isnull=False),
                name="story_published_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("agreed_on")), name="story_expires_after_agreed"
            ),
            _pair("submitted"),
            _pair("published"),
            _pair("withdrawn"),
        )

    class Privacy:
        goes = True
        identity = ()
        special = ("title", "words", "easy_read", "themes")
        operational = (
            "id",
            "reference",
            "person",
            "told_by",
            "is_fictionalised",
            "agreed_on",
            "expires_on",
            "in_public",
            "in_reports",
            "state",
            "made_at",
            "made_by",
            "submitted_at",
            "submitted_by",
            "return_reason",
            "published_at",
            "published_by",
            "withdrawn_at",
            "withdrawn_by",
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.reference])

    @property
    def is_draft(self) -> bool:
        return self.state == StoryState.DRAFT

    @property
    def theme_labels(self) -> list[str]:
        """Its themes in words."""
        return [str(StoryTheme(theme).label) for theme in self.themes if theme in StoryTheme.values]

    @property
    def easy_lines(self) -> list[str]:
        """The easy read, one sentence each."""
        return [line for line in self.easy_read.splitlines() if line.strip()]

    def consent_blockers(self) -> list[str]:
        """Why it may not be read now: nobody's agreement stands."""
        if self.person.state == PersonState.DECEASED:
            return ["The person has died. No story about them is published."]
        consent = current_consent(self.person, ConsentUse.STORY)
        if consent is None or consent.is_review_due:
            return ["No consent that covers a story stands on the person’s record."]
        if consent.basis != ConsentBasis.CONSENTED and not self.is_fictionalised:
            return ["The person has not consented themselves, so details must be changed."]
        if self.expires_on < clock.today():
            return ["The agreement to this story has run out."]
        return []

    def edit_blockers(self) -> list[str]:
        if not self.is_draft:
            return [
                f"This story does not change any more: it is {self.get_state_display().lower()}."
            ]
        return []

    def submit_blockers(self) -> list[str]:
        """What is missing, and what in the words could say who somebody is."""
        found = self.consent_blockers()
        if not (self.in_public or self.in_reports):
            found.append("Say where the story may stand.")
        for text in (self.title, self.words, self.easy_read):
            found += [f"{f.sentence_in(text)}." for f in find_identifiers(text) if f.is_refused]
        if self.person.reference.lower() in f"{self.title} {self.words} {self.easy_read}".lower():
            found.append(f"Take out “{self.person.reference}”. It leads to the record.")
        return found

    def publish_blockers(self) -> list[str]:
        return self.submit_blockers()

    def send_back_blockers(self) -> list[str]:
        """Nobody is asked to write again about somebody who has died. It can be withdrawn."""
        if self.person.state == PersonState.DECEASED:
            return self.consent_blockers()
        return []

    @transition("state", source=StoryState.DRAFT, target=StoryState.WAITING)
    def submit(self, *, by: User) -> None:
        self.submitted_at, self.submitted_by, self.return_reason = clock.now(), by, ""

    @transition("state", source=StoryState.WAITING, target=StoryState.DRAFT)
    def send_back(self, *, reason: str) -> None:
        self.return_reason = reason
        self.submitted_at = self.submitted_by = None

    @transition("state", source=StoryState.WAITING, target=StoryState.PUBLISHED)
    def publish(self, *, by: User) -> None:
        self.published_at, self.published_by = clock.now(), by

    @transition(
        "state",
        source=[StoryState.DRAFT, StoryState.WAITING, StoryState.PUBLISHED],
        target=StoryState.WITHDRAWN,
    )
    def withdraw(self, *, by: User) -> None:
        self.withdrawn_at, self.withdrawn_by = clock.now(), by
