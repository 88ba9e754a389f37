"""What leaves as a table for a spreadsheet program."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def plain_text(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def guarded(text: str) -> str:
    """A text of a table that comes in again: as `plain_text`, and told from one that begins so itself."""
    return f"'{text}" if text.startswith("'") else plain_text(text)


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and len(text) > 1 else text
