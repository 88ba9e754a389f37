from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.diagrams import drawn_into


class Command(BaseCommand):
    help = "Draw the state diagrams and the table of permissions into README.md."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "README.md"
        path.write_text(drawn_into(path.read_text()))
