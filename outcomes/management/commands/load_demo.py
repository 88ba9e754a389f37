import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import F

from accounts import audit
from accounts.enums import DeliveryState
from accounts.models import OutboxMessage
from grants.models import Programme
from outcomes.demo.story import Story


class Command(BaseCommand):
    help = "Load the demonstration programme. Run again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only a demonstration loads invented people.")
        if Programme.objects.filter(slug="pwb-2015").exists():
            self.stdout.write("The demonstration programme is there already.")
            return
        started = time.monotonic()
        with transaction.atomic():
            Story().tell()
            # What the story mailed was read long ago.
            OutboxMessage.objects.update(state=DeliveryState.SENT, sent_at=F("created_at"))
        audit.seal()
        self.stdout.write(f"Loaded in {time.monotonic() - started:.0f} seconds.")
