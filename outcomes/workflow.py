"""The verbs of outcome reports: start, submit, accept, send back, do without.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the way?*,
moves, saves, writes the audit row and posts the mail that leaves with the commit. What the money's
road must know goes down by calling its verbs: a baseline activates the grant, and the accepted report
that the round names releases the final payment.
"""

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses
from focus_people.reports import latest_plan
from focus_people.workflow import lock_plan
from grants.enums import GrantState
from grants.models import Grant

from . import open_data, schedule
from .enums import POINT_OF_MONTHS, Point
from .models import AwardsRelease, OutcomeReport


def start_blockers(grant: Grant, point: str) -> list[str]:
    """Why a report of this point cannot be begun: there is one, or its time has not come."""
    if found := schedule.standing_blockers(grant):
        return found
    if grant.outcome_reports.filter(point=point).exists():
        return ["This report has been started already."]
    if grant.state in (GrantState.OFFERED, GrantState.REFUSED):
        return ["Accept the offer first."]
    if point != Point.BASELINE:
        if not OutcomeReport.objects.filter(grant=grant).baselines().exists():
            return ["The baseline comes first: without it there is nothing to compare with."]
        if schedule.start_of(grant) is None:
            return ["No session has been held yet, so nothing is due."]
    return []


@transaction.atomic
def start_report(grant: Grant, point: str, *, by: User) -> OutcomeReport:
    """Begin the report of a point (a `Point` value) as a draft."""
    grant = locked(grant)
    permitted(by, "outcomes.start_report", grant)
    if standing := start_blockers(grant, point):
        raise NotReady(standing)
    report = OutcomeReport.objects.create(grant=grant, point=Point(point), started_by=by)
    record("report.started", report, by=by, shown_to="applicant")
    return report


def start_baseline(grant: Grant, *, by: User) -> OutcomeReport:
    """Begin the baseline: how things are before the training."""
    return start_report(grant, Point.BASELINE, by=by)


@transaction.atomic
def submit(report: OutcomeReport, *, by: User) -> OutcomeReport:
    """The lead sends the report. A baseline locks the plan of “before” and activates the grant."""
    report = locked(report)
    permitted(by, "outcomes.submit_report", report)
    ready(report, "submit")
    values = report.values()
    asked = [item.code for item in schedule.asked_items(report.point, values)]
    report.answers.exclude(item__in=asked).delete()
    report.submit(by=by)
    if report.is_baseline:
        report.risk = schedule.risk_of(report.grant.application.person)
    report.save()
    record("report.submitted", report, by=by, shown_to="applicant", point=report.point)
    post(
        "report_submitted",
        to=team_addresses(TeamRole.OFFICER),
        key=f"report.submitted:{report.reference}:{clock.now():%Y%m%d%H%M}",
        report=report,
    )
    if report.is_baseline:
        _begin(report, by=by)
    return report


def _begin(report: OutcomeReport, *, by: User) -> None:
    from grants.workflow import activate

    plan = latest_plan(report.grant.application.person, point=schedule.PLAN_POINT[Point.BASELINE])
    if plan is not None:
        lock_plan(plan, by=by)
    if report.grant.state == GrantState.AGREED:
        activate(report.grant, by=by)


@transaction.atomic
def accept(report: OutcomeReport, *, by: User) -> OutcomeReport:
    """An officer accepts the report: it enters the figures and does not change any more."""
    report = locked(report)
    permitted(by, "outcomes.accept_report", report)
    ready(report, "accept")
    report.accept(by=by)
    report.save()
    record("report.accepted", report, by=by, shown_to="applicant", point=report.point)
    post(
        "report_accepted",
        to=_leads(report),
        key=f"report.accepted:{report.reference}",
        report=report,
    )
    months = report.grant.application.round.final_report_months
    if report.point == POINT_OF_MONTHS.get(months):
        from grants.workflow import note_final_report

        note_final_report(report.grant, by=by)
    return report


@transaction.atomic
def send_back(report: OutcomeReport, *, by: User, reason: str) -> OutcomeReport:
    """An officer asks for a correction; `reason` is shown to the organisation."""
    report = locked(report)
    permitted(by, "outcomes.return_report", report)
    ready(report, "send_back")
    report.send_back(by=by, reason=reason)
    report.save()
    record("report.returned", report, by=by, shown_to="applicant", point=report.point)
    post(
        "report_returned",
        to=_leads(report),
        key=f"report.returned:{report.reference}:{clock.now():%Y%m%d%H%M}",
        report=report,
    )
    return report


@transaction.atomic
def waive(report: OutcomeReport, *, by: User, reason: str) -> OutcomeReport:
    """An officer or lead does without a follow-up, and says why. It leaves every denominator."""
    report = locked(report)
    permitted(by, "outcomes.waive_report", report)
    ready(report, "waive")
    report.waive(by=by, reason=reason)
    report.save()
    record("report.waived", report, by=by, shown_to="applicant", point=report.point)
    post(
        "report_waived",
        to=_leads(report),
        key=f"report.waived:{report.reference}",
        report=report,
    )
    return report


@transaction.atomic
def waive_point(grant: Grant, point: str, *, by: User, reason: str) -> OutcomeReport:
    """Do without a follow-up that nobody has started. Raises `NotReady` for the baseline."""
    grant = locked(grant)
    permitted(by, "outcomes.waive_point", grant)
    held = grant.outcome_reports.filter(point=point).first()
    if held is None:
        held = OutcomeReport.objects.create(grant=grant, point=Point(point), started_by=by)
    return waive(held, by=by, reason=reason)


def _leads(report: OutcomeReport) -> list[str]:
    return member_addresses(report.grant.application.organisation, MemberRole.LEAD)


# --- open data ----------------------------------------------------------------------------------


def publish_awards_blockers() -> list[str]:
    """Why the awards cannot be published now: nobody has said who publishes, or there is no award."""
    found = []
    if open_data.publisher().pk is None:
        found.append("Say first who publishes.")
    if not open_data.chosen().listed:
        found.append("There is no award yet that may be published.")
    return found


@transaction.atomic
def publish_awards(*, by: User) -> AwardsRelease:
    """Freeze the awards as they are now into a release, which the public addresses serve from then on.

    Raises `NotReady` with what is missing, and with every fault of the package by its field.
    """
    publisher = open_data.publisher()
    permitted(by, "outcomes.publish_awards", publisher)
    if standing := publish_awards_blockers():
        raise NotReady(standing)
    publisher = locked(publisher)
    found = open_data.chosen()
    latest = open_data.latest_release()
    number = latest.number + 1 if latest else 1
    codes = open_data.codes_of(found.listed)
    package = open_data.package(found, codes, publisher, number=number)
    if faults := open_data.problems(package):
        raise NotReady([f"{fault.path} {fault.message}." for fault in faults[:20]])
    release = AwardsRelease.objects.create(
        number=number,
        package=package,
        awards=len(found.listed),
        held_back=len(found.held_back),
        released_by=by,
    )
    record("awards.published", release, by=by, awards=release.awards, held_back=release.held_back)
    return release
