"""Times of the figures, the pictures and the report over the database that is set up.

Run: bin/manage shell < bench/impact.py, with the demonstration loaded. Warm: the second time, from the cache,
as a reader gets it. Limits: every picture under 300 ms warm; the report in all formats under 10 s on two cores.
"""

import time

from django.core.cache import cache

from outcomes import charts, drawings, impact_report
from outcomes.reports import PICTURE_NAMES, Audience, default_programme, programme_figures


def timed(work):
    """(seconds of this process's own work, what came of it): what else the machine does is left out."""
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def main():
    programme = default_programme()
    charts.draw(programme_figures(programme).picture("pipeline"))  # loads what draws
    took, found = timed(lambda: programme_figures(programme))
    took, _ = timed(found.as_json)
    print(f"figures of {programme}: {took:.2f} s")
    for name in PICTURE_NAMES:
        picture = found.picture(name)
        if picture is None:
            print(f"{name:<12} nothing to draw")
            continue
        for is_narrow in (False, True):
            cache.delete(f"chart:{drawings.fingerprint(picture, is_narrow=is_narrow)}")
            cold, _ = timed(lambda p=picture, n=is_narrow: drawings.drawn(p, is_narrow=n))
            warm, _ = timed(lambda p=picture, n=is_narrow: drawings.drawn(p, is_narrow=n))
            size = "phone" if is_narrow else "desk"
            print(f"{name:<12} {size:<5} first {cold * 1000:6.0f} ms, warm {warm * 1000:5.1f} ms")
    for audience in Audience:
        fresh = programme_figures(programme)
        took, document = timed(lambda a=audience, f=fresh: impact_report.compose(f, audience=a))
        whole = took
        print(f"report, {audience}: composed in {took:.2f} s")
        for format in impact_report.FORMATS:
            took, content = timed(lambda d=document, f=format: impact_report.written(d, f))
            whole += took
            print(f"  {format:<4} {took:.2f} s, {len(content):,} bytes")
        print(f"  all of it {whole:.2f} s")


main()
