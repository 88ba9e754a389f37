from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from outcomes.demo.people import PASSWORD, PRINTED


class Command(BaseCommand):
    help = "Print a sign-in for each role of the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only the demonstration has these accounts.")
        there = set(User.objects.values_list("email", flat=True))
        width = max(len(account.email) for account in PRINTED)
        self.stdout.write(f"Sign in with the password  {PASSWORD}\n")
        for account in PRINTED:
            if account.email in there:
                self.stdout.write(f"  {account.email:<{width}}  {account.what}")
