"""What people say in the demonstration: a wave that shows, one of six that does not, one to answer, and stories."""

from types import SimpleNamespace

import pytest

from accounts import clock
from accounts.enums import TeamRole
from outcomes.demo import voices
from outcomes.demo.story import on
from outcomes.models import Story, SurveyWave
from outcomes.reports.survey import results_of
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import heron
from tests.factories.impact import programme

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_voices():
    here = programme().programme
    here.slug = "pwb-now"
    here.save()
    ours = organisation()
    lead = lead_of(ours)
    for alias in ("HERON", "ALDER", "WREN"):
        heron(ours, lead, alias)
    today = clock.today()
    live = SimpleNamespace(
        story=SimpleNamespace(
            staff={
                "host": staff(TeamRole.SURVEY_HOST),
                "lead": staff(TeamRole.PROGRAMME_LEAD),
                "officer": staff(TeamRole.OFFICER),
            }
        ),
        today=today,
        larchwood=ours,
        ago=lambda days: on(today - clock.timedelta(days=days)),
    )
    voices.survey(live)
    voices.stories(live, lead)
    waves = {w.title: results_of(w) for w in SurveyWave.objects.order_by("pk")}
    assert {t: (r.asked, r.answered, r.is_shown) for t, r in waves.items()} == {
        "First year": (60, 40, True),
        "One month on": (9, 6, False),
        "This year": (12, 0, False),
    }
    first = {r.question.code: dict(r.rows) for r in waves["First year"].results}
    for question, given in voices.SAID.items():
        assert sorted(n for n in first[question].values() if n) == sorted(given.values())
    assert waves["This year"].wave.takes_answers
    assert Story.objects.for_everybody().count() == 2
    assert Story.objects.count() == 3
