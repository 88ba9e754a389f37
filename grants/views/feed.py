"""Deadlines as a calendar that other programs read: one address for each person, which nobody can guess
and which ends with their password. It holds days, references and links; no alias, no name, no outcome.
"""

import hashlib
import re
from datetime import UTC, date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import clock
from accounts.worklist import Todo, todos

from ..calendar_address import owner_of, token_of

_REFERENCE = re.compile(r"[A-Z]{2,5}-\d{4}-[A-Za-z0-9]+")


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Where somebody's own calendar is, and what to do with it."""
    user: Any = request.user
    address = f"{settings.SITE_URL}{reverse('calendar-feed', args=[token_of(user)])}"
    coming = [todo for todo in todos(user) if todo.due_on]
    return render(request, "grants/calendar.html", {"address": address, "coming": coming})


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of the address's owner, as iCalendar (RFC 5545), whole days."""
    user = owner_of(token)
    if user is None:
        raise Http404
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(settings.PRODUCT_NAME)}//EN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(settings.PRODUCT_NAME)}",
    ]
    for todo in todos(user):
        if todo.due_on:
            lines += _event(todo, todo.due_on)
    lines.append("END:VCALENDAR")
    body = "".join(f"{part}\r\n" for line in lines for part in _folded(line))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _event(todo: Todo, day: date) -> list[str]:
    found = _REFERENCE.search(todo.url)
    what = f"{todo.action}: {found.group()}" if found else todo.action
    name = hashlib.sha256(f"{todo.url}:{todo.action}".encode()).hexdigest()[:32]
    host = settings.SITE_URL.split("//")[-1]
    return [
        "BEGIN:VEVENT",
        f"UID:{name}@{_text(host)}",
        f"DTSTAMP:{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + clock.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(what)}",
        f"URL:{settings.SITE_URL}{todo.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", value).replace("\n", " ")


def _folded(line: str) -> list[str]:
    """Lines of at most 75 bytes, as the format wants them; never cut inside a character."""
    parts: list[str] = []
    held = ""
    for letter in line:
        if len((held + letter).encode()) > (75 if not parts else 74):
            parts.append(held)
            held = ""
        held += letter
    parts.append(held)
    return [part if number == 0 else f" {part}" for number, part in enumerate(parts)]
