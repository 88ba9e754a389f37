"""The API refuses what the pages refuse, in the same words."""

import pytest
from rest_framework.test import APIClient

from accounts.enums import TeamRole
from panel.enums import BiasCheck
from panel.models import Assessment
from tests.factories.accounts import staff
from tests.factories.grants import application_at
from tests.factories.panel import assigned, chaired, declared, panellist, scored, sheet

pytestmark = pytest.mark.django_db


def api_of(who):
    api = APIClient()
    api.force_authenticate(who)
    return api


def test_declare_save_and_submit():
    application = application_at("with_panel")
    (seat,) = assigned(application, [panellist(lived=True)])
    api = api_of(seat.panellist.user)

    declared_ = api.post(
        f"/api/v1/panel-seats/{seat.reference}/declare/", {"answer": "no"}, format="json"
    )
    held = Assessment.objects.get()
    where = f"/api/v1/assessments/{held.reference}/"
    bad = api.post(f"{where}save/", {"c1-score": "9"}, format="json")
    api.post(f"{where}save/", {"c1-score": "4", "c1-reason": "Clear"}, format="json")
    early = api.post(f"{where}submit/", {"checks": list(BiasCheck.values)}, format="json")
    sheet(seat)
    unticked = api.post(f"{where}submit/", {"checks": ["plan"]}, format="json")
    done = api.post(f"{where}submit/", {"checks": list(BiasCheck.values)}, format="json")

    assert declared_.json()["state"] == "clear"
    assert bad.status_code == 400
    assert bad.json()["c1-score"][0]["message"] == "Choose a score from the list"
    assert early.status_code == 409
    assert len(early.json()["blockers"]) == 6
    assert unticked.status_code == 400
    assert (done.status_code, done.json()["state"]) == (200, "scored")
    assert done.json()["total"] == "83.00"


def test_what_is_not_yours_is_not_there():
    done = scored()
    reference = done[0].reference
    for who in (panellist().user, staff(TeamRole.OFFICER), staff(TeamRole.PROGRAMME_LEAD)):
        api = api_of(who)
        assert api.get("/api/v1/assessments/").json()["count"] == 0
        assert api.get(f"/api/v1/assessments/{reference}/").status_code == 404
        for verb in ("save", "submit", "change-score"):
            found = api.post(f"/api/v1/assessments/{reference}/{verb}/", {}, format="json")
            assert found.status_code == 404


def test_a_case_is_assigned_resolved_and_concluded():
    application = application_at("with_panel")
    members = [panellist(lived=True), panellist(), panellist()]
    lead, chair = api_of(staff(TeamRole.PROGRAMME_LEAD)), staff(TeamRole.PANEL_CHAIR)
    where = f"/api/v1/panel-cases/{application.reference}/"

    sent = {
        "panellists": [m.reference for m in members],
        "due_on_day": "1",
        "due_on_month": "1",
        "due_on_year": "2050",
    }
    made = lead.post(f"{where}assign/", sent, format="json")
    for seat in application.seats_given.all():
        sheet(declared(seat))
        api_of(seat.panellist.user).post(
            f"/api/v1/assessments/{seat.assessment.reference}/submit/",
            {"checks": list(BiasCheck.values)},
            format="json",
        )
    chaired(application, chair)
    feedback = {f"feedback-c{n}": "Clear" for n in range(1, 8)}
    given = feedback | {"outcome": "approve", "amount": "7762.20", "reasons": "Strong"}
    refused = lead.post(f"{where}conclude/", given, format="json")
    unknown = api_of(chair).post(
        f"{where}resolve-flag/", {"flag": "totals", "words": "x"}, format="json"
    )
    done = api_of(chair).post(f"{where}conclude/", given, format="json")

    assert made.status_code == 200, made.content
    assert made.json()["seats"] == 3
    assert refused.status_code == 404
    assert unknown.status_code == 409
    assert done.json()["phase"] == "concluded"


def test_the_overview_holds_counts_and_no_score():
    application = application_at("with_panel")
    scored(application)

    row = api_of(staff(TeamRole.PANEL_CHAIR)).get("/api/v1/panel-cases/").json()["results"][0]

    assert row == {
        "reference": application.reference,
        "alias": "HERON",
        "phase": "moderating",
        "seats": 3,
        "sheets_in": 3,
        "has_lived_experience": True,
        "due_on": row["due_on"],
    }


def test_a_seat_tells_nothing_of_the_interest():
    (seat,) = assigned(panellists=[panellist()])
    body = {"answer": "personal", "reason": "plantedword"}
    api_of(seat.panellist.user).post(
        f"/api/v1/panel-seats/{seat.reference}/declare/", body, format="json"
    )

    shown = api_of(staff(TeamRole.PANEL_CHAIR)).get("/api/v1/panel-seats/").content.decode()

    assert seat.reference in shown
    assert "plantedword" not in shown
