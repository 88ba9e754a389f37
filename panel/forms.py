from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from accounts import clock
from accounts.enums import Region
from accounts.fields import GovDateField, MoneyField, PlainTextField
from accounts.models import Organisation
from accounts.opened import Opened
from accounts.verbs import VerbForm
from grants.enums import AWARDING, Outcome
from grants.forms.decisions import FEEDBACK_WORDS, REASONS_WORDS, too_long
from grants.standard import DESCRIPTORS

from .actions import KEEP_AT_MOST, Given
from .enums import (
    DECLARED_KIND_SAYS,
    INTEREST_KIND_SAYS,
    NOT_ABLE,
    NOT_ABLE_LABEL,
    NOT_ABLE_SAYS,
    AttendanceKind,
    BiasCheck,
    DeclaredKind,
    DeclineKind,
    Equity,
    Expertise,
    InterestKind,
)
from .models import AgendaItem, Attendance, Panellist
from .models.assessment import REASON_WORDS
from .reports import CaseScores, Match, matches_of
from .reports.meetings import ready_to_meet_on

NO = "no"
SCORE_CHOICES = [(str(n), f"{n} {word}") for n, word, _ in DESCRIPTORS] + [
    (NOT_ABLE, NOT_ABLE_LABEL)
]
SCORE_HINTS = {str(n): says for n, _, says in DESCRIPTORS} | {NOT_ABLE: NOT_ABLE_SAYS}
NOTE_WORDS = 120
PLAN_SALT = "panel.plan"
PLAN_LASTS = 24 * 60 * 60  # seconds


# --- interests ----------------------------------------------------------------------------------


class DeclareForm(VerbForm):
    """Answered before the case opens. Our own matches are part of the question."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[(NO, "No, I have no interest"), *DeclaredKind.choices],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select whether you have an interest",
            "invalid_choice": "Select whether you have an interest",
        },
    )
    reason = PlainTextField(
        label="What is the interest, or why is the match not one?",
        help_text="Enough for the chair to judge. Do not name the person or their family. "
        "Needed unless you answer “no” and nothing was found.",
        required=False,
        max_words=80,
        max_length=600,
        rows=3,
    )

    def __init__(self, *args: Any, matches: list[Match] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if matches is None:
            panellist = getattr(self.subject, "panellist", None)
            application: Any = getattr(self.subject, "application", self.subject)
            panellist = panellist or Panellist.objects.filter(user=self.by).first()
            matches = matches_of(panellist, application)
        self.matches = matches
        answer: Any = self.fields["answer"]
        answer.option_hints, answer.small = DECLARED_KIND_SAYS, True
        if any(m.is_binding for m in matches):  # "no" is no answer to what our records show
            answer.choices = list(DeclaredKind.choices)
            answer.label = "What kind of interest is it?"
            self.fields["reason"].label = "What is the interest?"
            self.fields[
                "reason"
            ].help_text = "Enough for the chair to judge. Do not name the person or their family."
            answer.error_messages["invalid_choice"] = (
                f"{matches[0].words} The case stays closed to you: select the kind of interest"
            )
        self.fields["reason"].label_size = "s"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        answer, reason = cleaned.get("answer"), cleaned.get("reason", "")
        if answer == NO:
            if self.matches and "reason" in cleaned and not reason:
                self.add_error("reason", "Say why the match is not an interest")
        elif answer and "reason" in cleaned and not reason:
            self.add_error("reason", "Say what the interest is")
        if self.errors:
            return cleaned
        has_interest = answer != NO
        return {
            "has_interest": has_interest,
            "kind": answer if has_interest else "",
            "reason": reason,
        }


class LateInterestForm(VerbForm):
    """An interest found after the case was opened."""

    kind = forms.ChoiceField(
        label="What kind of interest is it?",
        choices=[(k.value, k.label.removeprefix("Yes, ").capitalize()) for k in DeclaredKind],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select what kind of interest it is",
            "invalid_choice": "Select what kind of interest it is",
        },
    )
    reason = PlainTextField(
        label="What is the interest?",
        help_text="Enough for the chair to judge. Do not name the person or their family.",
        max_words=80,
        max_length=600,
        rows=3,
        error_messages={"required": "Say what the interest is"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].option_hints = DECLARED_KIND_SAYS


class StandDownForm(VerbForm):
    kind = forms.ChoiceField(
        label="Why does this seat become free?",
        choices=DeclineKind.choices,
        widget=forms.RadioSelect,
        help_text="An interest in the case is not a reason to stand down: declare it instead.",
        error_messages={
            "required": "Select why this seat becomes free",
            "invalid_choice": "Select why this seat becomes free",
        },
    )
    reason = PlainTextField(
        label="In a few words (optional, unless it is another reason)",
        help_text="For the chair and the programme lead. Do not say anything about the case.",
        max_words=40,
        max_length=300,
        rows=3,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_silent = not cleaned.get("reason") and "reason" not in self.errors
        if cleaned.get("kind") == DeclineKind.OTHER and is_silent:
            self.add_error("reason", "Say why this seat becomes free")
        return cleaned


def _organisations() -> list[tuple[str, str]]:
    known = Organisation.objects.order_by("name").values_list("reference", "name")
    return [("", "None of these"), *known]


class _OrganisationField(forms.ChoiceField):
    """One of the organisations that this service knows, by its public reference."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_organisations, required=False, **kwargs)

    def clean(self, value: Any) -> Organisation | None:
        reference = super().clean(value)
        return Organisation.objects.filter(reference=reference).first() if reference else None


