"""Files that people send: told by their content, never by their name; made harmless before they are
kept. Whatever app takes files calls `inspect` and `scan`, and keeps what comes back.

PDF, Word (.docx), Excel (.xlsx), PNG and JPEG are taken. Archives are refused by what they would
unpack to, before anything is unpacked. What a file says about its maker (names, places, programs,
the position of a camera) is taken out, and so is everything that could run.
"""

import contextlib
import io
import re
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from django.conf import settings
from django.db.models import TextChoices

from . import pictures

MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 2000
MOST_UNPACKED = 60 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 500
TAKEN = "a PDF, Word (.docx), Excel (.xlsx), PNG or JPEG file"


class FileKind(TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PNG = "png", "Picture (PNG)"
    JPEG = "jpg", "Picture (JPEG)"


MIME = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}


class ScanState(TextChoices):
    """What the virus scanner said."""

    CLEAN = "clean", "Scanned, nothing found"
    NO_SCANNER = "no_scanner", "Not scanned: no scanner is set up"
    QUARANTINED = "quarantined", "Waits to be scanned"


class UnsafeFile(Exception):
    """The file is not taken; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class SafeFile:
    """What may be kept: the kind, told by the content, and the content without its metadata."""

    kind: FileKind
    content: bytes


def inspect(content: bytes) -> SafeFile:
    """What a file is, without what it tells about its maker.

    Raises `UnsafeFile` for anything but the five kinds, for more than 10 MB, for what would unpack to
    too much, for passwords, macros and damaged files.
    """
    if not content:
        raise UnsafeFile("The file is empty.")
    if len(content) > MOST_BYTES:
        raise UnsafeFile("The file is larger than 10 MB. Make it smaller and upload it again.")
    kind = _kind_of(content)
    try:
        cleaned = _CLEANERS[kind](content)
    except UnsafeFile:
        raise
    # A damaged file raises almost anything from inside the libraries: the person is told the same.
    except Exception as error:
        raise UnsafeFile("The file is damaged and cannot be read. Save it again.") from error
    if len(cleaned) > MOST_BYTES:
        raise UnsafeFile("The file is larger than 10 MB once it is opened. Make it smaller.")
    return SafeFile(kind, cleaned)


def _kind_of(content: bytes) -> FileKind:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnsafeFile(
            "This is an old or a password-protected Office file. Save it as .docx, .xlsx or PDF "
            "without a password."
        )
    raise UnsafeFile(f"The file must be {TAKEN}. Its content is something else.")


# Archives: Word and Excel ------------------------------------------------------------------------

_RUNS = re.compile(
    r"vbaProject|vbaData|activeX/|embeddings/|oleObject|externalLinks/|queryTables/|xl/connections\.xml"
    r"|\.(?:exe|dll|com|scr|bat|cmd|ps1|js|jse|vbs|vbe|wsf|hta|lnk|jar|msi|html?)$",
    re.I,
)
# The same told by what a part is declared to be, whatever it is called.
_RUNNING_TYPES = re.compile(rb"macroEnabled|vbaProject|vbaData|activeX", re.I)
_RUNNING_LINKS = (
    "vbaproject",
    "wordvbadata",
    "oleobject",
    "package",
    "control",
    "activexcontrolbinary",
    "attachedtoolbars",
    "keymapcustomizations",
    "externallink",
    "externallinkpath",
    "connections",
    "querytable",
)


def _kind_of_archive(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnsafeFile("The file is damaged and cannot be read. Save it again.") from error
    # The sizes are those that the archive declares, and no more than those is ever read from it.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnsafeFile(
            "The file is too large once it is opened. Make it smaller, or a PDF of it."
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnsafeFile("The file has a password. Save it without one.")
    names = {part.filename for part in parts}
    # Office takes names without regard to capitals, and none that leads out of the file.
    if len({name.lower() for name in names}) != len(parts) or any(map(_leads_out, names)):
        raise UnsafeFile("The file is damaged and cannot be read. Save it again.")
    if any(_RUNS.search(name) for name in names):
        raise UnsafeFile(_MACROS)
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return FileKind.DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return FileKind.XLSX
    raise UnsafeFile(f"This is an archive of files. Upload {TAKEN}, one at a time.")


_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://'
    b'schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_CUSTOM = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_EMPTIED = {"docprops/core.xml": _CORE, "docprops/app.xml": _APP, "docprops/custom.xml": _CUSTOM}
# Who wrote a comment or a tracked change: attributes of Word, elements and attributes of Excel.
_AUTHORS = (
    (re.compile(rb'((?:w|w15|w16\w*):(?:author|initials|userId)=")[^"]*"'), rb'\1Author"'),
    (re.compile(rb'(<person\b[^>]*?\b(?:displayName|userId)=")[^"]*"'), rb'\1Author"'),
    (re.compile(rb"(<author>)[^<]*(</author>)"), rb"\1Author\2"),
    (re.compile(rb'(\blastModifiedBy=|<fileSharing\b[^>]*\buserName=)"[^"]*"'), rb'\1""'),
)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_ENCODING = re.compile(rb"""^[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
# A field that starts another program, or takes in another file, when the document is opened.
_FETCHES = re.compile(
    rb"""(?:<w:instrText\b[^>]*>|\bw:instr\s*=\s*["'])\s*(?:DDE|DDEAUTO|INCLUDETEXT)\b""", re.I
)
_STRANGE = "The file holds parts that an Office program does not write. Make a PDF."
_MACROS = "The file holds macros, or other files inside it. Save a PDF of it and upload that."
_TIFF = "The file holds a picture of the kind TIFF, which says who made it. Save a PDF of it."
_LOADS = "The file loads other files when it is opened. Save a PDF of it."


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)


