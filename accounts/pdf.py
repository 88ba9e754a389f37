"""Words set as a tagged PDF (PDF/UA-1) by typst: the one door for whatever goes on paper.

The source is a template of ours; everything that people wrote comes as data, so that nothing in it is read
as markup. The same source and data give the same bytes.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.http import HttpResponse


def font_dir() -> Path:
    """The fonts that come with matplotlib (DejaVu), so that paper looks the same on every machine; found
    without loading it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("The fonts are missing: matplotlib is not installed.")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def typeset(
    source: bytes,
    data: Mapping[str, Any],
    *,
    moment: datetime,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of a typst `source` with `data` (JSON at `sys.inputs.data`), stamped with `moment`.

    `files` by name are pictures that the source asks for. Raises `RuntimeError` with typst's words.
    """
    import typst

    given: Any = {"main.typ": source, **(files or {})}
    try:
        return typst.compile(
            given,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            font_paths=[str(font_dir())],
            ignore_system_fonts=True,
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as refused:
        raise RuntimeError(f"The PDF cannot be set: {refused}") from refused


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to be kept under this name; never by a shared cache."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
