"""Changes while a grant runs: money moved between lines, more time, a top-up for a replacement starter,
use of the contingency. The organisation asks, an officer answers; money moved within a tenth of a line
and £500 needs no answer (domain 3.13).

A top-up takes money of the round: the round's row is held while what is left is counted.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from accounts import written
from accounts.audit import record
from accounts.enums import MemberRole, TeamRole
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from accounts.workflow import member_addresses, team_addresses

from ..enums import (
    EXTENSION_MONTHS,
    OVER_MOST,
    OVER_SHARE,
    TOP_UP_DAYS,
    TOP_UP_MOST,
    ChangeKind,
    LineCategory,
)
from ..models import Change, ChangeLine, Grant

ZERO = Decimal("0.00")
SMALL = "Within a tenth of each line and £500: it needs no answer."


def months_after(day: date, months: int) -> date:
    """The same day `months` later; the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_small(agreed: Decimal, moved: Decimal) -> bool:
    """Whether moving so much on a line needs nobody's agreement: up to a tenth of it, and up to £500."""
    return abs(moved) <= min(agreed * OVER_SHARE, OVER_MOST)


def _ask(
    grant: Grant, *, by: User, kind: ChangeKind, moves: Mapping[int, Decimal], **details: object
) -> Change:
    number = grant.changes.count() + 1
    made = Change.objects.create(
        reference=f"{grant.reference}-V{number}", grant=grant, kind=kind, made_by=by, **details
    )
    lines = {line.number: line for line, _ in grant.agreed_lines()}
    ChangeLine.objects.bulk_create(
        ChangeLine(change=made, line=lines[n], amount=amount)
        for n, amount in sorted(moves.items())
        if amount
    )
    record(
        "grant.change_asked", made, by=by, shown_to="applicant", kind=kind, amount=str(made.amount)
    )
    return made


def _tell_officers(made: Change) -> Change:
    post(
        "change_asked",
        to=team_addresses(TeamRole.OFFICER),
        key=f"change.asked:{made.reference}",
        change=made,
    )
    return made


def variation_sentences(grant: Grant, lines: Mapping[int, Decimal]) -> list[str]:
    """What is wrong with new amounts by line number (pounds): sentences; none means they can be asked for.

    What is accepted as spent stays; the sum stays as it is; contingency has its own verb.
    """
    agreed = {line.number: (line, amount) for line, amount in grant.agreed_lines()}
    found = []
    for number in sorted(set(lines) - set(agreed)):
        found.append(f"The award has no line {number}.")
    if found:
        return found
    moved = {n: lines.get(n, amount) - amount for n, (_, amount) in agreed.items()}
    if not any(moved.values()):
        return ["Change at least two amounts: nothing is moved yet."]
    if sum(moved.values(), ZERO):
        off = sum(moved.values(), ZERO)
        found.append(
            f"The lines come to {written.money(abs(off))} {'more' if off > 0 else 'less'} than before. Take from "
            "one line what you give to another."
        )
    spent = grant.spent_by_line()
    for number, (line, amount) in agreed.items():
        if line.category == LineCategory.CONTINGENCY and moved[number]:
            found.append(f"{line.code} is the contingency: ask to use it instead.")
        elif amount + moved[number] < spent.get(line.pk, ZERO):
            found.append(f"{line.code}: {written.money(spent[line.pk])} is spent already.")
    return found


@transaction.atomic
def move_money(grant: Grant, *, by: User, lines: Mapping[int, Decimal], reason: str) -> Change:
    """Ask to move money between lines: line number → new amount in pounds, the sum as before.

    Within a tenth of every line and £500 it holds at once, with all that was moved since an officer last
    agreed; beyond that an officer answers.
    """
    grant = locked(grant)
    permitted(by, "grants.ask_change", grant)
    ready(grant, "ask_change")
    if wrong := variation_sentences(grant, lines):
        raise NotReady(wrong)
    now = {line.number: (line, amount) for line, amount in grant.agreed_lines()}
    moves = {n: amount - now[n][1] for n, amount in lines.items()}
    unasked = grant.moved_unasked()
    made = _ask(
        grant,
        by=by,
        kind=ChangeKind.VARIATION,
        moves=moves,
        reason=reason,
        amount=sum((m for m in moves.values() if m > 0), ZERO),
    )
    # A tenth is a tenth however many steps it takes: what was moved unasked before counts too.
    drift = {n: unasked.get(now[n][0].pk, ZERO) for n in moves}
    if all(is_small(now[n][1] - drift[n], drift[n] + moved) for n, moved in moves.items() if moved):
        made.agree(by=by, answer=SMALL)
        made.save()
        record("grant.change_noted", made, by=by, shown_to="applicant")
        return made
    return _tell_officers(made)


@transaction.atomic
def ask_for_time(grant: Grant, *, by: User, until_on: date, reason: str) -> Change:
    """Ask for more time: a later last day for the training, up to a year after the agreed one."""
    grant = locked(grant)
    permitted(by, "grants.ask_change", grant)
    ready(grant, "ask_time")
    first, now = grant.delivery_until, grant.training_until
    if first is None or now is None or not now < until_on <= months_after(first, EXTENSION_MONTHS):
        raise NotReady(
            ["Choose a day after the present last day, within a year of the agreed one."]
        )
    made = _ask(grant, by=by, kind=ChangeKind.EXTENSION, moves={}, reason=reason, until_on=until_on)
    return _tell_officers(made)


