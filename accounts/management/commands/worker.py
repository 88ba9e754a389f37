import signal
import time
from typing import Any

from django.core.management.base import BaseCommand

from accounts import audit, outbox
from accounts.chores import do_chores


class Command(BaseCommand):
    help = "Deliver what is in the outbox and seal the audit trail, until told to stop."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--every", type=float, default=5.0, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        going = True

        def stop(*_: Any) -> None:
            nonlocal going
            going = False

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while going:
            outbox.deliver_due()
            audit.seal()
            do_chores()
            if options["once"]:
                return
            until = time.monotonic() + options["every"]
            while going and time.monotonic() < until:
                time.sleep(0.2)
