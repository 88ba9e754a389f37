"""A certificate for somebody who finished an activity: A4 as PDF, with a line for the name.

We hold no names, so the name is written by hand. What stands on it is what the record says.
"""

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts import written
from focus_people.models import CircleMember

from .coverage import finished_by, sign_offs_of
from .models import Activity, Attendance, SignOff
from .models.session import label_of

_INK, _BLUE = "#0b2b46", "#12436d"


@dataclass(frozen=True)
class Certificate:
    """What a certificate says. `refresh_by`: None where it does not run out."""

    activity: Activity
    code: str
    who: str
    finished_on: date
    sessions: int
    hours: Decimal
    refresh_by: date | None
    learned_on: date
    signed_off: SignOff | None = None


def certificate_pdf(facts: Certificate) -> bytes:
    """One page of A4. The same facts make the same bytes."""
    # Drawing is slow to load and only this page needs it.
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.69, 8.27))
    FigureCanvasPdf(figure)

    def put(y: float, text: str, size: int, color: str = _INK, weight: str = "normal") -> None:
        figure.text(
            0.5,
            y,
            text,
            ha="center",
            va="center",
            fontsize=size,
            wrap=True,
            color=color,
            weight=weight,
        )

    put(0.86, "Certificate of learning", 30, color=_BLUE, weight="bold")
    put(0.74, "." * 70, 14)
    put(0.70, f"Name (written by hand). {facts.who}", 12)
    put(0.60, "has finished", 14)
    put(0.52, facts.activity.title.replace("$", r"\$"), 24, weight="bold")
    put(0.45, facts.activity.topic_label.replace("$", r"\$"), 14)
    word = "session" if facts.sessions == 1 else "sessions"
    put(
        0.37,
        f"{facts.sessions} {word}, {facts.hours.normalize():f} hours, "
        f"{'' if facts.sessions == 1 else 'the last '}on {written.day(facts.learned_on)}",
        14,
    )
    if facts.signed_off is not None:
        one = facts.signed_off
        put(
            0.31,
            f"Competence signed off on {written.day(one.signed_on)}: {one.get_clinician_display()}. "
            f"Review due {written.day(one.review_on)}",
            12,
        )
    elif facts.refresh_by:
        put(0.31, f"To be refreshed by {written.day(facts.refresh_by)}", 14)
    put(0.22, f"Delivered by {facts.activity.trainer}".replace("$", r"\$"), 12)
    put(0.14, f"Signed {'.' * 50}", 12)
    put(0.06, f"Reference {facts.activity.reference}", 10)
    out = io.BytesIO()
    figure.savefig(
        out, format="pdf", metadata={"CreationDate": None, "Title": "Certificate of learning"}
    )
    return out.getvalue()


def _signed_on(one: SignOff) -> tuple[date, int]:
    return one.signed_on, one.pk


def certificates_of(activity: Any) -> list[Certificate]:
    """Everybody who finished an activity (with session counts), in the order of the circle. Two queries;
    two more for a delegated health task."""
    marks = list(
        Attendance.objects.counted()
        .filter(session__activity=activity)
        .order_by("session__held_on")
        .values_list("member_id", "session__held_on", "session__hours")
    )
    done = finished_by([activity], [(activity.pk, member, day) for member, day, _ in marks])
    if not done:
        return []
    signed = {one.member_id: one for one in sorted(sign_offs_of([activity]), key=_signed_on)}
    circle = CircleMember.objects.filter(person=activity.grant.application.person_id)
    members = list(circle.order_by("number"))
    finished = {f.member: f for f in done}
    found = []
    for member in members:
        if member.pk not in finished:
            continue
        own = [(day, hours) for pk, day, hours in marks if pk == member.pk]
        ended = finished[member.pk]
        found.append(
            Certificate(
                activity,
                member.code,
                label_of(member, members),
                ended.on,
                len(own),
                sum((hours for _, hours in own), Decimal(0)),
                ended.until,
                own[-1][0],
                signed.get(member.pk),
            )
        )
    return found
