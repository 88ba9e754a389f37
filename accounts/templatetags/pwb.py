"""The words and numbers of every page: how money, dates, hours, counts and states are written."""

import datetime
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts import clock as our_clock
from accounts import written
from accounts.wording import state_colour

register = template.Library()


# --- numbers ---------------------------------------------------------------------------------


def _exact(value) -> Decimal:
    """Money and hours are exact: a float would carry its rounding error onto the page."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"{value!r} is not a Decimal")
    return Decimal(value)


def _signed(number: Decimal, text: str) -> str:
    return f"{written.MINUS}{text}" if number < 0 else text


@register.filter
def money(value) -> str:
    """£7,762.20; a minus sign in front of the pound sign; nothing for nothing known."""
    if value is None or value == "":
        return ""
    return written.money(_exact(value))


@register.filter
def pounds(value) -> str:
    """£8,000 where there are no pence, otherwise as money. For limits, not for columns."""
    return "" if value is None or value == "" else written.pounds(_exact(value))


@register.filter
def count(value) -> str:
    """2,900"""
    return "" if value is None or value == "" else _signed(Decimal(value), f"{abs(int(value)):,}")


@register.filter
def percent(value, places=1) -> str:
    """A number that already is a percentage: 27.2% or 82%. At most `places` decimals, half up."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value)).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    text = f"{abs(number):f}"
    return _signed(number, f"{text.rstrip('0').rstrip('.') if '.' in text else text}%")


@register.filter
def hours(value) -> str:
    """Quarter hours without idle zeros: 12, 12.5, 12.25."""
    if value is None or value == "":
        return ""
    number = _exact(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _signed(number, f"{abs(number):,.2f}".rstrip("0").rstrip("."))


@register.filter
def plural(number, words: str) -> str:
    """{{ n|plural:"person,people" }} gives "1 person" or "2,900 people"."""
    one, many = words.split(",")
    return f"{count(number)} {one if int(number) == 1 else many}"


@register.filter
def share(part, whole) -> str:
    """How much of the whole, from 0 to 100, as a width for a bar."""
    if part is None or not whole:
        return "0"
    ratio = Decimal(str(part)) / Decimal(str(whole)) * 100
    return f"{min(max(ratio, Decimal(0)), Decimal(100)):.2f}"


# --- dates -----------------------------------------------------------------------------------


def _local(value) -> datetime.datetime:
    return value.astimezone(our_clock.LONDON) if timezone.is_aware(value) else value


def _date(value) -> datetime.date:
    return _local(value).date() if isinstance(value, datetime.datetime) else value


@register.filter
def day(value, shape: str = "") -> str:
    """9 June 2025. Shapes: "short" leaves this year out, "long" begins with the day of the week."""
    if not value:
        return ""
    date = _date(value)
    if shape == "short":
        return written.short_day(date)
    text = written.day(date)
    return f"{date:%A} {text}" if shape == "long" else text


@register.filter
def moment(value) -> str:
    """14:32 on 9 June 2025, in London."""
    return f"{_local(value):%H:%M} on {day(value)}" if value else ""


@register.filter
def clock_time(value) -> str:
    """14:32, in London."""
    return f"{_local(value):%H:%M}" if value else ""


@register.inclusion_tag("components/due.html")
def duedate(due, what: str = "", today: datetime.date | None = None) -> dict:
    """A due date with how far away it is. `what` names it: "round closes"."""
    date, today = _date(due), today or our_clock.today()
    days, words = (date - today).days, written.short_day(date, today)
    if days < 0:
        main, note = f"{plural(-days, 'day,days')} late", f"due {words}"
    elif days == 0:
        main, note = "Today", what or words
    else:
        main, note = words, what or f"in {plural(days, 'day,days')}"
    return {"main": main, "note": note, "is_late": days < 0, "date": date}


# --- states ----------------------------------------------------------------------------------


@register.simple_tag
def state_tag(thing, field: str = "state"):
    """The state of a record as a word in its colour. Takes the record, or a member of its choices."""
    if hasattr(thing, "_meta"):
        state = getattr(thing, field)
        label = getattr(thing, f"get_{field}_display")()
    else:
        state, label = getattr(thing, "value", thing), getattr(thing, "label", thing)
    return format_html(
        '<strong class="govuk-tag govuk-tag--{}">{}</strong>', state_colour(state), label
    )


# --- forms -----------------------------------------------------------------------------------


@register.filter
def has_errors(form) -> bool:
    """True for a form that was sent and has something wrong."""
    return bool(form) and getattr(form, "is_bound", False) and bool(form.errors)


@register.filter
def any_errors(forms: Iterable) -> bool:
    return any(has_errors(form) for form in forms or [])


# --- shell, lists and pictures ---------------------------------------------------------------


class Wrap(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist, element, css, label=None):
        self.nodelist, self.element, self.css, self.label = nodelist, element, css, label

    def render(self, context):
        inner = self.nodelist.render(context).strip()
        if not inner:
            return ""
        label = f' aria-label="{self.label}"' if self.label else ""
        return f'<{self.element} class="{self.css}"{label}>{inner}</{self.element}>'


@register.tag
def wrap(parser, token):
    """{% wrap "h1" "govuk-heading-l" %}…{% endwrap %}: the element, unless nothing is in it.

    A third text becomes the aria-label.
    """
    texts = [bit.strip('"') for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endwrap",))
    parser.delete_first_token()
    return Wrap(nodelist, *texts)


@register.inclusion_tag("components/nav.html")
def nav(items, under=()) -> dict:
    """The service navigation: (label, url, is_current) for each section, and for the places `under` it."""
    return {"items": items or [], "under": under}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context, label: str, key: str, numeric: bool = False, param: str = "sort") -> dict:
    """A table heading that sorts by `key`, and back again; django-filter's "-key" means downwards."""
    query = context["request"].GET.copy()
    now = query.get(param, "")
    query.pop("page", None)
    query[param] = f"-{key}" if now == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return {
        "label": label,
        "url": f"?{query.urlencode()}",
        "direction": direction,
        "numeric": numeric,
    }


@register.inclusion_tag("components/chips.html", takes_context=True)
def filter_chips(context, filterset) -> dict:
    """What a list is narrowed to, each with the address that takes it away."""
    query = context["request"].GET
    form, chips = filterset.form, []
    for name in form.fields:
        label = form[name].label
        for value in query.getlist(name):
            if not value or name == "sort":
                continue
            rest = query.copy()
            rest.setlist(name, [v for v in query.getlist(name) if v != value])
            rest.pop("page", None)
            choices = dict(_flat(getattr(form.fields[name], "choices", ())))
            chips.append(
                {"text": f"{label}: {choices.get(value, value)}", "url": f"?{rest.urlencode()}"}
            )
    return {"chips": chips, "clear_url": context["request"].path}


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pages(context, page) -> dict:
    """Links to the pages of a list that keep its filters and order."""
    query = context["request"].GET.copy()

    def url(number):
        query["page"] = number
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
        "numbers": [
            {"number": n, "url": url(n), "is_current": n == page.number}
            if isinstance(n, int)
            else {"is_gap": True}
            for n in numbers
        ],
    }


