"""What the panel takes on paper: minutes and packs, as tagged PDF."""

from pathlib import Path

from accounts.pdf import typeset

from ..reports.minutes import MinutesShown, document_of
from ..reports.packs import Pack, pack_document

_HERE = Path(__file__).parent


def minutes_pdf(minutes: MinutesShown) -> bytes:
    """The minutes as one reader may see them, stamped with the moment that they speak of."""
    moment = minutes.approved_at or minutes.meeting.ended_at or minutes.meeting.called_at
    return typeset((_HERE / "minutes.typ").read_bytes(), document_of(minutes), moment=moment)


def pack_pdf(pack: Pack) -> bytes:
    """Case files and blank sheets of one panellist."""
    return typeset((_HERE / "pack.typ").read_bytes(), pack_document(pack), moment=pack.made_at)