class _AboutForm(forms.Form):
    """What the chair and the optimiser go by when they choose who judges a case."""

    areas = forms.MultipleChoiceField(
        label="Areas of expertise",
        choices=Expertise.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": "Choose areas from the list"},
    )
    region = forms.ChoiceField(
        label="Region",
        choices=[("", "Not said"), *Region.choices],
        required=False,
        help_text="Where most of their work is. Cases of other regions come first.",
        error_messages={"invalid_choice": "Choose a region from the list"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.small = True


class ProfileForm(Opened, _AboutForm):
    field_order = ("employer", "areas", "expertise", "region")
    employer = _OrganisationField(
        label="Your employer, if it is one of these organisations",
        help_text="You are never asked to judge its cases.",
    )
    expertise = PlainTextField(
        label="What else you know about (optional)",
        help_text="For example, “supported living; night work”. Helps the chair to assign.",
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].help_text = "Where most of your work is."


class InterestForm(forms.Form):
    kind = forms.ChoiceField(
        label="What kind of interest is it?",
        choices=InterestKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select what kind of interest it is",
            "invalid_choice": "Select what kind of interest it is",
        },
    )
    organisation = _OrganisationField(
        label="Which organisation is it with?",
        help_text="If it is not in the list, leave this and name it below.",
    )
    words = PlainTextField(
        label="What is the interest?",
        help_text="For example, “sessional trainer”. Only you read these words; the chair is told the kind.",
        max_length=300,
        max_words=50,
        rows=2,
        error_messages={"required": "Say what the interest is"},
    )
    since = GovDateField(label="Since when? (optional)", required=False)
    until = GovDateField(
        label="Until when? (leave empty if it goes on)",
        help_text="It counts for three years after it has ended.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].option_hints = INTEREST_KIND_SAYS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The end must be on or after the start")
        return cleaned


class EndInterestForm(forms.Form):
    until = GovDateField(
        label="When did it end?",
        help_text="For example, 31 3 2025. It counts for three years from that day.",
        max_date=clock.today,
        error_messages={"required": "Enter the date when it ended"},
    )


class MemberForm(Opened, _AboutForm):
    """A programme lead's own word on who sits in which seat."""

    field_order: tuple[str, ...] = (
        "is_lived_experience",
        "areas",
        "expertise",
        "region",
        "employer",
    )
    is_lived_experience = forms.BooleanField(
        label="Sits for people with lived experience",
        help_text="Every case needs the scores of at least one such member.",
        required=False,
    )
    expertise = PlainTextField(label="Other expertise (optional)", required=False, max_length=200)
    employer = _OrganisationField(label="Employer, if it is one of these organisations")


class NewMemberForm(MemberForm):
    """Somebody who holds a panel role, by e-mail address: the list is the programme lead's alone."""

    user = forms.ChoiceField(
        label="Who?",
        error_messages={
            "required": "Choose who sits on the panel",
            "invalid_choice": "Choose somebody from the list",
        },
    )
    field_order = ("user", *MemberForm.field_order)

    def __init__(self, *args: Any, people: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.email: person for person in people}
        chosen: Any = self.fields["user"]
        chosen.choices = [("", "Choose one"), *((p.email, str(p)) for p in people)]

    def clean_user(self) -> Any:
        return self.people[self.cleaned_data["user"]]


class ServiceForm(Opened, forms.Form):
    """A panellist's service in one round, as the programme lead keeps it."""

    briefed_on = GovDateField(
        label="When were they briefed for this round?",
        help_text="For example, 13 6 2025. Nobody is given a case before they are briefed.",
        required=False,
        max_date=clock.today,
    )
    capacity = forms.IntegerField(
        label="Most cases in this round (optional)",
        help_text="Leave it empty for no limit.",
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter a whole number of cases, or leave it empty",
            "min_value": "Enter 1 case or more, or leave it empty for no limit",
            "max_value": "Enter 999 cases or fewer",
        },
    )
    fee = MoneyField(
        label="Participation payment for each case (optional)",
        help_text="Paid when the panel has concluded a case that they scored.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fee"].prefix = "£"

    def clean_fee(self) -> Decimal:
        return self.cleaned_data["fee"] or Decimal("0.00")