@register.inclusion_tag("components/money_bar.html")
def money_bar(whole, *parts, label: str = "", key: bool = True, rest: str = "Free") -> dict:
    """One bar cut into amounts: {% money_bar total "Spent" spent "Committed" committed %}.

    What is left is "Free" in the key, or as `rest` says.
    """
    tones, rows, start = ("fill", "mid", "warn"), [], Decimal(0)
    for tone, name, amount in zip(tones, parts[::2], parts[1::2], strict=False):
        width = Decimal(share(amount, whole))
        width = min(width, 100 - start)
        rows.append(
            {
                "tone": tone,
                "name": name,
                "amount": amount,
                "x": f"{start:.2f}",
                "width": f"{width:.2f}",
            }
        )
        start += width
    free = whole - sum((row["amount"] for row in rows), Decimal(0))
    return {
        "parts": rows,
        "free": free,
        "over": -free,
        "label": label,
        "key": key,
        "rest": rest,
    }


@register.inclusion_tag("components/clock.html")
def clock(days: int, target: int = 30, stopped: bool = False, done: bool = False) -> dict:
    """Net days against the target, as words and a small bar with the target's mark."""
    longest = max(target * 6 // 5, 1)
    late = days > target
    if stopped:
        text = f"Stopped at {days}"
    elif done:
        text = f"Took {plural(days, 'day,days')}"
    else:
        text = f"{days} of {target} days"
    return {
        "text": text,
        "note": f"{plural(days - target, 'day,days')} over" if late else "",
        "tone": "stop" if stopped else "late" if late else "fill",
        "width": f"{min(days / longest, 1) * 84:.1f}",
        "mark": f"{target / longest * 84 - 1:.1f}",
    }


@register.inclusion_tag("components/interval.html")
def interval(low, middle, high) -> dict:
    """A figure and its 95% interval, on a line from 0 to 100."""

    def x(value):
        return Decimal(str(value)) * Decimal("2.2")

    return {
        "low": percent(low, 0),
        "high": percent(high, 0),
        "x_low": f"{x(low):.1f}",
        "x_high": f"{x(high):.1f}",
        "x": f"{x(middle):.1f}",
        "width": f"{x(high) - x(low):.1f}",
        # Close together, the two words lean away from each other.
        "anchor_low": "end" if x(high) - x(low) < 36 else "middle",
        "anchor_high": "start" if x(high) - x(low) < 36 else "middle",
    }


@register.filter
def when(value) -> str:
    """A date, a moment or words, as it comes."""
    if isinstance(value, datetime.datetime):
        return moment(value)
    return day(value) if isinstance(value, datetime.date) else str(value or "")


@register.filter
def within(who) -> str:
    """Who did it, inside a sentence: “by the organisation”; a role or a name stays as it is."""
    said = str(who or "")
    return f"{said[:1].lower()}{said[1:]}" if said.startswith(("The ", "A ")) else said


CODE = re.compile(r"\b[A-Z]{2,}(?:-[0-9A-Z]+)+\b")


@register.filter(is_safe=True)
def unbroken(text) -> SafeString:
    """Words in which no code runs over two lines: OUT-03, PWB-2025-0042."""
    held = conditional_escape(text)
    return mark_safe(CODE.sub(r'<span class="pwb-nowrap">\g<0></span>', held))  # noqa: S308 - escaped above


@register.filter
def pairs(columns, cells) -> list:
    """The columns of a table, each with its cell."""
    return list(zip(columns, cells, strict=True))


@register.filter
def chosen(field, otherwise: str = "") -> str:
    """The label of what is chosen in a field of choices."""
    value = str(field.value() if field.value() is not None else "")
    return next(
        (str(label) for v, label in field.field.choices if str(v) == value and value), otherwise
    )
