"""Production does not start without its secrets, and says which one is missing."""

import os
import subprocess
import sys

import pytest

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "sqlite:///:memory:",
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "ALLOWED_HOSTS": "grants.example.org",
    "SITE_URL": "https://grants.example.org",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "grants@example.org",
}


def start(
    environment: dict, script: str = "import config.settings.production"
) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-c", script],
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_everything_set():
    done = start(COMPLETE)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_refuses_to_start_without(missing):
    done = start({k: v for k, v in COMPLETE.items() if k != missing})
    assert done.returncode != 0
    assert f"Set {missing}" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "at least 50 characters"),
        ("FIELD_ENCRYPTION_KEYS", "not-a-key", "a key that is not valid"),
    ],
)
def test_production_refuses_weak_secrets(name, value, says):
    done = start(COMPLETE | {name: value})
    assert done.returncode != 0
    assert says in done.stderr


@pytest.mark.parametrize(
    ("proxies", "header", "known_as"),
    [
        ({}, "198.51.100.7", "198.51.100.7"),
        # What the asker wrote into the header stands before what the proxy added.
        ({}, "203.0.113.1, 198.51.100.7", "198.51.100.7"),
        ({"TRUSTED_PROXIES": "2"}, "203.0.113.1, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        ({"TRUSTED_PROXIES": "0"}, "203.0.113.1", "127.0.0.1"),
    ],
)
def test_people_behind_the_proxy_do_not_share_one_address(proxies, header, known_as):
    """By it the tries to sign in are counted: one of them would lock out everybody."""
    script = (
        "import django; django.setup()\n"
        "from allauth.account.adapter import get_adapter\n"
        "from django.test import RequestFactory\n"
        f"asked = RequestFactory().get('/', headers={{'X-Forwarded-For': '{header}'}})\n"
        "print(get_adapter().get_client_ip(asked))\n"
    )
    done = start(
        COMPLETE | proxies | {"DJANGO_SETTINGS_MODULE": "config.settings.production"}, script
    )
    assert (done.returncode, done.stdout.strip()) == (0, known_as), done.stderr
