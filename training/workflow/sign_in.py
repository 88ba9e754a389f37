"""Signing in without an account: open it for one session, end it, and mark who is there through it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.state import NotReady, locked, permitted, ready
from focus_people.models import CircleMember

from ..enums import SessionState
from ..links import hash_of
from ..models import Session, SignInLink
from ..models.link import SIGN_IN
from .sessions import attendance_blockers, mark_present

ENDED = "This link has ended. Ask the organisation for a new one."


def ends_at(session: Session) -> datetime:
    """When a link of this session ends: with the day that follows the session, in London."""
    last = session.held_on + timedelta(days=1)
    return datetime.combine(last, time(23, 59), tzinfo=clock.LONDON)


@transaction.atomic
def open_sign_in(session: Session, *, by: User) -> Session:
    """Make a link and a code for this session alone; an earlier one ends.

    Raises `NotReady` for a session that was cancelled or taken out, once training is finished, and
    except from the day before the session until the day after it.
    """
    session = locked(session)
    permitted(by, "training.open_sign_in", session)
    ready(session, "open_sign_in")
    _close(session, by)
    SignInLink.fresh(session, by, ends_at(session)).save()
    record("session.sign_in_opened", session, by=by, shown_to="applicant")
    return session


@transaction.atomic
def close_sign_in(session: Session, *, by: User) -> Session:
    """End the link of a session: nobody can sign in through it any more."""
    session = locked(session)
    permitted(by, "training.open_sign_in", session)
    ready(session, "close_sign_in")
    _close(session, by)
    record("session.sign_in_closed", session, by=by, shown_to="applicant")
    return session


def _close(session: Session, by: User) -> None:
    session.links.filter(closed_at__isnull=True).update(closed_at=clock.now(), closed_by=by)


@transaction.atomic
def sign_in(
    link: SignInLink, *, present: Iterable[CircleMember], shown: Iterable[CircleMember]
) -> Session:
    """Mark who is there, through a link. Only what was changed on this sheet changes.

    `present`: ticked when it was sent; `shown`: ticked when the sheet was opened. Two phones that mark
    different people at once therefore do not undo each other. The marks are made for the person who
    opened signing in. Raises `NotReady` when the link has ended, before the day, and for nobody.
    """
    session = locked(link.session)
    link = SignInLink.objects.select_related("made_by").get(pk=link.pk)
    link.session = session
    if not link.is_open():
        raise NotReady([ENDED])
    move = "deliver" if session.state == SessionState.PLANNED else "record_attendance"
    ready(session, "open_sign_in")
    ready(session, move)
    marked = session.marks.filter(present=True).select_related("member")
    here = {mark.member_id: mark.member for mark in marked}
    ticked, before = ({m.pk: m for m in members} for members in (present, shown))
    wanted = {pk: m for pk, m in here.items() if pk in ticked or pk not in before}
    wanted |= {pk: m for pk, m in ticked.items() if pk not in before or pk in here}
    members = list(wanted.values())
    if wrong := attendance_blockers(session, members):
        raise NotReady(wrong)
    if session.state == SessionState.PLANNED:
        session.deliver(by=link.made_by)
        session.save()
    counts = mark_present(session, members, link.made_by)
    record("session.signed_in", session, by=None, shown_to="applicant", **counts)
    return session


def open_link(session: Session) -> SignInLink | None:
    """The link of a session that still leads to its sheet, if there is one."""
    link = session.links.filter(closed_at__isnull=True).select_related("made_by").first()
    if link is None:
        return None
    link.session = session
    return link if link.is_open() else None


def link_behind(code: str) -> SignInLink | None:
    """The link of a code that somebody without an account holds, while it leads anywhere."""
    behind = SignInLink.objects.behind(hash_of(SIGN_IN, code)).select_related(
        "made_by", "session__activity__grant__application"
    )
    link = behind.first()
    return link if link is not None and link.is_open() else None
