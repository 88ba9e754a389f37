"""The experience survey: its wording, its waves, the codes by which people answer, and the counts of what
they said. There is no row for an answer, and none that joins a code to one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import clock
from accounts.models import User
from accounts.models.audit import WrittenOnce
from accounts.references import opaque
from accounts.state import StateField, StateMixin, transition
from grants.models import Programme
from training.links import code_of, hash_of, new_key, spelled

from ..enums import WaveState
from ..querysets import SurveyActionQuerySet, SurveyWaveQuerySet, SurveyWordingQuerySet
from ..survey.questions import ANSWERED, BY_CODE, Group, Question, worded

SURVEY = "survey"


def wave_reference() -> str:
    """ "WAVE-7K3M9": says nothing, and can be quoted."""
    return opaque("WAVE", 5)


def _pair(model: str, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
        name=f"{model}_{name}_pair",
    )


class SurveyWording(WrittenOnce):
    """One version of the words, for good, and who wrote them together with the host."""

    version = models.PositiveSmallIntegerField(unique=True)
    texts = models.JSONField()
    co_produced = models.CharField("who co-produced it", max_length=500)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects: ClassVar[SurveyWordingQuerySet] = SurveyWordingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(co_produced=""), name="survey_wording_is_co_produced"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "version", "texts", "co_produced", "made_at", "made_by")

    def __str__(self) -> str:
        return f"Version {self.version}"

    @property
    def reference(self) -> str:
        return f"survey-wording-{self.version}"

    def questions(self) -> list[Question]:
        """The questions in these words."""
        return worded(self.texts)


class SurveyWave(StateMixin):
    """One round of asking. What was said is worked out and shown only once it has closed."""

    reference = models.CharField(max_length=20, unique=True, default=wave_reference)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="survey_waves")
    wording = models.ForeignKey(SurveyWording, models.PROTECT, related_name="waves")
    title = models.CharField(max_length=120)
    closes_on = models.DateField("last day to answer")
    state = StateField(max_length=10, choices=WaveState, default=WaveState.DRAFT)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SurveyWaveQuerySet] = SurveyWaveQuerySet.as_manager()

    class Meta:
        verbose_name = "survey wave"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=WaveState.values), name="survey_wave_state"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[WaveState.CLOSED, WaveState.PUBLISHED], closed_at__isnull=False
                )
                | (
                    ~Q(state__in=[WaveState.CLOSED, WaveState.PUBLISHED])
                    & Q(closed_at__isnull=True)
                ),
                name="survey_wave_closed_has_its_moment",
            ),
            _pair("survey_wave", "opened"),
            _pair("survey_wave", "closed"),
            _pair("survey_wave", "published"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "reference",
            "programme",
            "wording",
            "title",
            "closes_on",
            "state",
            "made_at",
            "made_by",
            "opened_at",
            "opened_by",
            "closed_at",
            "closed_by",
            "published_at",
            "published_by",
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("survey-wave", args=[self.reference])

    @property
    def is_over(self) -> bool:
        """Closed for good: what was said does not grow any more, and may be shown."""
        return self.state in (WaveState.CLOSED, WaveState.PUBLISHED)

    @property
    def takes_answers(self) -> bool:
        """Open, and its last day has not passed."""
        return self.state == WaveState.OPEN and clock.today() <= self.closes_on

    def open_blockers(self) -> list[str]:
        if clock.today() > self.closes_on:
            return ["Its last day has passed. Make a new wave."]
        return []

    def invite_blockers(self) -> list[str]:
        """People are invited as long as they can answer."""
        if self.is_over:
            return ["This wave has closed."]
        if clock.today() > self.closes_on:
            return ["Its last day has passed."]
        return []

    def improve_blockers(self) -> list[str]:
        """Actions follow from results, and there are none before the wave has closed."""
        return [] if self.is_over else ["There are no results before the wave has closed."]

    @transition("state", source=WaveState.DRAFT, target=WaveState.OPEN)
    def open(self, *, by: User) -> None:
        self.opened_at, self.opened_by = clock.now(), by

    @transition("state", source=WaveState.OPEN, target=WaveState.CLOSED)
    def close(self, *, by: User) -> None:
        self.closed_at, self.closed_by = clock.now(), by

    @transition("state", source=WaveState.CLOSED, target=WaveState.PUBLISHED)
    def publish(self, *, by: User) -> None:
        self.published_at, self.published_by = clock.now(), by


class SurveyCode(models.Model):
    """Lets one person answer once. `key` gives the code again for printing; it is gone once the code was
    used, and was never kept for a code that went out by e-mail. When it was used is not kept."""

    wave = models.ForeignKey(SurveyWave, models.CASCADE, related_name="codes")
    key = models.CharField(max_length=32, blank=True)
    code_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(is_used=False) | Q(key=""), name="survey_code_used_is_burnt"
            ),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = ("id", "wave", "key", "code_hash", "is_used")

    def __str__(self) -> str:
        return f"A code of {self.wave_id}"

    @classmethod
    def fresh(cls, wave: SurveyWave) -> "SurveyCode":
        """A code that is not saved yet."""
        made = cls(wave=wave, key=new_key())
        made.code_hash = hash_of(SURVEY, made.code)
        return made

    @property
    def code(self) -> str:
        return code_of(SURVEY, self.key)

    @property
    def spelled(self) -> str:
        return spelled(self.code)


class SurveyTally(models.Model):
    """How often something was chosen in a wave by people of a group: all that is kept of what people say.

    All rows of a wave are there from its opening, so that neither their number nor their order tells.
    """

    wave = models.ForeignKey(SurveyWave, models.CASCADE, related_name="tallies")
    group = models.CharField(max_length=10, choices=Group)
    question = models.CharField(max_length=20)
    choice = models.CharField(max_length=20, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["wave", "group", "question", "choice"], name="survey_tally_once"
            ),
            models.CheckConstraint(
                condition=Q(group__in=Group.values, question__in=[*BY_CODE, ANSWERED]),
                name="survey_tally_group_and_question",
            ),
        )

    class Privacy:
        identity = ()
        special = ("count",)
        operational = ("id", "wave", "group", "question", "choice")

    def __str__(self) -> str:
        return f"{self.question}: {self.choice}"


class SurveyAction(models.Model):
    """What is done about something that people said: by whom, by when, and what shows that it is done."""

    wave = models.ForeignKey(SurveyWave, models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField()
    said = models.CharField("what people said", max_length=300)
    action = models.CharField("what we do", max_length=300)
    owner = models.CharField("who sees to it", max_length=80)
    due_on = models.DateField()
    evidence = models.CharField("what shows that it is done", max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[SurveyActionQuerySet] = SurveyActionQuerySet.as_manager()

    LOCKED_WITH = ("wave",)

    class Meta:
        verbose_name = "improvement"
        constraints = (
            models.UniqueConstraint(fields=["wave", "number"], name="survey_action_number_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(evidence=""),
                name="survey_action_done_has_evidence",
            ),
            _pair("survey_action", "done"),
        )

    class Privacy:
        identity = ()
        special = ()
        operational = (
            "id",
            "wave",
            "number",
            "said",
            "action",
            "owner",
            "due_on",
            "evidence",
            "made_at",
            "made_by",
            "done_at",
            "done_by",
        )

    def __str__(self) -> str:
        return self.action

    def get_absolute_url(self) -> str:
        return self.wave.get_absolute_url()

    @property
    def reference(self) -> str:
        return f"{self.wave.reference}-{self.number}"

    @property
    def status(self) -> str:
        """ "Done", "Late" or "To do"."""
        if self.done_at is not None:
            return "Done"
        return "Late" if self.due_on < clock.today() else "To do"

    def finish_blockers(self) -> list[str]:
        return ["This is done already."] if self.done_at is not None else []
