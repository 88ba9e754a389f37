from django.db import models

from accounts import clock
from accounts.models import User
from focus_people.models import FocusPerson


class LinkingCode(models.Model):
    """That a code was given for a person, and its keyed fingerprint: never the code, never shown, never
    taken out (decision 19)."""

    person = models.OneToOneField(FocusPerson, models.CASCADE, related_name="linking_code")
    digest = models.CharField(max_length=64, db_index=True)
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Privacy:
        identity = ("digest",)
        special = ()
        operational = ("id", "person", "given_at", "given_by")
        goes = True

    def __str__(self) -> str:
        return f"Linking code of {self.person_id}"
