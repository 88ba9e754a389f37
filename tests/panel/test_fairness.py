"""The fairness of a round: from concluded cases alone, from those alone that the reader may see."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import MemberRole, TeamRole
from accounts.models import Membership, User
from panel.models import Assessment
from panel.reports.fairness import fairness_of
from tests.factories.accounts import organisation, staff
from tests.factories.grants import application_at, programme_and_round
from tests.factories.panel import HERON_SCORES, concluded, panellist, scored, three

pytestmark = pytest.mark.django_db


def test_what_a_round_says_and_to_whom(client):
    lead = staff(TeamRole.PROGRAMME_LEAD)
    here = programme_and_round(by=lead)
    members = three()
    chair = panellist(chair=True)

    def case(scores=HERON_SCORES, close=True):
        made = application_at("with_panel", round=here)
        scored(made, scores, panellists=members)
        if close:
            concluded(made, chair=chair.user)
        return made

    first = case()
    harsh = ((5, 5, 5, 5, 5, 4, 4), (3, 3, 3, 2, 3, 2, 2), (5, 5, 5, 5, 4, 5, 4))
    others = [case(harsh) for _ in range(2)]
    waiting = case(close=False)
    mine = case()
    lead_of_mine = staff(TeamRole.PROGRAMME_LEAD)
    Membership.objects.create(
        user=lead_of_mine, organisation=mine.organisation, role=MemberRole.CONTRIBUTOR
    )

    Membership.objects.create(user=lead, organisation=organisation(), role=MemberRole.CONTRIBUTOR)

    lead, lead_of_mine = (User.objects.get(pk=x.pk) for x in (lead, lead_of_mine))
    with CaptureQueriesContext(connection) as all_four:
        found = fairness_of(lead, here)
    assert {c.application for c in found.cases} == {first, *others, mine}
    scores = {c.application: c.scores.score for c in found.cases}
    assert scores[first] == Decimal("80.33")
    # The adjusted score stands beside the raw one; leanings sum to nothing where all judged all.
    assert all(abs(c.moved) <= Decimal("0.01") for c in found.cases)
    low = min(found.assessors, key=lambda row: row.leaning.points)
    assert low.panellist == members[1]
    assert low.words == "Scores lower than others"
    assert [a.leaning.cases for a in found.assessors] == [4, 4, 4]
    assert found.agreement.units == 28
    assert sum(g.cases for g in dict(found.groups)["Region"]) == 4

    with CaptureQueriesContext(connection) as three_cases:
        seen = fairness_of(lead_of_mine, here)
    assert {c.application for c in seen.cases} == {first, *others}  # not where there is an interest
    assert len(three_cases) == len(all_four)
    assert {c.application for c in fairness_of(chair.user, here).cases} >= {first, *others, mine}
    assert fairness_of(staff(TeamRole.FINANCE), here).cases == ()

    client.force_login(lead)

    def shown():
        text = client.get("/panel/fairness/").content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)

    page = shown()
    assert "Scores lower than others" in page
    assert first.reference in page
    # A case that is not concluded moves nothing, whatever its scores: the same page to the byte.
    Assessment.objects.get(
        assignment__application=waiting, assignment__panellist=members[0]
    ).scores.update(score=0)
    assert shown() == page
    assert waiting.reference not in page
