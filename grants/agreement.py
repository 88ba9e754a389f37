"""The agreement that an organisation accepts with an offer, in numbered versions.

What was accepted stays with the grant, in its words and with its version: a later version binds nobody who
accepted an earlier one. A version that was ever accepted is never changed here; a change is a new version.
"""

from typing import Any

from .models import Grant

FIRST_SHARE = (
    "{percent}% of the award is paid first. The rest follows the last claim and the accepted report, and comes "
    "to what was spent."
)
NO_FIRST_SHARE = "Nothing is paid in advance. What was spent is paid after the last claim and the accepted report."

# Version → sentences. From domain 2.3, 3.4, 3.13, 6.3 and 11, and clarification 19.
VERSIONS: dict[int, tuple[str, ...]] = {
    1: (
        "The award is spent on the agreed budget lines alone: on learning for the people around this one "
        "person, and not on what any worker needs for their role.",
        "Nothing is paid for twice, and nothing that was bought or begun before this agreement.",
        "{first}",
        "The training is finished within {months} of the day of acceptance, unless an officer agrees to more "
        "time.",
        "An officer is asked before more than a tenth of a budget line, or more than £500, is moved.",
        "The baseline is recorded before the training starts, the training is logged as it is held, and "
        "reports follow after 3, 6 and 12 months.",
        "Invoices and receipts are kept, and shown when an officer asks for them. What was paid and not spent "
        "is paid back, by the day that the programme names with its reason.",
        "If the person dies, moves or is admitted to hospital, the organisation says so. Everything waits "
        "from then on, and there is never a penalty.",
        "The programme may end the grant early and says why. What was spent by then can still be claimed.",
    ),
}
NEWEST = max(VERSIONS)


def agreement_of(grant: Grant) -> dict[str, Any]:
    """What an organisation accepts today: `version`, `amount` in pounds as text, `terms` in sentences."""
    held = grant.round
    months = f"{held.delivery_months} month{'' if held.delivery_months == 1 else 's'}"
    share = FIRST_SHARE if held.first_payment_percent else NO_FIRST_SHARE
    said = {"first": share.format(percent=held.first_payment_percent), "months": months}
    return {
        "version": NEWEST,
        "amount": f"{grant.amount:.2f}",
        "terms": [sentence.format(**said) for sentence in VERSIONS[NEWEST]],
    }
