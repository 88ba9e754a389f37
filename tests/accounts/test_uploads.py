"""Files that people send: what they are is told by their content; what they tell about their maker is
gone from what is kept; what could run, or unpack to too much, is refused before it is opened."""

import io
import socket
import struct
import threading
import time
import zipfile
import zlib

import pytest
import xlsxwriter
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from accounts import pictures, uploads
from accounts.uploads import FileKind, ScanState, UnsafeFile

PLANTED = "Margaret Planted-Name"


def jpeg():
    exif = Image.Exif()
    exif[0x013B] = PLANTED  # artist
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    out = io.BytesIO()
    Image.new("RGB", (30, 10), "red").save(out, "JPEG", exif=exif, comment=PLANTED)
    return out.getvalue()


def png():
    said = PngInfo()
    said.add_text("Author", PLANTED)
    out = io.BytesIO()
    Image.new("RGBA", (5, 5), (0, 0, 0, 0)).save(out, "PNG", pnginfo=said)
    return out.getvalue()


def pdf(**options):
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    mark = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/T"): TextStringObject(PLANTED),
        }
    )
    page[NameObject("/Annots")] = writer._add_object(ArrayObject([writer._add_object(mark)]))
    writer.add_metadata({"/Author": PLANTED, "/Title": "Quote"})
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('planted')"),
        }
    )
    writer.add_attachment("planted.txt", b"planted")
    if options.get("password"):
        writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def xlsx():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"author": PLANTED, "manager": PLANTED})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Two days of training")
    sheet.write_comment(0, 0, "Agreed", {"author": PLANTED})
    book.close()
    return out.getvalue()


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


DOCX = {
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": f'<w:document><w:ins w:author="{PLANTED}" w:id="1"/>Quote</w:document>',
    "docProps/core.xml": f"<dc:creator>{PLANTED}</dc:creator>",
}


def docx(**parts):
    return archive(DOCX | {name.replace("__", "/"): text for name, text in parts.items()})


def everything_in(kept):
    """All that a reader could find in a file, archives opened."""
    if kept.kind in (FileKind.DOCX, FileKind.XLSX):
        with zipfile.ZipFile(io.BytesIO(kept.content)) as opened:
            return b"\n".join(opened.read(name) for name in opened.namelist())
    return kept.content


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (jpeg, FileKind.JPEG),
        (png, FileKind.PNG),
        (pdf, FileKind.PDF),
        (docx, FileKind.DOCX),
        (xlsx, FileKind.XLSX),
    ],
)
def test_kind_is_told_by_the_content_and_the_maker_is_forgotten(make, kind):
    before = make()
    planted = PLANTED.encode()
    raw = everything_in(uploads.SafeFile(kind, before))
    # Positive control: what is looked for was there (a PDF may hold it as UTF-16 or in octal).
    assert planted in raw or kind == FileKind.PDF
    kept = uploads.inspect(before)
    assert kept.kind == kind
    assert planted not in everything_in(kept)
    assert b"planted" not in everything_in(kept)
    assert uploads.inspect(kept.content).kind == kind


def test_a_pdf_keeps_its_pages_and_nothing_that_runs():
    before = PdfReader(io.BytesIO(pdf()))
    assert before.metadata.author == PLANTED
    assert before.attachments
    assert "/OpenAction" in before.trailer["/Root"]
    kept = PdfReader(io.BytesIO(uploads.inspect(pdf()).content))
    assert len(kept.pages) == 1
    assert not kept.attachments
    assert not (kept.metadata or {}).get("/Author")
    assert "/OpenAction" not in kept.trailer["/Root"]
    assert "/Names" not in kept.trailer["/Root"]


def test_a_picture_is_turned_before_its_turn_is_forgotten():
    kept = Image.open(io.BytesIO(uploads.inspect(jpeg()).content))
    assert kept.size == (10, 30)
    assert not kept.getexif()


