"""What the pages of training ask: an activity, a session, who was there, a register."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import clock, written
from accounts.fields import ClockTimeField, GovDateField, HoursField, MoneyField, PlainTextField
from accounts.fields.money import QUARTER
from accounts.opened import Opened
from accounts.templatetags.pwb import hours as plain_hours
from accounts.templatetags.pwb import plural
from accounts.verbs import VerbForm
from focus_people.models import CircleMember
from grants.enums import LineVerdict
from grants.models import Grant

from .coverage import finishing_days
from .enums import (
    Clinician,
    LearningDomain,
    PlaceKind,
    ProviderState,
    RrnAnswer,
    SessionMode,
)
from .lists import modes_on, topics_on
from .models import Activity, RegisterImport, Session, TrainingProvider
from .models.activity import day_blockers
from .models.session import label_of
from .registers import FIELD_LABELS, IGNORE, judged_again, normal
from .reports import finished


def grant_of(subject: Any) -> Grant:
    """The grant of a thing of training, or the grant itself."""
    if isinstance(subject, Grant):
        return subject
    return subject.activity.grant if isinstance(subject, Session) else subject.grant


MOST_COLUMNS = 40


class NumberField(forms.IntegerField):
    """A small whole number in plain digits; the sentence says what is wrong with it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str("" if value is None else value).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValidationError("Enter a whole number, such as 12", code="invalid")
        return super().to_python(text)


class CodedField(forms.ModelChoiceField):
    """One of a grant's numbered things, by its key as a page sends it, or by its code: “L2”, “N3”."""

    def to_python(self, value: Any) -> Any:
        said = str(value or "").strip()
        if said[:1] in ("L", "N") and said[1:].isascii() and said[1:].isdigit():
            found = self.queryset.filter(number=int(said[1:4])).first()
            value = found.pk if found is not None and found.code == said else said
        return super().to_python(value)


class LineField(CodedField):
    """A budget line of a grant, said with the needs that it is for."""

    def label_from_instance(self, line: Any) -> str:
        codes = sorted(line.needs.all(), key=lambda need: need.number)
        return f"{line}, for {' or '.join(need.code for need in codes)}" if codes else str(line)


class LineAndNeedForm(forms.Form):
    """Need → line → activity: the budget line that pays, and one of the needs that the line is for."""

    budget_line = LineField(
        label="Which budget line pays for it?",
        queryset=None,
        empty_label="Choose a line",
        error_messages={
            "required": "Choose the budget line that pays for it",
            "invalid_choice": "Choose a line of this grant’s budget",
        },
    )
    need = CodedField(
        label="Which need of the person is it for?",
        help_text="One of the needs that the budget line names.",
        queryset=None,
        empty_label="Choose a need",
        error_messages={
            "required": "Choose the need it is for",
            "invalid_choice": "Choose one of this person’s needs",
        },
    )

    def offer_lines_of(self, grant: Grant) -> None:
        """The lines of the grant’s budget that were not refused, and the needs of its person."""
        lines = grant.application.lines.exclude(verdict=LineVerdict.REFUSED)
        self.fields["budget_line"].queryset = lines.prefetch_related("needs").order_by("number")
        self.fields["need"].queryset = grant.application.person.needs.order_by("number")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        line, need = cleaned.get("budget_line"), cleaned.get("need")
        if line and need and not line.needs.filter(pk=need.pk).exists():
            codes = " or ".join(n.code for n in line.needs.order_by("number"))
            self.add_error("need", f"{line.code} is for {codes}. Choose {codes}")
        return cleaned


