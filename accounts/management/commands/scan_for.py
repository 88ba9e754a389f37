from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.traces import scan


class Command(BaseCommand):
    help = (
        "Look for words in everything that is kept: the whole database, sessions, the cache and files. "
        "Says where, never more than the words that were asked for."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "words", nargs="+", help="a reference, a word, a phrase in quotation marks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = scan(options["words"])
        for trace in found.traces:
            self.stdout.write(f"{trace.place} {trace.key}: {trace.needle}")
        read = f"{found.tables} tables, {found.rows} rows and {found.files} files"
        if found.traces:
            raise CommandError(f"{len(found.traces)} places in {read}.")
        self.stdout.write(f"No trace in {read}.")
