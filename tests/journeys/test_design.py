"""The design system in a real browser: accessible at any width, and the scripts do what they say."""

import re

import pytest
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from accounts.fields import PlainTextField
from config.gallery import gallery
from config.urls import urlpatterns as product_urls

pytestmark = pytest.mark.urls(__name__)

answers: list[str] = []  # what the draft's address answers, one after the other
kept: list[dict] = []  # what it was sent


class DraftForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)
    text = PlainTextField(label="What is happening now?", rows=3, max_words=5)


@login_not_required
def draft(request):
    if request.method == "GET":
        return render(
            request, "layouts/form_page.html", {"form": DraftForm(), "autosave_url": "/draft/"}
        )
    kept.append({**request.POST.dict(), "autosave": request.headers.get("X-Autosave")})
    answer = answers.pop(0) if answers else "saved"
    if answer == "blocked":
        return JsonResponse({"blockers": ["The round has closed."]}, status=409)
    if answer == "busy":
        return HttpResponse("", status=429)
    return JsonResponse({"saved_at": "14:32", "version": 7})


urlpatterns = [path("gallery/", gallery), path("draft/", draft), *product_urls]


@pytest.fixture
def draft_page(browsing):
    answers.clear()
    kept.clear()
    page = browsing.window()
    page.goto("/draft/")
    return page


@pytest.mark.parametrize("query", ["", "?ending=panel", "?ending=interruption"])
def test_gallery_is_accessible_wide_and_narrow(browsing, query):
    page = browsing.window()
    page.goto(f"/gallery/{query}")

    browsing.check(page)


def test_gallery_works_without_scripts(browsing):
    page = browsing.window(scripts=False)
    page.goto("/gallery/")

    assert page.get_by_label("E-mail address").first.is_visible()
    assert page.get_by_text("You can enter up to 150 words").first.is_visible()
    page.locator("#c1 > summary").click()
    assert page.locator("#c1").get_by_label("4 Good").is_checked()


def test_error_summary_takes_the_focus_and_leads_to_the_field(browsing):
    page = browsing.window()
    page.goto("/gallery/")

    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Enter the date when the learning started").click()
    assert page.evaluate("document.activeElement.name") == "wrong-born_day"


def test_draft_saves_itself_when_the_field_is_left(draft_page):
    draft_page.get_by_label("What is happening now?").fill("Three staff by day")
    draft_page.get_by_role("button").first.focus()

    draft_page.get_by_text("Saved at 14:32").wait_for()
    assert kept[0]["text"] == "Three staff by day"
    assert re.fullmatch(r"[0-9a-z]+-1", kept[0]["autosave"])
    assert draft_page.locator("[name=version]").input_value() == "7"


def test_draft_that_cannot_be_saved_says_so_and_tries_again(draft_page):
    answers.append("busy")
    field = draft_page.get_by_label("What is happening now?")
    field.fill("Three staff")
    draft_page.get_by_role("button").first.focus()

    draft_page.get_by_text("We keep trying; copy your text if you leave.").wait_for()
    assert field.input_value() == "Three staff"
    draft_page.evaluate("window.dispatchEvent(new Event('online'))")
    draft_page.get_by_text("Saved at 14:32").wait_for()
    assert [sent["text"] for sent in kept] == ["Three staff", "Three staff"]


def test_draft_that_may_not_be_saved_says_why_and_keeps_the_text(draft_page):
    answers.append("blocked")
    field = draft_page.get_by_label("What is happening now?")
    field.fill("Three staff")
    draft_page.get_by_role("button").first.focus()

    draft_page.get_by_text("Not saved. The round has closed.").wait_for()
    assert field.input_value() == "Three staff"


def test_words_are_counted_as_the_server_counts_them(draft_page):
    field = draft_page.get_by_label("What is happening now?")

    field.fill("co-produced plan – 1,900.00")
    draft_page.get_by_text("You have 1 word remaining").first.wait_for()
    field.fill("one two three four five six seven")
    draft_page.get_by_text("You have 2 words too many").first.wait_for()


def test_total_of_the_scoring_sheet_follows_the_scores(browsing):
    page = browsing.window()
    page.goto("/gallery/")
    total = page.locator("[data-score-total]")

    assert total.inner_text() == "16.00"
    page.locator("#c2").get_by_label("3 Adequate").focus()
    page.keyboard.press("5")
    assert total.inner_text() == "36.00"
    assert page.locator("#c2 [data-criterion-score]").inner_text() == "5 Excellent"
    page.locator("#c3").get_by_label("Not able to judge").check()
    assert total.inner_text() == "36.00"
    assert page.locator("[data-score-possible]").inner_text() == "40"
    page.locator("#c2 textarea").first.focus()
    page.keyboard.type("2 gaps")
    assert total.inner_text() == "36.00"


def test_amounts_of_a_budget_line_add_up_as_they_are_typed(browsing):
    page = browsing.window()
    page.goto("/gallery/")

    page.locator("#line-qty").fill("0.25")
    page.locator("#line-unit").fill("1,900.10")
    assert page.locator("[data-line-total]").inner_text() == "£475.03"
    assert page.locator("[data-total]").inner_text() == "£475.03"
    page.locator("#line-unit").fill("1e3")
    assert page.locator("[data-line-total]").inner_text() == "–"
