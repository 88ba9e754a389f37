"""One small world with something behind every address, and somebody in every role.

`build()` makes an organisation with a draft, a case before the panel, a decision to release and a
running grant, and the people of the programme. The route table and the leak tests walk through it.
"""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts import clock, workflow
from accounts.enums import MemberRole, TeamRole
from accounts.models import Organisation, OutboxMessage, User
from focus_people import workflow as person_workflow
from focus_people.actions import add_scenario, free_aliases
from grants import workflow as grant_workflow
from grants.actions import keep_check, save_standard_condition
from grants.calendar_address import token_of
from grants.enums import ApplicationState, GrantState
from grants.models import Application, Grant
from outcomes.actions import start_impact_report
from outcomes.models import OutcomeReport
from outcomes.savings import ask_commissioner
from outcomes.survey.workflow import improve
from panel.actions import add_interest
from tests.factories import awards, outcomes, panel, stories, survey, training
from tests.factories.accounts import lead_of, member, organisation, staff, user
from tests.factories.focus_people import checked_in, heron, heron_after_plan, words_kept
from tests.factories.grants import application_at, programme_and_round, quote_for
from tests.factories.impact import own_indicator
from training.actions import preview_register
from training.models import RegisterImport, Session
from training.workflow import ask_learners, open_sign_in


@dataclass
class World:
    """Everything that an address may need, by name."""

    organisation: Organisation
    draft: Application
    asked: Application
    checking: Application
    judged: Application
    recommended: Application
    decided: Application
    grant: Grant
    agreed: Grant
    session: Session
    register: RegisterImport
    report: OutcomeReport
    people: dict[str, User | AnonymousUser]
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)


