"""How every form looks: one renderer, so that a field is right in wording, markup and ARIA wherever it is used.

A form field may carry a few plain attributes, all optional, that only concern its looks:

    label_size    "s", "m" (default) or "l"
    prefix        text in front of the input, such as "£"
    suffix        text behind it, such as "hours"
    inline        True puts two or three short radios side by side
    small         True uses small radios and checkboxes
    option_hints  {value: hint} for radios and checkboxes
    max_words     shows a word count that says how many are left
"""

from django import forms
from django.forms.renderers import TemplatesSetting

from accounts.fields import PlainTextField

KINDS = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.MultiWidget, "date"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
)
CSS = {
    "input": "govuk-input",
    "password": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "checkbox": "govuk-checkboxes__input",
    "checkboxes": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
}
CAN_SHOW_ERROR = {"input", "password", "textarea", "select", "file"}
GROUPED = {"radios", "checkboxes", "date"}


# The sign-in package's labels, and what we say instead: label, hint, sentence when it is left empty.
_NEW = "At least 12 characters. Three words that only you would put together work well"
THEIR_WORDS = {
    "Email": ("E-mail address", "", "Enter your e-mail address"),
    "Password": ("Password", "", "Enter your password"),
    "Current Password": ("Password you use now", "", "Enter the password you use now"),
    "New Password": ("New password", _NEW, "Enter a new password"),
    "New Password (again)": ("New password, again", "", "Enter the new password again"),
    "Password (again)": ("Password, again", "", "Enter the password again"),
    "Code": ("Code", "", "Enter the code"),
    "Authenticator code": ("Code from the app", "Six digits", "Enter the code from the app"),
}


class DesignBoundField(forms.BoundField):
    def __init__(self, form, field, name):
        super().__init__(form, field, name)
        if type(field).__module__.startswith("allauth.") or type(form).__module__.startswith(
            "allauth."
        ):
            self._say_it_our_way()

    def _say_it_our_way(self) -> None:
        words = THEIR_WORDS.get(str(self.field.label or ""))
        if words:
            self.label, self.help_text, self.field.error_messages["required"] = words
        widget = self.field.widget
        widget.attrs.pop("placeholder", None)
        if widget.attrs.get("autocomplete") == "new-password" and not self.name.endswith("2"):
            self.help_text = _NEW
        if self.name == "code":
            widget.attrs |= {"class": "govuk-input--width-10", "inputmode": "text"}

    @property
    def kind(self) -> str:
        """The template branch that draws this field."""
        return next((kind for cls, kind in KINDS if isinstance(self.field.widget, cls)), "input")

    @property
    def grouped(self) -> bool:
        """Several inputs under one question: a fieldset with a legend."""
        return self.kind in GROUPED

    @property
    def first_id(self) -> str:
        """Where a link in the error summary leads."""
        return f"{self.auto_id}_0" if self.grouped else self.auto_id

    @property
    def label_size(self) -> str:
        return getattr(self.field, "label_size", "m")

    @property
    def prefix_text(self) -> str:
        return getattr(self.field, "prefix", "")

    @property
    def suffix_text(self) -> str:
        return getattr(self.field, "suffix", "")

    @property
    def inline(self) -> bool:
        return getattr(self.field, "inline", False)

    @property
    def small(self) -> bool:
        return getattr(self.field, "small", False)

    @property
    def max_words(self) -> int | None:
        return getattr(self.field, "max_words", None) if self.kind == "textarea" else None

    @property
    def max_chars(self) -> int | None:
        if self.kind != "textarea" or self.max_words:
            return None
        return getattr(self.field, "max_length", None)

    @property
    def counted(self) -> bool:
        return bool(self.max_words or self.max_chars)

    @property
    def described_by(self) -> str:
        ids = (
            self.help_text and f"{self.auto_id}_helptext",
            self.errors and f"{self.auto_id}_error",
        )
        return " ".join(i for i in ids if i)

    @property
    def options(self) -> list[dict]:
        """Radios or checkboxes, each with its own hint where the field has one."""
        hints = {str(k): v for k, v in getattr(self.field, "option_hints", {}).items()}
        rows = []
        for option in self.subwidgets:
            hint = hints.get(str(option.data["value"]), "")
            hint_id = f"{option.id_for_label}_hint"
            if hint:
                option.data["attrs"] = {**option.data["attrs"], "aria-describedby": hint_id}
            rows.append({"option": option, "hint": hint, "hint_id": hint_id})
        return rows

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        base = CSS.get(self.kind)
        if base is None:
            return attrs
        if self.grouped:
            # The fieldset carries the description and each option is told only what is its own.
            attrs.pop("aria-invalid", None)
        own = self.field.widget.attrs
        css = [base, own.get("class", "")]
        if self.errors and self.kind in CAN_SHOW_ERROR:
            css.append(f"{base}--error")
        if self.kind == "password":
            css.append("govuk-password-input__input govuk-js-password-input-input")
            attrs |= {"spellcheck": "false", "autocapitalize": "none"}
        if self.counted or isinstance(self.field, PlainTextField):
            for attr in (
                "maxlength",
                "data-maxwords",
            ):  # a text is counted and explained, never cut
                own.pop(attr, None)
                attrs.pop(attr, None)
        if self.counted:
            described = attrs.get("aria-describedby", "")
            attrs["aria-describedby"] = f"{described} {self.auto_id}-info".strip()
        attrs["class"] = " ".join(filter(None, css))
        return attrs


class DesignRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = DesignBoundField
