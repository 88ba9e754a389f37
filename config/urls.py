"""The roof: every address of the product, pages first, then the API."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from . import api, pages
from .gallery import gallery

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("focus_people.urls")),
    path("", include("grants.urls")),
    path("", include("panel.urls")),
    path("", include("training.urls")),
    path("", include("outcomes.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/two-factor/", include("allauth.mfa.urls")),
    path("", include(pages.urlpatterns)),
    path("api/", include(api.urlpatterns)),
    path(
        "api/schema/",
        login_not_required(SpectacularAPIView.as_view(permission_classes=[AllowAny])),
        name="api-schema",
    ),
    path(
        "api/docs/",
        login_not_required(
            SpectacularSwaggerSplitView.as_view(
                url_name="api-schema", permission_classes=[AllowAny]
            )
        ),
        name="api-docs",
    ),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("gallery/", gallery, name="gallery"))
