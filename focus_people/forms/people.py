from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import clock
from accounts.fields import GovDateField
from accounts.opened import Opened

from .. import enums
from ..fields import CarefulTextField, MonthField, a_year_on
from ..identifiers import OWN_CODE
from .rows import RowForm

BLANK = [("", "Choose one")]
LEVEL_HINTS = {
    1: "Well supported in ordinary services",
    2: "Needs some specialist support",
    3: "Needs a lot of specialist support",
    4: "Needs intensive support, day and night",
}


def _levels(low: str, high: str) -> list[tuple[int, str]]:
    return [(1, f"1, {low}"), (2, "2"), (3, "3"), (4, f"4, {high}")]


def _choice(label: str, choices: Any, asked: str, **more: Any) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": asked, "invalid_choice": asked},
        **more,
    )
    field.small = True
    field.label_size = "s"
    return field


def _several(label: str, choices: Any, asked: str, **more: Any) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": asked, "invalid_choice": asked, "invalid_list": asked},
        **more,
    )
    field.small = True
    field.label_size = "s"
    return field


def _level(label: str, low: str, high: str, asked: str, **more: Any) -> forms.TypedChoiceField:
    field = forms.TypedChoiceField(
        label=label,
        choices=_levels(low, high),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": asked, "invalid_choice": asked},
        **more,
    )
    field.small = True
    field.label_size = "s"
    return field


def small_labels(form: forms.BaseForm) -> None:
    """Labels below a heading of the page are smaller than it."""
    for field in form.fields.values():
        field.label_size = "s"