class ActivityForm(LineAndNeedForm, VerbForm):
    """Plan an activity of a grant, or change one."""

    field_order = ("title", "budget_line", "need")

    title = PlainTextField(
        label="What will people learn?",
        help_text="A short name, as you would say it. For example, “PBS practitioner, 2 days”.",
        max_length=120,
        error_messages={"required": "Enter a short name for the activity"},
    )
    topic = forms.ChoiceField(
        label="Topic", error_messages={"required": "Choose the topic that fits best"}
    )
    mode = forms.ChoiceField(
        label="How will people learn?",
        error_messages={"required": "Choose how people will learn"},
    )
    learning_domains = forms.MultipleChoiceField(
        label="What will people gain?",
        help_text="Choose all that apply.",
        choices=LearningDomain.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that people will gain"},
    )
    learning_domains.small = True
    is_joint = forms.TypedChoiceField(
        label="Do people of different sectors learn together?",
        help_text="For example, family beside support workers.",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes if people of different sectors learn together"},
    )
    is_joint.inline = True
    trainer = PlainTextField(
        label="Who delivers it?",
        help_text="An organisation or a role. A name is not needed.",
        max_length=120,
        error_messages={"required": "Enter who delivers it"},
    )
    provider: forms.ModelChoiceField = forms.ModelChoiceField(
        label="Is it a provider of our directory? (optional)",
        help_text="Learners’ answers then count for its rating.",
        queryset=None,
        empty_label="Not in the directory",
        to_field_name="reference",
        required=False,
        error_messages={"invalid_choice": "Choose a provider of the directory"},
    )
    provider_reason = PlainTextField(
        label="Why this provider, if it is not approved? (optional)",
        help_text="Needed only where the directory says that it is not approved.",
        max_length=300,
        rows=2,
        required=False,
    )
    rrn_certified = forms.ChoiceField(
        label="Is the trainer certified by the Restraint Reduction Network?",
        choices=RrnAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whether the trainer is certified, or that it does not apply"
        },
    )
    rrn_certified.small = True
    planned_people = NumberField(
        label="How many people is it planned for?",
        min_value=1,
        max_value=200,
        error_messages={
            "required": "Enter how many people it is planned for",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 200 or fewer",
        },
    )
    session_hours = HoursField(
        label="How long is a session, usually?",
        least=QUARTER,
        most=Decimal(12),
        error_messages={"required": "Enter how long a session usually is"},
    )
    session_hours.suffix = "hours"
    min_sessions = NumberField(
        label="How many sessions must somebody attend to finish? (optional)",
        help_text="Leave it empty if it is all of them. It stays as it is once a session was held.",
        required=False,
        min_value=1,
        max_value=99,
        error_messages={"min_value": "Enter 1 or more", "max_value": "Enter 99 or fewer"},
    )
    cost = MoneyField(
        label="What will it cost? (optional)",
        help_text="What it takes of its budget line. You are told before a line is overspent.",
        required=False,
        most=Decimal("99999.99"),
    )
    cost.prefix = "£"
    refresh_months = NumberField(
        label="After how many months must it be refreshed? (optional)",
        help_text="For example 12. Leave it empty if it does not run out.",
        required=False,
        min_value=1,
        max_value=120,
        error_messages={"min_value": "Enter 1 or more", "max_value": "Enter 120 or fewer"},
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        grant = grant_of(subject)
        if isinstance(subject, Activity):
            held = {name: getattr(subject, name) for name in self.base_fields}
            held["provider"] = subject.provider.reference if subject.provider else None
            held["is_joint"] = "yes" if subject.is_joint else "no"
            held["session_hours"] = plain_hours(subject.session_hours)
            kwargs["initial"] = held | kwargs.get("initial", {})
        else:
            kwargs["initial"] = {"rrn_certified": RrnAnswer.NOT_NEEDED} | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, by=by, **kwargs)
        self.offer_lines_of(grant)
        listed = TrainingProvider.objects.visible_to(by).exclude(state=ProviderState.WITHDRAWN)
        self.fields["provider"].queryset = listed.order_by("name", "pk")
        today, held_topic, held_mode = clock.today(), "", ""
        if isinstance(subject, Activity):
            held_topic, held_mode = subject.topic, subject.mode
        topics, modes = topics_on(today, {held_topic}), modes_on(today, {held_mode})
        self.fields["topic"].choices = [("", "Choose a topic"), *topics]
        self.fields["mode"].choices = [("", "Choose one"), *modes]
        for name in ("planned_people", "session_hours", "min_sessions", "refresh_months"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        provider = cleaned.get("provider")
        if (
            provider
            and not provider.is_approved(clock.today())
            and not cleaned.get("provider_reason")
        ):
            self.add_error(
                "provider_reason", f"{provider} is not approved. Say why it has to be this provider"
            )
        if cleaned.get("topic") == "PHYSICAL_INTERVENTION" and cleaned.get("rrn_certified") not in (
            None,
            RrnAnswer.YES,
        ):
            self.add_error(
                "rrn_certified",
                "Physical intervention needs a trainer certified by the Restraint Reduction Network",
            )
        if (
            isinstance(self.subject, Activity)
            and "min_sessions" in cleaned
            and cleaned["min_sessions"] != self.subject.min_sessions
            and self.subject.has_started
        ):
            self.add_error(
                "min_sessions",
                "A session has been held. The number of sessions to finish stays as it was",
            )
        return cleaned


class ChangeActivityForm(Opened, ActivityForm):
    """Change an activity that somebody else may have open as well."""


class SessionForm(VerbForm):
    """Plan a session of an activity, or change one."""

    held_on = GovDateField(
        label="Which day is it?",
        help_text="A day that is over is fine: you say next who came.",
        error_messages={"required": "Enter the day of the session"},
    )
    starts_at = ClockTimeField(
        label="When does it start? (optional)",
        help_text="For example, 9:30am or 14:00. It stands in the calendar file.",
        required=False,
    )
    hours = HoursField(
        label="How long is it?",
        least=QUARTER,
        most=Decimal(12),
        error_messages={"required": "Enter how long the session is"},
    )
    hours.suffix = "hours"
    mode = forms.ChoiceField(
        label="How do people meet?",
        choices=SessionMode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how people meet"},
    )
    mode.inline = True
    place = forms.ChoiceField(
        label="Where?",
        choices=PlaceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where people meet"},
    )
    place.small = True

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        if isinstance(subject, Session):
            initial = {name: getattr(subject, name) for name in self.base_fields}
            initial["hours"] = plain_hours(subject.hours)
        else:
            usual = plain_hours(subject.session_hours)
            initial = {"hours": usual, "mode": SessionMode.IN_PERSON}
        super().__init__(*args, subject=subject, by=by, initial=initial, **kwargs)
        if isinstance(subject, Activity) and subject.min_sessions is None:
            self._say_who_is_set_back(subject)

    def _say_who_is_set_back(self, activity: Activity) -> None:
        if people := finished(activity):
            who = plural(people, "person has,people have")
            self.fields["held_on"].help_text += (
                f" {who} finished this activity so far. It takes all its sessions, so they would be part "
                "way until they attend this one too."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("mode"), cleaned.get("place")) == (SessionMode.IN_PERSON, PlaceKind.NONE):
            self.add_error("place", "Choose where people meet, or that they meet online")
        return cleaned

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        is_held = isinstance(self.subject, Session) and self.subject.delivered_at is not None
        for sentence in day_blockers(grant_of(self.subject), day, is_held=is_held):
            raise ValidationError(sentence.rstrip("."))
        return day


class ChangeSessionForm(Opened, SessionForm):
    """Change a session that somebody else may have open as well."""


class ReasonForm(VerbForm):
    """Why something is called off or taken out of the record."""

    reason = PlainTextField(
        label="Why?",
        help_text="It is kept beside the record. Leave out names.",
        max_length=300,
        rows=3,
        error_messages={"required": "Say why"},
    )


class PresentField(forms.MultipleChoiceField):
    """Members of the circle by their number (M04); cleans to the members themselves."""

    members: dict[str, CircleMember]

    def clean(self, value: Any) -> list[CircleMember]:
        return [self.members[code] for code in super().clean(value)]


class PresenceForm(VerbForm):
    """Who was there: the circle as it was on the day, by role and staff code, never by name."""

    template_name = "training/sheet.html"
    present = PresentField(
        label="Tick everyone in the room",
        widget=forms.CheckboxSelectMultiple,
        required=True,
        error_messages={
            "required": "Tick at least one person. If nobody came, cancel the session",
            "invalid_choice": "Somebody on this list is not in the circle",
        },
    )
    present.label_size = "s"
    subject: Session

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        circle = list(
            CircleMember.objects.filter(person=subject.activity.grant.application.person_id)
            .order_by("number")
            .prefetch_related(None)
        )
        held = dict(subject.marks.values_list("member_id", "present"))
        here = [m for m in circle if _was_in(m, subject.held_on) or held.get(m.pk)]
        initial = {"present": [m.code for m in here if held.get(m.pk)]}
        super().__init__(*args, subject=subject, by=by, initial=initial, **kwargs)
        field: Any = self.fields["present"]
        field.members = {m.code: m for m in here}
        field.choices = [(m.code, label_of(m, circle)) for m in here]
        field.option_hints = {m.code: m.get_sector_display() for m in here}
        self.left = [
            f"{label_of(m, circle)} left the circle on {written.short_day(m.left_on)}."
            for m in circle
            if m.left_on and m.left_on <= subject.held_on and not held.get(m.pk)
        ]
        self.ticked, self.listed = len(initial["present"]), len(here)


class SheetForm(Opened, PresenceForm):
    """The whole sheet, as one person says it: whoever saves later is told what another has saved."""


class MemberField(forms.ChoiceField):
    """One member of the circle by their number (M04); cleans to the member."""

    members: dict[str, CircleMember]

    def clean(self, value: Any) -> CircleMember:
        return self.members[super().clean(value)]


def offer_those_who_attended(form: VerbForm, name: str, activity: Activity) -> None:
    """Give a field those who have attended enough sessions of an activity, by role and code."""
    circle = list(
        CircleMember.objects.filter(person=activity.grant.application.person_id).order_by("number")
    )
    enough = finishing_days(activity)
    field: Any = form.fields[name]
    field.members = {m.code: m for m in circle if m.pk in enough}
    field.choices = [
        ("", "Choose"),
        *((code, label_of(m, circle)) for code, m in field.members.items()),
    ]


class SignOffForm(VerbForm):
    """A clinician says that somebody is competent in a delegated health task."""

    member = MemberField(
        label="Who was signed off?",
        help_text="Those who have attended enough sessions.",
        error_messages={
            "required": "Choose who was signed off",
            "invalid_choice": "Choose somebody who has attended enough sessions",
        },
    )
    clinician = forms.ChoiceField(
        label="Which clinician signed them off?",
        help_text="Their role. A name is not needed.",
        choices=Clinician.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the role of the clinician"},
    )
    clinician.small = True
    signed_on = GovDateField(
        label="When were they signed off?",
        max_date=clock.today,
        error_messages={"required": "Enter the day of the sign-off"},
    )
    review_on = GovDateField(
        label="When is the review due?",
        help_text="From this day on the sign-off no longer holds.",
        error_messages={"required": "Enter the day of the review"},
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, by=by, **kwargs)
        offer_those_who_attended(self, "member", subject)


class CascadeForm(VerbForm):
    """Somebody who learned to train others has done so."""

    taught_by = MemberField(
        label="Who trained others?",
        help_text="Those who have finished this activity.",
        error_messages={
            "required": "Choose who trained others",
            "invalid_choice": "Choose somebody who has finished this activity",
        },
    )
    topic = forms.ChoiceField(
        label="What did they teach?", error_messages={"required": "Choose what they taught"}
    )
    held_on = GovDateField(
        label="Which day was it?",
        max_date=clock.today,
        error_messages={"required": "Enter the day of the session"},
    )
    hours = HoursField(
        label="How long was it?",
        least=QUARTER,
        most=Decimal(12),
        error_messages={"required": "Enter how long the session was"},
    )
    hours.suffix = "hours"
    people = NumberField(
        label="How many people learned?",
        help_text="A number only. It does not matter whom they support.",
        min_value=1,
        max_value=200,
        error_messages={
            "required": "Enter how many people learned",
            "min_value": "Enter 1 or more",
            "max_value": "Enter 200 or fewer",
        },
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, by=by, **kwargs)
        offer_those_who_attended(self, "taught_by", subject)
        self.fields["topic"].choices = [("", "Choose a topic"), *topics_on(clock.today())]


class OthersForm(Opened, VerbForm):
    """How many staff who support other people finished an activity."""

    people = NumberField(
        label="How many staff who support other people have finished it?",
        help_text="Staff from other teams or organisations who are not in this circle. A number only: "
        "no names and no codes.",
        min_value=0,
        max_value=500,
        error_messages={
            "required": "Enter how many, or 0",
            "max_value": "Enter 500 or fewer",
        },
    )

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"people": subject.others_finished} | kwargs.get("initial", {})
        super().__init__(*args, subject=subject, by=by, **kwargs)


