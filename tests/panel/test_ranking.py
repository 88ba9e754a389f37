"""The ranking: the order of domain 10.2, where the money ends, what-if, and for whom."""

import re
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, User
from grants import actions, workflow
from grants.models import Application, CaseFile, Recommendation, Round
from panel.reports.moderation import found_since
from panel.reports.ranking import ranking_of
from tests.factories.accounts import staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.moments import noon
from tests.factories.panel import concluded, panellist, three

pytestmark = pytest.mark.django_db
D = Decimal


class Scene:
    """Four concluded cases; their score, amount, "act first", region and day are set for each test."""

    def __init__(self):
        self.lead = staff(TeamRole.PROGRAMME_LEAD)
        self.round = programme_and_round(by=self.lead)
        members = three()
        self.cases = []
        for _ in range(4):
            case = application_at("with_panel", round=self.round)
            concluded(case, panellists=members)
            self.cases.append(case)

    def set(
        self, n, score, amount="4000.00", *, act=False, region="london", day=1, outcome="approve"
    ):
        case = self.cases[n]
        anyhow(Recommendation, application=case).update(
            score=D(score), amount=D(amount), outcome=outcome
        )
        for file in CaseFile.objects.filter(application=case):
            file.content["person"]["act_first"] = act
            anyhow(CaseFile, pk=file.pk).update(content=file.content)
        type(case.organisation).objects.filter(pk=case.organisation_id).update(region=region)
        anyhow(Application, pk=case.pk).update(submitted_at=noon(day - 30))

    def places(self, **kw):
        """[(which case, pounds it gets)] in order."""
        return [
            (self.cases.index(place.application), place.gets)
            for place in ranking_of(self.lead, self.round, **kw).places
        ]


def anyhow(model, **which):
    """Rows that are written once, changed all the same: a world of one's choice."""
    return QuerySet(model).filter(**which)


FULL, NONE = D("4000.00"), D("0.00")
SCENES = {
    "by score": (
        [("70",), ("90",), ("65",), ("80",)],
        {},
        [(1, FULL), (3, FULL), (0, FULL), (2, FULL)],
    ),
    "act first settles a tie": (
        [("70",), ("70", "4000.00", {"act": True}), ("71",), ("69",)],
        {},
        [(2, FULL), (1, FULL), (0, FULL), (3, FULL)],
    ),
    "then the earlier submission": (
        [("70", "4000.00", {"day": 3}), ("70", "4000.00", {"day": 1}), ("70",), ("60",)],
        {},
        [(1, FULL), (2, FULL), (0, FULL), (3, FULL)],
    ),
    "the money ends": (
        [("90",), ("80",), ("70",), ("65", "1000.00")],
        {"money": D("9000.00")},
        [(0, FULL), (1, FULL), (2, NONE), (3, NONE)],
    ),
    "a partial award takes the rest": (
        [("90",), ("80",), ("70",), ("65",)],
        {"money": D("9000.00"), "partial": True},
        [(0, FULL), (1, FULL), (2, D("1000.00")), (3, NONE)],
    ),
    "not below the round’s minimum": (
        [("90",), ("80",), ("70",), ("65",)],
        {"money": D("8999.99"), "partial": True},
        [(0, FULL), (1, FULL), (2, NONE), (3, NONE)],
    ),
    "another threshold": (
        [("90",), ("80",), ("70",), ("65",)],
        {"threshold": D("70")},
        [(0, FULL), (1, FULL), (2, FULL), (3, NONE)],
    ),
    "a declined case takes nothing": (
        [("90", "0.00", {"outcome": "decline"}), ("80",), ("70",), ("65",)],
        {"money": D("8000.00")},
        [(0, NONE), (1, FULL), (2, FULL), (3, NONE)],
    ),
}


def test_the_order_and_the_money(client):
    scene = Scene()
    found = {}
    for name, (cases, asked, _) in SCENES.items():
        for n, (score, *rest) in enumerate(cases):
            extra = rest[1] if len(rest) > 1 else {}
            scene.set(n, score, *rest[:1], **extra)
        found[name] = scene.places(**asked)
    assert found == {name: expected for name, (_, _, expected) in SCENES.items()}

    # On the page, for chair and lead; never a case in which they have an interest.
    client.force_login(scene.lead)
    page = client.get("/panel/ranking/", {"money": "4000"}).content.decode()
    assert "The money ends here" in page
    assert "What if" in page
    assert "The money ends here" not in client.get("/panel/ranking/").content.decode()
    assert (
        "Enter a threshold from 0 to 100"
        in client.get("/panel/ranking/", {"threshold": "many"}).content.decode()
    )
    Membership.objects.create(
        user=scene.lead, organisation=scene.cases[1].organisation, role=MemberRole.CONTRIBUTOR
    )
    scene.lead = User.objects.get(pk=scene.lead.pk)
    assert [n for n, _ in scene.places()] == [0, 2, 3]
    chair = panellist(chair=True)
    assert ranking_of(chair.user, scene.round).places == ()  # chaired none of these


def test_the_threshold_is_that_of_the_version_a_case_was_judged_under(client):
    """A version published since changes nothing for the cases under way, on the form neither."""
    scene = Scene()
    client.force_login(scene.lead)
    for n, score in enumerate(("90", "64", "62", "55")):
        scene.set(n, score)

    def of_form():
        page = client.get("/panel/ranking/").content.decode()
        return re.search(r'name="threshold"[^>]*value="([^"]*)"', page), page

    def newer(threshold):
        workflow.revise_round(scene.round, by=scene.lead)
        actions.change_bar(scene.round.draft_terms, by=scene.lead, threshold=D(threshold), quorum=3)
        workflow.publish_version(scene.round, by=scene.lead, reason="A higher bar")
        scene.round = Round.objects.get(pk=scene.round.pk)

    gets = [(0, FULL), (1, FULL), (2, FULL), (3, NONE)]
    newer("63.00")
    assert scene.places() == gets
    assert of_form()[0][1] == "60.00"
    assert "What if: not" not in of_form()[1]
    assert scene.places(threshold=D("60")) == gets
    assert scene.places(threshold=D("63")) == [(0, FULL), (1, FULL), (2, NONE), (3, NONE)]

    # Two versions among the cases: each by its own, until one is asked for.
    anyhow(Application, pk=scene.cases[2].pk).update(terms=scene.round.terms)
    assert scene.places() == [(0, FULL), (1, FULL), (2, NONE), (3, NONE)]
    field, page = of_form()
    assert field is None
    assert "each case by the one it was written under, 60 or 63" in page
    assert ranking_of(scene.lead, scene.round, threshold=D("60")).is_other_threshold
    assert scene.places(threshold=D("60")) == gets


def test_what_was_found_since_the_panel_concluded_stands_beside_the_score(client):
    """The same words as on the page of the recommendation, for that case alone."""
    here = Scene()
    case = here.cases[1]
    one = case.seats_given.filter(seat="scorer").first().panellist
    one.employer = case.organisation
    one.save()
    remarks = {
        here.cases.index(place.application): place.remark
        for place in ranking_of(here.lead, here.round).places
    }
    assert remarks.pop(1) == found_since(case) != ""
    assert set(remarks.values()) == {""}
    client.force_login(here.lead)
    page = client.get("/panel/ranking/").content.decode()
    assert page.count("An interest was found after the panel concluded") == 1
