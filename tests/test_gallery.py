"""Every component is documented, drawn in the gallery, and can be drawn there."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from config.gallery import gallery

TEMPLATES = Path(__file__).parent.parent / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
STYLES = TEMPLATES.parent / "config" / "static_src"
# Drawn inside other components or by the frame of the page.
NOT_BY_NAME = {"messages", "table_row", "mark"}
# Drawn by a template tag of another name.
BY_TAG = {
    "chips": "filter_chips",
    "clock": "clock",
    "due": "duedate",
    "interval": "interval",
    "money_bar": "money_bar",
    "nav": "nav",
    "pagination": "pages",
    "sort_header": "sort_header",
}


def page(query: str = "") -> str:
    request = RequestFactory().get(f"/gallery/{query}")
    request.user = AnonymousUser()
    return gallery(request).content.decode()


class Ids(HTMLParser):
    """The ids of a page, and what its labels, descriptions and links refer to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.refers: set[str] = set()
        self.headings: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids.append(found["id"])
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            self.refers |= set((found.get(name) or "").split())
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)


@pytest.mark.parametrize(
    "query", ["", "?state=draft&page=3&sort=-days", "?ending=panel", "?ending=interruption"]
)
def test_gallery_draws_every_variant(query):
    html = page(query)

    assert "</html>" in html
    assert "{%" not in html
    assert "{{" not in html


@pytest.mark.parametrize("query", ["", "?ending=panel", "?ending=interruption"])
def test_gallery_page_is_well_formed_for_assistive_technology(query):
    found = Ids(page(query))

    assert len(found.ids) == len(set(found.ids)), "an id is used twice"
    assert found.refers <= set(found.ids), "something refers to an id that is not there"
    assert found.headings.count("h1") == 1


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_component_says_what_it_takes(component):
    assert component.read_text().startswith(("{# ", "{% comment %}\n"))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda path: path.stem)
def test_component_is_in_the_gallery_and_in_the_guide(component):
    name = component.stem
    drawn = (TEMPLATES / "gallery.html").read_text() + (
        TEMPLATES / "gallery_ending.html"
    ).read_text()
    for folder in ("layouts", "components"):
        drawn += "".join(path.read_text() for path in (TEMPLATES / folder).glob("*.html"))
    guide = (TEMPLATES.parent / "docs" / "design-system.md").read_text()

    if name in BY_TAG:
        assert f"{{% {BY_TAG[name]} " in drawn
    else:
        assert f'"components/{name}.html"' in drawn or name in NOT_BY_NAME
        assert f"`{name}`" in guide or name in NOT_BY_NAME


def test_no_style_rule_is_dead():
    """Each of our classes in the styles is used by a template, a script, or markup in the guide."""
    classes = set()
    for sheet in STYLES.glob("_*.scss"):
        classes |= set(re.findall(r"\.(pwb-[a-z0-9_-]+)", sheet.read_text()))
    used = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    used += "".join(path.read_text() for path in (STYLES / "js").glob("*.js"))
    used += (TEMPLATES.parent / "docs" / "design-system.md").read_text()
    # Built from a parameter: pwb-note--{{ tone }}
    built = set(re.findall(r"(pwb-[a-z_]+(?:--|__))\{", used))

    dead = {
        name
        for name in classes
        if not re.search(rf"{re.escape(name)}(?![a-z0-9_-])", used)
        and not any(name.startswith(stem) for stem in built)
    }

    assert dead == set()
