"""How long the identifier check takes over 10,000 characters: under 50 ms (issue 4).

    .venv/bin/python bench/identifiers.py

Prints the median and the slowest of 21 rounds, in milliseconds of this process's own time, for the
corpus's own sentences and for texts made to be hard. Exit status 1 when a median is over the limit.
"""

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MS = 50


def texts() -> dict[str, str]:
    corpus = ROOT / "tests" / "focus_people"
    harmless = (corpus / "identifiers_without.txt").read_text(encoding="utf-8")
    lines = (corpus / "identifiers_with.tsv").read_text(encoding="utf-8").splitlines()
    with_names = "\n".join(line.split("\t")[2] for line in lines)
    return {
        "harmless sentences": (harmless * 3)[:10_000],
        "sentences that identify": (with_names * 3)[:10_000],
        "nothing but capitals": ("Alpha Beta Gamma " * 600)[:10_000],
        "nothing but digits": ("07 12 1999 " * 910)[:10_000],
        "one endless word": "x" * 10_000,
    }


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from focus_people.identifiers import find_identifiers

    slow = False
    for name, text in texts().items():
        rounds = []
        for _ in range(21):
            before = time.process_time()
            find_identifiers(text)
            rounds.append((time.process_time() - before) * 1000)
        median = statistics.median(rounds)
        slow |= median > LIMIT_MS
        print(f"{name:26} median {median:6.1f} ms   slowest {max(rounds):6.1f} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
