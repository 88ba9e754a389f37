from typing import Any

from django.core.management.base import BaseCommand

from accounts import retention


class Command(BaseCommand):
    help = (
        "Remove what has been kept for its time, and write it into the log. With --dry-run only say what "
        "would go, and what a legal hold keeps. The worker does the same once a day."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="remove nothing")
        parser.add_argument("--class", dest="kinds", action="append", default=[], metavar="CLASS")

    def handle(self, *args: Any, **options: Any) -> None:
        for found in retention.due(options["kinds"]):
            kind = found.kind
            self.stdout.write(
                f"{kind.label}: kept {retention.said(found.months)} {kind.since}, then {kind.then}. "
                f"{len(found.expired)} due, {len(found.held)} held."
            )
            for one in found.expired:
                self.stdout.write(
                    f"  {one.what}, due {retention.due_of(one.ended_on, found.months)}"
                )
            for one in found.held:
                self.stdout.write(f"  {one.what}, held: {one.held}")
        if options["dry_run"]:
            self.stdout.write("Nothing was removed.")
            return
        removed = retention.remove_due(options["kinds"])
        self.stdout.write(
            f"{len(removed)} removed, {sum(r.pieces for r in removed)} rows and files."
        )
