"""How long a person's record is kept: until 24 months after nothing needs it any longer (domain 7.5)."""

from collections.abc import Iterator
from datetime import date

from accounts.retention import Expired, RetentionClass, kept_longer

from .erasing import make_anonymous
from .models import FocusPerson, KeptWords, LegalHold
from .uses import last_use_of


def _remove(person: FocusPerson) -> tuple[int, str]:
    erased = make_anonymous(person, keep=kept_longer())
    return sum(erased.removed.values()), erased.person.reference


def old_people(ended_by: date) -> Iterator[Expired]:
    """People whose record nothing has needed since `ended_by` or longer."""
    for person in FocusPerson.objects.named().order_by("pk"):
        day = last_use_of(person)
        if day is not None and day <= ended_by:
            hold = person.standing_hold()
            yield Expired(
                person.reference,
                day,
                hold.sentence if hold else "",
                lambda person=person: _remove(person),  # type: ignore[misc]
            )


def old_kept_words(ended_by: date) -> Iterator[Expired]:
    """Words that may identify somebody, once an officer has looked at them."""
    for words in KeptWords.objects.filter(looked_at__date__lte=ended_by).order_by("pk"):
        yield Expired(
            words.reference,
            words.looked_at.date(),
            "",
            lambda words=words: (words.delete()[0], words.reference),  # type: ignore[misc]
        )


def keeps_the_trail() -> str:
    """While any record is under a legal hold, the audit trail is kept whole."""
    standing = LegalHold.objects.filter(released_at__isnull=True).count()
    return "A legal hold stands on a record, so the whole trail is kept." if standing else ""


CLASSES = (
    RetentionClass(
        "person",
        "Record of a focus person",
        "after the last report, or the end of what it was for",
        24,
        "made anonymous: no alias, no reference, no text, days by quarter; totals stay",
        old_people,
    ),
    RetentionClass(
        "words",
        "Words that may say who somebody is",
        "after an officer looked at them",
        24,
        "removed",
        old_kept_words,
    ),
)
