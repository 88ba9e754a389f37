"""What the reports of a grant need a person's record for: until the last one was accepted. And how long
stories and the counts of the survey are kept (domain 7.5)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, Sum

from accounts import clock
from accounts.retention import Expired, RetentionClass, months_of
from focus_people.models import FocusPerson
from focus_people.uses import Use

from .models import OutcomeReport, Story, SurveyCode, SurveyTally, SurveyWave
from .survey.questions import Group

# Days after which nothing is kept of the words of a story that was withdrawn or has run out (domain 7.5).
PURGE_DAYS = 30
GONE = "Removed"
STORY = "story"


def uses(person: FocusPerson) -> Iterator[Use]:
    """Reports that were accepted: the record is kept for a while after the last of them."""
    rows = OutcomeReport.objects.filter(grant__application__person=person)
    for accepted_at in rows.order_by("pk").values_list("accepted_at", flat=True):
        if accepted_at is not None:
            yield Use("", clock.day_of(accepted_at))


# Stories --------------------------------------------------------------------------------------------


def _without_words(story: Story) -> tuple[int, str]:
    gone = Story.objects.filter(pk=story.pk).update(title=GONE, words="", easy_read="", themes=[])
    return gone, story.reference


def _story_ended_on(story: Story) -> date:
    """The day it was withdrawn, or the last on which it might be read: whichever came first."""
    if story.withdrawn_at is None:
        return story.expires_on
    return min(clock.day_of(story.withdrawn_at), story.expires_on)


def old_stories(ended_by: date) -> Iterator[Expired]:
    """Stories, published or not, that were withdrawn or have run out by `ended_by`."""
    if months_of(STORY) == 1:  # the month of the rules has thirty days, whatever the calendar says
        ended_by = clock.today() - timedelta(days=PURGE_DAYS)
    rows = Story.objects.exclude(words="").filter(
        Q(expires_on__lte=ended_by) | Q(withdrawn_at__lt=clock.end_of(ended_by))
    )
    for row in rows.select_related("person").order_by("pk"):
        hold = row.person.standing_hold()
        yield Expired(
            row.reference,
            _story_ended_on(row),
            hold.sentence if hold else "",
            lambda row=row: _without_words(row),  # type: ignore[misc]
        )


# The survey -----------------------------------------------------------------------------------------


@transaction.atomic
def _add_groups_up(wave: SurveyWave) -> tuple[int, str]:
    """The counts of all groups become one, so that every total stays; codes lead nowhere any more."""
    all_of_them = wave.tallies.values("question", "choice").annotate(all=Sum("count"))
    totals = {(row["question"], row["choice"]): row["all"] for row in all_of_them}
    told = list(wave.tallies.select_for_update())
    for row in told:
        is_kept = row.group == Group.NOT_SAID
        row.count = totals[row.question, row.choice] if is_kept else 0
    SurveyTally.objects.bulk_update(told, ["count"])
    codes = list(wave.codes.exclude(code_hash__startswith=GONE))
    for code in codes:
        code.key, code.code_hash = "", f"{GONE} {code.pk}"
    SurveyCode.objects.bulk_update(codes, ["key", "code_hash"])
    return len(told) + len(codes), wave.reference


def old_waves(ended_by: date) -> Iterator[Expired]:
    """Waves of the survey that took their last answer by `ended_by`, and still tell the groups apart."""
    apart = Q(tallies__count__gt=0) & ~Q(tallies__group=Group.NOT_SAID)
    rows = SurveyWave.objects.filter(
        apart | Q(codes__isnull=False) & ~Q(codes__code_hash__startswith=GONE)
    )
    for row in rows.distinct().order_by("pk"):
        day = clock.day_of(row.closed_at) if row.closed_at else row.closes_on
        if day <= ended_by:
            yield Expired(row.reference, day, "", lambda row=row: _add_groups_up(row))  # type: ignore[misc]


CLASSES = (
    RetentionClass(
        STORY,
        "Story about a person",
        "after it was withdrawn or the agreement to it ended",
        1,
        "its title, words and themes are removed; that there was one stays",
        old_stories,
    ),
    RetentionClass(
        "survey",
        "Survey answers by group, and the codes for them",
        "after the survey closed",
        24,
        "added up: totals stay, and nobody can tell any more which group said what",
        old_waves,
    ),
)
