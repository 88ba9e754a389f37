"""The addresses of the API: one router, each app's viewsets."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

import grants.api
import outcomes.api
import panel.api
import training.api

router = SimpleRouter()
for app in (grants.api, panel.api, training.api, outcomes.api):
    for prefix, viewset in app.VIEWSETS:
        router.register(prefix, viewset, basename=f"api-{prefix}")


def _guarded_by_the_api(patterns: list) -> list:
    """The API answers 401 in JSON itself; the page door's redirect to sign in is not for it."""
    for pattern in patterns:
        pattern.callback = login_not_required(pattern.callback)
    return patterns


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(_guarded_by_the_api(router.urls))),
]
