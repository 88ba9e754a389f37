"""The addresses of outcomes: reporting, then impact."""

from .reporting import urlpatterns as reporting

urlpatterns = [*reporting]
