"""The linking code of a person: given, replaced, taken out. It is turned into its fingerprint at once."""

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted

from ..models import Application, LinkingCode
from ..same_person import code_error, fingerprint


@transaction.atomic
def give_linking_code(application: Application, *, by: User, code: str) -> None:
    """Keep the fingerprint of a code for the person of an application; an empty code takes it out.

    Nobody is told whether it matches. Raises `NotReady` for what cannot be a code.
    """
    application = locked(application)
    permitted(by, "grants.give_linking_code", application)
    person = application.person
    if not code.strip():
        LinkingCode.objects.filter(person=person).delete()
        record("application.linking_code_removed", application, by=by, shown_to="applicant")
        return
    if error := code_error(code):
        raise NotReady([f"{error}."])
    LinkingCode.objects.update_or_create(
        person=person,
        defaults={"digest": fingerprint(code), "given_at": clock.now(), "given_by": by},
    )
    record("application.linking_code_given", application, by=by, shown_to="applicant")
