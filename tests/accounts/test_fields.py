"""Money, hours and text as people type them, and as they should not."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.fields import HoursField, MoneyField, PlainTextField, count_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1900", "1900.00"),
        ("1,900.00", "1900.00"),
        ("£1,900", "1900.00"),
        ("£ 12.5", "12.50"),
        (" 0.01 ", "0.01"),
        ("7987.20", "7987.20"),
        ("1,234,567.89", "1234567.89"),
    ],
)
def test_money_as_people_write_it(typed, meant):
    assert MoneyField().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed",
    [
        "1e3",
        "1_000",
        "１９００",
        "١٢",
        "NaN",
        "Infinity",
        "-5",
        "1,90",
        "12.345",
        "1.000,00",
        "0x10",
        "ten",
        "1 900",
        "1900.",
        "£",
        "--",
        "1,,000",
        "9999999999",
    ],
)
def test_money_that_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        MoneyField().clean(typed)
    assert refused.value.messages == [
        "Enter an amount in pounds and pence, such as 1,900 or 1900.50"
    ]


def test_money_at_its_limits():
    field = MoneyField(least=Decimal("1000.00"), most=Decimal("8000.00"))
    assert [field.clean(v) for v in ("1000", "8000.00")] == [Decimal(1000), Decimal(8000)]
    for typed, says in (
        ("999.99", "The amount must be £1,000.00 or more"),
        ("8000.01", "The amount must be £8,000.00 or less"),
    ):
        with pytest.raises(ValidationError, match=says):
            field.clean(typed)


@pytest.mark.parametrize("typed", ["0.1", "7.3", "1e1", "NaN", "-1", "٣", "1.255"])
def test_hours_that_are_refused(typed):
    with pytest.raises(ValidationError):
        HoursField(most=Decimal(168)).clean(typed)


def test_hours_in_quarters():
    assert HoursField().clean("7.25") == Decimal("7.25")
    assert HoursField(required=False).clean("") is None
    assert HoursField().clean(0) == 0


@pytest.mark.parametrize(
    "typed", ["\u200b", " \u2060\ufeff ", "\u00ad\u00ad", "\u3164" * 0, "\x00\x07", "\u202e"]
)
def test_invisible_characters_are_no_answer(typed):
    with pytest.raises(ValidationError):
        PlainTextField().clean(typed)


def test_text_keeps_lines_and_letters_of_every_script():
    typed = "Water, humour\r\nand music – “every week” 水 👩\u200d👧"
    assert PlainTextField().clean(typed) == "Water, humour\nand music – “every week” 水 👩\u200d👧"


def test_one_endless_word_is_no_answer() -> None:
    with pytest.raises(ValidationError, match="It has 20,001 characters"):
        PlainTextField(max_words=3).clean("x" * 20_001)


def test_text_counts_words():
    field = PlainTextField(max_words=3)
    assert field.clean("one two  three") == "one two  three"
    with pytest.raises(ValidationError, match=r"Shorten this to 3 words or fewer\. It has 4 words"):
        field.clean("one two three four")
    assert count_words("mother’s plan-review\nnow") == 3