class PaidForm(forms.Form):
    """How many cases were owed when the page was drawn: paying for others is refused."""

    cases = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        error_messages={"required": "Open the page again", "invalid": "Open the page again"},
    )


# --- assigning ----------------------------------------------------------------------------------


class AssignForm(VerbForm):
    """Who judges a case, and by when. `free` are the members who have neither conflict nor seat."""

    panellists = forms.MultipleChoiceField(
        label="Assign members",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one member",
            "invalid_choice": "Choose members from the list",
        },
    )
    due_on = GovDateField(
        label="Scores are due by the end of",
        help_text="For example, 13 6 2025",
        error_messages={"required": "Enter the date by which scores are due"},
        min_date=clock.today,
    )

    def __init__(self, *args: Any, free: Iterable[Panellist] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if free is None:
            free = Panellist.objects.visible_to(self.by).sitting().select_related("user")
        self.free = {panellist.reference: panellist for panellist in free}
        chosen: Any = self.fields["panellists"]
        chosen.choices = [(ref, str(panellist)) for ref, panellist in self.free.items()]

    def clean_panellists(self) -> list[Panellist]:
        return [self.free[reference] for reference in self.cleaned_data["panellists"]]


class RoundChoiceForm(forms.Form):
    """One of some rounds, by reference; anything else is no choice."""

    round = forms.ChoiceField(label="Round", required=False)

    def __init__(self, *args: Any, rounds: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "ask_%s", **kwargs})
        self.rounds = {r.reference: r for r in rounds}
        chosen: Any = self.fields["round"]
        chosen.choices = [(ref, str(r)) for ref, r in self.rounds.items()]
        for asked in self.fields.values():
            asked.label_size = "s"

    def clean_round(self) -> Any:
        return self.rounds.get(self.cleaned_data["round"])