def _clean_office(content: bytes) -> bytes:
    """Word and Excel: properties emptied, authors unnamed, pictures without their own metadata."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.infolist():
            if part.is_dir() or part.filename.lower().startswith("docprops/thumbnail"):
                continue
            held = before.read(part)
            name = part.filename
            lowered = name.lower()
            if lowered in _EMPTIED:
                held = _EMPTIED[lowered]
            elif lowered.endswith((".xml", ".rels", ".vml")):
                held = _clean_part(held)
                if lowered.endswith(".rels"):
                    _check_links(held)
                elif lowered == "[content_types].xml" and _RUNNING_TYPES.search(held):
                    raise UnsafeFile(_MACROS)
            elif pictures.is_told_apart(held):  # whatever it is called
                held = pictures.without_details(held)
            elif pictures.is_made_of_details(held):
                raise UnsafeFile(_TIFF)
            # A date of its own would say when the file was written.
            after.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), held, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _clean_part(held: bytes) -> bytes:
    """A part in XML: in UTF-8 and without declarations, as Office programs write it, so that what is looked
    for below cannot hide; its authors unnamed."""
    encoding = _ENCODING.match(held[:200])
    if (
        b"\0" in held
        or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"))
        or _DECLARES.search(held)
    ):
        raise UnsafeFile(_STRANGE)
    if _FETCHES.search(held):
        raise UnsafeFile(_LOADS)
    for author, put in _AUTHORS:
        held = author.sub(put, held)
    return held


def _check_links(held: bytes) -> None:
    """Refuse what leads to a program or, but for a link that somebody follows, out of the file. Read as XML:
    quotes, spaces and prefixes can be written in many ways."""

    def look(tag: str, said: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "Relationship":
            return
        kind = said.get("Type", "").rstrip("/").rpartition("/")[2].lower()
        if kind in _RUNNING_LINKS:
            raise UnsafeFile(_MACROS)
        if said.get("TargetMode", "").strip().lower() == "external" and kind != "hyperlink":
            raise UnsafeFile(_LOADS)

    parser = expat.ParserCreate()
    parser.StartElementHandler = look
    parser.Parse(held, True)


# PDF ---------------------------------------------------------------------------------------------

_PACKED = "The PDF holds a picture that cannot be looked into. Print it to a new PDF."

# /T and /TU are names of fields and of who made a mark.
_TAKEN_OUT = ("/Metadata", "/PieceInfo", "/AA", "/A", "/PA", "/JS", "/T", "/TU", "/EF")
_KEPT_MARKS = ("/Widget", "/FreeText", "/Stamp", "/Highlight", "/Underline", "/Ink", "/Text")


def _clean_pdf(content: bytes) -> bytes:
    """The pages alone: no properties, scripts, actions, attached files or links."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise UnsafeFile("The PDF has a password. Save it without one.")
    if not 1 <= len(reader.pages) <= MOST_PAGES:
        raise UnsafeFile(f"The PDF must have between 1 and {MOST_PAGES} pages.")
    writer = PdfWriter()
    for read in reader.pages:
        page: Any = writer.add_page(read)
        marks = page.get("/Annots")
        kept = ArrayObject()
        for mark in marks.get_object() if marks is not None else ():
            if mark.get_object().get("/Subtype") in _KEPT_MARKS:
                _strip(mark.get_object())
                kept.append(mark)
        page[NameObject("/Annots")] = kept
    for held in writer._objects:
        if isinstance(held, DictionaryObject):
            _take_out(held)
        if isinstance(held, StreamObject):
            _bare(held)
    writer.metadata = None
    writer.xmp_metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _take_out(held: Any) -> None:
    for name in _TAKEN_OUT:
        if name in held:
            del held[name]


