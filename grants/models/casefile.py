from typing import ClassVar

from django.db import models

from accounts import clock
from accounts.models.audit import RefusesChange, WrittenOnce

from .application import Application


class CaseFile(WrittenOnce):
    """What the panel judges: an immutable, pseudonymous snapshot that sending writes.

    `content` (schema 1, JSON; money as strings): {"alias", "terms" (the version of the
    round that it was written under), "person" (focus_people.reports.snapshot),
    "organisation" (only its reference: the panel's interest page shows the rest), "answers" [{number,
    short_name, wording, text}], "needs", "outcomes" [str], "lines" [{code, category, description,
    activity, topic, quantity, unit_cost, total, kind, needs, verdict}], "requested", "eligible",
    "clarifications" [{number, question, line, words, reply}; of the numbers question and line one at most]}.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="case_files")
    version = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(max_length=80)
    frozen_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager] = RefusesChange.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "version"], name="case_file_version"),
        )

    class Privacy:
        codes = ("reason",)
        identity = ()
        special = ("content",)
        operational = ("id", "application", "version", "reason", "frozen_at")

    def __str__(self) -> str:
        return f"Case file {self.application_id}, version {self.version}"
