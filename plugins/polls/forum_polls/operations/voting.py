"""Voting in polls of every kind: cast, change, take back, with an answer of one's own.

The poll is held meanwhile, so tallies are exact; that nobody votes twice is the database's to
guarantee (`Turnout`, and one vote in force).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.api.data import Invalid, Scope, db, touch_topic
from forum.api.web import gettext as _
from forum.api.web import ngettext
from forum_polls import limits, rules
from forum_polls.forms import read_amount
from forum_polls.models import Option, Poll
from forum_polls.operations import named, secret
from forum_polls.operations.answers import AnswerFate, find_or_add
from forum_polls.operations.rows import insert_option, list_options, lock_for_vote, lock_poll
from forum_polls.shapes import PollRow
from forum_polls.values import NOT, Ballot

_QUESTIONS: Final = (
    sa.select(Poll.id, Poll.kind, Poll.question, Option.id)
    .outerjoin(Option, Option.poll_id == Poll.id)
    .where(Poll.parent_id == sa.bindparam("poll"))
    .order_by(Poll.id, Option.position)
)


@dataclass(frozen=True, slots=True)
class Voted:
    """What a ballot came to; `answer` tells what became of an answer of one's own."""

    poll: PollRow
    what: Literal["cast", "changed", "unchanged", "none"]
    answer: AnswerFate = ""


def vote(scope: Scope, poll_id: int, *, ballot: Ballot) -> Voted:
    """Cast or change the viewer's vote; the same vote again changes nothing.

    An answer of the viewer's own that is there already is voted for, otherwise it is added. In a
    secret poll it is only added: who wrote it would have voted for it.
    Errors: NotFound, Denied, Conflict after the end and for a second secret vote; Invalid at
    `option`, `answer`, `number` or the question of a survey.
    """
    poll, entitled = lock_for_vote(scope, poll_id)
    rules.require_vote(scope, poll, entitled=entitled)
    assert scope.user_id is not None
    if poll.kind == "survey":
        secret.answer_secretly(poll, scope.user_id, answers=_read_sheet(poll, ballot))
        touch_topic(poll.topic_id)
        return Voted(poll, "cast")
    options = list_options(poll_id)
    marks, answer = _read_marks(scope, poll, ballot, options=options)
    if (answer == "waiting" or (poll.secret and answer)) and not ballot.chosen:
        touch_topic(poll.topic_id)
        return Voted(poll, "none", answer)
    _check_marks(poll, marks, options=options)
    if poll.secret:
        shown = [row.id for row in options if row.state == "shown"]
        secret.cast_secretly(poll, scope.user_id, marks=marks, option_ids=shown)
        touch_topic(poll.topic_id)
        return Voted(poll, "cast", answer)
    return _cast_named(poll, scope.user_id, marks=marks, answer=answer)


def withdraw_vote(scope: Scope, poll_id: int) -> tuple[PollRow, bool]:
    """Take the viewer's vote back; tell whether there was one.

    Errors: NotFound, Denied, Conflict after the end and in secret polls.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_withdraw(scope, poll)
    assert scope.user_id is not None
    before = named.get_vote(poll_id, scope.user_id)
    if before.vote_id is None:
        return poll, False
    named.end_vote(poll, scope.user_id, before=before)
    touch_topic(poll.topic_id)
    return poll, True


def _cast_named(
    poll: PollRow, user_id: int, *, marks: Mapping[int, int], answer: AnswerFate
) -> Voted:
    before = named.get_vote(poll.id, user_id)
    if marks == before.marks:
        if answer == "waiting":
            touch_topic(poll.topic_id)
        return Voted(poll, "unchanged", answer)
    named.write_vote(poll, user_id, before=before, marks=marks)
    touch_topic(poll.topic_id)
    return Voted(poll, "cast" if before.vote_id is None else "changed", answer)


def _read_marks(
    scope: Scope, poll: PollRow, ballot: Ballot, *, options: Sequence[Any]
) -> tuple[dict[int, int], AnswerFate]:
    """Return the marks that are voted, and what became of an answer or a number of one's own."""
    if poll.kind == "number":
        return {_find_number(poll, ballot.number, options=options): 1}, ""
    marks = ballot.chosen
    known = {row.id for row in options if row.state in {"shown", "hidden"}}
    if not marks.keys() <= known:
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    if not ballot.answer:
        return marks, ""
    option_id, fate = find_or_add(scope, poll, ballot.answer, options=options)
    votes_for_it = fate == "joined" or (fate == "added" and not poll.secret)
    return (marks | {option_id: 1} if votes_for_it else marks), fate


def _find_number(poll: PollRow, text: str, *, options: Sequence[Any]) -> int:
    """Return the option that stands for a number; there is one for each that was named."""
    value = format(read_amount(text, terms=poll.terms).normalize(), "f")
    for row in options:
        if row.text == value:
            return int(row.id)
    if len(options) >= limits.NUMBERS:
        raise Invalid("number", _("Hier sind schon zu viele verschiedene Zahlen genannt."))
    return insert_option(poll.id, value, post_id=poll.post_id, position=len(options))


def _check_marks(poll: PollRow, marks: Mapping[int, int], *, options: Sequence[Any]) -> None:
    number = len(marks)
    if poll.kind == "ranked" and sorted(marks.values()) != list(range(1, number + 1)):
        raise Invalid("option", _("Vergib jeden Rang einmal, von 1 an und ohne Lücke."))
    if poll.kind == "dates" and not all(1 <= mark <= NOT for mark in marks.values()):
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    if poll.kind not in {"ranked", "dates"} and any(mark != 1 for mark in marks.values()):
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    if number < poll.min_choices:
        raise Invalid(
            "option",
            ngettext(
                "Bitte wähle mindestens eine Antwort.",
                "Bitte wähle mindestens %(num)s Antworten.",
                poll.min_choices,
            ),
        )
    if poll.max_choices is not None and number > poll.max_choices:
        raise Invalid(
            "option",
            ngettext(
                "Bitte wähle nur eine Antwort.",
                "Bitte wähle höchstens %(num)s Antworten.",
                poll.max_choices,
            ),
        )


def _read_sheet(poll: PollRow, ballot: Ballot) -> dict[int, Sequence[int] | str]:
    """Hold the answers to a survey against its questions; what is left out stays empty."""
    kinds: dict[int, str] = {}
    options: dict[int, set[int]] = {}
    for question_id, kind, _question, option_id in db.session.execute(
        _QUESTIONS, {"poll": poll.id}
    ):
        kinds[question_id] = kind
        options.setdefault(question_id, set()).add(option_id)
    if not ballot.sheet.keys() <= kinds.keys():
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    answers: dict[int, Sequence[int] | str] = {}
    for question_id, kind in kinds.items():
        given = ballot.sheet.get(question_id, "" if kind == "text" else frozenset())
        if isinstance(given, str) != (kind == "text"):
            raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
        if isinstance(given, str):
            answers[question_id] = given
            continue
        if not given <= options[question_id] or (kind != "multiple" and len(given) > 1):
            raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
        answers[question_id] = sorted(given)
    if not any(answers.values()):
        raise Invalid("option", _("Bitte beantworte mindestens eine Frage."))
    return answers