def photo(**options):
    """As a camera writes it: who and where in it, and a second picture behind its end."""
    exif = Image.Exif()
    exif[0x013B] = PLANTED
    shown = Image.effect_noise((40, 30), 80).convert(options.pop("mode", "RGB"))
    out = io.BytesIO()
    shown.save(out, "JPEG", exif=exif, comment=PLANTED, icc_profile=b"colours", **options)
    return out.getvalue() + jpeg()


PHOTOS = [
    photo(),
    photo(progressive=True),
    photo(mode="CMYK"),
    photo(mode="L", optimize=True),
    photo(restart_marker_blocks=1),
]


def pixels(content):
    with Image.open(io.BytesIO(content)) as opened:
        return opened.mode, opened.size, opened.tobytes(), opened.info.get("icc_profile")


@pytest.mark.parametrize("content", [*PHOTOS, png()])
def test_a_picture_inside_a_document_shows_the_same_and_says_nothing(content):
    assert PLANTED.encode() in content
    for name in ("image1.jpeg", "image1.JPE", "image1.jfif", "image1", "image1.png"):
        kept = uploads.inspect(archive(DOCX | {f"word/media/{name}": content}))
        assert PLANTED.encode() not in everything_in(kept)
        with zipfile.ZipFile(io.BytesIO(kept.content)) as opened:
            held = opened.read(f"word/media/{name}")
        assert pixels(held) == pixels(content)
        assert held == pictures.without_details(held)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("content", PHOTOS)
def test_a_photo_inside_a_pdf_shows_the_same_and_says_nothing(content, packed):
    made = io.BytesIO()
    Image.open(io.BytesIO(content)).save(made, "PDF")
    writer = PdfWriter(clone_from=made)
    (held,) = (one for one in writer._objects if one.get("/Subtype") == "/Image")
    held._data = zlib.compress(content) if packed else content
    names = ["/FlateDecode", "/DCTDecode"] if packed else ["/DCTDecode"]
    held[NameObject("/Filter")] = ArrayObject([NameObject(name) for name in names])
    held.pop("/DecodeParms", None)
    out = io.BytesIO()
    writer.write(out)
    kept = PdfReader(io.BytesIO(uploads.inspect(out.getvalue()).content))
    image = kept.pages[0]["/Resources"]["/XObject"]["/image"]
    assert image["/Filter"] in ("/DCTDecode", ["/DCTDecode"])
    assert PLANTED.encode() not in image._data
    assert pixels(image._data) == pixels(content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xd8\xff\xe0\0", "damaged"),
        (b"\xff\xd8\xff\xe0\0\x02word", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXtx" + bytes(9), "damaged"),
        (b"II*\0" + PLANTED.encode(), "of the kind TIFF"),
    ],
)
def test_a_picture_that_cannot_be_looked_into_is_refused(content, says):
    with pytest.raises(UnsafeFile, match=says):
        uploads.inspect(archive(DOCX | {"word/media/image1.jpeg": content}))


def test_pictures_inside_a_document_are_not_unpacked():
    """A page of nothing is forty kilobytes, and forty million pixels: a document may hold two thousand."""
    out = io.BytesIO()
    Image.new("L", (6000, 6000)).save(out, "PNG")
    before = time.process_time()
    uploads.inspect(archive(DOCX | {f"word/media/{n}.png": out.getvalue() for n in range(200)}))
    assert time.process_time() - before < 5


