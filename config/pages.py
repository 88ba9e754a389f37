"""The pages that only say something: help and what every service owes the people who use it."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import TemplateView


def page(name: str):
    """A page that anyone may read."""
    view = TemplateView.as_view(template_name=f"pages/{name}.html")
    return path(f"{name}/", login_not_required(view), name=name)


PAGES = ("help", "privacy", "privacy-easy-read", "accessibility", "cookies", "terms")
urlpatterns = [page(name) for name in PAGES]
