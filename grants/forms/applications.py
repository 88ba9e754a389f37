"""The forms of writing an application and of its verbs."""

from decimal import Decimal
from typing import Any, cast

from django import forms

from accounts import clock
from accounts.enums import TeamRole
from accounts.fields import HoursField, MoneyField, PlainTextField, WholeField
from accounts.models import User
from accounts.opened import Opened
from accounts.spreadsheets import Sheet
from accounts.text_or_file import TextOrFileForm
from accounts.verbs import VerbForm
from focus_people.models import FocusPerson, Need

from .. import budget_sheet
from ..budget import benchmark_of
from ..dated_lists import topics_offered
from ..enums import (
    MAX_NEEDS,
    MAX_OUTCOMES,
    OUTCOME_WORDS,
    Declaration,
    FormKind,
    LineCategory,
    LineKind,
    MessageFor,
    OtherFunding,
)
from ..models import Application, Question, Round
from ..readiness import asked_questions, identifier_sentences
from ..standard import how_many_questions


class NoIdentifiersField(PlainTextField):
    """Text that may not say who somebody is: NHS numbers, addresses and the like are refused."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if sentences := identifier_sentences(value):
            raise forms.ValidationError([s.removesuffix(".") for s in sentences], code="identifier")


class NeedsField(forms.ModelMultipleChoiceField):
    """Needs by their number. What is not a number of the list is refused before it is looked up."""

    def clean(self, value: Any) -> Any:
        numbers = {str(number) for number in self.queryset.values_list("number", flat=True)}
        for given in value or []:
            if given not in numbers:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice"
                )
        return super().clean(value)


class StartForm(forms.Form):
    """Who it is for, in which round, with which form."""

    person = forms.ModelChoiceField(
        label="Who is it for?",
        queryset=FocusPerson.objects.none(),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select who the application is for",
            "invalid_choice": "Select who the application is for",
        },
    )
    round = forms.ModelChoiceField(
        label="Which round?",
        queryset=Round.objects.none(),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a round",
            "invalid_choice": "Select a round that is open",
        },
    )
    form = forms.ChoiceField(
        label="How much will you ask for?",
        choices=[(FormKind.FULL.value, ""), (FormKind.SHORT.value, "")],
        initial=FormKind.FULL,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how much you will ask for"},
    )
    check = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["round"].queryset = rounds
        first = rounds.first()
        most = f"£{first.maximum:,.0f}" if first else "£8,000"
        short = f"£{first.short_form_up_to:,.0f}" if first else "£2,500"
        counts = {held.terms.counts() for held in rounds.prefetch_related("versions__questions")}
        full_count, short_count = (
            (f", {how_many_questions(n)}" for n in counts.pop()) if len(counts) == 1 else ("", "")
        )
        self.fields["form"].choices = [
            (FormKind.FULL.value, f"Up to {most}: the full form{full_count}"),
            (FormKind.SHORT.value, f"Up to {short}: the short form{short_count}"),
        ]


class AnswerForm(forms.Form):
    """One answer in words. `version` is the one that the writer had in front of them."""

    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = NoIdentifiersField(
            label=question.wording,
            help_text=question.guidance,
            max_words=question.max_words,
            rows=12,
            error_messages={"required": "Write your answer"},
        )

    def clean_version(self) -> int:
        return self.cleaned_data.get("version") or 0


class NeedsForm(Opened, forms.Form):
    """Question 4: up to eight of the person's needs."""

    def __init__(self, *args: Any, question: Question, needs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"] = NeedsField(
            label=question.wording,
            help_text=question.guidance,
            queryset=needs,
            to_field_name="number",
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Select at least one need",
                "invalid_choice": "Select needs from the list",
            },
        )

    def clean_needs(self) -> list[Need]:
        needs = list(self.cleaned_data["needs"])
        if len(needs) > MAX_NEEDS:
            raise forms.ValidationError(f"Select up to {MAX_NEEDS} needs")
        return needs


