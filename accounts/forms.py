from typing import Any

from allauth.account.forms import SignupForm
from django import forms

from .enums import CqcStatus, MemberRole, NoticeHow, OrganisationSize, Region, Sector
from .fields import PlainTextField
from .notices import choices_of, notices_for

APPLICANT_SECTORS = [
    (s.value, s.label) for s in Sector if s not in (Sector.FAM, Sector.VOL, Sector.TRA, Sector.OTH)
]


class NamedSignupForm(SignupForm):
    """Signing up asks how colleagues will see you: a name or a job title, your choice."""

    name = PlainTextField(
        names_somebody=True,
        label="Your name or job title",
        help_text="Colleagues in your organisation see this. “Operations lead” is fine.",
        max_length=80,
        error_messages={"required": "Enter your name or job title"},
    )
    field_order = ("name", "email", "password1")

    def save(self, request: Any) -> Any:
        user = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


class PeriodForm(forms.Form):
    """How long a class of records is kept."""

    months = forms.IntegerField(
        label="How many months is it kept?",
        min_value=1,
        max_value=600,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={
            "required": "Enter how many months it is kept",
            "invalid": "Enter a whole number of months",
            "min_value": "Enter 1 month or more",
            "max_value": "Enter 600 months or fewer",
        },
    )
    reason = PlainTextField(
        label="Why?",
        help_text="Who agreed it: your data protection officer, say.",
        max_length=300,
        rows=2,
        error_messages={"required": "Say why the period is this long"},
    )


class OrganisationForm(forms.Form):
    name = PlainTextField(
        names_somebody=True,
        label="Name of the organisation",
        max_length=120,
        error_messages={"required": "Enter the name of your organisation"},
    )
    sector = forms.ChoiceField(
        label="What kind of organisation is it?",
        choices=[("", "Choose one"), *APPLICANT_SECTORS],
        error_messages={"required": "Choose what kind of organisation it is"},
    )
    region = forms.ChoiceField(
        label="Where do you mainly work?",
        choices=[("", "Choose a region"), *Region.choices],
        error_messages={"required": "Choose the region where you mainly work"},
    )
    size = forms.ChoiceField(
        label="How many people work for you?",
        choices=OrganisationSize.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how many people work for you"},
    )
    cqc_status = forms.ChoiceField(
        label="Are you registered with the Care Quality Commission?",
        choices=CqcStatus.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you are registered with the CQC"},
    )
    icb_name = PlainTextField(
        names_somebody=True, label="Integrated care board (optional)", max_length=80, required=False
    )
    charity_number = forms.RegexField(
        label="Charity number (optional)",
        regex=r"^[0-9]{6,8}(-[0-9]{1,2})?$",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a charity number of 6 to 8 digits, such as 1098765"},
    )
    company_number = forms.RegexField(
        label="Company number (optional)",
        regex=r"^([A-Za-z]{2}[0-9]{6}|[0-9]{8})$",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"invalid": "Enter a company number of 8 characters, such as 01234567"},
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "required": "Enter an e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like name@example.org",
        },
    )
    role = forms.ChoiceField(
        label="What may they do?",
        choices=MemberRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what they may do"},
    )


class NoticesForm(forms.Form):
    """One question for each e-mail that may reach the person. Cleans to template → how."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = choices_of(user)
        self.always: list[str] = []
        for notice in notices_for(user):
            if notice.is_statutory:
                self.always.append(notice.label)
                continue
            field = forms.ChoiceField(
                label=notice.label,
                choices=NoticeHow.choices,
                widget=forms.RadioSelect,
                initial=held.get(notice.template, NoticeHow.IMMEDIATE),
                error_messages={"required": "Choose how you want to hear of it"},
            )
            field.label_size, field.inline, field.small = "s", True, True
            self.fields[notice.template] = field