class RankingForm(RoundChoiceForm):
    """What if there were other money, another threshold, a partial award?"""

    money = MoneyField(label="Money to give", required=False)
    threshold = forms.DecimalField(
        label="Threshold",
        required=False,
        min_value=0,
        max_value=100,
        decimal_places=2,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-4", "inputmode": "decimal"}),
        error_messages={
            "invalid": "Enter a threshold from 0 to 100, such as 60",
            "min_value": "Enter a threshold from 0 to 100",
            "max_value": "Enter a threshold from 0 to 100",
            "max_decimal_places": "Enter a threshold with 2 decimals at most",
        },
    )
    equity = forms.ChoiceField(
        label="What settles a tie after “act first”",
        choices=Equity.choices,
        required=False,
        error_messages={"invalid_choice": "Choose what settles a tie"},
    )
    partial = forms.BooleanField(
        label="The first that does not fit may take the rest", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["money"].prefix = "£"


class PlanQuestionForm(RoundChoiceForm):
    """For which round, and with how many members on each case."""

    members = forms.IntegerField(
        label="Members for each case",
        required=False,
        min_value=1,
        max_value=9,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter a number of members, such as 3",
            "min_value": "Enter 1 member or more",
            "max_value": "Enter 9 members or fewer",
        },
    )


class ApplyPlanForm(forms.Form):
    """The plan as it was shown, signed, and the day by which scores are due."""

    plan = forms.CharField(widget=forms.HiddenInput)
    due_on = GovDateField(
        label="Scores are due by the end of",
        help_text="For example, 13 6 2025",
        error_messages={"required": "Enter the date by which scores are due"},
        min_date=clock.today,
    )

    def clean_plan(self) -> list[tuple[str, list[str]]]:
        try:
            return signing.loads(self.cleaned_data["plan"], salt=PLAN_SALT, max_age=PLAN_LASTS)
        except signing.BadSignature as wrong:
            raise ValidationError("This plan is too old. Look at the new one") from wrong


# --- scoring ------------------------------------------------------------------------------------


def _score_field(**kwargs: Any) -> forms.ChoiceField:
    field: Any = forms.ChoiceField(
        choices=SCORE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a score, or “not able to judge”",
            "invalid_choice": "Choose a score from the list",
        },
        **kwargs,
    )
    field.option_hints, field.small, field.label_size = SCORE_HINTS, True, "s"
    return field


def _reason_field(code: str = "", **kwargs: Any) -> PlainTextField:
    field: Any = PlainTextField(
        label="Reason, for the applicant",
        help_text="Sent with the decision, without your name. One or two sentences on the "
        "application, not the person.",
        rows=2,
        max_length=KEEP_AT_MOST,
        error_messages={"max_length": f"The reason for {code} is far too long. Shorten it"},
        **kwargs,
    )
    field.widget.attrs.pop("maxlength", None)
    field.label_size = "s"
    return field


class CriterionFields:
    """One criterion with its three bound fields, as the sheet shows it."""

    def __init__(self, form: "SheetForm", criterion: Any, is_open: bool) -> None:
        code = criterion.code.lower()
        self.criterion, self.is_open = criterion, is_open
        self.score, self.reason, self.note = (
            form[f"{code}-score"],
            form[f"{code}-reason"],
            form[f"{code}-note"],
        )


