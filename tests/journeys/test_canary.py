"""The canary test in a real browser: a lead types strings of their own into a record and into an answer that
saves itself. Whoever is not entitled meets none of them in any page or file; none stays in letters, log
lines, the trail, the cache, sessions, names of files, and none in the browser once the lead has signed out:
not in its storage, its caches or its cookies, and not behind its back button.

`tests/test_canary.py` opens every address for every role; here is what only a browser can show.
"""

import json

import pytest
from allauth.mfa.models import Authenticator

from accounts import audit, outbox
from accounts.enums import TeamRole
from grants.models import Answer
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.grants import started
from tests.journeys.test_outcome_reports import sign_in
from tests.test_canary import Canaries, Lines, kept_anywhere, lines

__all__ = ["Lines", "lines"]

SAID = {
    "local_ref": "Zq91canary",
    "strengths": "Zq92canary",
    "communication": "Zq93canary",
    "need": "Zq94canary",
    "goal": "Zq95canary",
    "answer": "Zq96canary",
}
# Everything that a browser keeps of a site, as one text.
KEPT_BY_THE_BROWSER = """async () => {
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie]
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text())
    }
  }
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise(done => {
      const asked = indexedDB.open(name)
      asked.onsuccess = () => done(asked.result)
    })
    for (const store of base.objectStoreNames) {
      found.push(JSON.stringify(await new Promise(done => {
        const asked = base.transaction(store).objectStore(store).getAll()
        asked.onsuccess = () => done(asked.result)
      })))
    }
  }
  return found.join('\\n')
}"""


class Typed(Canaries):
    """Strings that are typed by hand, one for each field."""

    def __init__(self) -> None:
        self.of = dict(SAID)


def typed_by_the_lead(page, record: str, question: str) -> None:
    for address, words in (
        ("edit/", {name: SAID[name] for name in ("local_ref", "strengths", "communication")}),
        ("needs/", {"row-0-statement": SAID["need"]}),
        ("goals/", {"row-0-words": SAID["goal"]}),
    ):
        page.goto(f"{record}{address}")
        for name, said in words.items():
            page.fill(f"main [name={name}]", said)
        with page.expect_navigation():
            page.locator("main form button[type=submit]").filter(has_text="Save").first.click()
        assert page.url.endswith(record), page.locator("main").inner_text()[:300]
    page.goto(question)
    with page.expect_response(lambda answer: "x-autosave" in answer.request.headers) as saved:
        page.fill("main textarea", f"A good week: {SAID['answer']}.")
    assert saved.value.status == 200


def in_the_browser(page) -> str:
    cookies = json.dumps(page.context.cookies())
    return f"{page.evaluate(KEPT_BY_THE_BROWSER)}\n{cookies}\n{page.content()}"


def met_by(page, addresses: list[str]) -> str:
    """What somebody sees of these addresses, as pages and as files, with their headers."""
    found = []
    for address in addresses:
        answer = page.context.request.get(address)
        found += [json.dumps(answer.headers), answer.text()]
    page.goto(addresses[0])
    return "\n".join([*found, page.content(), page.evaluate(KEPT_BY_THE_BROWSER)])


def test_what_is_typed_in_a_browser_stays_with_whom_it_is_for(browsing, lines, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    made, typed = started(), Typed()
    lead = lead_of(made.organisation)
    record = made.person.get_absolute_url()
    question = f"{made.get_absolute_url()}questions/1/"
    addresses = [
        record,
        *(f"{record}{part}" for part in ("edit/", "needs/", "goals/", "circle/", "readers/")),
        *(f"{record}{part}" for part in ("everything/", "everything.json", "plans/1/lines.csv")),
        "/people/?q=Zq9",
        made.get_absolute_url(),
        question,
        f"{made.get_absolute_url()}download/",
        f"/api/v1/applications/{made.reference}/",
        "/audit/",
    ]
    others = {
        "another lead": lead_of(organisation()),
        "finance": staff(TeamRole.FINANCE),
        "funder": staff(TeamRole.FUNDER),
        "auditor": staff(TeamRole.AUDITOR),
        "panel": staff(TeamRole.PANEL_MEMBER),
    }
    officer = staff(TeamRole.OFFICER)
    Authenticator.objects.all().delete()

    page = browsing.window()
    sign_in(page, lead.email)
    typed_by_the_lead(page, record, question)
    assert SAID["answer"] in Answer.objects.get(application=made, question__number=1).text
    page.goto(record)
    assert typed.within(page.content()) >= {"strengths", "need", "goal"}  # a control

    for who, somebody in (*others.items(), ("nobody", None)):
        window = browsing.window()
        if somebody is not None:
            sign_in(window, somebody.email)
        assert typed.within(met_by(window, addresses)) == set(), who
    window = browsing.window()
    sign_in(window, officer.email)
    assert typed.within(met_by(window, [record, f"{record}circle/"])) == set()  # before a purpose
    window.get_by_label("To check an application").check()
    window.get_by_role("button", name="Open the record").click()
    assert "strengths" in typed.within(window.content())
    assert "local_ref" not in typed.within(met_by(window, addresses))

    # The lead signs out of this browser, which somebody else uses next.
    page.goto(record)
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_load_state()
    assert typed.within(in_the_browser(page)) == set()
    page.go_back()
    page.wait_for_load_state()
    assert typed.within(page.content()) == set()

    outbox.deliver_due()
    audit.seal()
    assert len(lines.said) == 0 or typed.within("\n".join(lines.said)) == set()
    assert kept_anywhere(typed) == {}


@pytest.mark.parametrize(
    "plants",
    [
        "said => localStorage.setItem('kept', said)",
        "said => sessionStorage.setItem('kept', said)",
        "said => { document.cookie = `kept=${said}` }",
        "async said => (await caches.open('kept')).put('/x', new Response(said))",
        "said => { document.body.append(said) }",
        """said => new Promise(done => {
          const asked = indexedDB.open('kept')
          asked.onupgradeneeded = () => asked.result.createObjectStore('kept', { autoIncrement: true })
          asked.onsuccess = () => {
            const change = asked.result.transaction('kept', 'readwrite')
            change.objectStore('kept').add(said)
            change.oncomplete = () => { asked.result.close(); done() }
          }
        })""",
    ],
    ids=["storage", "session", "cookie", "cache", "page", "database"],
)
def test_a_leak_into_the_browser_is_found(browsing, plants):
    page = browsing.window()
    page.goto("/help/")
    typed = Typed()
    assert typed.within(in_the_browser(page)) == set()
    page.evaluate(plants, SAID["need"])
    assert typed.within(in_the_browser(page)) == {"need"}
