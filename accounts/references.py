"""Public references that say nothing about what they stand for: no counting, no guessing."""

import secrets

# No vowels (no words by accident), nothing that is misread aloud or on paper.
_LETTERS = "BCDFGHJKMNPQRTVWXZ2346789"


def opaque(prefix: str, length: int = 7) -> str:
    """A random reference such as `ORG-7K3M9QX` (25^7, about six thousand million)."""
    return f"{prefix}-" + "".join(secrets.choice(_LETTERS) for _ in range(length))


def organisation_reference() -> str:
    """A reference for an organisation."""
    return opaque("ORG")
