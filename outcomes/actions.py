"""Writes to outcome reports that change no state: the answers of a draft, and "no change" of the plan.

Each opens a transaction, takes the report under a lock, asks *may they?* (else `NotAllowed`) and *what
stands in the way?* (else `NotReady`), writes, and leaves a row in the audit trail without any answer.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.actions import new_plan_version
from focus_people.models import SupportPlan
from focus_people.reports import latest_plan

from .enums import COUNT_DAYS
from .indicators import Value
from .models import (
    Answer,
    AwardsRelease,
    ImpactReport,
    OutcomeReport,
    OwnIndicator,
    Publisher,
)
from .schedule import PLAN_POINT


@transaction.atomic
def save_report(
    report: OutcomeReport,
    *,
    by: User,
    answers: Mapping[str, Value | None],
    window_end: date | None = None,
    days_observed: int | None = None,
    rater: str = "",
    version: int | None = None,
    is_autosave: bool = False,
) -> OutcomeReport:
    """Keep what has been answered so far; `answers` maps an item to its value, None takes it out.

    Items that are not named stay as they are. The count runs over the 28 days that end on
    `window_end`. Raises `NotReady` once the report has been sent, and when `version` is older than
    what is kept: an old copy never overwrites a newer one. One that says the same is kept already.
    """
    report = locked(report)
    permitted(by, "outcomes.edit_report", report)
    ready(report, "edit")
    if version is not None and version != report.version:
        says = (window_end, days_observed, rater)
        held = (report.window_end, report.days_observed, report.rater)
        values = report.values()
        if says == held and all(values.get(code) == said for code, said in answers.items()):
            return report
        raise NotReady(
            [
                "Somebody has saved this report since you opened it. Open it again to see what it says."
            ]
        )
    asked = {item.code for item in report.items}
    if unknown := set(answers) - asked:
        raise NotReady([f"This report does not ask for {', '.join(sorted(unknown))}."])
    report.window_end = window_end
    report.window_start = window_end and window_end - timedelta(days=COUNT_DAYS - 1)
    report.days_observed, report.rater = days_observed, rater
    report.version += 1
    report.saved_at = clock.now()
    report.save()
    gone = [code for code, value in answers.items() if value is None]
    report.answers.filter(item__in=gone).delete()
    Answer.objects.bulk_create(
        [
            Answer(
                report=report,
                item=code,
                status=value.status,
                number=value.number,
                choice=value.choice,
            )
            for code, value in answers.items()
            if value is not None
        ],
        update_conflicts=True,
        unique_fields=["report", "item"],
        update_fields=["status", "number", "choice"],
    )
    if not is_autosave:
        record("report.saved", report, by=by, shown_to="applicant", count=report.answers.count())
    return report


@transaction.atomic
def confirm_no_change(report: OutcomeReport, *, by: User) -> SupportPlan:
    """Say that the week of support has not changed: the newest version is copied as that of this point.

    Staffing and cost at a point come from that point's version alone and are never carried forward
    by themselves (clarification 12). Raises `NotReady` when the point has its version already, or
    when there is none to copy.
    """
    report = locked(report)
    permitted(by, "outcomes.edit_report", report)
    ready(report, "edit")
    person = report.grant.application.person
    point = PLAN_POINT[report.point]  # type: ignore[index]
    if latest_plan(person, point=point) is not None:
        raise NotReady(["This point has its version of the plan already."])
    newest = latest_plan(person)
    if newest is None:
        raise NotReady(["There is no support plan to copy yet."])
    return new_plan_version(
        person,
        by=by,
        point=point,
        dated_on=clock.today(),
        reason=f"No change since version {newest.version}, confirmed with the {report.title.lower()}",
        copy_from=newest,
    )


@transaction.atomic
def save_publisher(
    *, by: User, prefix: str, name: str, identifier: str, website: str, licence: str
) -> Publisher:
    """Write down who publishes the awards; a release made earlier keeps what it says.

    The prefix of awards that are published cannot change: their numbers are known by it. Raises
    `NotReady`.
    """
    held = Publisher.objects.select_for_update().first()
    permitted(by, "outcomes.publish_awards", held or Publisher())
    if held and held.prefix != prefix and AwardsRelease.objects.exists():
        raise NotReady(
            [
                f"Awards are published under the prefix {held.prefix}, so it does not change any more."
            ]
        )
    values = {
        "prefix": prefix,
        "name": name,
        "identifier": identifier,
        "website": website,
        "licence": licence,
        "saved_at": clock.now(),
        "saved_by": by,
    }
    saved, _ = Publisher.objects.update_or_create(only=True, defaults=values)
    record("publisher.saved", saved, by=by)
    return saved


@transaction.atomic
def start_impact_report(*, by: User, **values: Any) -> ImpactReport:
    """Begin an impact report as a draft; `values` are its fields."""
    stories = values.pop("stories", ())
    report = ImpactReport(made_by=by, **values)
    permitted(by, "outcomes.edit_impact_report", report)
    report.save()
    report.stories.set(stories)
    record("impact.started", report, by=by)
    return report


@transaction.atomic
def save_impact_report(report: ImpactReport, *, by: User, **values: Any) -> ImpactReport:
    """Keep what a draft says. Raises `NotReady` once it was sent."""
    report = locked(report)
    permitted(by, "outcomes.edit_impact_report", report)
    ready(report, "edit")
    if "stories" in values:
        report.stories.set(values.pop("stories"))
    for name, value in values.items():
        setattr(report, name, value)
    report.save()
    record("impact.saved", report, by=by)
    return report


@transaction.atomic
def add_indicator(*, by: User, **values: Any) -> OwnIndicator:
    """Add an indicator of the programme's own: reports begun from now on ask it. `values`: its fields."""
    # The rows are locked so that two who add at once do not take the same number.
    numbers = OwnIndicator.objects.select_for_update().values_list("number", flat=True)
    made = OwnIndicator(number=max(numbers, default=0) + 1, made_by=by, **values)
    permitted(by, "outcomes.edit_indicator", made)
    made.save()
    record("indicator.added", made, by=by, version=made.version)
    return made


@transaction.atomic
def revise_indicator(held: OwnIndicator, *, by: User, **values: Any) -> OwnIndicator:
    """A new version with other words, owner or target; what is measured stays, and so does every report
    that was begun before. Raises `NotReady` once it was retired, or where somebody was faster."""
    held = locked(held)
    permitted(by, "outcomes.edit_indicator", held)
    ready(held, "edit")
    if OwnIndicator.objects.filter(number=held.number, version__gt=held.version).exists():
        raise NotReady(["Somebody has saved a newer version. Open it to see what it says."])
    kept = {name: getattr(held, name) for name in OwnIndicator.MEASURE}
    made = OwnIndicator(
        number=held.number, version=held.version + 1, made_by=by, **{**values, **kept}
    )
    made.save()
    record("indicator.revised", made, by=by, version=made.version)
    return made


@transaction.atomic
def retire_indicator(held: OwnIndicator, *, by: User) -> OwnIndicator:
    """Reports begun from now on do not ask it; what was answered stays in the figures."""
    held = locked(held)
    permitted(by, "outcomes.edit_indicator", held)
    ready(held, "retire")
    held.retired_at, held.retired_by = clock.now(), by
    held.save()
    record("indicator.retired", held, by=by, version=held.version)
    return held
