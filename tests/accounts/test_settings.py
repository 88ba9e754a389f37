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


def start(environment: dict) -> subprocess.CompletedProcess:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
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
