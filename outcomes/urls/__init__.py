"""The addresses of outcomes: reporting, then impact, open data, the survey, savings and stories."""

from .impact import urlpatterns as impact
from .open_data import urlpatterns as open_data
from .reporting import urlpatterns as reporting
from .savings import urlpatterns as savings
from .stories import urlpatterns as stories
from .survey import urlpatterns as survey

urlpatterns = [*reporting, *impact, *open_data, *survey, *savings, *stories]
