"""A real browser on a live server. Anything the console or the policy complains about fails a test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What axe found, cut to what a person needs to find the place: [rule, [markup, …]] for each violation.
RUN_AXE = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}).then(found => found.violations.map(
  one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]
))"""


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium on this machine")
    # The browser's own loop runs in this thread; the tests' database calls are not part of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Browsing:
    """Browser windows, one for each person, that remember every complaint they heard."""

    def __init__(self, browser, base_url: str) -> None:
        self.browser, self.base_url = browser, base_url
        self.problems: list[str] = []
        self.contexts: list = []
        self.axe_source = (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()

    def window(self, width: int = 1280, scripts: bool = True, touch: bool = False):
        """A fresh window with nobody signed in; `touch`: a phone, whose taps are touch events."""
        context = self.browser.new_context(
            base_url=self.base_url,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
        )
        context.set_default_timeout(15000)
        self.contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                self.problems.append(f"{page.url}: {m.text}")
                if m.type in {"error", "warning"} and "status of 4" not in m.text
                else None
            ),
        )
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        return page

    def check(self, page) -> None:
        """WCAG 2.2 AA by axe, wide and at 320 px, and nothing wider than the window."""
        if not page.evaluate("() => true"):
            return
        wide = page.viewport_size
        page.evaluate(self.axe_source)
        for width in (wide["width"], 320):
            page.set_viewport_size({"width": width, "height": wide["height"]})
            for rule, nodes in page.evaluate(RUN_AXE):
                self.problems.append(f"{page.url} at {width}: {rule} {nodes}")
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider > 0:
                self.problems.append(f"{page.url} at {width}: {wider} px too wide")
        page.set_viewport_size(wide)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def browsing(browser, live_server) -> Iterator[Browsing]:
    windows = Browsing(browser, live_server.url)
    yield windows
    windows.close()
    assert not windows.problems, "\n".join(windows.problems)