def _was_in(member: CircleMember, day: Any) -> bool:
    is_here = member.joined_on <= day and (member.left_on is None or day < member.left_on)
    return is_here and member.can_attend


class OnTheDayForm(PresenceForm):
    """The same sheet on a phone, without an account: it also says who was ticked when it was opened."""

    shown = PresentField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, subject=subject, by=None, **kwargs)
        shown: Any = self.fields["shown"]
        shown.members = self.fields["present"].members
        shown.choices = self.fields["present"].choices
        self.initial["shown"] = self.initial["present"]
        self.fields["present"].required = False
        self.left = []  # who left, and when, is not for a page without an account


class CodeForm(forms.Form):
    """The code that is shown on the screen."""

    code = forms.CharField(
        label="Your code",
        help_text="From the screen in the room, or the one you were given. Ten letters and digits. Capitals "
        "and the dash do not matter.",
        max_length=20,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "class": "govuk-input--width-10",
            }
        ),
        error_messages={
            "required": "Enter your code",
            "max_length": "A code has ten letters and digits. Check it, or ask for a new one",
        },
    )


class UploadForm(forms.Form):
    """A register: what it is is found out from its content."""

    register = forms.FileField(
        label="Choose the register",
        help_text="An .xlsx, .ods or .csv file, up to 2 MB. Nothing is saved until you have checked it.",
        widget=forms.FileInput({"accept": ".xlsx,.ods,.csv,.txt"}),
        max_length=200,
        error_messages={
            "required": "Choose the file with the register",
            "empty": "The file is empty",
            "invalid": "Choose the file with the register",
            "missing": "Choose the file with the register",
            "max_length": "The file’s name is too long. Rename it and upload it again",
        },
    )

    def __init__(self, *args: Any, headings: Iterable[tuple[str, str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.columns = list(headings)[:MOST_COLUMNS]
        choices = [("", "Choose"), *FIELD_LABELS.items(), (IGNORE, "Do not read this column")]
        for place, (letter, words, taken) in enumerate(self.columns):
            self.fields[f"heading_{place}"] = forms.CharField(
                widget=forms.HiddenInput, initial=f"{letter}|{words}", required=False
            )
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"Column {letter}, ‘{words}’", choices=choices, initial=taken, required=False
            )

    def given(self) -> dict[str, str] | None:
        """Heading → field, as somebody chose it; None where nobody was asked."""
        if not self.columns:
            return None
        chosen = {
            normal(words): self.cleaned_data.get(f"column_{place}", "")
            for place, (_, words, _) in enumerate(self.columns)
        }
        return {words: name for words, name in chosen.items() if words and name}


def headings_in(data: Any) -> list[tuple[str, str, str]]:
    """The headings that a sent form carries: letter, words, what was chosen."""
    found = []
    for place in range(MOST_COLUMNS):
        letter, _, words = str(data.get(f"heading_{place}", "")).partition("|")
        if words and letter.isalpha() and len(letter) <= 2:
            found.append((letter, words[:40], str(data.get(f"column_{place}", ""))))
    return found


class RowsForm(VerbForm):
    """Which rows of a previewed register go in: all that are new, unless some are unticked."""

    template_name = "training/register_rows.html"
    rows = forms.TypedMultipleChoiceField(
        label="Rows that will go in",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Tick at least one row, or stop: nothing has been put in",
            "invalid_choice": "One of these rows is not in the preview. Upload the file again",
        },
    )
    subject: RegisterImport

    def __init__(self, *args: Any, subject: Any, by: Any, **kwargs: Any) -> None:
        self.preview = judged_again(subject)
        new = self.preview.new
        super().__init__(
            *args, subject=subject, by=by, initial={"rows": [line.key for line in new]}, **kwargs
        )
        self.fields["rows"].choices = [(line.key, f"Row {line.row}") for line in new]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each new row with whether it is ticked, for the table."""
        ticked = {str(value) for value in (self["rows"].value() or [])}
        return [
            {
                "line": line,
                "on": clock.datetime.fromisoformat(line.held_on).date(),
                "is_ticked": str(line.key) in ticked,
                "says": _says(line),
            }
            for line in self.preview.new
        ]


def _says(line: Any) -> str:
    said = "Present" if line.present else "Absent"
    if line.before is not None:
        return f"{said} (was {'present' if line.before else 'absent'})"
    return said


def _scale(label: str, words: tuple[str, str], least: int, most: int, **kwargs: Any) -> Any:
    """A question answered by a whole number; the ends say what they mean."""
    is_optional = not kwargs.get("required", True)
    first = ("", "I would rather not say" if is_optional else "Choose")
    ends = {least: f"{least}, {words[0]}", most: f"{most}, {words[1]}"}
    return forms.TypedChoiceField(
        label=label,
        choices=[first, *((str(n), ends.get(n, str(n))) for n in range(least, most + 1))],
        coerce=int,
        empty_value=None,
        error_messages={"required": f"{label}: choose a number from {least} to {most}"},
        **kwargs,
    )


_CONFIDENT = ("not at all", "completely")


class RatingForm(forms.Form):
    """Five items of confidence, culture and stress (domain 5.3); after the training, how good it was."""

    understand = _scale("Understand why difficult moments happen", _CONFIDENT, 1, 10)
    prevent = _scale("Prevent them", _CONFIDENT, 1, 10)
    calm = _scale("Respond calmly when they happen", _CONFIDENT, 1, 10)
    communication = _scale("Support the person’s communication", _CONFIDENT, 1, 10)
    ask = _scale("Know who to ask", _CONFIDENT, 1, 10)
    culture = _scale(
        "We see behaviours as communication that a need is not being met",
        ("disagree", "agree"),
        1,
        5,
        required=False,
    )
    stress = _scale(
        "How stressed do you feel at work because of supporting this person?",
        ("not at all", "extremely"),
        0,
        10,
        required=False,
    )
    quality = _scale("How good was the training?", ("poor", "excellent"), 1, 5, required=False)

    def __init__(self, *args: Any, is_after: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_after:
            del self.fields["quality"]