def test_a_clear_picture_stays_clear():
    kept = Image.open(io.BytesIO(uploads.inspect(png()).content))
    assert kept.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "something else"),
        (b"<html><script>alert(1)</script>", "something else"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "something else"),
        (b"GIF89a", "something else"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or a password-protected"),
        (b"%PDF-1.7 and nothing else", "damaged"),
        (b"\x89PNG\r\n\x1a\n and nothing else", "damaged"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (b"\xff\xd8\xff" + b"x" * uploads.MOST_BYTES, "larger than 10 MB"),
    ],
)
def test_other_content_is_refused_in_a_sentence(content, says):
    with pytest.raises(UnsafeFile, match=says) as refused:
        uploads.inspect(content)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"a.txt": "hello"}, "archive of files"),
        (DOCX | {"word/vbaProject.bin": "x"}, "macros"),
        (DOCX | {"word/embeddings/oleObject1.bin": "x"}, "macros, or other files"),
        (DOCX | {"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><w/>"}, "does not write"),
        (
            DOCX
            | {
                "word/_rels/settings.xml.rels": '<Relationship Type="http://x/attachedTemplate" '
                'Target="http://example.org/t.dotm" TargetMode="External"/>'
            },
            "loads other files",
        ),
        (DOCX | {"[Content_Types].xml": '<Types a="x.macroEnabled.main+xml"/>'}, "macros"),
        (DOCX | {"word/media/open.exe": "x"}, "macros, or other files"),
        (DOCX | {"../../beside.txt": "x"}, "damaged"),
        (DOCX | {"WORD/Document.xml": "<w/>"}, "damaged"),
        (DOCX | {"word/document.xml": f"<!--{' ' * 5000}--><!DOCTYPE a><w/>"}, "does not write"),
        (DOCX | {"word/document.xml": "<?xml version='1.0' encoding='UTF-16'?><w/>"}, "does not"),
        (DOCX | {"word/document.xml": "<w:instrText> DDEAUTO c:\\\\cmd</w:instrText>"}, "loads"),
        ({f"p{n}.xml": "x" for n in range(uploads.MOST_PARTS + 1)}, "too large once it is opened"),
    ],
)
def test_archives_that_could_do_harm_are_refused(parts, says):
    with pytest.raises(UnsafeFile, match=says):
        uploads.inspect(archive(parts))


OUT = "http://x/attachedTemplate"


@pytest.mark.parametrize(
    ("link", "says"),
    [
        (f'Type="{OUT}" TargetMode="External" Target="http://x/hyperlink.dotm"', "loads other"),
        (f"Type='{OUT}' TargetMode='External' Target='http://x/'", "loads other"),
        (f'Type="{OUT}" TargetMode = "External" Target="http://x/"', "loads other"),
        (f'Type="{OUT}" TargetMode="&#69;xternal" Target="http://x/"', "loads other"),
        ('Type="http://x/vbaProject" Target="data.bin"', "macros"),
        ('Type="http://x/oleObject" Target="data.bin"', "macros"),
        ('Type="http://x/hyperlink" TargetMode="External" Target="http://x/"', None),
        ('Type="http://x/image" Target="media/a.png"', None),
    ],
)
@pytest.mark.parametrize(
    ("name", "prefix", "code"),
    [
        ("word/_rels/document.xml.rels", "", "utf-8"),
        ("word/_rels/document.xml.RELS", "", "utf-8"),
        ("word/_rels/settings.xml.rels", "p:", "utf-8"),
        ("word/_rels/settings.xml.rels", "", "utf-16"),
    ],
)
def test_a_link_out_of_the_file_is_found_however_it_is_written(link, says, name, prefix, code):
    """A template, a picture or a program that is fetched when the file is opened; a link that somebody
    follows is no harm."""
    links = f'<{prefix}Relationships xmlns:p="x"><{prefix}Relationship Id="r" {link}/></{prefix}Relationships>'
    content = archive(DOCX | {name: links.encode(code)})
    if code == "utf-16":
        says = "does not write"
    if says is None:
        assert uploads.inspect(content).kind == FileKind.DOCX
    else:
        with pytest.raises(UnsafeFile, match=says):
            uploads.inspect(content)


def test_a_mark_inside_a_pdf_page_runs_nothing_and_names_nobody():
    """A mark need not be an object of its own: what runs may stand inside the page."""
    runs = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("RunsNow"),
        }
    )
    mark = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/T"): TextStringObject(PLANTED),
            NameObject("/A"): runs,
            NameObject("/Parent"): DictionaryObject(
                {NameObject("/AA"): DictionaryObject({NameObject("/E"): runs})}
            ),
        }
    )
    writer = PdfWriter()
    writer.add_blank_page(100, 100)[NameObject("/Annots")] = ArrayObject([mark])
    out = io.BytesIO()
    writer.write(out)
    assert b"RunsNow" in out.getvalue()
    kept = uploads.inspect(out.getvalue()).content
    assert b"RunsNow" not in kept
    assert PLANTED.encode() not in kept
    assert b"/Widget" in kept


