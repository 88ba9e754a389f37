"""Savings: what the organisation reckons and asks, and the commissioner's own page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, written
from accounts.fields import MoneyField, PlainTextField
from accounts.http import posted
from accounts.once import once
from accounts.shapes import SummaryRow
from accounts.state import NotReady
from focus_people.reports.costs import PlanFigures
from grants.grant_page import subnav
from grants.models import Grant

from .. import savings
from ..enums import SavingAnswer
from ..models import SavingConfirmation
from ..reports.figure import plain, pounds_text


class AskForm(forms.Form):
    address = forms.EmailField(
        label="The commissioner’s e-mail address at work",
        help_text="They get a link that works once, for 28 days. The letter says nothing about the person.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter the commissioner’s e-mail address",
            "invalid": "Enter an e-mail address in the correct format, like name@example.org",
        },
    )


class SavingField(MoneyField):
    """Pounds that may be less than nothing: a week that costs more now."""

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        bare = text.lstrip("-\N{MINUS SIGN}\N{EN DASH}").strip()
        amount = super().to_python(bare)
        return -amount if amount is not None and bare != text else amount


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label="Do you confirm this saving?",
        choices=SavingAnswer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you confirm it"},
    )
    figure = SavingField(
        label="Your own figure, in pounds a week",
        help_text="Only if it is another one. If the week costs more now, put a minus before it. It stands beside "
        "the organisation’s figure. It is in no total of the programme: that adds up only weeks you have "
        "confirmed. The organisation can put its weeks right and ask you again.",
        required=False,
        least=Decimal("-99999.99"),
        most=Decimal("99999.99"),
        error_messages={"invalid": "Enter an amount, such as 1,250.00 or −80.00"},
    )
    reason = PlainTextField(
        label="Why you cannot confirm it, or what your figure counts",
        help_text="No names, and nothing about the person. The organisation reads this.",
        required=False,
        max_length=500,
        max_words=80,
        rows=3,
        error_messages={"max_length": "Shorten this to 500 characters or fewer"},
    )
    role = PlainTextField(
        label="Your role",
        help_text="Such as “Commissioning manager”. Not your name.",
        max_length=80,
        error_messages={"required": "Enter your role"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("figure", "reason", "role"):
            self.fields[name].label_size = "s"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        answer = cleaned.get("answer")
        if answer == SavingAnswer.DIFFERENT and cleaned.get("figure") is None:
            if "figure" not in self.errors:
                self.add_error("figure", "Enter your own figure")
        elif answer and answer != SavingAnswer.DIFFERENT and cleaned.get("figure") is not None:
            self.add_error("figure", "Leave this empty, or select “I confirm another figure”")
        if (
            answer == SavingAnswer.CANNOT
            and not cleaned.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", "Say why you cannot confirm it")
        return cleaned


def _weeks(weeks: savings.Weeks | None) -> list[list[str]]:
    """Both weeks beside each other: cost, hours and staff."""
    if weeks is None:
        return []
    compared = weeks.comparison

    def row(label: str, read: Any) -> list[str]:
        return [label, read(compared.before), read(compared.after)]

    def ratio(week: PlanFigures) -> str:
        return "none" if week.average_ratio is None else f"{plain(week.average_ratio, 2)}:1"

    return [
        row("Cost a week", lambda week: pounds_text(week.weekly_cost)),
        row("Paid hours a week", lambda week: plain(week.paid_hours, 2)),
        row("Staff to person, on average", ratio),
        row("Unpaid hours of the family a week", lambda week: plain(week.family_hours, 2)),
    ]


COLUMNS = [
    {"label": "A normal week"},
    {"label": "Before", "numeric": True},
    {"label": "After", "numeric": True},
]


def saving_words(amount: Decimal) -> str:
    """ "£4,114.80 less a week", "£80.00 more a week", "The same"."""
    if not amount:
        return "The same"
    return f"{pounds_text(abs(amount))} {'less' if amount > 0 else 'more'} a week"


def _history(found: SavingConfirmation, stands: SavingConfirmation | None) -> SummaryRow:
    when = written.day(found.asked_at)
    if found.answered_at is None:
        state = "Waits for an answer" if found.is_open else "The link has ended"
        return SummaryRow(f"Asked on {when}", f"{saving_words(found.weekly_saving)}. {state}.")
    said = found.get_answer_display()
    if found.figure is not None:
        said = f"{said}: {saving_words(found.figure)}"
    words = [f"{saving_words(found.weekly_saving)}.", f"{found.role}: {said}."]
    if found.reason:
        words.append(found.reason)
    if found.confirmed_saving is not None and (stands is None or stands.pk != found.pk):
        words.append("The weeks have changed since, so this does not count any more.")
    return SummaryRow(f"Answered on {written.day(found.answered_at)}", "\n".join(words))


@require_http_methods(["GET", "HEAD", "POST"])
@once
def grant_savings(request: HttpRequest, reference: str) -> HttpResponse:
    """The saving as the organisation reckons it, what the commissioner said, and asking them."""
    visible = Grant.objects.visible_to(request.user).select_related(
        "application__person", "application__organisation", "application__round"
    )
    grant = get_object_or_404(visible, reference=reference)
    if not request.user.has_perm("outcomes.read_savings", grant):
        raise Http404
    may_ask = request.user.has_perm("outcomes.ask_commissioner", grant)
    if request.method == "POST" and not may_ask:
        raise Http404
    blockers = savings.ask_blockers(grant)
    form = (
        AskForm(posted(request))
        if may_ask and not (blockers and request.method != "POST")
        else None
    )
    status = 200
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            savings.ask_commissioner(grant, by=request.user, **form.cleaned_data)
        except NotReady as refused:
            for sentence in refused.blockers:
                form.add_error("address", sentence)
            status = 409
        else:
            messages.success(request, "The link is on its way to the commissioner.")
            return redirect("grant-savings", grant.reference)
    weeks = savings.weeks_of(grant)
    stands = savings.standing(grant)
    asked = grant.saving_confirmations.order_by("-asked_at", "-pk")
    context = {
        "grant": grant,
        "person": grant.application.person,
        "subnav": subnav(request.user, grant, "Savings"),
        "rows": _weeks(weeks),
        "columns": COLUMNS,
        "saving": saving_words(weeks.comparison.weekly_saving) if weeks else "",
        "is_confirmed": bool(weeks and weeks.comparison.is_confirmed),
        "stands": stands,
        "own_figure": saving_words(stands.figure)
        if stands is not None and stands.figure is not None
        else "",
        "history": [_history(one, stands) for one in asked],
        "form": form,
        "button": "Send the link",
        "blockers": blockers if may_ask else [],
    }
    return render(request, "outcomes/savings/grant.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """The commissioner's page, without an account: both weeks, and one answer."""
    asked = savings.asked_behind(code)
    if asked is None:
        return render(request, "outcomes/savings/over.html", {"says": savings.GONE}, status=404)
    if standing := savings.answer_blockers(asked):
        if request.method == "POST" and standing[0] == savings.USED:
            return redirect("saving-answered")  # pressed twice
        return render(request, "outcomes/savings/over.html", {"says": standing[0]})
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            savings.answer_saving(asked, **form.cleaned_data)
        except NotReady as refused:
            if refused.blockers[0] != savings.USED:
                said = {"says": refused.blockers[0]}
                return render(request, "outcomes/savings/over.html", said, status=409)
        return redirect("saving-answered")
    context = {
        "form": form,
        "asked": asked,
        "organisation": asked.grant.application.organisation.name,
        "rows": _weeks(savings.Weeks(asked.before, asked.after)),
        "columns": COLUMNS,
        "saving": saving_words(asked.weekly_saving),
        "is_same": not asked.weekly_saving,
        "year": saving_words(asked.weekly_saving * 52).replace("a week", "a year"),
        "until": clock.day_of(asked.expires_at - clock.timedelta(minutes=1)),
        "button": "Send my answer",
    }
    return render(request, "outcomes/savings/confirm.html", context)


@login_not_required
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    """After the commissioner has answered."""
    return render(request, "outcomes/savings/thanks.html")