class SheetForm(VerbForm):
    """The whole sheet, as far as it is: nothing is required here, so that a draft can be kept."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet: Any = self.subject
        self.criteria = sorted(
            sheet.case_file.application.terms.criteria.all(), key=lambda c: c.code
        )
        held = {score.criterion_id: score for score in sheet.scores.all()}
        self.fields["version"].initial = sheet.version
        for criterion in self.criteria:
            code, given = criterion.code.lower(), held.get(criterion.pk)
            self.fields[f"{code}-score"] = _score_field(
                required=False, label=f"Score for {criterion.code}"
            )
            self.fields[f"{code}-reason"] = _reason_field(criterion.code, required=False)
            note: Any = PlainTextField(
                label="Private note (optional)",
                help_text="Seen by the panel at moderation. Never sent to the applicant.",
                required=False,
                rows=2,
                max_length=KEEP_AT_MOST,
            )
            note.label_size = "s"
            note.widget.attrs.pop("maxlength", None)
            self.fields[f"{code}-note"] = note
            for name in ("reason", "note"):
                self.fields[f"{code}-{name}"].max_length = None
            if given is not None:
                value = NOT_ABLE if given.is_not_able else given.score
                self.fields[f"{code}-score"].initial = "" if value is None else str(value)
                self.fields[f"{code}-reason"].initial = given.reason
                self.fields[f"{code}-note"].initial = given.note

    @property
    def parts(self) -> list[CriterionFields]:
        """The criteria in order; the first without a score is open."""
        first = next(
            (c for c in self.criteria if not self[f"{c.code.lower()}-score"].value()), None
        )
        return [CriterionFields(self, c, c is first) for c in self.criteria]

    def add_missing(self) -> list[str]:
        """Say by each field what a submission still needs; returns the anchors of the criteria."""
        missing = []
        for criterion in self.criteria:
            code = criterion.code.lower()
            score, reason = self.cleaned_data.get(f"{code}-score"), f"{code}-reason"
            if not score:
                self.add_error(
                    f"{code}-score", f"Score {criterion.code}, or say you are not able to judge it"
                )
            text = self.cleaned_data.get(reason, "")
            if not text:
                self.add_error(reason, f"Give a reason for {criterion.code}")
            elif (words := len(text.split())) > REASON_WORDS:
                self.add_error(
                    reason,
                    f"Shorten the reason for {criterion.code} to {REASON_WORDS} words or fewer. "
                    f"It has {words}",
                )
            if not score or not text:
                missing.append(code)
        return missing

    @property
    def given(self) -> dict[str, Given]:
        """What the sheet says by criterion code. A criterion that was not sent is left alone."""
        found = {}
        for criterion in self.criteria:
            code = criterion.code.lower()
            names = [f"{code}-{name}" for name in ("score", "reason", "note")]
            if not any(self.add_prefix(name) in self.data for name in names):
                continue
            score, reason, note = (self.cleaned_data.get(name, "") for name in names)
            found[criterion.code] = Given(
                score=int(score) if score and score != NOT_ABLE else None,
                is_not_able=score == NOT_ABLE,
                reason=reason,
                note=note,
            )
        return found


class SaveForm(SheetForm):
    """The sheet as a verb asks for it: cleans to what `actions.save_scores` takes."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        return {"scores": self.given, "version": self.cleaned_data.get("version")}


class SubmitForm(VerbForm):
    """What a panellist ticks before the sheet goes in."""

    checks = forms.MultipleChoiceField(
        label="Stop and look at your scores once more",
        choices=BiasCheck.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Look at your scores once more, and tick the 3 checks",
            "invalid_choice": "Tick the checks of the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checks"].label_size = "s"

    def clean_checks(self) -> list[str]:
        ticked = self.cleaned_data["checks"]
        if len(set(ticked)) < len(BiasCheck):
            raise ValidationError(
                "Tick all 3 checks. If one is not true, look at your scores again"
            )
        return ticked


