"""Stories: the organisation's drafts, the page of one, and what everybody reads."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.fields import GovDateField, PlainTextField
from accounts.http import posted
from accounts.once import once
from accounts.opened import Opened, one_by_one
from accounts.state import NotReady, locked, ready
from accounts.verbs import offered
from focus_people.models import FocusPerson

from .. import stories
from ..enums import StoryTheme, StoryTold
from ..models import Story

PAGE_SIZE = 10
FIELDS = (
    "title",
    "words",
    "easy_read",
    "themes",
    "told_by",
    "is_fictionalised",
    "agreed_on",
    "expires_on",
    "in_public",
    "in_reports",
)


class StoryForm(Opened, forms.Form):
    title = PlainTextField(
        label="Title", max_length=120, error_messages={"required": "Enter a title"}
    )
    words = PlainTextField(
        label="The story",
        help_text="What was it like before, what did people learn, what is different now? No names.",
        max_words=300,
        rows=8,
        error_messages={"required": "Write the story"},
    )
    easy_read = PlainTextField(
        label="In easy words (optional)",
        help_text="One short sentence on each line, 15 words at most.",
        required=False,
        max_words=150,
        rows=5,
    )
    themes = forms.MultipleChoiceField(
        label="What is it about?",
        choices=StoryTheme.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one theme"},
    )
    told_by = forms.ChoiceField(
        label="Who tells it?",
        choices=StoryTold.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who tells it"},
    )
    is_fictionalised = forms.BooleanField(
        label="Details are changed, so that nobody recognises the person",
        help_text="The page says so. Needed unless the person consented themselves.",
        required=False,
    )
    agreed_on = GovDateField(
        label="When did the person agree to these words?",
        help_text="Or whoever may decide for them.",
        max_date=clock.today,
        error_messages={"required": "Enter when they agreed to these words"},
    )
    expires_on = GovDateField(
        label="Until when may it be read?",
        help_text="Two years at most. After that day nobody can read it.",
        error_messages={"required": "Enter until when it may be read"},
    )
    in_public = forms.BooleanField(label="It may stand on the public page", required=False)
    in_reports = forms.BooleanField(label="It may stand in impact reports", required=False)

    def clean_easy_read(self) -> str:
        text: str = self.cleaned_data["easy_read"]
        long = next((line for line in text.splitlines() if len(line.split()) > 15), "")
        if long:
            raise forms.ValidationError(f"Shorten this sentence to 15 words: “{long}”")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        agreed, expires = cleaned.get("agreed_on"), cleaned.get("expires_on")
        if agreed and expires and expires < agreed:
            self.add_error("expires_on", "Enter a day after they agreed")
        return cleaned


def _story(request: HttpRequest, reference: str) -> Story:
    visible = Story.objects.visible_to(request.user).select_related("person__organisation")
    return get_object_or_404(visible, reference=reference)


@login_not_required
@never_cache
@require_safe
def published_stories(request: HttpRequest) -> HttpResponse:
    """The stories that everybody may read at this moment; `?theme=` narrows them."""
    theme = request.GET.get("theme", "")
    found = Story.objects.for_everybody().order_by("-published_at", "-pk")
    held = list(found.defer("person"))
    counts = [(t.value, t.label, sum(t.value in s.themes for s in held)) for t in StoryTheme]
    shown = [s for s in held if not theme or theme in s.themes]
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "themes": [row for row in counts if row[2]],
        "theme": theme if theme in StoryTheme.values else "",
    }
    return render(request, "outcomes/stories/published.html", context)


@require_safe
def story_list(request: HttpRequest) -> HttpResponse:
    """The stories of the reader's organisations; all of them for officers and programme leads."""
    visible = Story.objects.visible_to(request.user).select_related("person__organisation")
    page = Paginator(visible.order_by("-made_at", "-pk"), 20).get_page(request.GET.get("page"))
    return render(request, "outcomes/stories/list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@once
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a story about a person."""
    person = get_object_or_404(FocusPerson.objects.visible_to(request.user), reference=reference)
    if not request.user.has_perm("outcomes.write_story", person):
        raise Http404
    form = StoryForm(posted(request), initial={"is_fictionalised": True})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            made = stories.write_story(person, by=request.user, **values)
        except NotReady as refused:
            form.add_error("expires_on", refused.blockers[0])
        else:
            messages.success(
                request, "Saved as a draft. Read it with the person before you send it."
            )
            return redirect(made)
    context = {"form": form, "person": person, "button": "Save"}
    return render(request, "outcomes/stories/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
@one_by_one
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Change a draft."""
    story = _story(request, reference)
    if not request.user.has_perm("outcomes.edit_story", story):
        raise Http404
    if request.method == "POST":
        story = locked(story)
        ready(story, "edit")
    if not story.is_draft:
        raise Http404
    form = StoryForm(posted(request), initial={name: getattr(story, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS}
        try:
            stories.save_story(story, by=request.user, **values)
        except NotReady as refused:
            form.add_error("expires_on", refused.blockers[0])
        else:
            messages.success(request, "Saved.")
            return redirect(story)
    context = {"form": form, "story": story, "person": story.person, "button": "Save"}
    return render(request, "outcomes/stories/edit.html", context)


@require_safe
def story(request: HttpRequest, reference: str) -> HttpResponse:
    """One story as it reads, what it may be used for, and what can be done."""
    found = _story(request, reference)
    context = {
        "story": found,
        "person": found.person,
        "verbs": offered(request.user, found),
        "may_edit": found.is_draft and request.user.has_perm("outcomes.edit_story", found),
        "standing": found.consent_blockers() if found.words else [],
    }
    return render(request, "outcomes/stories/story.html", context)


def verb_context(user: Any, found: Story) -> dict[str, Any]:
    """What the verb's page shows around it."""
    return {"crumb": (found.title, found.get_absolute_url())}