class PersonForm(Opened, forms.Form):
    """Banded facts about a person. Nothing here can say who they are."""

    organisation = forms.ChoiceField(
        label="Which organisation supports the person?",
        error_messages={"required": "Select the organisation that supports the person"},
    )
    alias = forms.ChoiceField(
        label="The word we use instead of a name",
        help_text="A bird or a tree, used in speech and on every page. Leave it and we choose one.",
        required=False,
        error_messages={"invalid_choice": "That word is taken. Choose another one, or none"},
    )
    local_ref = CarefulTextField(
        label="Your own reference (optional)",
        help_text="So that you can find them in your files. Only your organisation sees it, and it is "
        "stored encrypted. Do not use initials, a date of birth or an NHS number.",
        max_length=40,
        required=False,
        skips=(OWN_CODE,),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    age_band = _choice("Age", enums.AgeBand.choices, "Select an age band")
    conditions = _several(
        "What does the person live with?",
        enums.Condition.choices,
        "Select what the person lives with",
    )
    strengths = CarefulTextField(
        label="Strengths, and what they love",
        help_text="One line that others will read first. “Loves water, humour and music.”",
        max_length=150,
        required=False,
    )
    communication = CarefulTextField(
        label="How the person communicates, and how you involved them (optional)",
        max_length=150,
        required=False,
    )
    communication_needs = _several(
        "What does the person need, so that they can understand and be understood?",
        enums.CommunicationNeed.choices,
        "Select what the person needs",
        required=False,
        help_text="As the Accessible Information Standard asks.",
    )
    communication_shared = forms.BooleanField(
        label="The person, or who decides for them, agreed that these needs are passed on to others "
        "who support them",
        required=False,
    )
    communication_review_on = MonthField(
        label="Month in which these needs are looked at again",
        help_text=a_year_on("5"),
        required=False,
    )
    setting = _choice("Where do they live?", enums.Setting.choices, "Select where the person lives")
    area = _choice(
        "Is that in their own area?", enums.Area.choices, "Select whether it is in their own area"
    )
    cohort = _choice(
        "Why is support at risk?",
        enums.Cohort.choices,
        "Select why support is at risk",
    )
    dsr_rating = _choice(
        "Rating on the dynamic support register",
        enums.DsrRating.choices,
        "Select the rating, or “Not known”",
    )
    risk_evidence = _several(
        "What shows the risk?",
        enums.RiskEvidence.choices,
        "Select what shows the risk",
        required=False,
        help_text="Do not send documents.",
    )
    risk_evidence_on = MonthField(
        label="Month of the newest evidence", help_text="For example, 5 2025", required=False
    )
    discharge_planned_on = MonthField(
        label="Month of the planned discharge",
        help_text="Only if the person is in hospital. For example, 9 2025",
        required=False,
    )
    need_level = _level(
        "Level of need",
        "lowest",
        "highest",
        "Select the level of need",
        help_text="How much specialist support the person needs.",
    )
    seriousness = _level(
        "How serious are the difficulties?",
        "slight",
        "very serious",
        "Select how serious the difficulties are",
    )
    context = _level(
        "How ready are the people around to make a difference?",
        "not ready",
        "very ready",
        "Select how ready the people around are",
        help_text="Serious difficulties where people are ready come first: 3 or more on both.",
    )
    funding_models = _several(
        "What pays for the support?",
        enums.FundingModel.choices,
        "Select what pays for the support",
    )
    commissioner = CarefulTextField(
        label="Who commissions it? (optional)",
        help_text="The body, not a person. For example, Council and ICB",
        max_length=80,
        required=False,
    )
    control_level = _choice(
        "Who controls the budget?", enums.ControlLevel.choices, "Select who controls the budget"
    )
    chose_team = _choice(
        "Did the person choose their team?",
        enums.ChoseTeam.choices,
        "Select whether the person chose their team",
    )
    service_design_on = MonthField(
        label="Month of the service design (optional)",
        help_text="Leave empty if there is none",
        required=False,
    )
    working_policy_on = MonthField(
        label="Month of the working policy (optional)",
        help_text="Leave empty if there is none",
        required=False,
    )

    GROUPS = (
        (
            "Who they are",
            ("organisation", "alias", "local_ref", "age_band", "conditions"),
        ),
        (
            "What matters to them",
            (
                "strengths",
                "communication",
                "communication_needs",
                "communication_shared",
                "communication_review_on",
            ),
        ),
        ("Where they live", ("setting", "area")),
        (
            "Why support is at risk",
            (
                "cohort",
                "dsr_rating",
                "risk_evidence",
                "risk_evidence_on",
                "discharge_planned_on",
                "need_level",
                "seriousness",
                "context",
            ),
        ),
        (
            "Money and control",
            (
                "funding_models",
                "commissioner",
                "control_level",
                "chose_team",
                "service_design_on",
                "working_policy_on",
            ),
        ),
    )

    def __init__(
        self,
        *args: Any,
        organisations: list[tuple[str, str]] | None = None,
        aliases: list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["need_level"].option_hints = LEVEL_HINTS
        small_labels(self)
        if organisations is None or len(organisations) < 2:
            del self.fields["organisation"]
        else:
            self.fields["organisation"].choices = BLANK + organisations
        if aliases is None:
            del self.fields["alias"]
        else:
            self.fields["alias"].choices = [("", "Choose one for us")] + [(a, a) for a in aliases]

    @property
    def groups(self) -> list[tuple[str, list]]:
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in self.GROUPS
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        undated = data.get("risk_evidence") and not data.get("risk_evidence_on")
        if undated and "risk_evidence_on" not in self.errors:
            self.add_error("risk_evidence_on", "Enter the month of the newest evidence")
        if data.get("risk_evidence_on") and data["risk_evidence_on"] > clock.today():
            self.add_error("risk_evidence_on", "The month of the evidence must not lie ahead")
        inpatient = data.get("cohort") == enums.Cohort.INPATIENT
        unplanned = inpatient and not data.get("discharge_planned_on")
        if unplanned and "discharge_planned_on" not in self.errors:
            self.add_error("discharge_planned_on", "Enter the month of the planned discharge")
        needs = data.get("communication_needs") or []
        unreviewed = needs and not data.get("communication_review_on")
        if unreviewed and "communication_review_on" not in self.errors:
            self.add_error(
                "communication_review_on",
                "Enter the month in which communication needs are looked at again",
            )
        if enums.CommunicationNeed.NONE in needs and len(needs) > 1:
            self.add_error(
                "communication_needs", "Select needs, or “Nothing beyond plain speech”, not both"
            )
        return data


class NeedForm(RowForm):
    """One need in one line."""

    SAYS = ("category", "statement")

    category = forms.ChoiceField(
        label="What it is about",
        choices=BLANK + enums.NeedCategory.choices,
        error_messages={"required": "Choose what the need is about"},
    )
    statement = CarefulTextField(
        label="The need, in one line",
        max_length=150,
        error_messages={"required": "Describe the need in one line"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        small_labels(self)


class GoalForm(RowForm):
    """One goal, in the person's own words where possible."""

    SAYS = ("words", "domain")

    words = CarefulTextField(
        label="The goal, in one line",
        max_length=150,
        error_messages={"required": "Write the goal in one line"},
    )
    domain = forms.ChoiceField(
        label="What it is about",
        choices=BLANK + enums.GoalDomain.choices,
        error_messages={"required": "Choose what the goal is about"},
    )
    is_own_words = forms.BooleanField(label="In their own words", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        small_labels(self)


class ConsentForm(forms.Form):
    basis = _choice(
        "On what basis do you keep this record?",
        enums.ConsentBasis.choices,
        "Select the basis",
        help_text="Relatives cannot consent for an adult unless a court or a power of attorney says so.",
    )
    decision_maker = _choice("Who decided?", enums.DecisionMaker.choices, "Select who decided")
    decided_on = GovDateField(
        label="When was it decided?",
        help_text="For example, 12 5 2025",
        max_date=clock.today,
        error_messages={
            "required": "Enter the date of the decision",
            "max": "The date of the decision must not lie ahead",
        },
    )
    review_on = GovDateField(
        label="When is it looked at again? (optional)",
        help_text=a_year_on("12 5"),
        required=False,
    )
    covers_application = forms.BooleanField(
        label="It covers an application for a grant", required=False, initial=True
    )
    covers_reporting = forms.BooleanField(
        label="It covers reporting what changed, without identifying the person",
        required=False,
        initial=True,
    )
    covers_story = forms.BooleanField(
        label="It covers a published story, told so that nobody is recognised", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        small_labels(self)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        basis, maker = data.get("basis"), data.get("decision_maker")
        maker_is_person = maker == enums.DecisionMaker.PERSON
        legal = (enums.DecisionMaker.ATTORNEY, enums.DecisionMaker.DEPUTY)
        if basis == enums.ConsentBasis.CONSENTED and maker and not maker_is_person:
            self.add_error("decision_maker", "If the person consented, the person decided")
        elif basis and basis != enums.ConsentBasis.CONSENTED and maker_is_person:
            self.add_error("decision_maker", "Select who decided for the person")
        elif basis == enums.ConsentBasis.ATTORNEY and maker and maker not in legal:
            self.add_error("decision_maker", "Select attorney or court-appointed deputy")
        decided, review = data.get("decided_on"), data.get("review_on")
        if decided and review and review <= decided:
            self.add_error("review_on", ValidationError("The review must come after the decision"))
        return data
