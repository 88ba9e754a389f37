"""What every test gets: a cache table and a store of files that start empty, and on request another moment."""

import os

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command

from accounts import traces


def _uses_database(item):
    doors = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or doors.intersection(item.fixturenames))


def pytest_configure():
    """TESTS_AT=2027-03-28T00:30 (UTC): the whole run believes that it starts then."""
    if moment := os.environ.get("TESTS_AT"):
        time_machine.travel(moment, tick=True).start()


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, leave out what touches no database: it says there what it says on SQLite."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        config.hook.pytest_deselected(items=[item for item in items if not _uses_database(item)])
        items[:] = [item for item in items if _uses_database(item)]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("createcachetable", verbosity=0)


@pytest.fixture(autouse=True)
def _nothing_left(request):
    yield
    if _uses_database(request.node):
        cache.clear()
        for name in [*traces.files()]:
            default_storage.delete(name)
