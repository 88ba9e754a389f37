"""Every component with ordinary, long, empty and wrong content: for those who build pages, and for the tests."""

import datetime
from decimal import Decimal

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.shortcuts import render

from accounts.fields import GovDateField, HoursField, MoneyField, PlainTextField

LONG = (
    "A long sentence that goes on for longer than anyone would wish, so that it must wrap on every "
    "screen, with one very long word, Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch."
)
SCORES = [
    ("0", "0 Not addressed", "Nothing relevant, or clearly ineligible"),
    ("1", "1 Poor", "Mostly generic, major gaps, little link to the person"),
    ("2", "2 Weak", "Some relevance, gaps that conditions could not easily fix"),
    ("3", "3 Adequate", "Meets the criterion; minor gaps a condition could fix"),
    ("4", "4 Good", "Clear, specific, evidenced, linked to this person"),
    ("5", "5 Excellent", "Compelling, co-produced, measurable, lasting; a model"),
    ("na", "Not able to judge", "Left out of your total, never counted as 0. Say why below"),
]


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = PlainTextField(
        label="Organisation’s name",
        help_text="As it is registered",
        max_length=120,
        error_messages={"required": "Enter the organisation’s name"},
    )
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput({"autocomplete": "email", "class": "govuk-input--width-20"}),
        error_messages={"required": "Enter an e-mail address"},
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": "Enter a password"},
    )
    amount = MoneyField(
        label="Cost of one",
        help_text="What one session or one item costs",
        error_messages={"required": "Enter the cost of one"},
    )
    amount.prefix = "£"
    length = HoursField(
        label="How long it lasts", error_messages={"required": "Enter the number of hours"}
    )
    length.suffix = "hours"
    born = GovDateField(
        label="When did the learning start?",
        help_text="For example, 27 3 2025",
        error_messages={"required": "Enter the date when the learning started"},
    )
    answer = PlainTextField(
        label="What is happening now?",
        help_text="Leave out names and places",
        rows=5,
        max_words=150,
        error_messages={"required": "Say what is happening now"},
    )
    note = forms.CharField(
        label="A short note",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Enter a note"},
    )
    region = forms.ChoiceField(
        label="Region",
        choices=[("", "Choose a region"), ("nw", "North West"), ("se", "South East")],
        error_messages={"required": "Choose a region"},
    )
    consent = forms.ChoiceField(
        label="How was this agreed?",
        help_text="For this person and this decision",
        widget=forms.RadioSelect,
        choices=[
            ("person", "The person consented"),
            ("best", "A best-interests decision was recorded"),
        ],
        error_messages={"required": "Choose how this was agreed"},
    )
    consent.option_hints = {"best": "By the provider, with the person’s family or advocate"}
    yes_no = forms.ChoiceField(
        label="Is anyone at risk today?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        error_messages={"required": "Choose yes if anyone is at risk today"},
    )
    yes_no.inline = True
    needs = forms.MultipleChoiceField(
        label="Which needs is it for?",
        help_text="Choose all that apply",
        widget=forms.CheckboxSelectMultiple,
        choices=[("n1", "N1 Early signs of distress are misread"), ("n2", f"N2 {LONG}")],
        error_messages={"required": "Choose at least one need"},
    )
    quote = forms.FileField(
        label="Upload the quote",
        help_text="A PDF, or a picture of the page",
        error_messages={"required": "Choose a file with the quote"},
    )
    true = forms.BooleanField(
        label="I have checked that this is true",
        error_messages={"required": "Confirm that you have checked this"},
    )


class ScoreForm(forms.Form):
    score = forms.ChoiceField(
        label="Score",
        widget=forms.RadioSelect,
        choices=[(value, label) for value, label, _ in SCORES],
        error_messages={"required": "Choose a score"},
    )
    score.option_hints = {value: hint for value, _, hint in SCORES}
    score.small = True
    score.label_size = "s"
    reason = forms.CharField(
        label="Reason, for the applicant",
        help_text="Sent with the decision, without your name",
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Give a reason for the score"},
    )
    reason.label_size = "s"
    note = forms.CharField(
        label="Private note (optional)",
        help_text="Seen by the panel at moderation. Never sent to the applicant",
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    note.label_size = "s"


class FilterForm(forms.Form):
    state = forms.MultipleChoiceField(
        label="State",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("draft", "Draft"), ("with_panel", "With the panel")],
    )
    state.small = True
    q = forms.CharField(label="Case, reference or organisation", required=False)


class GalleryFilter:
    """What the list layout needs of a FilterSet."""

    def __init__(self, data):
        self.form = FilterForm(data or None, auto_id="filter_%s")


def _action(label, blockers=(), explain="", is_primary=False):
    return {
        "label": label,
        "url": "#act",
        "blockers": list(blockers),
        "explain": explain,
        "is_primary": is_primary,
    }


