"""A writer is asked about words that may identify somebody; what stays, an officer sees."""

import importlib
import pkgutil

import pytest
from django import forms
from django.test import Client

from accounts.enums import TeamRole
from accounts.fields import PlainTextField
from accounts.fields.doubts import Stays
from accounts.models import OutboxMessage
from focus_people.models import KeptWords, Need
from tests.factories.accounts import lead_of, organisation, staff
from tests.factories.focus_people import person

pytestmark = pytest.mark.django_db

# Plain inputs that hold no sentence: codes, references, numbers. Hidden ones are none either.
NOT_TEXT = {
    "accounts.forms.NamedSignupForm.username": "of the sign-in package, and not asked for",
    "focus_people.forms.circles.CircleRowForm.how_many": "a number",
    "grants.forms.rounds.ProgrammeForm.slug": "part of an address",
    "grants.forms.rounds.RoundForm.reference": "the reference of a round",
    "grants.forms.rounds.CopyForm.reference": "the reference of a round",
    "grants.forms.rounds.LateForm.reference": "the reference of a case",
    "grants.views.linking.LinkingCodeForm.code": "a code that is checked by its form, and not kept",
    "panel.forms.ApplyPlanForm.plan": "which plan",
    "training.forms.CodeForm.code": "a code to sign in with",
    "outcomes.survey.forms.InviteForm.addresses": "e-mail addresses, written to once and not kept",
    "outcomes.survey.forms.SurveyCodeForm.code": "a code to answer with",
}
# Fields that ask for the name of a body or of the writer: nothing is looked for in them.
NAMES = {
    "outcomes.views.impact_reports.ImpactReportForm.title",
    "focus_people.forms.plans.UnitCostForm.source",
    "outcomes.views.open_data.PublisherForm.name",
    "accounts.forms.NamedSignupForm.name",
    "accounts.forms.OrganisationForm.name",
    "accounts.forms.OrganisationForm.icb_name",
    "grants.forms.rounds.ProgrammeForm.name",
    "grants.forms.rounds.FunderRow.name",
    "grants.forms.rounds.SettingsFields.title",
    "grants.forms.rounds.RoundForm.title",
    "grants.forms.rounds.SettingsForm.title",
    "grants.forms.library.StandardConditionForm.title",
    "training.forms_market.ChangeProviderForm.name",
    "training.forms_market.ProviderForm.name",
}


def _forms():
    """Every form class of the product, by its full name."""
    seen = {}
    for app in ("accounts", "focus_people", "grants", "panel", "training", "outcomes"):
        root = importlib.import_module(app)
        for found in pkgutil.walk_packages(root.__path__, f"{app}."):
            if ".migrations" in found.name or ".tests" in found.name:
                continue
            module = importlib.import_module(found.name)
            for value in vars(module).values():
                if (
                    isinstance(value, type)
                    and issubclass(value, forms.BaseForm)
                    and value.__module__.split(".")[0] == app
                ):
                    seen[f"{value.__module__}.{value.__qualname__}"] = value
    return seen


def test_every_text_field_of_the_product_passes_the_check():
    """Plain CharFields are no texts; fields that ask for a name are listed; everything else is checked."""
    plain, names, checked = set(), set(), 0
    for name, form in _forms().items():
        for field_name, field in getattr(form, "base_fields", {}).items():
            where = f"{name}.{field_name}"
            if isinstance(field, PlainTextField):
                checked += 1
                if field.names_somebody:
                    names.add(where)
            elif type(field) is forms.CharField and not isinstance(field.widget, forms.HiddenInput):
                plain.add(where)
    assert checked > 40
    assert names <= NAMES, names - NAMES
    assert plain <= set(NOT_TEXT), plain - set(NOT_TEXT)


@pytest.fixture
def at_work():
    held = organisation()
    by = lead_of(held)
    client = Client()
    client.force_login(by)
    return held, by, client, person(held, by)


def _needs(statement: str, **more: str) -> dict[str, str]:
    return {
        "row-count": "1",
        "row-0-category": "communication",
        "row-0-statement": statement,
    } | more


