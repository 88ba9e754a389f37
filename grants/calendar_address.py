"""The address of somebody's calendar: nobody can guess it, and it ends with their password."""

import hashlib
import hmac

from django.conf import settings
from django.core import signing

from accounts.models import User

SALT = "grants.calendar"


def _mark(user: User) -> str:
    """Changes with the password, so that an old address ends with it."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"{SALT}:{user.pk}:{user.password}".encode(), hashlib.sha256
    ).hexdigest()[:24]


def token_of(user: User) -> str:
    """The secret part of the address of somebody's calendar."""
    return signing.Signer(salt=SALT).sign_object([user.pk, _mark(user)])


def owner_of(token: str) -> User | None:
    """The person whose calendar this address is; None for an address that is false, or has ended."""
    try:
        pk, mark = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = User.objects.filter(pk=pk, is_active=True).first()
    if found is None or not hmac.compare_digest(str(mark), _mark(found)):
        return None
    return found
