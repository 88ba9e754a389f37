"""A table that people paste as text, or bring as a file: the file is read into the text, where it can be put
right. It is read once, and not kept."""

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from .http import posted
from .spreadsheets import MAX_BYTES, Sheet, UnreadableSheet, read_sheets


class TextOrFileForm(forms.Form):
    """Needs one of the two. A form names its field of text, and says how sheets become that text."""

    text_field: ClassVar[str]
    missing: ClassVar[str]
    file_label: ClassVar[str]
    file_hint: ClassVar[str]

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.not_read: list[str] = []
        self.fields["file"].label = self.file_label
        self.fields["file"].help_text = self.file_hint

    def text_of(self, sheets: list[Sheet]) -> str:
        """The sheets as text. Raises `UnreadableSheet` where they do not hold what the form asks for."""
        raise NotImplementedError

    def clean_file(self) -> str:
        """What the file holds as text; empty without a file."""
        sent = self.cleaned_data["file"]
        if not sent:
            return ""
        try:
            sheets = read_sheets(sent.read(MAX_BYTES + 1), sent.name)
            self.not_read = sheets.not_read
            return self.text_of(sheets)
        except UnreadableSheet as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        both = {self.text_field, "file"}
        if not any(said.get(name) for name in both) and not both & {*self.errors}:
            self.add_error(self.text_field, self.missing)
        return said


F = TypeVar("F", bound=TextOrFileForm)


def with_file_as_text(request: HttpRequest, form_class: type[F]) -> F:
    """The form; what an uploaded file holds stands in its text, to be looked at. What is shown is what is
    added; sheets that were not read are named above it."""
    if "file" not in request.FILES:
        return form_class(posted(request))
    form = form_class(request.POST, request.FILES)
    form.is_valid()
    if not form.cleaned_data.get("file"):
        return form
    for sentence in form.not_read:
        messages.info(request, sentence)
    data = request.POST.copy()
    data[form.text_field] = form.cleaned_data["file"]
    return form_class(data)