def test_asked_answered_kept_and_looked_at(at_work):
    held, _, client, made = at_work
    url = f"/people/{made.reference}/needs/"

    page = client.post(url, _needs("His sister Kemi reads his signs best"))
    assert page.status_code == 200
    said = page.content.decode()
    assert "“Kemi” may be a name" in said
    assert 'name="row-0-statement-stays"' in said
    assert not Need.objects.filter(person=made).exists()

    # A reason without the words it was given for, or for other words, counts for nothing.
    for sent in (
        {"row-0-statement-stays": "no_name"},
        {"row-0-statement-stays": "no_name", "row-0-statement-seen": "Dave"},
        {"row-0-statement-stays": "because", "row-0-statement-seen": "Kemi"},
    ):
        assert (
            client.post(url, _needs("His sister Kemi reads his signs", **sent)).status_code == 200
        )
    assert not KeptWords.objects.exists()

    answer = {"row-0-statement-stays": Stays.NO_NAME, "row-0-statement-seen": "Kemi"}
    page = client.post(url, _needs("His sister Kemi reads his signs best", **answer))
    assert page.status_code == 302
    kept = KeptWords.objects.get()
    assert (kept.words, kept.kind, kept.why, kept.organisation, kept.subject) == (
        "Kemi",
        "name",
        "no_name",
        held,
        made.reference,
    )

    # Nobody is asked twice for the same words at the same place.
    assert client.post(url, _needs("His sister Kemi reads all his signs")).status_code == 302
    assert KeptWords.objects.count() == 1

    officer = Client()
    officer.force_login(staff(TeamRole.OFFICER))
    home = officer.get("/").content.decode()
    assert "1 text may say who somebody is" in home
    listed = officer.get("/people/words/").content.decode()
    assert "“Kemi”" in listed
    assert officer.post(f"/people/words/{kept.reference}/send-back/").status_code == 302
    letter = OutboxMessage.objects.get(subject="Words to take out")
    assert made.reference in letter.body
    assert "Kemi" not in letter.body + letter.subject
    assert officer.post(f"/people/words/{kept.reference}/let-stay/").status_code == 409

    # Sent back: the check asks again at that place.
    assert client.post(url, _needs("His sister Kemi reads all his signs")).status_code == 200


def test_the_words_are_stored_encrypted(at_work):
    from django.db import connection

    _, _, client, made = at_work
    answer = {"row-0-statement-stays": "place", "row-0-statement-seen": "Kemi"}
    client.post(f"/people/{made.reference}/needs/", _needs("His sister Kemi helps", **answer))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM focus_people_keptwords")
        assert "Kemi" not in str(cursor.fetchall())


def test_what_certainly_identifies_cannot_stay(at_work):
    _, _, client, made = at_work
    answer = {"row-0-statement-stays": "place", "row-0-statement-seen": "07700 900123"}
    page = client.post(f"/people/{made.reference}/needs/", _needs("Ring 07700 900123", **answer))
    assert "Take out “07700 900123”" in page.content.decode()
    assert not KeptWords.objects.exists()


def test_an_officer_does_not_judge_the_words_of_their_own_organisation(at_work):
    held, _, client, made = at_work
    answer = {"row-0-statement-stays": "place", "row-0-statement-seen": "Kemi"}
    client.post(f"/people/{made.reference}/needs/", _needs("His sister Kemi helps", **answer))
    both = lead_of(held)
    from accounts.models import TeamMembership

    TeamMembership.objects.create(user=both, role=TeamRole.OFFICER)
    assert not KeptWords.objects.visible_to(both).exists()
    assert not both.has_perm("focus_people.look_at_words", KeptWords.objects.get())


def test_own_codes_are_asked_about_in_texts_and_not_where_they_are_asked_for(at_work):
    _, by, client, made = at_work
    from focus_people import actions

    actions.add_member(made, by=by, role="support_worker", sector="ASC_V", staff_code="SW31")
    page = client.post(f"/people/{made.reference}/needs/", _needs("Only SW31 reads his signs"))
    assert "“SW31” may be a code" in page.content.decode()
    sent = {
        "role": "support_worker",
        "sector": "ASC_V",
        "staff_code": "SW31",
        "joined_on_day": "1",
        "joined_on_month": "2",
        "joined_on_year": "2025",
        "is_paid": "on",
    }
    assert client.post(f"/people/{made.reference}/circle/1/", sent).status_code == 302
