"""Write the awards as a 360Giving file, with the rules of privacy that the public address keeps."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from outcomes import open_data
from outcomes.open_data.awards import STAND_IN_PREFIX


class Command(BaseCommand):
    help = "Write the awards as a 360Giving 1.4 file: json, csv or xlsx."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=open_data.FORMATS, default="json")
        parser.add_argument("--output", required=True, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        publisher = open_data.publisher()
        with transaction.atomic():
            found = open_data.chosen()
            codes = open_data.codes_of(found.listed)
        package = open_data.package(found, codes, publisher)
        if faults := open_data.problems(package):
            raise CommandError("\n".join(str(fault) for fault in faults))
        target = Path(options["output"])
        try:
            target.write_bytes(open_data.written(package, options["format"]))
        except OSError as refused:
            raise CommandError(f"Cannot write {target}: {refused.strerror}.") from None
        self.stdout.write(
            f"{len(found.listed)} awards written to {target}; {len(found.held_back)} held back, so that "
            "nobody is singled out."
        )
        if publisher.prefix == STAND_IN_PREFIX:
            self.stderr.write(
                "The prefix is a stand-in: enter the one that 360Giving gives you at /open-data/prepare/."
            )
