"""Form fields that know the field's own bad input: money, plain text, word limits, UK dates."""

from .dates import GovDateField
from .money import HoursField, MoneyField
from .numbers import NumberField, WholeField
from .text import PlainTextField, count_words, plain
from .times import ClockTimeField

__all__ = [
    "ClockTimeField",
    "GovDateField",
    "HoursField",
    "MoneyField",
    "NumberField",
    "PlainTextField",
    "WholeField",
    "count_words",
    "plain",
]
