"""What is asked about a file that is uploaded."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.uploads import MOST_BYTES, TAKEN

from ..actions.documents import OPEN_CLAIM
from ..models import Application, BudgetLine, Claim


class DocumentForm(forms.Form):
    """The file, and what it is for: a line's quote, a claim's evidence, or what the officer asked for."""

    purpose = forms.ChoiceField(
        label="What is it for?",
        error_messages={
            "required": "Choose what the document is for",
            "invalid_choice": "Choose what the document is for from the list",
        },
    )
    file = forms.FileField(
        label="Choose the document",
        help_text="A PDF, Word, Excel, PNG or JPEG file, up to 10 MB. Cover names of people in it "
        "first: we take out who wrote it, not what it says.",
        widget=forms.FileInput({"accept": ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"}),
        max_length=200,
        error_messages={
            "required": "Choose the document",
            "empty": "The file is empty",
            "invalid": "Choose the document",
            "missing": "Choose the document",
            "max_length": "The file’s name is too long. Rename it and upload it again",
        },
    )

    def __init__(
        self, *args: Any, application: Application, claims: list[Claim], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"line-{line.number}": line for line in application.lines.order_by("number")}
        self.claims = {f"claim-{c.number}": c for c in claims if c.state in OPEN_CLAIM}
        self.fields["purpose"].choices = [
            ("", "Choose one"),
            *((key, f"Evidence for claim {claim.number}") for key, claim in self.claims.items()),
            *((k, f"Quote for line {v.number}: {v.description}") for k, v in self.lines.items()),
            ("other", "Something else that the officer asked for"),
        ]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(f"The file must be 10 MB or less. Upload {TAKEN}")
        return file

    @property
    def line(self) -> BudgetLine | None:
        return self.lines.get(self.cleaned_data["purpose"])

    @property
    def claim(self) -> Claim | None:
        return self.claims.get(self.cleaned_data["purpose"])
