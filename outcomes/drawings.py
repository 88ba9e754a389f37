"""Pictures that have been drawn, kept under a fingerprint of their numbers. matplotlib takes a second to
load: only a picture that nobody has asked for yet loads it.
"""

import hashlib
import json

from django.core.cache import cache

from .reports.pictures import Picture

KEEP_SECONDS = 60 * 60 * 24 * 30
# Goes up whenever a drawing changes, so that old ones are not served.
VERSION = 3


def fingerprint(picture: Picture, *, is_narrow: bool = False) -> str:
    """What decides how it looks, as one short word."""
    held = json.dumps([VERSION, is_narrow, picture.drawn], sort_keys=True)
    return hashlib.sha256(held.encode()).hexdigest()[:32]


def drawn(picture: Picture, *, is_narrow: bool = False) -> str:
    """The picture as SVG, drawn once for the same numbers."""
    key = f"chart:{fingerprint(picture, is_narrow=is_narrow)}"
    held: str | None = cache.get(key)
    if held is None:
        from .charts import draw  # loads matplotlib

        held = draw(picture, is_narrow=is_narrow)
        cache.set(key, held, KEEP_SECONDS)
    return held
