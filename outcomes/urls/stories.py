from django.urls import path

from accounts.verbs import verb_page

from ..models import Story
from ..views import stories as views

urlpatterns = [
    path("stories/", views.published_stories, name="published-stories"),
    path("stories/all/", views.story_list, name="stories"),
    path("people/<str:reference>/stories/new/", views.new, name="new-story"),
    path("stories/<str:reference>/", views.story, name="story"),
    path("stories/<str:reference>/edit/", views.edit, name="edit-story"),
    path(
        "stories/<str:reference>/<slug:verb>/",
        verb_page(Story, extra=views.verb_context),
        name="story-verb",
    ),
]
