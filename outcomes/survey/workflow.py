"""The verbs of the experience survey: word it, make a wave, invite, open, answer, close, publish, improve.

`answer` alone asks for no permission: whoever holds a code may answer, once. It leaves no trace of its own:
no audit row, no moment, no order. What it changes is one code and some counts.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from accounts import clock
from accounts.audit import record
from accounts.models import User
from accounts.outbox import post
from accounts.state import NotReady, locked, permitted, ready
from training.links import hash_of

from ..enums import WaveState
from ..models import SurveyAction, SurveyCode, SurveyTally, SurveyWave, SurveyWording
from ..models.survey import SURVEY
from .questions import ANSWERED, QUESTIONS, Group

MOST_CODES = 500
CLOSED = "This survey has closed. Thank you for wanting to answer."
USED = "This code has been used. Each code works once."


@transaction.atomic
def word_survey(
    *, by: User, texts: Mapping[str, Mapping[str, str]], co_produced: str
) -> SurveyWording:
    """Keep a new version of the words. `texts`: question → {"text", "easy"}; `co_produced`: with whom they
    were written, which no version is without (domain 9, 1.2)."""
    made = SurveyWording(texts=dict(texts), co_produced=co_produced, made_by=by)
    permitted(by, "outcomes.host_survey", made)
    latest = SurveyWording.objects.aggregate(latest=Max("version"))["latest"] or 0
    made.version = latest + 1
    made.save()
    record("survey.worded", made, by=by, version=made.version)
    return made


@transaction.atomic
def plan_wave(*, by: User, **values: Any) -> SurveyWave:
    """Make a wave as a draft; `values` are its fields: programme, wording, title, closes_on."""
    made = SurveyWave(made_by=by, **values)
    permitted(by, "outcomes.host_survey", made)
    made.save()
    record("survey.planned", made, by=by)
    return made


@transaction.atomic
def open_wave(wave: SurveyWave, *, by: User) -> SurveyWave:
    """Answers are taken from now on. Every count is there from the start, at nought."""
    wave = locked(wave)
    permitted(by, "outcomes.host_survey", wave)
    ready(wave, "open")
    wave.open(by=by)
    wave.save()
    SurveyTally.objects.bulk_create(
        SurveyTally(wave=wave, group=group, question=question, choice=choice)
        for group in Group.values
        for question, choices in [(ANSWERED, ("",)), *((q.code, q.values) for q in QUESTIONS)]
        for choice in choices
    )
    record("survey.opened", wave, by=by)
    return wave


@transaction.atomic
def invite(
    wave: SurveyWave, *, by: User, codes: int = 0, addresses: Iterable[str] = ()
) -> SurveyWave:
    """Make so many codes to print, and send one to each address.

    A code that is sent is kept as its hash alone: nobody but the one who gets the letter can use it, and
    the wave does not know to whom it went. Raises `NotReady` once the wave has closed.
    """
    wave = locked(wave)
    permitted(by, "outcomes.host_survey", wave)
    ready(wave, "invite")
    to = list(dict.fromkeys(addresses))
    if not codes and not to:
        raise NotReady(["Say how many codes to print, or give an e-mail address."])
    if codes + len(to) + wave.codes.count() > MOST_CODES * 10 or codes > MOST_CODES:
        raise NotReady([f"At most {MOST_CODES} codes are made at a time."])
    made = [SurveyCode.fresh(wave) for _ in range(codes)]
    for address in to:
        sent = SurveyCode.fresh(wave)
        post(
            "survey_invitation",
            to=[address],
            key=f"survey:{sent.code_hash[:40]}",
            wave=wave,
            code=sent.code,
        )
        sent.key = ""
        made.append(sent)
    SurveyCode.objects.bulk_create(made)
    record("survey.invited", wave, by=by, printed=codes, sent=len(to))
    return wave


def code_behind(code: str) -> SurveyCode | None:
    """The code that somebody holds, used or not, with its wave; None where it is not one of ours."""
    held = SurveyCode.objects.filter(code_hash=hash_of(SURVEY, code))
    return held.select_related("wave__wording").first()


@transaction.atomic
def answer(code: SurveyCode, *, group: str, answers: Mapping[str, str]) -> None:
    """Burn the code and add one to the counts of what was chosen. `answers`: question → choice.

    The same code at the same moment is taken once: the second finds it burnt. Raises `NotReady` when the
    code has been used, when the wave takes no answers, and when nothing was answered. Nothing is recorded.
    """
    wave = locked(code.wave)
    if wave.state == WaveState.DRAFT:
        raise NotReady(["This survey has not opened yet."])
    if not wave.takes_answers:
        raise NotReady([CLOSED])
    group = Group(group or Group.NOT_SAID)
    given = {q.code: answers[q.code] for q in QUESTIONS if answers.get(q.code) in q.values}
    if not given:
        raise NotReady(["Answer at least one question."])
    burnt = SurveyCode.objects.filter(pk=code.pk, is_used=False).update(is_used=True, key="")
    if not burnt:
        raise NotReady([USED])
    for question, choice in [(ANSWERED, ""), *sorted(given.items())]:
        wave.tallies.filter(group=group, question=question, choice=choice).update(
            count=F("count") + 1
        )


@transaction.atomic
def close_wave(wave: SurveyWave, *, by: User) -> SurveyWave:
    """No more answers, for good. From now on the counts may be shown: they cannot be watched growing."""
    wave = locked(wave)
    permitted(by, "outcomes.host_survey", wave)
    ready(wave, "close")
    wave.close(by=by)
    wave.save()
    record("survey.closed", wave, by=by)
    return wave


@transaction.atomic
def publish_wave(wave: SurveyWave, *, by: User) -> SurveyWave:
    """Everybody may read the results. The host publishes: the programme cannot hold them back."""
    wave = locked(wave)
    permitted(by, "outcomes.host_survey", wave)
    ready(wave, "publish")
    wave.publish(by=by)
    wave.save()
    record("survey.published", wave, by=by)
    return wave


@transaction.atomic
def improve(
    wave: SurveyWave, *, by: User, said: str, action: str, owner: str, due_on: date
) -> SurveyAction:
    """Say what is done about something that people said, who sees to it and by when."""
    wave = locked(wave)
    permitted(by, "outcomes.improve_survey", wave)
    ready(wave, "improve")
    latest = wave.actions.aggregate(latest=Max("number"))["latest"] or 0
    made = SurveyAction.objects.create(
        wave=wave,
        number=latest + 1,
        said=said,
        action=action,
        owner=owner,
        due_on=due_on,
        made_by=by,
    )
    record("survey.improvement_planned", made, by=by)
    return made


@transaction.atomic
def finish(action: SurveyAction, *, by: User, evidence: str) -> SurveyAction:
    """It is done, and this shows it."""
    action = locked(action)
    permitted(by, "outcomes.improve_survey", action)
    ready(action, "finish")
    action.evidence, action.done_at, action.done_by = evidence, clock.now(), by
    action.save()
    record("survey.improvement_done", action, by=by)
    return action
