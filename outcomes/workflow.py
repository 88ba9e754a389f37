"""The verbs of outcome reports: start, submit, accept, send back, do without.

Each opens a transaction, takes the row under a lock, asks *may they?*, asks *what stands in the way?*,
moves, saves, writes the audit row and posts the mail that leaves with the commit. What the money's
road must know goes down by calling its verbs: a baseline activates the grant, and the accepted report
that the round names releases the final payment.
"""

import re
from collections.abc import Generator
from typing import Any

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

from . import disclosure, impact_report, open_data, schedule
from .enums import POINT_OF_MONTHS, Point, ReportAudience, ReportStage
from .models import AwardsRelease, ImpactReport, OutcomeReport
from .reports import Audience, programme_figures
from .reports.published_set import rule


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
    asked = [item.code for item in report.asked_items(values)]
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


# --- the impact report --------------------------------------------------------------------------


def composing(report: ImpactReport) -> Generator[str, None, dict[str, Any]]:
    """As `composed`, step by step: says what has been done, and returns the document at its end."""
    if report.document is not None:
        return report.document
    figures = programme_figures(report.programme, report.cut_off)
    try:
        return (
            yield from impact_report.composing(
                figures,
                audience=Audience(report.audience),
                title=report.title,
                sections=report.sections,
                summary=report.summary,
                commentary=report.commentary,
                easy_read=report.easy_read,
            )
        )
    except ValueError as refused:
        raise NotReady([str(refused)]) from refused


def composed(report: ImpactReport) -> dict[str, Any]:
    """The document of a report as it is now, or as it was frozen. Raises `NotReady` with the reason why
    it cannot be published."""
    return impact_report.finished(composing(report))


def impact_report_blockers(report: ImpactReport, document: dict[str, Any]) -> list[str]:
    """Why a report may not be sent: nothing in it, somebody named, or it tells too much together with
    another edition (clarification 28)."""
    found = []
    if not report.sections:
        found.append("Choose at least one section.")
    found += [
        f"“{word}” names a person or a case. Take it out."
        for word in _named(report, report.texts())
    ]
    if report.audience == ReportAudience.PUBLISHED:
        found += _told_together(report, document)
    return found


def _named(report: ImpactReport, texts: list[str]) -> list[str]:
    """Aliases and references of the programme's cases that stand in the words."""
    held = Grant.objects.filter(application__round__programme=report.programme).values_list(
        "application__person__alias", "reference", "application__person__reference"
    )
    secret = {word.casefold() for row in held for word in row if word}
    said = {w for text in texts for w in re.findall(r"[\w-]+", text)}
    return sorted(word for word in said if word.casefold() in secret)


def _known(register: dict[str, Any]) -> disclosure.Known:
    parts = {part: (low, high) for part, (low, high) in register["parts"].items()}
    return disclosure.Known(parts, register["whole"])


def _people(document: dict[str, Any]) -> int:
    """How many people the grants of an edition were for: an exact total that every edition shows."""
    line = next(line for line in document["headlines"] if line["id"] == "focus-people")
    return int(line["value"].replace(",", ""))


def _told_together(report: ImpactReport, document: dict[str, Any]) -> list[str]:
    """One sentence for every small count that this edition and an earlier one give away together.

    Every edition shows for how many people the grants were, and the pounds: beside a few more people, more
    pounds are what was awarded to those few (clarification 28).
    """
    found = []
    earlier = (
        ImpactReport.objects.published().filter(programme=report.programme).exclude(pk=report.pk)
    )
    for other in earlier.order_by("edition"):
        if other.document is None:
            continue
        more = abs(_people(document) - _people(other.document))
        if 1 <= more <= rule().most_hidden:
            found.append(
                f"Together with edition {other.edition} it would tell what was awarded for {more} "
                f"{'person' if more == 1 else 'people'}. Choose the cut-off of that edition, or wait until "
                f"there are grants for {rule().most_hidden + 1} more."
            )
        for id, register in document["register"].items():
            held = other.document["register"].get(id)
            shows = any(s["id"] == SECTION_OF[id] for s in document["sections"])
            showed = any(s["id"] == SECTION_OF[id] for s in other.document["sections"])
            if held is None or not (shows and showed):
                continue
            two = sorted(((other.cut_off, held), (report.cut_off, register)), key=lambda p: p[0])
            for part, count in disclosure.differences(_known(two[0][1]), _known(two[1][1]), rule()):
                found.append(
                    f"Together with edition {other.edition} it would tell that {count} "
                    f"{'was' if count == 1 else 'were'} added in {part}. Leave out the section "
                    f"“{impact_report.SECTIONS[SECTION_OF[id]]}”, or wait until more have come."
                )
    return found


# The section that shows each table that only grows.
SECTION_OF = {"regions": "regions", "topics": "learning"}


@transaction.atomic
def submit_impact_report(report: ImpactReport, *, by: User) -> ImpactReport:
    """Freeze the report as it is now, and pass it to a second person."""
    report = locked(report)
    permitted(by, "outcomes.submit_impact_report", report)
    ready(report, "submit")
    document = composed(report)
    if standing := impact_report_blockers(report, document):
        raise NotReady(standing)
    report.submit(by=by, document=document)
    report.save()
    record("impact.submitted", report, by=by, audience=report.audience)
    return report


@transaction.atomic
def send_back_impact_report(report: ImpactReport, *, by: User, reason: str) -> ImpactReport:
    """The second person wants a change: the report is a draft again, and its figures are free."""
    report = locked(report)
    permitted(by, "outcomes.return_impact_report", report)
    ready(report, "send_back")
    report.send_back(reason=reason)
    report.save()
    record("impact.returned", report, by=by)
    return report


@transaction.atomic
def approve_impact_report(report: ImpactReport, *, by: User) -> ImpactReport:
    """A second programme lead approves what was frozen: an edition that never changes.

    What was published since it was sent is checked against it once more. Raises `NotReady`.
    """
    report = locked(report)
    permitted(by, "outcomes.approve_impact_report", report)
    ready(report, "approve")
    document = composed(report)
    if report.audience == ReportAudience.PUBLISHED and (
        standing := _told_together(report, document)
    ):
        raise NotReady(standing)
    editions = ImpactReport.objects.filter(programme=report.programme, state=ReportStage.APPROVED)
    latest = editions.order_by("-edition").values_list("edition", flat=True).first()
    report.approve(by=by, edition=(latest or 0) + 1)
    report.save()
    record("impact.approved", report, by=by, edition=report.edition)
    return report
