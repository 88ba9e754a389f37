"""What waits for whom in "Your work": reports to write, reports to read, figures to look at."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from accounts import clock, written
from accounts.enums import TeamRole
from accounts.worklist import Section, Todo
from focus_people.enums import PersonState

from .due import ReportRow, due_reports
from .enums import Point, ReportState, StoryState
from .models import ImpactReport, OutcomeReport, Story

# So many reports are listed one by one; the others are a line that leads to the list.
SHOWN = 5


def _url(row: ReportRow) -> str:
    return reverse("outcome-report", args=[row.grant.reference, row.point])


def _until(row: ReportRow) -> str:
    last = written.day(row.timing.closes_on)  # type: ignore[arg-type]
    if row.is_overdue:
        return f"It should have been sent by {last}."
    return f"Can be sent until {last}. About 20 minutes."


def reports_to_write(user: Any) -> Iterable[Todo]:
    """For leads and contributors: baselines to record, follow-ups whose window is open, questions."""
    for row in due_reports(user):
        if row.state == ReportState.RETURNED:
            action, detail = "Answer", "An officer has a question about it."
        elif row.point == Point.BASELINE:
            action, detail = "Record", "Training can be logged once the baseline is in."
        else:
            action = "Continue" if row.report else "Start"
            detail = _until(row)
        what = "Baseline" if row.point == Point.BASELINE else row.title
        yield Todo(
            title=f"{what} for {row.alias}",
            url=_url(row),
            action=action,
            detail=detail,
            due_on=row.due_on,
        )


def reports_to_read(user: Any) -> Iterable[Todo]:
    """For officers: reports that were sent, but not those of an organisation they belong to."""
    if not user.is_team(TeamRole.OFFICER):
        return
    waiting = (
        OutcomeReport.objects.waiting_for_officer()
        .exclude(grant__application__organisation__in=list(user.organisation_ids()))
        .select_related("grant__application__person")
        .order_by("submitted_at", "pk")
    )
    listed = list(waiting[: SHOWN + 1])
    if len(listed) > SHOWN:
        more = waiting.count() - SHOWN
        yield Todo(
            title=f"Reports to read: {more} more",
            url=f"{reverse('outcome-reports')}?status={ReportState.SUBMITTED}",
            action="See all",
        )
    for report in listed[:SHOWN]:
        yield Todo(
            title=f"{report.title} of {report.grant.application.person.alias}",
            url=report.get_absolute_url(),
            action="Read and accept",
            detail=f"{report.reference}, sent {written.day(report.submitted_at.date())}",
        )


def impact_reports_to_approve(user: Any) -> Iterable[Todo]:
    """For programme leads: impact reports that another lead has sent."""
    if not user.is_team(TeamRole.PROGRAMME_LEAD):
        return
    for report in (
        ImpactReport.objects.waiting().exclude(submitted_by=user).order_by("submitted_at")
    ):
        yield Todo(
            title=f"Impact report: {report.title}",
            url=report.get_absolute_url(),
            action="Read and approve",
            detail=f"{report.reference}, sent {written.day(report.submitted_at.date())}",
        )


def stories_to_read(user: Any) -> Iterable[Todo]:
    """For officers and programme leads: stories to publish or send back, but not of their own, and not about
    somebody who has died."""
    if not user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD):
        return
    waiting = (
        Story.objects.filter(state=StoryState.WAITING)
        .exclude(person__organisation__in=list(user.organisation_ids()))
        .exclude(person__state=PersonState.DECEASED)
    )
    for story in waiting.order_by("submitted_at", "pk")[:SHOWN]:
        yield Todo(
            title=f"Story: {story.title}",
            url=story.get_absolute_url(),
            action="Read and publish",
            detail=f"{story.reference}, sent {written.day(clock.day_of(story.submitted_at or clock.now()))}",
        )


def audit_trail(user: Any) -> Section | None:
    """For auditors: nothing waits for them; what they come for is the trail."""
    if not user.is_team(TeamRole.AUDITOR):
        return None
    return Section("outcomes/_auditor_home.html", {"url": reverse("audit-trail")})


def published_figures(user: Any) -> Section | None:
    """For funders: nothing waits for them; what they come for is the published page."""
    if not user.is_team(TeamRole.FUNDER):
        return None
    return Section("outcomes/impact/_funder_home.html", {"url": reverse("impact-published")})
