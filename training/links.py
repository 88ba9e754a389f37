"""Codes for people without an account: short enough to read from a screen, and of no use to anybody else.

A code is worked out from a random key with the server's secret, so that it can be shown again while it
holds; the database keeps its keyed hash only. Letters and digits that look alike are left out.
"""

import secrets

from django.utils.crypto import salted_hmac

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10  # 31^10, about eight hundred million million


def new_key() -> str:
    """A random key that a code is worked out from."""
    return secrets.token_hex(16)


def code_of(purpose: str, key: str) -> str:
    """The code of a key: ten signs, the same every time."""
    digest = salted_hmac(f"training.{purpose}.code", key, algorithm="sha256").digest()
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[place])
    return "".join(signs)


def hash_of(purpose: str, code: str) -> str:
    """What the database keeps of a code, and looks it up by. Spaces, dashes and case do not matter."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return salted_hmac(f"training.{purpose}.hash", plain[:40], algorithm="sha256").hexdigest()


def spelled(code: str) -> str:
    """A code as it is read out: K7M2P-9QXRT."""
    return f"{code[:5]}-{code[5:]}"
