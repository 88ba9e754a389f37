"""Write a programme's impact report: the same document as an edition made in the pages."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outcomes import impact_report
from outcomes.management.commands.impact import day_of, programme_of
from outcomes.reports import Audience, programme_figures


class Command(BaseCommand):
    requires_system_checks = ()  # they load every page, and this reads figures and writes a file
    help = (
        "Write a programme's impact report as html, pdf, xlsx or csv, for staff or for everybody."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=impact_report.FORMATS, default="html")
        parser.add_argument(
            "--audience", choices=[str(a) for a in Audience], default=str(Audience.INTERNAL)
        )
        parser.add_argument("--output", required=True, help="the file to write")
        parser.add_argument("--programme", help="its slug; the largest unless given")
        parser.add_argument("--cut-off", help="a day as YYYY-MM-DD; today unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = programme_figures(programme_of(options["programme"]), day_of(options["cut_off"]))
        try:
            document = impact_report.compose(figures, audience=Audience(options["audience"]))
            content = impact_report.written(document, options["format"])
        except (ValueError, RuntimeError) as refused:
            raise CommandError(str(refused)) from None
        target = Path(options["output"])
        try:
            target.write_bytes(content)
        except OSError as refused:
            raise CommandError(f"Cannot write {target}: {refused.strerror}.") from None
        self.stdout.write(f"{document['title']}: written to {target}. {document['audience_says']}")
