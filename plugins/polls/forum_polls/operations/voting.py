"""Votes in named polls: cast, change, take back, with an answer of one's own.

The poll is held meanwhile, so tallies are exact; that nobody votes twice is the database's to
guarantee (`Turnout`, and one vote in force).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.api.data import Denied, Invalid, Scope, db, now, touch_topic
from forum.api.web import gettext as _
from forum.api.web import ngettext
from forum_polls import limits, rules
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations.rows import QUIET, insert_option, lock_poll
from forum_polls.queries import PollRow, get_settings
from forum_polls.values import Ballot

_OPTIONS: Final = sa.select(Option.id, Option.fold, Option.author_id).where(
    Option.poll_id == sa.bindparam("poll")
)
_IN_FORCE: Final = (
    sa.select(Vote.id, Choice.option_id)
    .join(Choice, Choice.vote_id == Vote.id)
    .where(
        Vote.poll_id == sa.bindparam("poll"),
        Vote.user_id == sa.bindparam("me", type_=sa.Integer),
        Vote.ended_at.is_(None),
    )
)


AnswerFate = Literal["", "added", "joined"]


@dataclass(frozen=True, slots=True)
class Voted:
    """What a ballot came to; `answer` tells what became of an answer of one's own."""

    poll: PollRow
    what: Literal["cast", "changed", "unchanged"]
    answer: AnswerFate = ""


@dataclass(frozen=True, slots=True)
class _Before:
    vote_id: int | None
    chosen: frozenset[int]


def vote(scope: Scope, poll_id: int, *, ballot: Ballot) -> Voted:
    """Cast or change the viewer's vote; the same vote again changes nothing.

    An answer of the viewer's own that is there already is voted for, otherwise it is added.
    Errors: NotFound, Denied, Conflict after the end; Invalid at `option` or `answer`.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_vote(scope, poll)
    assert scope.user_id is not None
    options: Any = db.session.execute(_OPTIONS, {"poll": poll_id}).all()
    if not ballot.option_ids <= {row.id for row in options}:
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    chosen = ballot.option_ids
    answer: AnswerFate = ""
    if ballot.answer:
        option_id, answer = _find_or_add(scope, poll, ballot.answer, options=options)
        chosen |= {option_id}
    _check_number(poll, len(chosen))
    before = _get_vote(poll_id, scope.user_id)
    if chosen == before.chosen:
        return Voted(poll, "unchanged", answer)
    _end_vote(before)
    _insert_vote(poll_id, scope.user_id, chosen=chosen)
    _count(taken=before.chosen - chosen, given=chosen - before.chosen)
    if before.vote_id is None:
        _take_part(poll_id, scope.user_id)
    touch_topic(poll.topic_id)
    return Voted(poll, "cast" if before.vote_id is None else "changed", answer)


def withdraw_vote(scope: Scope, poll_id: int) -> tuple[PollRow, bool]:
    """Take the viewer's vote back; tell whether there was one.

    Errors: NotFound, Denied, Conflict after the end.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_withdraw(scope, poll)
    assert scope.user_id is not None
    before = _get_vote(poll_id, scope.user_id)
    if before.vote_id is None:
        return poll, False
    _end_vote(before)
    _count(taken=before.chosen, given=frozenset())
    _leave(poll_id, scope.user_id)
    touch_topic(poll.topic_id)
    return poll, True


def _find_or_add(
    scope: Scope, poll: PollRow, text: str, *, options: Collection[Any]
) -> tuple[int, AnswerFate]:
    if poll.own_answers != "open":
        raise Denied(_("Hier stehen nur die vorgegebenen Antworten zur Wahl."))
    answer = clean_answer(text)
    fold = fold_answer(answer)
    if not fold:
        raise Invalid("answer", _("Bitte schreib deine Antwort in das Feld."))
    for row in options:
        if row.fold == fold:
            return row.id, "joined"
    if len(answer) > limits.ANSWER or len(fold) > limits.FOLD:
        raise Invalid(
            "answer",
            _("Eine Antwort darf höchstens %(most)s Zeichen haben.", most=limits.ANSWER),
        )
    most = get_settings(scope.area.id).max_options
    if len(options) >= most:
        raise Invalid("answer", _("Mehr als %(most)s Antworten gehen hier nicht.", most=most))
    if sum(row.author_id == scope.user_id for row in options) >= limits.OWN_ANSWERS:
        raise Invalid(
            "answer",
            _("Du hast hier schon %(most)s Antworten ergänzt.", most=limits.OWN_ANSWERS),
        )
    option_id = insert_option(
        poll.id, answer, post_id=poll.post_id, position=len(options), author_id=scope.user_id
    )
    return option_id, "added"


def _check_number(poll: PollRow, number: int) -> None:
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


def _get_vote(poll_id: int, user_id: int) -> _Before:
    rows = db.session.execute(_IN_FORCE, {"poll": poll_id, "me": user_id}).all()
    return _Before(rows[0].id if rows else None, frozenset(row.option_id for row in rows))


def _end_vote(before: _Before) -> None:
    if before.vote_id is not None:
        db.session.execute(
            sa.update(Vote)
            .where(Vote.id == before.vote_id)
            .values(ended_at=now())
            .execution_options(**QUIET)
        )


def _insert_vote(poll_id: int, user_id: int, *, chosen: Collection[int]) -> None:
    statement = sa.insert(Vote).values(poll_id=poll_id, user_id=user_id, cast_at=now())
    vote_id = db.session.execute(statement.returning(Vote.id)).scalar_one()
    rows = [
        {"vote_id": vote_id, "option_id": option_id, "user_id": user_id}
        for option_id in sorted(chosen)
    ]
    db.session.execute(sa.insert(Choice), rows)


def _count(*, taken: Collection[int], given: Collection[int]) -> None:
    for option_ids, by in ((taken, -1), (given, 1)):
        if option_ids:
            db.session.execute(
                sa.update(Option)
                .where(Option.id.in_(sorted(option_ids)))
                .values(votes=Option.votes + by)
                .execution_options(**QUIET)
            )


def _take_part(poll_id: int, user_id: int) -> None:
    db.session.execute(sa.insert(Turnout).values(poll_id=poll_id, user_id=user_id))
    _count_voters(poll_id, 1)


def _leave(poll_id: int, user_id: int) -> None:
    db.session.execute(
        sa.delete(Turnout)
        .where(Turnout.poll_id == poll_id, Turnout.user_id == user_id)
        .execution_options(**QUIET)
    )
    _count_voters(poll_id, -1)


def _count_voters(poll_id: int, by: int) -> None:
    db.session.execute(
        sa.update(Poll)
        .where(Poll.id == poll_id)
        .values(voters=Poll.voters + by)
        .execution_options(**QUIET)
    )