class ChangeScoreForm(VerbForm):
    """Change one's own score in moderation."""

    criterion = forms.ChoiceField(
        label="Criterion",
        error_messages={
            "required": "Choose a criterion",
            "invalid_choice": "Choose a criterion of this round",
        },
    )
    score = _score_field(label="Your new score")
    reason = _reason_field()
    why = PlainTextField(
        label="Why do you change it?",
        help_text="Kept with the old score. Seen by the panel, never sent to the applicant.",
        max_words=80,
        max_length=600,
        rows=2,
        error_messages={"required": "Say why you change the score"},
    )

    def __init__(self, *args: Any, criterion: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet: Any = self.subject
        codes = [c.code for c in sheet.case_file.application.terms.criteria.order_by("code")]
        field: Any = self.fields["criterion"]
        field.choices = [(code, code) for code in codes]
        reason: Any = self.fields["reason"]
        reason.required, reason.max_words = True, REASON_WORDS
        reason.error_messages |= {"required": "Give the reason that the applicant will read"}
        if criterion is not None:
            del self.fields["criterion"]
            given = sheet.scores.get(criterion=criterion)
            self.fields["score"].initial = NOT_ABLE if given.is_not_able else str(given.score)
            reason.initial = given.reason
        for name in ("why",):
            self.fields[name].label_size = "s"

    def clean_score(self) -> int | None:
        score = self.cleaned_data["score"]
        return None if score == NOT_ABLE else int(score)


# --- moderation ---------------------------------------------------------------------------------


class ResolveForm(VerbForm):
    words = PlainTextField(
        label="How did the panel resolve it?",
        help_text="For the minutes. For example, “All three looked again and kept their scores: the "
        "timetable is tight, and the provider has done it before.”",
        max_words=100,
        max_length=600,
        rows=4,
        error_messages={"required": "Say how the panel resolved it"},
    )


class FlagForm(ResolveForm):
    """As the API asks: which flag, and in which words."""

    flag = forms.SlugField(max_length=40, error_messages={"required": "Say which flag"})


class ConcludeForm(VerbForm):
    """The recommendation as the chair writes it, with the feedback that the applicant will read."""

    outcome = forms.ChoiceField(
        label="The panel recommends to",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select what the panel recommends",
            "invalid_choice": "Select what the panel recommends",
        },
    )
    amount = MoneyField(
        label="Amount",
        help_text="Leave it empty when you decline.",
        required=False,
        error_messages={"required": "Enter the amount that the panel recommends"},
    )
    conditions = PlainTextField(
        label="Conditions, one on each line",
        help_text="Only for an approval with conditions. Say what is to be done, and by when.",
        required=False,
        rows=4,
    )
    reasons = PlainTextField(
        label="Why does the panel recommend this?",
        help_text="For the programme lead who decides.",
        max_words=REASONS_WORDS,
        rows=5,
        error_messages={"required": "Say why the panel recommends this"},
    )
    minutes = PlainTextField(
        label="Minutes (optional)",
        help_text="What was discussed, and who was out for this case, without the detail of an interest.",
        required=False,
        max_words=600,
        rows=5,
    )

    def __init__(self, *args: Any, scores: CaseScores | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scores = scores
        application: Any = self.subject
        self.codes = []
        self.fields["amount"].prefix = "£"
        for criterion in application.terms.criteria.order_by("code"):
            name = f"feedback-{criterion.code.lower()}"
            field: Any = PlainTextField(
                label=f"{criterion.code} {criterion.title}",
                max_words=FEEDBACK_WORDS,
                rows=3,
                error_messages={
                    "required": f"Write the feedback for {criterion.code}",
                    "words": too_long(criterion.code),
                },
            )
            field.label_size = "s"
            self.fields[name] = field
            self.codes.append((criterion.code, name))

    @property
    def feedback_fields(self) -> list[Any]:
        """(bound field, average) for each criterion, in order."""
        rows = {r.criterion.code: r for r in self.scores.rows} if self.scores else {}
        return [
            (self[name], rows[code].average if code in rows else None) for code, name in self.codes
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome, amount = cleaned.get("outcome"), cleaned.get("amount")
        conditions = [line.strip() for line in cleaned.get("conditions", "").splitlines()]
        conditions = [line.lstrip("-•* ").strip() for line in conditions if line]
        if outcome in AWARDING and amount is None and "amount" not in self.errors:
            self.add_error("amount", "Enter the amount that the panel recommends")
        if outcome == Outcome.APPROVE_WITH_CONDITIONS and not conditions:
            self.add_error("conditions", "Write at least one condition")
        if outcome == Outcome.APPROVE and conditions:
            self.add_error(
                "conditions", "Choose “approve with conditions”, or clear the conditions"
            )
        if any(len(line) > 300 for line in conditions):
            self.add_error("conditions", "Shorten each condition to 300 characters or fewer")
        if self.errors:
            return cleaned
        is_award = outcome in AWARDING
        return {
            "outcome": outcome,
            "amount": amount if is_award and amount is not None else MoneyField().clean("0"),
            "conditions": conditions if is_award else [],
            "reasons": cleaned["reasons"],
            "minutes": cleaned["minutes"],
            "feedback": {code: cleaned[name] for code, name in self.codes},
        }


# --- meetings -----------------------------------------------------------------------------------


class CallMeetingForm(RoundChoiceForm):
    """When and where the panel meets, on which round."""

    field_order = ("round", "held_on", "place")
    held_on = GovDateField(
        label="When?",
        help_text="For example, 17 6 2025",
        error_messages={"required": "Enter the day of the meeting"},
        min_date=clock.today,
    )
    place = PlainTextField(
        label="Where is it, or how does one join? (optional)",
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["round"] = cleaned.get("round") or next(iter(self.rounds.values()), None)
        if cleaned["round"] is None:
            raise ValidationError("There is no round with cases to meet on")
        ready = ready_to_meet_on(self.by, cleaned["round"])
        return {**cleaned, "cases": [case.application for case in ready]}


class AgendaForm(VerbForm):
    """Cases of the round that are ready and not on the agenda yet."""

    cases = forms.MultipleChoiceField(
        label="Which cases?",
        help_text="A case is listed when every score is in.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one case. When none is listed, none is ready",
            "invalid_choice": "Choose cases from the list",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Any = self.subject
        held = set(
            AgendaItem.objects.visible_to(self.by)
            .filter(meeting=meeting)
            .values_list("application_id", flat=True)
        )
        ready = [
            c for c in ready_to_meet_on(self.by, meeting.round) if c.application.pk not in held
        ]
        self.free = {case.application.reference: case for case in ready}
        chosen: Any = self.fields["cases"]
        chosen.choices = [(ref, f"{case.alias}, {ref}") for ref, case in self.free.items()]
        if not self.free:
            chosen.help_text = (
                "No other case is ready now. One can be put here when every score is in."
            )

    def clean_cases(self) -> list[Any]:
        return [self.free[reference].application for reference in self.cleaned_data["cases"]]


class AttendanceForm(Opened, VerbForm):
    """Who is there: one question for everybody who is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Any = self.subject
        called = (
            Attendance.objects.visible_to(self.by)
            .filter(meeting=meeting)
            .select_related("panellist__user")
            .order_by("panellist__user__name", "pk")
        )
        self.called = {attendance.panellist.reference: attendance for attendance in called}
        for reference, attendance in self.called.items():
            field: Any = forms.ChoiceField(
                label=str(attendance.panellist),
                choices=AttendanceKind.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=attendance.kind,
                error_messages={"invalid_choice": "Choose an answer from the list"},
            )
            field.inline, field.small, field.label_size = True, True, "s"
            self.fields[reference] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        return {
            "kinds": {
                attendance.panellist_id: cleaned[reference]
                for reference, attendance in self.called.items()
                if self.add_prefix(reference) in self.data
            }
        }


class ShowForm(VerbForm):
    """Which case every screen goes to; none blanks them."""

    case = forms.ChoiceField(
        label="Which case?",
        required=False,
        error_messages={"invalid_choice": "Choose a case of the agenda"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        meeting: Any = self.subject
        items = (
            AgendaItem.objects.visible_to(self.by)
            .filter(meeting=meeting)
            .select_related("application")
            .order_by("place", "pk")
        )
        chosen: Any = self.fields["case"]
        chosen.choices = [
            ("", "None: blank every screen"),
            *((item.reference, item.application.reference) for item in items),
        ]


class NoteForm(Opened, VerbForm):
    note = PlainTextField(
        label="What was said, for the minutes",
        help_text="What the panel weighed up. The recommendation, its reasons and resolved flags come from "
        "the record by themselves. No names of members, the person or their family.",
        required=False,
        max_words=400,
        rows=8,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].initial = self.subject.note
