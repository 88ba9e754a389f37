"""What an officer writes down while checking an application: findings, judged lines, who has it."""

from collections.abc import Mapping

from django.db import transaction

from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import ApplicationState, EligibilityCriterion, LineVerdict, Verdict
from ..models import Application, BudgetLine, EligibilityFinding

CHECKING = (ApplicationState.IN_CHECK, ApplicationState.RETURNED)


def _in_check(application: Application, by: User) -> Application:
    application = locked(application)
    permitted(by, "grants.check_application", application)
    if application.state not in CHECKING:
        raise NotReady(["This application is not being checked now."])
    return application


@transaction.atomic
def record_findings(
    application: Application, *, by: User, found: Mapping[str, tuple[str, str]]
) -> Application:
    """What the officer found, by criterion: a verdict and a note (domain 2.2, 2.4).

    A new finding replaces the old one; the audit trail keeps both.
    """
    application = _in_check(application, by)
    EligibilityFinding.objects.bulk_create(
        [
            EligibilityFinding(
                application=application,
                criterion=EligibilityCriterion(criterion),
                verdict=Verdict(verdict),
                note=note,
                found_by=by,
            )
            for criterion, (verdict, note) in found.items()
        ],
        update_conflicts=True,
        unique_fields=["application", "criterion"],
        update_fields=["verdict", "note", "found_at", "found_by"],
    )
    for criterion, (verdict, _) in found.items():
        record("application.finding", application, by=by, criterion=criterion, verdict=verdict)
    return application


@transaction.atomic
def judge_lines(
    application: Application, *, by: User, judged: Mapping[int, tuple[str, str]]
) -> Application:
    """Accept or refuse budget lines, by number: a verdict, and the reason that a refusal gives the
    applicant (domain 3.4). Raises `NotReady`, and judges none, when a refusal has no reason.
    """
    application = _in_check(application, by)
    lines = list(application.lines.filter(number__in=judged).order_by("number"))
    for line in lines:
        verdict, reason = judged[line.number]
        line.verdict, line.verdict_reason = LineVerdict(verdict), reason
    if silent := [
        line.code
        for line in lines
        if line.verdict == LineVerdict.REFUSED and not line.verdict_reason.strip()
    ]:
        raise NotReady([f"Say why {code} is refused." for code in silent])
    BudgetLine.objects.bulk_update(lines, ["verdict", "verdict_reason"])
    for line in lines:
        record(
            "application.line_judged",
            application,
            by=by,
            shown_to="applicant" if line.verdict == LineVerdict.REFUSED else "staff",
            line=line.code,
            verdict=line.verdict,
        )
    return application


@transaction.atomic
def assign_officer(application: Application, *, by: User, officer: User) -> Application:
    """Give the case to another officer."""
    application = locked(application)
    permitted(by, "grants.check_application", application)
    ready(application, "assign")
    if not officer.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD) or officer.is_in(
        application.organisation_id
    ):
        raise NotReady(["Choose an officer who does not belong to the organisation."])
    application.case_officer = officer
    application.save(update_fields=["case_officer"])
    record("application.assigned", application, by=by)
    return application