def has_replacement(grant: Grant) -> bool:
    """Whether somebody joined the circle in place of somebody who left at most 90 days before."""
    members = grant.application.person.circle.filter(
        left_on__isnull=True, replaces__left_on__isnull=False
    )
    days = members.values_list("joined_on", "replaces__left_on")
    return any(left and joined - left <= timedelta(days=TOP_UP_DAYS) for joined, left in days)


def top_up_most(grant: Grant) -> Decimal:
    """Pounds that a top-up may be: £500, and never beyond the most that the round awards."""
    return max(ZERO, min(TOP_UP_MOST, grant.round.maximum - grant.amount))


@transaction.atomic
def ask_top_up(grant: Grant, *, by: User, line: int, amount: Decimal, reason: str) -> Change:
    """Ask for up to £500 more on a line, because a trained person left and another took their place within
    90 days (domain 1.15). No panel looks again.
    """
    grant = locked(grant)
    permitted(by, "grants.ask_change", grant)
    ready(grant, "ask_change")
    if not ZERO < amount <= TOP_UP_MOST:
        raise NotReady([f"A top-up is up to {written.money(TOP_UP_MOST)}."])
    if amount > top_up_most(grant):
        raise NotReady([f"The award would be more than {written.money(grant.round.maximum)}."])
    if not has_replacement(grant):
        raise NotReady(
            [
                "A top-up is for somebody who took another’s place in the circle within 90 days. Write "
                "both into the circle first."
            ]
        )
    _check_line(grant, line)
    made = _ask(
        grant,
        by=by,
        kind=ChangeKind.TOP_UP,
        moves={line: amount},
        reason=reason,
        amount=amount,
    )
    return _tell_officers(made)


def _check_line(grant: Grant, number: int) -> None:
    lines = [line for line, _ in grant.agreed_lines()]
    if number not in {n.number for n in lines if n.category != LineCategory.CONTINGENCY}:
        raise NotReady(["Choose a line that the award pays for."])


@transaction.atomic
def use_contingency(grant: Grant, *, by: User, line: int, amount: Decimal, reason: str) -> Change:
    """Ask to use `amount` pounds of the contingency on a line, with the reason (domain 1.16). Of several
    contingency lines the first gives first, each what no claim has spent of it."""
    grant = locked(grant)
    permitted(by, "grants.ask_change", grant)
    ready(grant, "use_contingency")
    left = grant.contingency_left()
    if not ZERO < amount <= left:
        raise NotReady([f"{written.money(left)} is left in the contingency."])
    _check_line(grant, line)
    moves, to_take, spent = {line: amount}, amount, grant.spent_by_line()
    for held, agreed in grant.agreed_lines():
        free = agreed - spent.get(held.pk, ZERO)
        if held.category == LineCategory.CONTINGENCY and to_take and free > 0:
            moves[held.number] = -min(free, to_take)
            to_take += moves[held.number]
    made = _ask(
        grant,
        by=by,
        kind=ChangeKind.CONTINGENCY,
        moves=moves,
        reason=reason,
        amount=amount,
    )
    return _tell_officers(made)


def _answered(change: Change, *, by: User, event: str) -> Change:
    record(event, change, by=by, shown_to="applicant", kind=change.kind, amount=str(change.amount))
    post(
        "change_answered",
        to=member_addresses(change.grant.organisation, MemberRole.LEAD, MemberRole.CONTRIBUTOR),
        key=f"change.answered:{change.reference}",
        change=change,
    )
    return change


@transaction.atomic
def agree_change(change: Change, *, by: User, answer: str = "") -> Change:
    """An officer agrees: lines, last day or award are as asked for from now on."""
    grant = locked(change.grant)
    change = locked(change)
    permitted(by, "grants.answer_change", change)
    if change.kind == ChangeKind.TOP_UP:
        grant.application.round = locked(grant.application.round)
    change.grant = grant
    ready(change, "agree")
    change.agree(by=by, answer=answer)
    change.save()
    if change.kind == ChangeKind.EXTENSION:
        # Days on hold may have been added since it was asked for: no answer takes them away.
        grant.extended_until = max(filter(None, (change.until_on, grant.extended_until)))
        grant.save()
    elif change.kind == ChangeKind.TOP_UP:
        grant.amount += change.amount
        grant.save()
    return _answered(change, by=by, event="grant.change_agreed")


@transaction.atomic
def refuse_change(change: Change, *, by: User, answer: str) -> Change:
    """An officer does not agree; `answer` says why, and is shown."""
    locked(change.grant)
    change = locked(change)
    permitted(by, "grants.answer_change", change)
    ready(change, "refuse")
    change.refuse(by=by, answer=answer)
    change.save()
    return _answered(change, by=by, event="grant.change_refused")
