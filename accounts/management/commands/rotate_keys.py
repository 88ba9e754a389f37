from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.crypto import left_behind, rotate


class Command(BaseCommand):
    help = (
        "Write everything that is encrypted at rest anew under the newest key. Put the new key first in "
        "FIELD_ENCRYPTION_KEYS and restart; run this; take the old key out and restart."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--check", action="store_true", help="only count what an old key still holds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0 if options["check"] else rotate()
        left = left_behind()
        if left:
            raise CommandError(f"{left} still need an older key.")
        self.stdout.write(f"{done} written anew. Nothing needs an older key.")