def _bare(held: Any) -> None:
    """Take out of a photo what it says about its maker: a PDF holds it as the camera wrote it, at times
    packed once more."""
    from pypdf.generic import NameObject

    filters = held.get("/Filter")
    names = filters if isinstance(filters, list) else [filters]
    if not names or names[-1] != "/DCTDecode":
        return
    photo = held._data
    if names[:-1] == ["/FlateDecode"] and "/DecodeParms" not in held:
        photo = zlib.decompressobj().decompress(photo, MOST_UNPACKED)
        held[NameObject("/Filter")] = NameObject("/DCTDecode")
    elif names[:-1]:
        raise UnsafeFile(_PACKED)
    held._data = pictures.without_details(photo)


def _strip(mark: Any) -> None:
    """Take out of a mark what runs and who made it, also where it stands inside the mark itself and is no
    object of its own. What it looks like stays: there the same letters are names of fonts."""
    from pypdf.generic import ArrayObject, DictionaryObject

    waiting = [mark]
    while waiting:
        held = waiting.pop()
        if isinstance(held, DictionaryObject):
            _take_out(held)
            waiting += [value for name, value in dict.items(held) if name not in ("/AP", "/DR")]
        elif isinstance(held, ArrayObject):
            waiting += list.__iter__(held)


# Pictures ----------------------------------------------------------------------------------------


def _clean_picture(kind: str, **options: Any) -> Callable[[bytes], bytes]:
    def clean(content: bytes) -> bytes:
        from PIL import Image, ImageOps

        with Image.open(io.BytesIO(content), formats=[kind]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnsafeFile("The picture has too many pixels. Make it smaller.")
            # The camera's turn is applied before it is forgotten with the rest.
            turned = ImageOps.exif_transpose(opened)
        bare = Image.new(turned.mode, turned.size)
        if turned.palette is not None:
            bare.putpalette(turned.palette)
        bare.paste(turned)
        held = dict(options)
        if kind == "PNG" and "transparency" in turned.info:
            held["transparency"] = turned.info["transparency"]
        out = io.BytesIO()
        bare.save(out, kind, **held)
        return out.getvalue()

    return clean


_CLEANERS: dict[FileKind, Callable[[bytes], bytes]] = {
    FileKind.PDF: _clean_pdf,
    FileKind.DOCX: _clean_office,
    FileKind.XLSX: _clean_office,
    FileKind.PNG: _clean_picture("PNG"),
    FileKind.JPEG: _clean_picture("JPEG", quality=90),
}


# The scanner -------------------------------------------------------------------------------------


def scan(content: bytes) -> ScanState:
    """Ask the virus scanner (clamd) at `settings.CLAMD_ADDRESS`: "host:port", or a socket's path.

    Raises `UnsafeFile` when it finds something. A scanner that is set up and does not answer leaves the
    file in quarantine.
    """
    if not settings.CLAMD_ADDRESS:
        return ScanState.NO_SCANNER
    try:
        answer = _ask_scanner(settings.CLAMD_ADDRESS, content)
    except OSError:
        return ScanState.QUARANTINED
    if answer.endswith("FOUND"):
        raise UnsafeFile("The virus scanner found something in this file. It was not kept.")
    return ScanState.CLEAN if answer.endswith("OK") else ScanState.QUARANTINED


def _ask_scanner(address: str, content: bytes) -> str:
    """The scanner's word on `content`, by its INSTREAM command: chunks with their length before them."""
    with contextlib.ExitStack() as stack:
        if address.startswith("/"):
            talk = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            talk.settimeout(30)
            talk.connect(address)
        else:
            host, _, port = address.rpartition(":")
            talk = stack.enter_context(socket.create_connection((host, int(port)), timeout=30))
        talk.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), 65536):
            chunk = content[start : start + 65536]
            talk.sendall(struct.pack("!L", len(chunk)) + chunk)
        talk.sendall(struct.pack("!L", 0))
        said = b""
        while not said.endswith(b"\0") and len(said) < 4096 and (more := talk.recv(1024)):
            said += more
    return said.rstrip(b"\0").decode(errors="replace").strip()
