"""Print a programme's figures: the same function as the impact page."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock, written
from grants.models import Programme
from outcomes.reports import FOOTNOTE, Impact, default_programme, programme_figures
from outcomes.reports.figure import plain, pounds_text


class Command(BaseCommand):
    help = "Print a programme's reach, money, admissions, staffing and process figures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=("json", "text"), default="text")
        parser.add_argument("--programme", help="its slug; the largest unless given")
        parser.add_argument("--cut-off", help="a day as YYYY-MM-DD; today unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        found = programme_figures(programme_of(options["programme"]), day_of(options["cut_off"]))
        if options["format"] == "json":
            self.stdout.write(json.dumps(found.as_json(), indent=2))
        else:
            self.stdout.write(_text(found))


def programme_of(slug: str | None) -> Programme | None:
    """The programme of this slug, or the largest. Raises `CommandError`."""
    if not slug:
        return default_programme()
    try:
        return Programme.objects.get(slug=slug)
    except Programme.DoesNotExist:
        raise CommandError(f"There is no programme with the slug {slug!r}.") from None


def day_of(text: str | None) -> date:
    """The London day of these words, or today. Raises `CommandError`."""
    if not text:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a day. Write it as 2016-12-31.") from None
    if day > clock.today():
        raise CommandError("The cut-off must be today or earlier.")
    return day


def _text(found: Impact) -> str:
    r, m, a, s, p = found.reach, found.money, found.admissions, found.staffing, found.process
    share = a.of_reporting
    lines = [
        found.scope.sentence,
        f"Provisional: {a.accepted} of {a.due} reports due are accepted."
        if a.is_provisional
        else "",
        "",
        f"{plain(r.organisations)} organisations, {plain(r.grants)} grants, "
        f"{plain(r.focus_people)} focus people",
        f"{plain(r.training_interventions)} training interventions, "
        f"{plain(r.people_trained)} people trained",
        f"{pounds_text(m.awarded)} awarded, mean grant {pounds_text(m.mean_grant)}, "
        f"{pounds_text(m.spent)} spent",
        f"For each intervention {pounds_text(m.awarded_per_intervention)} awarded, "
        f"{pounds_text(m.spent_per_intervention)} spent",
        "",
        a.wording or "No organisation has answered the admission question yet.",
        f"{a.numerator} of {a.reporting}: {share.percent}% ({share.low}–{share.high}); "
        f"{a.person_only} for the person only, {a.others_only} for others only, {a.both} both"
        if a.reporting
        else "",
        "",
        f"Safe reductions in staffing {s.safe_reductions} of {s.with_both}; not safe {s.not_safe}, "
        f"same {s.same}, higher {s.higher}, missing {s.missing}",
        f"Net days to a decision: median {plain(p.median_net_days)}, nine in ten by "
        f"{plain(p.p90_net_days)} ({p.decided} decided, to {written.day(found.scope.cut_off)})",
        "",
        FOOTNOTE,
    ]
    return "\n".join(lines)
