"""What every test gets: a cache table and a store of files that start empty."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command

from accounts import traces


def _uses_database(item):
    doors = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or doors.intersection(item.fixturenames))


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