def examples() -> dict:
    """Content for every component, from the ordinary to the awkward."""
    today = datetime.date(2025, 6, 9)
    now = datetime.datetime(2025, 6, 9, 14, 32, tzinfo=datetime.UTC)
    return {
        "today": today,
        "now": now,
        "late": today - datetime.timedelta(days=3),
        "soon": today + datetime.timedelta(days=18),
        "long": LONG,
        "amount": Decimal("7762.20"),
        "asked": Decimal("7987.20"),
        "limit": Decimal("8000.00"),
        "loss": Decimal("-84.00"),
        "spent": Decimal("6353.20"),
        "committed": Decimal("985.00"),
        "cover": Decimal("27.2"),
        "actions": [
            _action("Submit the application", explain="You sign as the lead", is_primary=True),
            _action("Ask someone to help"),
            _action(
                "Open moderation", ["1 of 3 scores is still to come: Assessor 2, due 13 June."]
            ),
            _action("Prepare the first payment", ["The offer is not accepted.", LONG]),
        ],
        "todo": [
            {
                "due_on": today - datetime.timedelta(days=3),
                "title": "Say how things are for WREN",
                "url": "#1",
                "detail": "Monthly check-in. Two questions, about 2 minutes.",
                "action": "Check in",
            },
            {
                "due_on": today + datetime.timedelta(days=18),
                "due_what": "round closes",
                "title": "Finish ALDER’s application",
                "url": "#2",
                "detail": LONG,
                "action": "Carry on",
            },
            {"title": "Read the guidance for panel members", "url": "#3"},
        ],
        "rows": [
            {"key": "Organisation", "value": "Larchwood Support CIC", "url": "#c"},
            {"key": "Other funding", "value": "", "url": "#c", "empty": "Not answered yet"},
            {"key": "What is happening now", "value": LONG},
        ],
        "stats": [
            {"label": "organisations", "value": "65", "note": "All have an accepted report"},
            {"label": "focus people", "value": "169", "note": "One grant each"},
            {"label": "training interventions", "value": "2,900", "url": "#f"},
            {"label": "invested", "value": "£557,600", "note": "Mean grant £3,299.41"},
        ],
        "groups": [
            {
                "title": "Before you write",
                "tasks": [
                    {"name": "Check you can apply", "url": "#t", "status": "Completed"},
                    {
                        "name": "Build the budget",
                        "url": "#t",
                        "hint": "11 lines. One line cannot be funded",
                        "status": "Look again",
                        "colour": "orange",
                    },
                ],
            },
            {
                "title": "Send it",
                "tasks": [
                    {
                        "name": "Check your answers, declare and send",
                        "hint": "Opens when the sections above are completed",
                        "status": "Cannot start yet",
                    }
                ],
            },
        ],
        "entries": [
            {
                "at": now,
                "what": "Second score in",
                "who": "Assessor 4",
                "detail": "2 of 3 in. Values hidden until all are in",
                "visibility": "staff",
            },
            {
                "at": today,
                "what": "Question asked, clock stopped",
                "who": "Officer 1",
                "detail": LONG,
                "visibility": "applicant",
                "is_stop": True,
            },
            {"at": "If it is yes", "what": "You accept the offer", "is_next": True},
            {"at": today, "what": "Sent to the panel", "visibility": "panel"},
        ],
        "columns": [{"label": "Region"}, {"label": "Grants", "numeric": True}, {"label": "Note"}],
        "table": [["North West", "24", "Most"], ["South East", "11", LONG]],
        "total": ["All regions", "35", ""],
        "downloads": [
            {"url": "#csv", "label": "Applications", "note": "CSV, 14 rows"},
            {"url": "#xlsx", "label": "Applications", "note": "Excel, 14 rows"},
        ],
        "sections": [("Overview", "#o", True), ("Circle, 17", "#c", False), ("Money", "#m", False)],
        "look": [("Q1", "#q1"), ("Needs", "#q4")],
    }


def _wrong(form_class, prefix):
    return form_class({}, prefix=prefix)


@login_not_required
def gallery(request):
    ending = request.GET.get("ending")
    if ending in {"panel", "interruption"}:
        return render(request, "gallery_ending.html", examples() | {"ending": ending})
    context = examples() | {
        "plain": GalleryForm(auto_id="plain_%s"),
        "in_row": GalleryForm(auto_id="row_%s"),
        "wrong": _wrong(GalleryForm, "wrong"),
        "scored": ScoreForm(
            initial={"score": "4", "reason": "Clearly this person’s own needs."}, prefix="c1"
        ),
        "unscored": ScoreForm(prefix="c2"),
        "misscored": _wrong(ScoreForm, "c3"),
        "filter": GalleryFilter(request.GET),
        "page": Paginator(range(61), 5).get_page(request.GET.get("page")),
    }
    return render(request, "gallery.html", context)
