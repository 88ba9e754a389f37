"""What an officer writes down while checking an application: findings, judged lines, who has it."""

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import TeamRole
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready

from ..enums import ApplicationState, LineVerdict
from ..models import Application, BudgetLine, EligibilityFinding

CHECKING = (ApplicationState.IN_CHECK, ApplicationState.RETURNED)


def _in_check(application: Application, by: User) -> Application:
    application = locked(application)
    permitted(by, "grants.check_application", application)
    if application.state not in CHECKING:
        raise NotReady(["This application is not being checked now."])
    return application


@transaction.atomic
def record_finding(
    application: Application, *, by: User, criterion: str, verdict: str, note: str = ""
) -> EligibilityFinding:
    """What the officer found on one criterion (domain 2.2, 2.4). A new finding replaces the old one;
    the audit trail keeps both.
    """
    application = _in_check(application, by)
    found, _ = EligibilityFinding.objects.update_or_create(
        application=application,
        criterion=criterion,
        defaults={"verdict": verdict, "note": note, "found_at": clock.now(), "found_by": by},
    )
    record("application.finding", application, by=by, criterion=criterion, verdict=verdict)
    return found


@transaction.atomic
def judge_line(line: BudgetLine, *, by: User, verdict: str, reason: str = "") -> BudgetLine:
    """Accept or refuse a budget line. A refusal gives the applicant its reason (domain 3.4)."""
    application = _in_check(line.application, by)
    line = locked(line)
    if verdict == LineVerdict.REFUSED and not reason.strip():
        raise NotReady([f"Say why {line.code} is refused."])
    line.verdict = LineVerdict(verdict)
    line.verdict_reason = reason
    line.save(update_fields=["verdict", "verdict_reason"])
    record(
        "application.line_judged",
        application,
        by=by,
        shown_to="applicant" if verdict == LineVerdict.REFUSED else "staff",
        line=line.code,
        verdict=verdict,
    )
    return line


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
