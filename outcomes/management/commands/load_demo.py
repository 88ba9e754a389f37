import gc
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
from outcomes.demo.live import Live
from outcomes.demo.publishing import publish
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
        # Nothing of the story is garbage before its end: looking for it takes a tenth of the time.
        gc.disable()
        with transaction.atomic():
            story = Story()
            programme = story.tell()
            # What the story mailed was read long ago.
            OutboxMessage.objects.update(state=DeliveryState.SENT, sent_at=F("created_at"))
            Live(story).tell()
            publish(story, programme)
        gc.enable()
        audit.seal()
        self.stdout.write(f"Loaded in {time.monotonic() - started:.0f} seconds.")