def build() -> World:
    """The world, through the verbs."""
    lead_officer, decider = staff(TeamRole.OFFICER), staff(TeamRole.PROGRAMME_LEAD)
    ours = organisation()
    lead = lead_of(ours)
    opened = programme_and_round(by=decider)
    at = {"round": opened, "organisation": ours, "officer": lead_officer}
    draft = application_at(ApplicationState.DRAFT, **at)
    quote = quote_for(draft.lines.get(number=1), lead)
    asked = application_at(ApplicationState.RETURNED, **at)
    checking = application_at(ApplicationState.IN_CHECK, **at)

    judged = application_at(ApplicationState.WITH_PANEL, **at)
    seated = panel.three()
    first, second, _ = panel.assigned(judged, seated)
    panel.sheet(panel.declared(first))
    panel.conflicted(second)
    chair = panel.panellist(chair=True)
    panel.chaired(judged, chair.user)

    recommended = awards.recommended(**at)
    taken = panel.concluded(application_at(ApplicationState.WITH_PANEL, **at), chair=chair.user)
    held = panel.opened_meeting(chair.user, taken.application)
    decided = awards.decided(by=decider, **at)

    agreed = awards.grant_at(GrantState.AGREED, **at)
    until = clock.today() + clock.timedelta(days=240)
    change = grant_workflow.ask_for_time(agreed, by=lead, until_on=until, reason="A trainer is ill")
    appeal = grant_workflow.appeal(agreed.application, by=lead, ground="fact", words="Line 4")
    running = awards.grant_at(GrantState.AGREED, **at)
    report = outcomes.heron_baseline(running, lead)
    running = Grant.objects.get(pk=running.pk)
    activity = training.activity_of(running, lead)
    ask_learners(activity, by=lead)
    signed, passed_on = training.beyond(running, lead)
    shared = training.shared_session(decider)
    booking = training.seats_taken(shared, running, lead)
    session = open_sign_in(training.session_of(activity, lead), by=lead)
    rows = [(clock.today(), "A1", "SW2", "x")]
    register = preview_register(
        running, by=lead, content=training.register_xlsx(rows), file_name="register.xlsx"
    )
    awards.first_payment(running, officer=lead_officer)
    claim = awards.claim(running)
    workflow.invite(ours, by=lead, email="invited@example.org", role=MemberRole.CONTRIBUTOR)
    letter = OutboxMessage.objects.get(to="invited@example.org")
    check = keep_check(answers={}, is_eligible=True)
    heron_after_plan(draft.person, lead)
    add_scenario(draft.person, by=lead, title="A quieter week", setting="own_home")
    gone = heron(ours, lead, alias=free_aliases(ours)[0])
    erasure = person_workflow.ask_erasure(gone, by=decider, why="over")
    interest = add_interest(seated[0], by=seated[0].user, kind="personal", words="A neighbour")

    impact_report = start_impact_report(
        by=decider,
        title="What the programme achieved",
        programme=opened.programme,
        audience="internal",
        cut_off=clock.today(),
        sections=["reach", "process"],
    )

    library = save_standard_condition(
        None, by=decider, title="Policy", words="Send your policy", evidence="", before=""
    )
    story = stories.story(draft.person, lead)
    heron_after_plan(running.application.person, lead)
    ask_commissioner(running, by=lead, address="commissioner@council.example")
    asked_letter = OutboxMessage.objects.get(to="commissioner@council.example")
    host = survey.host()
    asking = survey.opened(host, opened.programme, codes=1)
    told = survey.published(host, opened.programme, [survey.YES] * 10)
    improve(
        told, by=decider, said="Slow", action="Decide sooner", owner="Lead", due_on=clock.today()
    )

    superuser = user()
    superuser.is_superuser = True
    superuser.save()
    people: dict[str, User | AnonymousUser] = {
        "anonymous": AnonymousUser(),
        "newcomer": user(),
        "other lead": lead_of(organisation()),
        "superuser": superuser,
        "lead": lead,
        "contributor": member(ours),
        "helper": member(ours, MemberRole.HELPER),
        "scorer": seated[0].user,
        "removed": seated[1].user,
        "waiting": seated[2].user,
        "elsewhere": panel.panellist().user,
        "chair": chair.user,
        "officer": staff(TeamRole.OFFICER),
        "programme lead": staff(TeamRole.PROGRAMME_LEAD),
        "finance": staff(TeamRole.FINANCE),
        "funder": staff(TeamRole.FUNDER),
        "auditor": staff(TeamRole.AUDITOR),
        "survey host": host,
    }
    made = World(
        organisation=ours,
        draft=draft,
        asked=asked,
        checking=checking,
        judged=judged,
        recommended=recommended,
        decided=decided,
        grant=running,
        agreed=agreed,
        session=session,
        register=register,
        report=report,
        people={
            who: person if who == "anonymous" else User.objects.get(pk=person.pk)
            for who, person in people.items()
        },
    )
    reference = {"reference": running.reference}
    made.parts = {
        "organisation": {"reference": ours.reference},
        "draft": {"reference": draft.reference},
        "calendar": {"token": token_of(lead)},
        "change": {"grant": agreed.reference, "reference": change.reference},
        "appeal": {"reference": appeal.reference},
        "document": {"reference": quote.reference},
        "asked": {"reference": asked.reference},
        "checking": {"reference": checking.reference},
        "judged": {"reference": judged.reference},
        "recommended": {"reference": recommended.reference},
        "decided": {"reference": decided.reference},
        "grant": reference,
        "agreed": {"reference": agreed.reference},
        "released": {"reference": agreed.reference},
        "round": {"reference": opened.reference},
        "programme": {"slug": opened.programme.slug},
        "standard condition": {"number": library.number},
        "kept words": {"reference": words_kept(lead).reference},
        "check-in": checked_in(draft.person, lead),
        "unit cost": {"key": "pa_hour"},
        "person": {"reference": draft.person.reference},
        "erasure": {"reference": erasure.reference},
        "retention": {"kind": "person"},
        "plan": {"reference": draft.person.reference, "version": 1},
        "claim": reference | {"number": claim.number},
        "payment": reference | {"instalment": "first"},
        "activity": reference | {"number": activity.number},
        "session": reference | {"activity": activity.number, "number": session.number},
        "register": reference | {"register": register.reference},
        "sign-in": {"code": session.links.get().code},
        "list entry": {"kind": "topic", "code": "INTINT"},
        "provider": {"reference": shared.provider.reference},
        "shared": {"reference": shared.reference},
        "seats": {"reference": shared.reference, "grant": running.reference},
        "booking": {"reference": booking.reference},
        "sign-off": {"reference": signed.reference},
        "cascade": {"reference": passed_on.reference},
        "rating": {"code": activity.rating_links.first().code},
        "report": reference | {"point": "baseline"},
        "follow-up": reference | {"point": "m3"},
        "seat": {"reference": first.reference},
        "assessment": {"reference": first.assessment.reference},
        "meeting": {"reference": held.reference},
        "agenda item": {"reference": held.items.get().reference},
        "panel member": {"reference": seated[0].reference},
        "panel service": {
            "reference": seated[0].reference,
            "round_reference": opened.reference,
        },
        "interest": {"number": interest.number},
        "check": {"reference": check.reference},
        "invitation": {"token": letter.body.split("/join/")[1].split("/")[0]},
        "figure": {"id": "admissions"},
        "chart": {"name": "decisions"},
        "file": {"format": "json"},
        "impact report": {"reference": impact_report.reference},
        "indicator": {"number": own_indicator().number},
        "story": {"reference": story.reference},
        "saving": {"code": asked_letter.body.split("/confirm/")[1].split("/")[0]},
        "survey code": {"code": asking.codes.get().code},
        "survey": {"reference": asking.reference},
        "told survey": {"reference": told.reference},
    }
    return made
