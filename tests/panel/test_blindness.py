"""Who sees whose scores: role × door × moment. Every sheet carries a word of its own, so that a leak
has something to leak; a door is a page, the list of the API, or one sheet of the API."""

import re

import pytest
from rest_framework.test import APIClient

from accounts.enums import TeamRole
from accounts.models import TeamMembership
from panel import workflow
from panel.models import Assessment
from panel.rules import visible_assessments
from tests.factories.accounts import lead_of, staff, user
from tests.factories.grants import application_at
from tests.factories.panel import (
    HERON_SCORES,
    assigned,
    chaired,
    concluded,
    declared,
    panellist,
    submitted,
    three,
)

pytestmark = pytest.mark.django_db
WORDS = ("zebrafinch", "yellowhammer", "xenopsaris")


class Scene:
    """A case with three members: `n` sheets are in, each with its own planted word."""

    def __init__(self, n):
        self.application = application_at("with_panel")
        self.members = three()
        self.seats = [declared(seat) for seat in assigned(self.application, self.members)]
        for place in range(n):
            submitted(
                self.seats[place],
                HERON_SCORES[place],
                reason=f"reason {WORDS[place]}",
                note=f"note {WORDS[place]}",
            )
        superuser = user()
        superuser.is_superuser = True
        superuser.save()
        self.people = {
            "first": self.members[0].user,
            "second": self.members[1].user,
            "third": self.members[2].user,
            "chair": chaired(self.application),
            "undeclared chair": staff(TeamRole.PANEL_CHAIR),
            "other member": panellist().user,
            "lead": staff(TeamRole.PROGRAMME_LEAD),
            "officer": staff(TeamRole.OFFICER),
            "finance": staff(TeamRole.FINANCE),
            "auditor": staff(TeamRole.AUDITOR),
            "funder": staff(TeamRole.FUNDER),
            "superuser": superuser,
            "applicant": lead_of(self.application.organisation),
        }

    def pages(self):
        reference = self.application.reference
        names = ["", "score/", "moderation/", "conclude/", "assign/", "file/", "declare/"]
        found = [f"/panel/{reference}/{name}" for name in names]
        found += [f"/panel/{reference}/moderation/c1/change/", f"/panel/{reference}/flags/totals/"]
        found += ["/panel/", "/panel/cases/"]
        for sheet in Assessment.objects.all():
            found += [sheet.get_absolute_url(), f"{sheet.get_absolute_url()}change-score/"]
        return found

    def read_by(self, client, who):
        """{page: what it says}, without what changes with every answer."""
        client.force_login(who)
        said = {path: client.get(path).content.decode() for path in self.pages()}
        api = APIClient()
        api.force_authenticate(who)
        said |= {path: api.get(path).content.decode() for path in ("/api/v1/panel-cases/",)}
        return {
            path: re.sub(r'name="(csrf\w+|once)" value="[^"]*"', "", t) for path, t in said.items()
        }

    def words_on_pages(self, client, who):
        """The planted words that `who` can read on any page of the panel (where one redirects, the page it
        leads to is in the list too)."""
        client.force_login(who)
        text = "".join(client.get(path).content.decode() for path in self.pages())
        return {word for word in WORDS if word in text}

    def words_in_api(self, who):
        api = APIClient()
        api.force_authenticate(who)
        text = api.get("/api/v1/assessments/").content.decode()
        text += api.get("/api/v1/panel-seats/").content.decode()
        text += api.get("/api/v1/panel-cases/").content.decode()
        for sheet in Assessment.objects.all():
            text += api.get(f"/api/v1/assessments/{sheet.reference}/").content.decode()
        return {word for word in WORDS if word in text}

    def seen(self, client):
        """{role: words that any door shows}; every door must agree with the selector."""
        found = {}
        for role, who in self.people.items():
            who = type(who).objects.get(pk=who.pk)
            by_rule = {
                score.reason.removeprefix("reason ")
                for sheet in visible_assessments(who, self.application)
                for score in sheet.scores.all()
            }
            doors = {"page": self.words_on_pages(client, who), "api": self.words_in_api(who)}
            assert doors == {"page": by_rule, "api": by_rule}, role
            found[role] = by_rule
        return found


NOBODY = {
    role: set()
    for role in (
        "first",
        "second",
        "third",
        "chair",
        "undeclared chair",
        "other member",
        "lead",
        "officer",
        "finance",
        "auditor",
        "funder",
        "superuser",
        "applicant",
    )
}
ALL = set(WORDS)


def test_two_of_three_in_everybody_sees_only_their_own(client):
    assert Scene(2).seen(client) == NOBODY | {"first": {WORDS[0]}, "second": {WORDS[1]}}


