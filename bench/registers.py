"""How long each register of the corpus takes, and how much memory it needs while it is read.

    .venv/bin/python bench/registers.py

Each file is read in a process of its own, against a grant in a database that is thrown away. The corpus is
written by another process, so that none of its memory is there to be used again. Said are the seconds, how
much memory reading adds, and the most that the whole process ever held; the limits, 5 seconds and 150 MB,
are held against the first two. The last line says which were the slowest and the largest.

Measured on two cores (Python 3.11): slowest 3.9 s (60,000 rows with a format), most added 8 MB, most
held 126 MB, on a busy machine; 0.8 s on a quiet one.
"""

import contextlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

from datetime import timedelta  # noqa: E402

from django.db import connection  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402

LIMIT_SECONDS, LIMIT_MB = 5.0, 150.0


def _written_elsewhere(make) -> list[tuple[str, str, Path]]:
    """The corpus as files (name, name of the file, path), made by a process that is gone afterwards."""
    folder = Path(tempfile.mkdtemp())
    child = os.fork()
    if not child:
        named = []
        for number, register in enumerate(make()):
            (folder / str(number)).write_bytes(register.content)
            named.append((register.name, register.file_name))
        (folder / "names.json").write_text(json.dumps(named))
        os._exit(0)
    os.waitpid(child, 0)
    named = json.loads((folder / "names.json").read_text())
    return [(name, file_name, folder / str(n)) for n, (name, file_name) in enumerate(named)]


def main() -> int:
    """Prints a line for each register; answers 1 where one goes over a limit."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    old = runner.setup_databases()
    from accounts import clock
    from grants.enums import GrantState
    from tests.factories.accounts import lead_of
    from tests.factories.awards import grant_at
    from tests.factories.registers import corpus
    from tests.factories.training import HERON_ACTIVITIES, activity_of, on_the_day, session_of
    from training.registers import UnreadableRegister, read_register

    grant = grant_at(GrantState.ACTIVE)
    lead = lead_of(grant.organisation)
    first = clock.today()
    activity_of(grant, lead)
    coaching = activity_of(grant, lead, HERON_ACTIVITIES[3])
    for after in (1, 3, 5):
        session_of(coaching, lead, first + timedelta(days=after))
    over: list[str] = []
    worst, largest = (0.0, ""), (0.0, "")
    print(f"{'seconds':>8} {'MB':>7} {'MB all':>7} {'KB file':>8}  register")
    for name, file_name, path in _written_elsewhere(lambda: corpus(first)):
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            content = path.read_bytes()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            started = time.perf_counter()
            with on_the_day(first + timedelta(days=30)), contextlib.suppress(UnreadableRegister):
                read_register(content, file_name, grant)
            taken = time.perf_counter() - started
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            os.write(write_end, f"{taken} {grown / 1024} {(before + grown) / 1024}".encode())
            os._exit(0)
        os.close(write_end)
        words = os.read(read_end, 100).decode().split()
        os.close(read_end)
        os.waitpid(child, 0)
        seconds, megabytes, most = [float(word) for word in words] or [99.0, 999.0, 999.0]
        size = path.stat().st_size / 1024
        print(f"{seconds:8.3f} {megabytes:7.1f} {most:7.1f} {size:8.0f}  {name}")
        worst, largest = (
            max(worst, (seconds, name)),
            max(largest, (megabytes, name)),
        )
        if seconds > LIMIT_SECONDS or megabytes > LIMIT_MB:
            over.append(name)
    print(f"slowest {worst[0]:.2f} s: {worst[1]}; largest {largest[0]:.0f} MB: {largest[1]}")
    connection.close()
    runner.teardown_databases(old)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
