from typing import Any

from django import forms

from accounts.opened import Opened
from accounts.verbs import VerbForm

from .. import enums
from ..models import FocusPerson


def _radio(label: str, choices: Any, asked: str, **more: Any) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": asked, "invalid_choice": asked},
        **more,
    )
    field.label_size = "s"
    return field


class CheckInForm(Opened, forms.Form):
    """Four taps: how steady, and three questions."""

    stability = _radio(
        "How steady is support this month?", enums.Stability.choices, "Select how steady support is"
    )
    more_distress = _radio(
        "Is there more distress, or more behaviour that challenges, than last month?",
        enums.YesNo.choices,
        "Select whether there is more distress",
    )
    team_gap = _radio(
        "Has somebody left the team, or do shifts stay uncovered?",
        enums.YesNo.choices,
        "Select whether the team has gaps",
    )
    plan_slipped = _radio(
        "Does the team do less of what it learned than last month?",
        enums.YesNo.choices,
        "Select whether the team does less of what it learned",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("more_distress", "team_gap", "plan_slipped"):
            self.fields[name].inline = True
            self.fields[name].small = True


class AnswerAlertForm(VerbForm):
    offer = _radio("What do you offer?", enums.Offer.choices, "Select what you offer")


class GoalScoresForm(Opened, forms.Form):
    """Goals by points: a select in every cell."""

    CHOICES = (
        ("", "–"),
        *((str(n), f"{n:+d}".replace("-", "−") if n else "0") for n in range(-2, 3)),
    )

    def __init__(self, *args: Any, person: FocusPerson, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = list(person.goals.order_by("number").prefetch_related("scores"))
        for goal in self.goals:
            held = {score.point: score.score for score in goal.scores.all()}
            for point in enums.GoalPoint:
                name = f"{goal.code}-{point.value}"
                self.fields[name] = forms.TypedChoiceField(
                    label=f"{goal.code}, {point.label.lower()}",
                    choices=self.CHOICES,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=held.get(point.value, ""),
                    error_messages={"invalid_choice": f"{goal.code}: choose from −2 to +2"},
                )

    @property
    def table(self) -> list[tuple[Any, list[Any]]]:
        """Each goal with its cells in the order of the points."""
        return [
            (goal, [self[f"{goal.code}-{point.value}"] for point in enums.GoalPoint])
            for goal in self.goals
        ]

    @property
    def scores(self) -> dict[tuple[int, str], int | None]:
        """(goal number, point) → score, of the clean data."""
        return {
            (goal.number, point.value): self.cleaned_data[f"{goal.code}-{point.value}"]
            for goal in self.goals
            for point in enums.GoalPoint
        }
