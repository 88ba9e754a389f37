"""The addresses of outcomes: reporting, then impact."""

from .impact import urlpatterns as impact
from .reporting import urlpatterns as reporting

urlpatterns = [*reporting, *impact]
