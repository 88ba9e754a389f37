"""The identifier check behind every text of the product, and what writers let stay.

`accounts.fields` asks; here is what is found (`find`) and how the answers are kept (`keep`).
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from django.conf import settings

from accounts.fields.doubts import Doubt, Writing

from .identifiers import Weight, find_identifiers
from .models import CircleMember, FocusPerson, KeptWords


def digest_of(words: str) -> str:
    """A keyed digest of words, whatever their case: tells that they are the same, never what they are."""
    plain = " ".join(words.casefold().split())
    return hmac.new(settings.SECRET_KEY.encode(), plain.encode(), hashlib.sha256).hexdigest()


def _own_codes(writing: Writing) -> set[str]:
    """Codes by which the writer's organisations know people: staff codes, references of their own."""
    if "codes" not in writing.known:
        own = list(writing.user.organisation_ids())
        codes = CircleMember.objects.filter(person__organisation__in=own).exclude(staff_code="")
        people = FocusPerson.objects.filter(organisation__in=own)
        writing.known["codes"] = set(codes.values_list("staff_code", flat=True)) | {
            person.local_ref for person in people if person.local_ref
        }
    codes_found: set[str] = writing.known["codes"]
    return codes_found


def _answered(writing: Writing) -> set[str]:
    """Digests of what was answered for at this place already, and not sent back since."""
    if "answered" not in writing.known:
        here = KeptWords.objects.filter(place=writing.place[:200]).exclude(verdict="out")
        writing.known["answered"] = set(here.values_list("digest", flat=True))
    answered: set[str] = writing.known["answered"]
    return answered


def find(text: str, writing: Writing | None) -> Iterator[Doubt]:
    """What in `text` is refused, and what is asked about and not answered for yet."""
    is_known = writing is not None and writing.user.is_authenticated
    codes = _own_codes(writing) if is_known and writing is not None else ()
    said: set[str] = set()
    for finding in find_identifiers(text, own_codes=codes):
        if finding.weight < Weight.LIKELY or finding.text in said:
            continue
        said.add(finding.text)
        if (
            writing is not None
            and finding.is_asked
            and digest_of(finding.text) in _answered(writing)
        ):
            continue
        yield Doubt(
            finding.text, finding.kind, finding.sentence_in(text), is_refused=finding.is_refused
        )


def unanswered(texts: Mapping[str, str]) -> dict[str, str]:
    """Of texts by the address of the page they are written on: the first sentence about words that may
    identify somebody and that nobody has answered for there. A text that saved itself was never asked
    about."""
    likely = {
        place: found
        for place, text in texts.items()
        if (found := [one for one in find_identifiers(text) if one.is_asked])
    }
    if not likely:
        return {}
    here = KeptWords.objects.filter(place__in=[place[:200] for place in likely])
    answered = set(here.exclude(verdict="out").values_list("place", "digest"))
    return {
        place: left[0].sentence
        for place, found in likely.items()
        if (left := [o for o in found if (place[:200], digest_of(o.text)) not in answered])
    }


def keep(writing: Writing) -> None:
    """Keep what stays, for an officer to look at; the same words at the same place once."""
    own = list(writing.user.organisation_ids())
    for kept in writing.kept:
        KeptWords.objects.update_or_create(
            place=writing.place[:200],
            digest=digest_of(kept.doubt.words),
            defaults={
                "organisation_id": own[0] if len(own) == 1 else None,
                "field": kept.field[:120],
                "kind": kept.doubt.kind[:60],
                "words": kept.doubt.words,
                "why": kept.reason,
                "kept_by": writing.user,
                "verdict": "",
                "looked_at": None,
                "looked_by": None,
            },
        )
