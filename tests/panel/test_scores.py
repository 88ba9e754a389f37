"""The arithmetic of 10.2 and clarifications 21 and 22, without a database."""

from decimal import Decimal

import pytest

from panel.models.assessment import judged_needed
from panel.reports import criterion_average, criterion_spread, panel_score, panellist_total
from tests.factories.panel import HERON_SCORES

WEIGHTS = (20, 20, 15, 15, 15, 10, 5)


def total(scores):
    return panellist_total(zip(WEIGHTS, scores, strict=True))


def test_totals_of_the_worked_example():
    totals = [total(row) for row in HERON_SCORES]

    assert totals == [Decimal("83.00"), Decimal("77.00"), Decimal("81.00")]
    assert panel_score(totals) == Decimal("80.33")


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((5, 5, 5, 5, 5, 5, 5), "100.00"),
        ((0, 0, 0, 0, 0, 0, 0), "0.00"),
        ((5, None, 5, 5, 5, 5, 5), "100.00"),  # not able to judge is no zero
        ((4, 4, 5, 3, 4, None, None), "80.00"),  # 68 of 85
        ((4, 4, 2, 3, 2, None, 3), "62.22"),  # 56 of 90
        ((3, None, None, None, None, None, None), "60.00"),
        ((1, 2, 3, 4, 5, 0, None), "50.53"),  # 48 of 95: 50.526
    ],
)
def test_total_is_scaled_to_what_was_judged(scores, expected):
    assert total(scores) == Decimal(expected)


def test_nothing_judged_gives_no_total():
    assert total((None,) * 7) is None
    assert panel_score([]) is None
    assert criterion_average([None, None]) is None
    assert criterion_spread([None]) is None


def test_splitting_a_criterion_with_its_weight_changes_nothing():
    whole = panellist_total([(20, 4), (80, 3)])

    assert panellist_total([(10, 4), (10, 4), (80, 3)]) == whole


def test_totals_are_rounded_before_they_are_averaged():
    # Unrounded thirds would average to 66.666…; rounded totals 66.67 and 66.66 give 66.67 (half up).
    assert panel_score([Decimal("66.67"), Decimal("66.66")]) == Decimal("66.67")


def test_averages_and_spreads_leave_out_who_could_not_judge():
    assert criterion_average([5, None, 4]) == Decimal("4.50")
    assert criterion_average([5, 4, 5]) == Decimal("4.67")
    assert criterion_spread([5, None, 3]) == 2
    assert criterion_spread([4]) == 0


def test_a_sheet_counts_from_five_of_seven():
    assert [judged_needed(n) for n in (7, 1, 10)] == [5, 1, 8]
