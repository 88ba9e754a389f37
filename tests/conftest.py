"""What every test gets: a cache table that starts empty, and the clock that the product uses."""

import pytest
from django.core.cache import cache
from django.core.management import call_command


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def _empty_cache(request):
    yield
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        cache.clear()
