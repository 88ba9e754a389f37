"""What leaves as a table for a spreadsheet program."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_text(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
