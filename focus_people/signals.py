"""What the layers above may want to know, in the same transaction: they import us, never the other way."""

from django.dispatch import Signal

# A death was written on a record. Sent with `person` (under its lock) and `by`.
person_died = Signal()
