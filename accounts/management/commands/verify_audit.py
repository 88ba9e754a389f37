from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit


class Command(BaseCommand):
    help = "Walk the audit trail’s chain and say whether it is whole."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if verdict.broken_at is not None:
            raise CommandError(f"The chain is broken at position {verdict.broken_at}.")
        self.stdout.write(f"{verdict.checked} rows whole, {verdict.unsealed} waiting for a seal.")
