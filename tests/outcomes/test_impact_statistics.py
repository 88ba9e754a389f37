"""The statistics under the figures: the published vectors, and quantiles as the database has them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.reports import Proportion, median, published_count, published_share, quantile, wilson
from outcomes.reports.figure import number, plain


@pytest.mark.parametrize(
    ("part", "whole", "percent", "low", "high"),
    [
        (41, 50, "82.0", "69.2", "90.2"),
        (53, 65, "81.5", "70.4", "89.1"),
        (5, 6, "83.3", "43.6", "97.0"),
        (0, 10, "0.0", "0.0", "27.8"),
        (7, 10, "70.0", "39.7", "89.2"),
        (10, 10, "100.0", "72.2", "100.0"),
        (9, 12, "75.0", "46.8", "91.1"),
        (65, 100, "65.0", "55.3", "73.6"),
        (48, 10000, "0.5", "0.4", "0.6"),
    ],
)
def test_wilson_gives_the_published_vectors(part, whole, percent, low, high):
    assert Proportion(part, whole).percent == Decimal(percent)
    assert wilson(part, whole) == (Decimal(low), Decimal(high))


def test_nothing_of_nothing_has_no_share_and_no_interval():
    assert Proportion(0, 0).percent is None
    assert Proportion(0, 0).whole_percent is None
    assert wilson(0, 0) == (None, None)


def test_headline_percentage_is_rounded_from_the_exact_value():
    assert Proportion(53, 65).whole_percent == 82
    assert (Proportion(53, 65).whole_low, Proportion(53, 65).whole_high) == (70, 89)
    assert Proportion(1, 8).whole_percent == 13  # 12.5, half up


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30), st.integers(0, 100))
def test_quantile_is_type_7(values, hundredths):
    share = Fraction(hundredths, 100)
    ordered = sorted(values)
    h = (len(ordered) - 1) * share
    low = h.numerator // h.denominator
    high = -(-h.numerator // h.denominator)
    assert quantile(values, share) == ordered[low] + (h - low) * (ordered[high] - ordered[low])


def test_quantiles_of_a_known_list():
    days = [10, 20, 30, 40]
    assert median(days) == 25
    assert quantile(days, Fraction(9, 10)) == 37
    assert median([]) is None


@given(st.integers(0, 60), st.integers(1, 60))
def test_interval_holds_the_share_and_stays_within_bounds(part, rest):
    p = Proportion(part, part + rest)
    assert 0 <= p.low <= p.percent <= p.high <= 100


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0"), (1, "[c]"), (7, "[c]"), (8, "10"), (12, "10"), (13, "15"), (169, "170")],
)
def test_published_counts_follow_the_rule(count, shown):
    assert published_count(count) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (7, 40, None),  # a small part
        (34, 40, None),  # a small rest
        (0, 7, None),  # nobody, of too few
        (7, 7, None),
        (0, 12, (0, 10)),
        (12, 12, (10, 10)),
        (41, 96, (40, 95)),
    ],
)
def test_published_shares_come_from_rounded_parts(part, whole, shown):
    found = published_share(part, whole)
    assert (found and (found.part, found.whole)) == shown


def test_numbers_are_written_plainly():
    assert (plain(2900), plain(Fraction(5, 2)), plain(None)) == ("2,900", "2.5", "none")
    assert (number(Fraction(53, 2)), number(Decimal("26.0")), number(None)) == (26.5, 26, None)
