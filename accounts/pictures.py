"""What a picture inside another file says beside what it shows (who took it, where, with what) is taken out of
it as it stands. It is never unpacked: a document may hold thousands, each of them a bomb, and none of them
loses by it.
"""

import re
import struct

_JPEG = b"\xff\xd8\xff"
_PNG = b"\x89PNG\r\n\x1a\n"
# In the data of a JPEG, what ends it: any marker but a stuffed byte, a restart and a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_OF_PROGRAMS = range(0xE0, 0xF0)
# Of what programs add: the size of a dot, the colours (Adobe's turn of them, and a profile).
_KEPT_OF_PROGRAMS = ((0xE0, b"JFIF\0"), (0xEE, b"Adobe"), (0xE2, b"ICC_PROFILE\0"))
# Of what PNG calls ancillary: colours, the size of a dot, what is clear.
_KEPT_CHUNKS = (b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs")


def is_told_apart(content: bytes) -> bool:
    """Whether this is a picture that `without_details` knows."""
    return content.startswith((_JPEG, _PNG))


def is_made_of_details(content: bytes) -> bool:
    """TIFF: what it shows is one detail among those of its maker, wherever they stand."""
    return content.startswith((b"II*\0", b"MM\0*"))


def without_details(content: bytes) -> bytes:
    """A JPEG or PNG with what it shows alone; what follows its end goes too. Raises `ValueError` where it is
    damaged."""
    return _bare_jpeg(content) if content.startswith(_JPEG) else _bare_png(content)


def _bare_jpeg(content: bytes) -> bytes:
    parts, at = [content[:2]], 2
    while at < len(content):
        if content[at] != 0xFF:
            raise ValueError("No marker where one must be.")
        while content[at + 1 : at + 2] == b"\xff":
            at += 1
        marker, held = content[at + 1 : at + 2], content[at + 2 : at + 4]
        if marker == bytes([_END]):
            break
        if len(held) < 2 or (size := struct.unpack(">H", held)[0]) < 2:
            raise ValueError("A part without a size.")
        segment = content[at : at + 2 + size]
        at += 2 + size
        if _shows(marker[0], segment[4:]):
            parts.append(segment)
        if marker[0] == _SCAN:
            found = _MARKER.search(content, at)
            until = found.start() if found else len(content)
            parts.append(content[at:until])
            at = until
    return b"".join([*parts, bytes([0xFF, _END])])


def _shows(marker: int, said: bytes) -> bool:
    if marker in _OF_PROGRAMS:
        return any(marker == one and said.startswith(word) for one, word in _KEPT_OF_PROGRAMS)
    return marker != _COMMENT


def _bare_png(content: bytes) -> bytes:
    parts, at = [_PNG], len(_PNG)
    while at + 12 <= len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8]
        if at + 12 + size > len(content):
            raise ValueError("A part that is longer than the picture.")
        if kind[:1].isupper() or kind in _KEPT_CHUNKS:
            parts.append(content[at : at + 12 + size])
        at += 12 + size
        if kind == b"IEND":
            return b"".join(parts)
    raise ValueError("No end.")