def test_an_archive_is_refused_by_its_unpacked_size_before_it_is_opened(monkeypatch):
    """60 MB of nothing packs into 60 KB: nothing of it is ever read."""
    bomb = archive(DOCX | {"word/media/big.xml": b"\0" * (uploads.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000

    def never(*_, **__):
        raise AssertionError("a part was opened")

    monkeypatch.setattr(zipfile.ZipFile, "open", never)
    monkeypatch.setattr(zipfile.ZipFile, "read", never)
    with pytest.raises(UnsafeFile, match="too large once it is opened"):
        uploads.inspect(bomb)


def test_an_archive_that_lies_about_its_size_is_not_believed():
    """It declares 10 bytes and holds 60 MB: no more than the 10 are read, and it counts as damaged."""
    whole = archive(DOCX | {"word/media/big.xml": b"\0" * (uploads.MOST_UNPACKED + 1)})
    size = struct.pack("<L", uploads.MOST_UNPACKED + 1)
    assert whole.count(size) == 2
    with pytest.raises(UnsafeFile, match="damaged"):
        uploads.inspect(whole.replace(size, struct.pack("<L", 10)))


@pytest.mark.parametrize(("over", "fits"), [(-1, True), (0, True), (1, False)])
def test_ten_megabytes_are_taken_and_not_a_byte_more(over, fits):
    picture = jpeg()
    content = picture + b"\0" * (uploads.MOST_BYTES + over - len(picture))
    if fits:
        assert len(uploads.inspect(content).content) < 2000
    else:
        with pytest.raises(UnsafeFile, match="larger than 10 MB"):
            uploads.inspect(content)


def test_a_picture_of_too_many_pixels_is_refused():
    out = io.BytesIO()
    Image.new("1", (8000, 5001)).save(out, "PNG")
    with pytest.raises(UnsafeFile, match="too many pixels"):
        uploads.inspect(out.getvalue())


def test_a_pdf_with_a_password_is_refused():
    with pytest.raises(UnsafeFile, match="password"):
        uploads.inspect(pdf(password=True))


@pytest.mark.parametrize("name", ["quote.pdf", "../../etc/passwd", "quote.jpg.exe"])
def test_a_name_decides_nothing(name):
    """`inspect` is never told the name: the same bytes are the same kind."""
    assert "name" not in uploads.inspect.__annotations__
    assert uploads.inspect(jpeg()).kind == FileKind.JPEG


# The scanner -------------------------------------------------------------------------------------


@pytest.fixture
def scanner(settings):
    """A scanner that speaks clamd's INSTREAM and finds "EICAR"; `answer` overrides what it says."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        while True:
            try:
                talk, _ = server.accept()
            except OSError:
                return
            with talk, talk.makefile("rb") as said:
                assert said.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", said.read(4))[0]:
                    content += said.read(size)
                heard.append(content)
                talk.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    yield heard
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_without_a_scanner_it_is_said_so(settings):
    settings.CLAMD_ADDRESS = ""
    assert uploads.scan(b"anything") == ScanState.NO_SCANNER


def test_the_scanner_reads_all_of_it(scanner):
    content = b"clean" * 40_000
    assert uploads.scan(content) == ScanState.CLEAN
    assert scanner == [content]


def test_what_the_scanner_finds_is_refused(scanner):
    with pytest.raises(UnsafeFile, match="found something"):
        uploads.scan(b"...EICAR...")


def test_a_scanner_that_does_not_answer_leaves_it_in_quarantine(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.CLAMD_ADDRESS = f"127.0.0.1:{port}"
    assert uploads.scan(b"anything") == ScanState.QUARANTINED
