"""The same person through two organisations: a linking code that is never kept, facts that speak only while few
share them, and one sentence for officers. See decision 19."""

import io
import json
import zipfile

import pytest
from django.urls import reverse

from accounts.enums import MemberRole, TeamRole
from accounts.models import AuditEvent
from accounts.state import NotAllowed, NotReady
from focus_people.models import FocusPerson
from focus_people.reports.everything import everything_about
from grants import actions, diligence
from grants.enums import ApplicationState as S
from grants.models import LinkingCode
from grants.same_person import ASK, code_error, fingerprint, is_worth_asking
from tests.factories.accounts import lead_of, member, organisation, signed_in, staff
from tests.factories.awards import decided, offer, recommended
from tests.factories.grants import application_at

pytestmark = pytest.mark.django_db

CODE = "WILLOW-2025-AB"


def taken_out(answer):
    """The texts of a downloaded archive."""
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return [archive.read(name).decode() for name in archive.namelist()]


def give(case, code=CODE):
    actions.give_linking_code(case, by=lead_of(case.organisation), code=code)


def unlike(case, payer):
    """Facts of the record that nobody else shares."""
    FocusPerson.objects.filter(pk=case.person_id).update(commissioner=payer)
    return FocusPerson.objects.get(pk=case.person_id)


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (CODE, True),
        ("a1b2c3d4", True),
        ("x" * 39 + "1", True),
        ("x" * 40 + "1", False),
        ("abc1234", False),
        ("12345678", False),  # a date of birth
        ("9434765919", False),  # an NHS number
        ("943 476 5919", False),
        ("07700 900123", False),
        ("AB123456C", False),  # a National Insurance number
        ("abcdefgh", False),
        ("ab-12-34-56-c", False),
        ("ABCDEFG１", False),
        ("ABC_DEF_123", False),
        ("", False),
    ],
)
def test_what_can_be_a_code(code, may):
    assert (code_error(code) == "") is may


def test_the_fingerprint_depends_on_the_key_and_not_on_the_writing(settings):
    held = fingerprint(CODE)
    assert (len(held), fingerprint("willow 2025 ab")) == (64, held)
    assert fingerprint(CODE + "C") != held
    settings.FINGERPRINT_KEY = "another key of its own, for this alone"
    assert fingerprint(CODE) != held


def test_a_code_matches_across_organisations_once_money_was_given():
    funded = application_at(S.WITH_PANEL)
    unlike(funded, "Council A")
    other = application_at(S.IN_CHECK)
    person = unlike(other, "Council B")
    give(funded)
    give(other, "willow 2025 ab")
    assert not is_worth_asking(person)  # nothing was given yet
    offer(decided(recommended(funded)))
    assert is_worth_asking(person)
    give(other, "WILLOW-2025-AC")
    assert not is_worth_asking(person)
    give(other)
    actions.give_linking_code(other, by=lead_of(other.organisation), code="")
    assert not is_worth_asking(person)
    assert not is_worth_asking(funded.person)  # oneself is not somebody else


@pytest.mark.parametrize(("alike", "asks"), [(1, True), (2, True), (3, False)])
def test_facts_speak_only_while_few_share_them(alike, asks):
    grant = offer()
    cases = [grant.application, *(application_at(S.DRAFT) for _ in range(alike))]
    for case in cases:
        unlike(case, "Example  Council")
    mine = cases[-1].person
    mine.refresh_from_db()
    assert is_worth_asking(mine) is asks
    mine.commissioner = ""
    assert not is_worth_asking(mine)
    mine.commissioner = "example council"
    mine.age_band = "65+" if mine.age_band != "65+" else "18-25"
    assert not is_worth_asking(mine)


def test_the_officer_reads_one_sentence_and_nobody_reads_a_code():
    funded = offer().application
    other = application_at(S.IN_CHECK)
    unlike(funded, "Council A")
    unlike(other, "Council B")
    for case in (funded, other):
        give(case)
    (check,) = [c for c in diligence.checks(other) if "another organisation" in c.what]
    assert (check.found, check.wants_a_look) == (ASK, True)
    digest = fingerprint(CODE)
    officer = signed_in(staff(TeamRole.OFFICER))
    provider = signed_in(lead_of(other.organisation))
    page = officer.get(other.get_absolute_url()).content.decode()
    assert ASK in page
    api = f"/api/v1/applications/{other.reference}/"
    download = reverse("application-download", args=[other.reference])
    pages = [
        page,
        provider.get(other.get_absolute_url()).content.decode(),
        provider.get(reverse("linking-code", args=[other.reference])).content.decode(),
        provider.get(api).content.decode(),
        officer.get(api).content.decode(),
        *taken_out(provider.get(download)),
        json.dumps(everything_about(other.person), default=str),
        json.dumps(list(AuditEvent.objects.values("event", "data")), default=str),
    ]
    for said in pages:
        assert digest not in said
        assert CODE not in said
        assert "WILLOW2025AB" not in said
    for said in pages[1:]:
        assert ASK not in said
    assert funded.reference not in page


def test_who_gives_a_code():
    case = application_at(S.DRAFT)
    at = reverse("linking-code", args=[case.reference])
    helper = member(case.organisation, MemberRole.HELPER)
    for who in (helper, staff(TeamRole.OFFICER), lead_of(organisation())):
        assert signed_in(who).get(at).status_code == 404
        with pytest.raises(NotAllowed):
            actions.give_linking_code(case, by=who, code=CODE)
    client = signed_in(lead_of(case.organisation))
    wrong = client.post(at, {"code": "9434765919"}).content.decode()
    assert "There is a problem" in wrong
    assert "9434765919" not in wrong
    assert not LinkingCode.objects.exists()
    assert client.post(at, {"code": CODE}).status_code == 302
    assert "A code is kept" in client.get(at).content.decode()
    assert client.post(at, {"remove": "1"}).status_code == 302
    assert not LinkingCode.objects.exists()
    with pytest.raises(NotReady, match="8 to 40"):
        give(case, "short")
