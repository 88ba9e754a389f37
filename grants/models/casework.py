from django.db import models
from django.urls import reverse

from accounts import clock
from accounts.models import User


class SavedView(models.Model):
    """A filter of the casework list that somebody keeps under a name of their own."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField("the filter, as the address has it", max_length=600, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="view_name_once"),)

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "user", "name", "query", "made_at")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        address = reverse("casework")
        return f"{address}?{self.query}" if self.query else address
