"""Forms read right for everybody, words and numbers are written one way, nothing inline slips in."""

import datetime
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from accounts import written
from accounts.fields import GovDateField, PlainTextField
from accounts.templatetags import pwb
from config.gallery import GalleryForm

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = TEMPLATES.parent / "config" / "static_src"


class Page(HTMLParser):
    """Elements of a page in order, each as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def by_id(self, id_: str) -> tuple[str, dict]:
        return next(e for e in self.elements if e[1].get("id") == id_)


# --- forms -----------------------------------------------------------------------------------


def test_every_error_link_leads_to_an_input_of_its_field():
    form = GalleryForm({})
    summary = Page(render_to_string("forms/error_summary.html", {"form": form}))
    page = Page(str(form))

    links = [attrs["href"] for tag, attrs in summary.elements if tag == "a"]

    assert len(links) == len(form.errors) == len(form.fields)
    for link, field in zip(links, form, strict=True):
        tag, attrs = page.by_id(link.removeprefix("#"))
        assert tag in {"input", "select", "textarea"}
        assert attrs["name"].startswith(field.html_name)


def test_every_field_says_what_is_missing_in_its_own_words():
    sentences = [error for errors in GalleryForm({}).errors.values() for error in errors]

    assert "This field is required." not in sentences
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("name", list(GalleryForm.base_fields))
def test_hint_and_error_are_tied_to_the_input_or_its_group(name):
    field = GalleryForm({})[name]
    page = Page(str(field.as_field_group()))
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}

    holder = next(
        attrs
        for tag, attrs in page.elements
        if (tag == "fieldset" if field.grouped else attrs.get("id") == field.first_id)
    )
    described = holder["aria-describedby"].split()

    assert f"{field.auto_id}_error" in described
    assert bool(field.help_text) == (f"{field.auto_id}_helptext" in described)
    assert set(described) <= ids


@pytest.mark.parametrize("name", list(GalleryForm.base_fields))
def test_every_input_has_a_label_that_names_it(name):
    page = Page(str(GalleryForm()[name].as_field_group()))
    labels = {attrs.get("for") for tag, attrs in page.elements if tag == "label"}

    for tag, attrs in page.elements:
        if tag in {"input", "select", "textarea"}:
            assert attrs["id"] in labels


def test_what_was_typed_comes_back_with_the_errors():
    form = GalleryForm(
        {"name": "Larchwood <b>", "born_day": "31", "born_month": "2", "needs": ["n2"]}
    )
    html = str(form)

    assert 'value="Larchwood &lt;b&gt;"' in html
    assert 'value="31"' in html
    assert re.search(r'value="n2"[^>]*checked', html)


def test_a_long_answer_is_counted_and_never_cut():
    tag, attrs = Page(str(GalleryForm()["note"].as_field_group())).by_id("id_note")

    assert tag == "textarea"
    assert "maxlength" not in attrs
    assert "id_note-info" in attrs["aria-describedby"].split()


def test_a_short_answer_is_explained_and_never_cut():
    class Short(forms.Form):
        note = PlainTextField(max_length=5)

    form = Short({"note": "too long"})
    tag, attrs = Page(str(form["note"].as_field_group())).by_id("id_note")
    assert tag == "input"
    assert "maxlength" not in attrs
    assert attrs["value"] == "too long"
    assert form.errors["note"] == ["Shorten this to 5 characters or fewer. It has 8"]


def test_an_error_that_belongs_to_no_field_is_in_the_summary():
    form = GalleryForm({"name": "x"})
    form.add_error(None, "The round has closed.")

    html = render_to_string("forms/error_summary.html", {"form": form})

    assert "<li>The round has closed.</li>" in html


def test_a_form_that_was_not_sent_has_no_summary():
    assert render_to_string("forms/error_summary.html", {"form": GalleryForm()}).strip() == ""


def test_title_of_a_page_with_errors_says_so():
    request = RequestFactory().get("/")

    wrong = render_to_string("layouts/form_page.html", {"form": GalleryForm({})}, request)
    fresh = render_to_string("layouts/form_page.html", {"form": GalleryForm()}, request)

    assert "<title>Error: " in wrong
    assert "<title>Error: " not in fresh


def test_lines_of_a_repeated_form_say_which_one_they_are_of():
    form = GalleryForm({}, prefix="line-2")
    form.error_prefix = "Line 3"

    html = render_to_string("forms/error_summary.html", {"forms": [form]})

    assert '<a href="#id_line-2-name">Line 3: Enter the organisation’s name</a>' in html


class OneDate(forms.Form):
    on = GovDateField(
        min_date=datetime.date(2025, 4, 1),
        max_date=lambda: datetime.date(2025, 12, 31),
        error_messages={"required": "Enter the date of the session"},
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("", "", ""), "Enter the date of the session"),
        (("9", "", ""), "The date must include a month and a year"),
        (("", "6", "2025"), "The date must include a day"),
        (("31", "2", "2025"), "The date must be a real date, like 27 3 2025"),
        (("0", "6", "2025"), "The date must be a real date, like 27 3 2025"),
        (("9", "6", "25"), "The year must have 4 numbers, like 2025"),
        (("nine", "6", "2025"), "The date must be made of numbers, like 27 3 2025"),
        (("٩", "6", "2025"), "The date must be made of numbers, like 27 3 2025"),
        (("1e1", "6", "2025"), "The date must be made of numbers, like 27 3 2025"),
        (("-9", "6", "2025"), "The date must be made of numbers, like 27 3 2025"),
        (("31", "3", "2025"), "The date must be 1 April 2025 or later"),
        (("1", "1", "2026"), "The date must be 31 December 2025 or earlier"),
    ],
)
def test_a_date_that_is_wrong_gets_one_sentence(typed, says):
    form = OneDate(dict(zip(("on_day", "on_month", "on_year"), typed, strict=True)))

    assert form.errors == {"on": [says]}


@pytest.mark.parametrize("month", ["6", "06", "June", "jun", " 6 "])
def test_a_month_can_be_a_number_or_a_word(month):
    form = OneDate({"on_day": "9", "on_month": month, "on_year": "2025"})

    assert form.is_valid()
    assert form.cleaned_data["on"] == datetime.date(2025, 6, 9)


def test_an_optional_date_may_stay_empty_but_not_half_empty():
    class Optional(forms.Form):
        on = GovDateField(required=False)

    assert Optional({}).is_valid()
    assert not Optional({"on_day": "9"}).is_valid()


# --- words and numbers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (pwb.money(Decimal("7762.2")), "£7,762.20"),
        (pwb.money(Decimal("-84")), "−£84.00"),
        (pwb.money(Decimal("0")), "£0.00"),
        (pwb.money(None), ""),
        (pwb.pounds(Decimal("8000.00")), "£8,000"),
        (pwb.pounds(Decimal("237.80")), "£237.80"),
        (pwb.percent(Decimal("27.2")), "27.2%"),
        (pwb.percent(Decimal("100.00")), "100%"),
        (pwb.percent(Decimal("81.538"), 0), "82%"),
        (pwb.percent(Decimal("-7.8")), "−7.8%"),
        (pwb.hours(Decimal("12.00")), "12"),
        (pwb.hours(Decimal("100.00")), "100"),
        (pwb.hours(Decimal("7.25")), "7.25"),
        (pwb.count(2900), "2,900"),
        (pwb.plural(1, "person,people"), "1 person"),
        (pwb.plural(2900, "person,people"), "2,900 people"),
        (pwb.plural(0, "person,people"), "0 people"),
        (written.day(datetime.datetime(2025, 6, 9, 23, 30, tzinfo=datetime.UTC)), "10 June 2025"),
        (written.short_day(datetime.date(2025, 6, 9), datetime.date(2025, 1, 1)), "9 June"),
        (written.short_day(datetime.date(2025, 6, 9), datetime.date(2026, 1, 1)), "9 June 2025"),
        (pwb.day(datetime.date(2025, 6, 9)), "9 June 2025"),
        (pwb.day(datetime.date(2025, 6, 9), "long"), "Monday 9 June 2025"),
        (pwb.day(datetime.datetime(2025, 6, 9, 23, 30, tzinfo=datetime.UTC)), "10 June 2025"),
        (
            pwb.moment(datetime.datetime(2025, 6, 9, 13, 32, tzinfo=datetime.UTC)),
            "14:32 on 9 June 2025",
        ),
        (
            pwb.moment(datetime.datetime(2025, 1, 9, 14, 32, tzinfo=datetime.UTC)),
            "14:32 on 9 January 2025",
        ),
        (pwb.within("The organisation"), "the organisation"),
        (pwb.within("A new user"), "a new user"),
        (pwb.within("Programme lead"), "Programme lead"),
        (pwb.within("Theodora"), "Theodora"),
        (pwb.within(None), ""),
        (pwb.share(Decimal(9100), Decimal(8000)), "100.00"),
        (pwb.share(Decimal(-1), Decimal(8000)), "0.00"),
        (pwb.share(5, 0), "0"),
    ],
)
def test_it_is_written_like_this(written, expected):
    assert written == expected


@pytest.mark.parametrize("value", [7762.2, "7762.20", True])
def test_money_takes_nothing_but_exact_numbers(value):
    with pytest.raises(TypeError):
        pwb.money(value)


@pytest.mark.parametrize(
    ("due", "main", "note"),
    [
        (datetime.date(2025, 6, 6), "3 days late", "due 6 June"),
        (datetime.date(2025, 6, 8), "1 day late", "due 8 June"),
        (datetime.date(2025, 6, 9), "Today", "round closes"),
        (datetime.date(2025, 6, 10), "10 June", "round closes"),
        (datetime.date(2026, 6, 10), "10 June 2026", "round closes"),
        (datetime.date(2024, 6, 9), "365 days late", "due 9 June 2024"),
    ],
)
def test_a_due_date_says_how_far_away_it_is(due, main, note):
    found = pwb.duedate(due, "round closes", today=datetime.date(2025, 6, 9))

    assert (found["main"], found["note"]) == (main, note)


def test_pages_keep_the_filters_of_the_list():
    request = RequestFactory().get("/grants/?state=draft&page=2")

    found = pwb.pages({"request": request}, Paginator(range(61), 5).get_page(2))

    assert found["next_url"] == "?state=draft&page=3"


def test_sorting_by_a_column_turns_around_the_second_time():
    context = {"request": RequestFactory().get("/grants/?sort=due&page=2")}

    assert pwb.sort_header(context, "Due", "due")["url"] == "?sort=-due"
    assert pwb.sort_header(context, "Amount", "amount")["url"] == "?sort=amount"


def test_a_bar_never_grows_past_its_whole():
    bar = pwb.money_bar(Decimal(100), "Spent", Decimal(90), "Committed", Decimal(30))

    assert [part["width"] for part in bar["parts"]] == ["90.00", "10.00"]
    assert bar["free"] == Decimal(-20)


def test_an_element_with_nothing_in_it_is_not_drawn():
    template = Template('{% wrap "h1" "big" %}{{ text }}{% endwrap %}')

    assert template.render(Context({"text": " "})) == ""
    assert template.render(Context({"text": "HERON"})) == '<h1 class="big">HERON</h1>'


def test_what_is_blocked_says_why_and_is_no_link():
    actions = [
        {"label": "Open moderation", "url": "/x/", "blockers": ["1 of 3 scores is still to come."]}
    ]

    html = render_to_string("components/action_list.html", {"actions": actions})

    assert "Open moderation: not yet" in html
    assert "1 of 3 scores is still to come." in html
    assert "/x/" not in html


# --- nothing inline --------------------------------------------------------------------------

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"'{]", re.I),
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "a script address": re.compile(r"(href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
    "a file from elsewhere": re.compile(
        r"<(script|link|img|source|iframe)\b[^>]*(src|href)\s*=\s*[\"'](https?:)?//", re.I
    ),
}


def inline(text: str) -> list[str]:
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.S)
    return [name for name, pattern in INLINE.items() if pattern.search(text)]


def test_the_scanner_finds_what_it_looks_for():
    """A positive control for the test below: each pattern sees its own kind."""
    planted = {
        "a style attribute": '<p class="x" style="color: red">',
        "a style element": "<style>p { color: red }</style>",
        "an event handler": '<button onclick="go()">',
        "a script without a file": "<script>go()</script>",
        "a script address": '<a href="javascript:go()">',
        "a file from elsewhere": '<script src="//cdn.example/x.js"></script>',
    }

    assert planted.keys() == INLINE.keys()
    for name, text in planted.items():
        assert name in inline(text)
    assert inline('<script src="{% static \'js/init.js\' %}" type="module"></script>') == []


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_has_nothing_inline(template):
    assert inline(template.read_text()) == []


def test_styles_and_scripts_load_nothing_from_elsewhere():
    for path in [*STATIC.rglob("*.scss"), *STATIC.rglob("*.js")]:
        assert not re.search(r"https?://|//cdn", path.read_text()), path


def test_scripts_write_no_styles_and_no_markup():
    for path in (STATIC / "js").glob("*.js"):
        text = path.read_text()
        assert not re.search(
            r"\.style\b|innerHTML|insertAdjacentHTML|document\.write|\beval\(", text
        ), path
