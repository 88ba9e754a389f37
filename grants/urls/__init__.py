"""The addresses of the money's road, a file per noun."""

from . import applications, grants

urlpatterns = [*grants.urlpatterns, *applications.urlpatterns]