class OutcomesForm(Opened, forms.Form):
    """Question 7: up to six outcomes of 40 words each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MAX_OUTCOMES + 1):
            field = NoIdentifiersField(
                label=f"Outcome {number}" + ("" if number == 1 else " (optional)"),
                max_words=OUTCOME_WORDS,
                max_length=400,
                rows=2,
                required=number == 1,
                error_messages={
                    "required": "Write at least one outcome",
                    "max_length": "Shorten this to 400 characters or fewer",
                },
            )
            field.label_size = "s"
            self.fields[f"outcome_{number}"] = field

    @property
    def words(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields if self.cleaned_data[name]]


class LineForm(Opened, forms.Form):
    """One budget line: what, for which need, how many times how much."""

    category = forms.ChoiceField(
        label="What kind of cost is it?",
        choices=[("", "Choose one"), *LineCategory.choices],
        error_messages={
            "required": "Choose what kind of cost it is",
            "invalid_choice": "Choose a kind of cost from the list",
        },
    )
    description = NoIdentifiersField(
        label="What will you pay for?",
        help_text="For example: PBS practitioner, 2 days, 12 people",
        max_length=120,
        error_messages={
            "required": "Say what you will pay for",
            "max_length": "Shorten this to 120 characters or fewer",
        },
    )
    activity = NoIdentifiersField(
        label="Which activity is it part of? (optional)",
        help_text="Such as Team days or Coaching. A room, travel and cover are part of an activity too.",
        max_length=80,
        required=False,
        error_messages={"max_length": "Shorten this to 80 characters or fewer"},
    )
    topic = forms.ChoiceField(
        label="What is it about? (optional)",
        help_text="Leave it empty for a room, travel or cover.",
        required=False,
        error_messages={"invalid_choice": "Choose a topic from the list"},
    )
    quantity = HoursField(
        label="How many?",
        help_text="Days, hours, copies or people.",
        step=Decimal("0.01"),
        least=Decimal("0.01"),
        most=Decimal("99999"),
        error_messages={
            "required": "Enter how many",
            "least": "The number must be more than 0",
        },
    )
    unit_cost = MoneyField(
        label="Cost of one",
        most=Decimal("999999.99"),
        error_messages={"required": "Enter what one costs, in pounds"},
    )
    kind = forms.ChoiceField(
        label="Do you ask for this money?",
        choices=[
            (LineKind.CASH.value, "Yes, as cash"),
            (LineKind.IN_KIND.value, "No, somebody gives it: it counts £0 towards the limit"),
        ],
        initial=LineKind.CASH,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you ask for this money"},
    )
    other_funding = forms.ChoiceField(
        label="Does anybody else pay for this, or for part of it?",
        choices=OtherFunding.choices,
        required=False,
        error_messages={"invalid_choice": "Choose who else pays from the list"},
    )
    justification = NoIdentifiersField(
        label="Why does it cost more or less than usual? (optional)",
        help_text="One sentence, if the cost of one is outside the usual range.",
        max_length=300,
        rows=2,
        required=False,
        error_messages={"max_length": "Shorten this to 300 characters or fewer"},
    )
    field_order = (
        "category",
        "description",
        "activity",
        "topic",
        "needs",
        "quantity",
        "unit_cost",
        "kind",
        "other_funding",
        "justification",
    )

    def __init__(self, *args: Any, needs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"] = NeedsField(
            label="Which need is it for?",
            queryset=needs,
            to_field_name="number",
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": "Select at least one need that this is for",
                "invalid_choice": "Select needs from the list",
            },
        )
        held = {str(self.initial.get("topic") or "")}
        self.fields["topic"].choices = [
            ("", "Not about one topic"),
            *topics_offered(clock.today(), held),
        ]
        self.order_fields(self.field_order)
        for field in self.fields.values():
            field.label_size = "s"
        self.fields["unit_cost"].prefix = "£"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        quantity, unit_cost = cleaned.get("quantity"), cleaned.get("unit_cost")
        if quantity and unit_cost is not None and quantity * unit_cost > Decimal("9999999"):
            self.add_error("unit_cost", "This comes to more than a budget can hold")
        if cleaned.get("kind") == LineKind.CASH and unit_cost == 0:
            self.add_error("unit_cost", "Enter what one costs. It cannot be £0 if you ask for it")
        return cleaned

    @property
    def usual(self) -> str:
        """The usual range of the chosen kind of cost, for the hint."""
        chosen = self["category"].value()
        found = benchmark_of(chosen) if chosen in LineCategory.values else None
        return found.words if found else ""


class BudgetSheetForm(TextOrFileForm):
    """Lines of a budget from a spreadsheet."""

    text_field = "table"
    missing = "Paste at least one line with the headings, or choose a file"
    file_label = "Or the spreadsheet itself (.xlsx, .ods or .csv)"
    file_hint = "Other columns and sheets are not read, and the file is not kept."
    field_order = ("table", "file")

    table = PlainTextField(
        label="The lines, with their headings",
        help_text="Copy the rows in your spreadsheet together with the headings, and paste them here.",
        rows=10,
        required=False,
    )

    def text_of(self, sheets: list[Sheet]) -> str:
        return budget_sheet.text_of(sheets)


class ReplyForm(forms.Form):
    """The reply to one question of an officer, with the mark of the draft it was opened on."""

    version = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    reply = NoIdentifiersField(
        label="Your reply",
        max_words=250,
        rows=5,
        error_messages={"required": "Write your reply"},
    )
    reply.label_size = "s"


class DeclareForm(VerbForm):
    """Eight declarations; all of them are needed."""

    declarations = forms.MultipleChoiceField(
        label="I declare for my organisation",
        help_text="Tick all eight.",
        choices=Declaration.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick all eight declarations"},
    )
    effort_minutes = WholeField(
        label="How many minutes did the application take? (optional)",
        help_text="About. It helps us to keep it short.",
        required=False,
        min_value=1,
        max_value=10000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "invalid": "Enter the minutes as a whole number, like 50",
            "min_value": "The minutes must be 1 or more",
            "max_value": "The minutes must be 10,000 or fewer",
        },
    )

    def clean_declarations(self) -> list[str]:
        ticked = self.cleaned_data["declarations"]
        missing = [d for d in Declaration if d.value not in ticked]
        if missing:
            raise forms.ValidationError([f"Tick “{d.label}” to send" for d in missing])
        return ticked


class AskForm(VerbForm):
    """One question, beside the answer or the budget line that it is about."""

    question = forms.ChoiceField(
        label="What is it about?",
        error_messages={
            "required": "Choose what the question is about",
            "invalid_choice": "Choose what the question is about",
        },
    )
    words = PlainTextField(
        label="Your question",
        help_text="The applicant can change that answer, that line or the budget while they reply.",
        max_length=500,
        rows=4,
        error_messages={
            "required": "Write your question",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = cast(Application, self.subject)
        self._questions = {str(q.number): q for q in asked_questions(application)}
        lines = application.lines.order_by("number")
        self._lines = {f"line-{line.number}": line.number for line in lines}
        self.fields["question"].choices = [
            ("", "Choose one"),
            ("budget", "The budget"),
            *(
                (f"line-{line.number}", f"Budget line {line.number} · {line.description}")
                for line in lines
            ),
            *((n, f"{n}. {q.short_name}") for n, q in self._questions.items()),
        ]

    def clean(self) -> dict[str, Any]:
        """`question` as the question (None for the budget), `line` as the number of a budget line."""
        cleaned = super().clean() or self.cleaned_data
        if "question" in cleaned:
            about = cleaned["question"]
            cleaned["line"] = self._lines.get(about)
            cleaned["question"] = self._questions.get(about)
        return cleaned


class AssignForm(VerbForm):
    """Another officer or programme lead, never one who belongs to the organisation."""

    officer = forms.ModelChoiceField(
        label="Who takes the case?",
        queryset=User.objects.none(),
        to_field_name="email",
        empty_label="Choose one",
        error_messages={
            "required": "Choose who takes the case",
            "invalid_choice": "Choose somebody from the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = cast(Application, self.subject)
        staff = User.objects.filter(
            is_active=True,
            team_memberships__role__in=(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD),
        )
        others = staff.exclude(memberships__organisation=application.organisation_id)
        officer: Any = self.fields["officer"]
        officer.queryset = others.distinct().order_by("name", "email")


class IneligibleForm(VerbForm):
    reason = PlainTextField(
        label="Why is it not eligible, and where could they go instead?",
        help_text="The applicant reads this.",
        max_length=500,
        rows=4,
        error_messages={
            "required": "Say why it is not eligible",
            "max_length": "Shorten this to 500 characters or fewer",
        },
    )


class WithdrawForm(VerbForm):
    reason = PlainTextField(
        label="Why do you withdraw it?",
        help_text="A few words, without names.",
        max_length=300,
        rows=3,
        error_messages={
            "required": "Say why you withdraw the application",
            "max_length": "Shorten this to 300 characters or fewer",
        },
    )


class MessageForm(VerbForm):
    """A word on the case; staff say who reads it."""

    subject: Application

    words = NoIdentifiersField(
        label="Your message",
        help_text="It becomes part of the record, and cannot be changed. No names.",
        max_words=300,
        rows=6,
        error_messages={"required": "Write your message"},
    )
    read_by = forms.ChoiceField(
        label="Who reads it?",
        choices=MessageFor,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose who reads it",
            "invalid_choice": "Choose who reads it from the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cast(Any, self.by).is_in(self.subject.organisation_id):
            del self.fields["read_by"]


class CopyForm(VerbForm):
    """In which round, and for whom, what was written is used again."""

    subject: Application

    round = forms.ModelChoiceField(
        label="Which round?",
        queryset=Round.objects.none(),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a round",
            "invalid_choice": "Select a round that is open",
        },
    )
    person = forms.ModelChoiceField(
        label="Who is it for?",
        queryset=FocusPerson.objects.none(),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select who the application is for",
            "invalid_choice": "Select who the application is for",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rounds: Any = self.fields["round"]
        rounds.queryset = (
            Round.objects.visible_to(cast(Any, self.by)).open_now().order_by("closes_at", "pk")
        )
        people: Any = self.fields["person"]
        people.queryset = (
            FocusPerson.objects.visible_to(cast(Any, self.by))
            .current()
            .filter(organisation=self.subject.organisation_id)
            .order_by("alias", "pk")
        )
