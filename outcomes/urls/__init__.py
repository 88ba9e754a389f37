"""The addresses of outcomes: reporting, then impact, then open data."""

from .impact import urlpatterns as impact
from .open_data import urlpatterns as open_data
from .reporting import urlpatterns as reporting

urlpatterns = [*reporting, *impact, *open_data]