def test_all_in_members_and_the_declared_chair_see_all(client):
    everybody = dict.fromkeys(("first", "second", "third", "chair"), ALL)

    assert Scene(3).seen(client) == NOBODY | everybody


def test_concluded_officers_and_leads_see_them_too_and_the_applicant_never(client):
    scene = Scene(3)
    concluded(scene.application, chair=scene.people["chair"])
    everybody = dict.fromkeys(("first", "second", "third", "chair", "lead", "officer"), ALL)

    assert scene.seen(client) == NOBODY | everybody


def test_a_new_member_closes_the_values_until_they_are_in(client):
    scene = Scene(3)
    late = panellist()
    (seat,) = assigned(scene.application, [late])

    for name in ("first", "second", "third", "chair"):
        own = 0 if name == "chair" else 1
        assert visible_assessments(scene.people[name], scene.application).count() == own
        assert len(scene.words_on_pages(client, scene.people[name])) == own
    assert scene.words_on_pages(client, late.user) == set()
    submitted(declared(seat), reason="reason", note="note")
    assert visible_assessments(late.user, scene.application).count() == 4


def test_without_a_quorum_nothing_opens(client):
    application = application_at("with_panel")
    seats = assigned(application, [panellist(lived=True), panellist()])
    done = [submitted(declared(seat)) for seat in seats]

    for sheet in done:
        own = visible_assessments(sheet.assignment.panellist.user, application)
        assert list(own) == [sheet]


def test_a_member_who_has_not_declared_is_waited_for():
    application = application_at("with_panel")
    seats = assigned(application, [*three(), panellist()])
    done = [submitted(declared(seat)) for seat in seats[:3]]

    assert visible_assessments(done[0].assignment.panellist.user, application).count() == 1


def test_counts_and_orders_tell_nothing_of_values(client):
    """Two worlds that differ in a colleague's scores only: the same bytes for who may not see."""
    scene = Scene(2)
    reader = scene.people["third"]
    paths = ["/panel/", f"/panel/{scene.application.reference}/score/"]

    def world():
        client.force_login(reader)
        api = APIClient()
        api.force_authenticate(reader)
        pages = [client.get(path).content.decode() for path in paths]
        tokens = [page[page.find("csrfmiddlewaretoken") :][:120] for page in pages]
        pages = [page.replace(token, "") for page, token in zip(pages, tokens, strict=True)]
        return [len(page) for page in pages], api.get("/api/v1/assessments/").content

    before = world()
    Assessment.objects.get(assignment=scene.seats[0]).scores.update(score=0, reason="other")

    assert world() == before


def test_the_chair_who_scores_is_told_nothing_of_who_is_ready(client):
    application = application_at("with_panel")
    chair = panellist(chair=True, lived=True)
    seats = assigned(application, [chair, panellist(name="Second member"), panellist()])
    declared(seats[0])
    submitted(declared(seats[1]))
    client.force_login(chair.user)

    page = client.get(f"/panel/{application.reference}/assign/").content.decode()

    assert "Scores in" not in page
    assert "Hidden from members who score" in page


def test_a_withdrawn_sheet_is_nobodys(client):
    scene = Scene(3)
    workflow.stand_down(scene.seats[0], by=scene.people["first"], reason="Ill")

    assert visible_assessments(scene.people["first"], scene.application).count() == 0
    assert scene.words_on_pages(client, scene.people["chair"]) == set()


@pytest.mark.parametrize("role", [TeamRole.PANEL_MEMBER, TeamRole.PANEL_CHAIR])
def test_before_ones_own_sheet_is_in_nothing_tells_how_many_are(client, role):
    """The third member reads every door with no sheet of the others in, and with both."""
    scene = Scene(0)
    third = scene.members[2].user
    TeamMembership.objects.get_or_create(user=third, role=role)
    pages = scene.pages()
    scene.pages = lambda: pages
    before = scene.read_by(client, third)
    for place in (0, 1):
        submitted(scene.seats[place], HERON_SCORES[place])
    after = scene.read_by(client, third)

    assert [path for path in before if before[path] != after[path]] == []
    submitted(scene.seats[2], HERON_SCORES[2])
    moderation = f"/panel/{scene.application.reference}/moderation/"
    assert "All 3 scores are in" in scene.read_by(client, third)[moderation]


def test_a_seat_that_became_free_is_missing_in_the_count(client):
    scene = Scene(2)
    gone = scene.seats[2]
    workflow.stand_down(gone, by=gone.panellist.user, reason="Ill")
    client.force_login(scene.members[0].user)
    page = client.get(f"/panel/{scene.application.reference}/score/").content.decode()
    assert "2 of 3 in" in page
