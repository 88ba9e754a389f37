"""May a person have been funded already, through another organisation? Who they are is not collected, so this
is never known; an officer may be told to ask. See decision 19.

Two things are looked at. A *linking code* that whoever pays for the person's support gave to each of their
providers: kept as a keyed fingerprint alone. And the *banded facts* of the record as it stands: these say
something only while few people share them.
"""

import hashlib
import hmac
import re
from typing import Any

from django.conf import settings

from focus_people.identifiers import find_identifiers
from focus_people.models import FocusPerson

from .enums import GrantState

CODE = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{8,40}", re.ASCII)
# Facts that more people than this share say nothing about any of them.
MOST_ALIKE = 2
ASK = "This may be a person already funded: ask"


def tidy(code: str) -> str:
    """A code as it is compared: capital letters and digits."""
    return re.sub(r"[\s-]", "", code).upper()


def code_error(code: str) -> str:
    """Why something cannot be a linking code; empty where it can. Numbers that identify somebody (NHS
    number, date of birth, telephone) hold no letter; postcodes and the like are found by their form."""
    if any(found.is_refused for text in (code, tidy(code)) for found in find_identifiers(text)):
        return "This looks like something that says who the person is. Use the code made for this alone"
    if not CODE.fullmatch(tidy(code)):
        return "A linking code has 8 to 40 letters and numbers, with at least one of each"
    return ""


def fingerprint(code: str) -> str:
    """The keyed fingerprint of a code, 64 hexadecimal characters. Without the key of the settings nobody can
    try codes against it."""
    secret = settings.FINGERPRINT_KEY or settings.SECRET_KEY
    key = hmac.new(secret.encode(), b"linking code, version 1", hashlib.sha256).digest()
    return hmac.new(key, tidy(code).encode(), hashlib.sha256).hexdigest()


def _facts(person: FocusPerson) -> tuple | None:
    """What changes slowly and is recorded in bands; None where too little is known to compare."""
    payer = re.sub(r"[^a-z0-9]", "", person.commissioner.lower())
    if not payer or not person.conditions:
        return None
    return payer, person.age_band, tuple(sorted(person.conditions))


def is_worth_asking(person: FocusPerson) -> bool:
    """Whether somebody else's record may be the same person and has been funded. At most four queries.

    Only ever shown as the one sentence `ASK`, to an officer or lead: never which record, nor whose.
    """
    from .models import LinkingCode

    others = FocusPerson.objects.exclude(pk=person.pk)
    funded = others.filter(applications__grant__isnull=False).exclude(
        applications__grant__state=GrantState.REFUSED
    )
    own = LinkingCode.objects.filter(person=person).first()
    if own is not None and funded.filter(linking_code__digest=own.digest).exists():
        return True
    facts = _facts(person)
    if facts is None:
        return False
    elsewhere: Any = others.exclude(organisation=person.organisation_id).filter(
        age_band=person.age_band
    )
    alike = [one.pk for one in elsewhere if _facts(one) == facts]
    return 0 < len(alike) <= MOST_ALIKE and funded.filter(pk__in=alike).exists()
