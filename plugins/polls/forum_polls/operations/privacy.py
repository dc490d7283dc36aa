"""What becomes of a member's votes when they ask for their data, or leave for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import AUTHORED_POSTS, mark_for_search, unscoped
from forum.api.web import gettext as _
from forum.plugin import ExportPart, Texts
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations import named
from forum_polls.operations.rows import QUIET, Delta, count_marks, find_deltas
from forum_polls.words import FIT_WORDS

# Equal folds of one poll are refused: the id tells emptied answers apart. The space keeps it from
# being anybody's answer, such as a number: folds begin with none.
_NO_WORDS: Final[Mapping[str, Any]] = {
    "text": "",
    "fold": sa.literal(" ").concat(sa.cast(Option.id, sa.String)),
}


def erase_votes(user_id: int, *, texts: Texts = "keep") -> Mapping[str, int]:
    """Delete a member's votes in all polls, open or ended, and correct what was counted.

    Answers that the member added stay, without the name: others have voted for them. With `texts`
    "delete" their words go, and the votes stand for an answer that has none. Question and answers
    of a poll go with the text of the post it hangs on.
    Who took part in a secret poll is forgotten; the ballot is nobody's and stays counted.
    Cost: twelve statements, three for each ranked poll, and with "delete" one more and two for
        each post whose poll loses words.
    """
    with unscoped("polls: an erasure reaches polls of every area") as session:
        # Held in the order of their ids, as nobody else holds more than one.
        held = session.scalars(
            sa.select(Poll.id)
            .join(Turnout, Turnout.poll_id == Poll.id)
            .where(Turnout.user_id == user_id)
            .order_by(Poll.id)
            .with_for_update(of=Poll, key_share=True)
        ).all()
        uncount_votes(session, user_id, held)
        ranked = list_ranked(session, user_id)
        worded = _list_worded(session, user_id) if texts == "delete" else ()
        done = {
            "polls_vote_choice": _delete(session, Choice, user_id),
            "polls_vote": _delete(session, Vote, user_id),
            "polls_turnout": _delete(session, Turnout, user_id),
            "polls_option": _forget_author(session, user_id, texts),
            "polls_poll": _empty_polls(session, user_id, texts),
        }
    for poll_id in ranked:
        named.recount_rankings(poll_id)
    for topic_id, post_id in worded:
        mark_for_search(topic_id, post_id=post_id)
    return done


_asked_by_author: Final = (Option.author_id.is_(None), Poll.kind != "number")


def export_votes(user_id: int) -> Sequence[ExportPart]:
    """Hand over every vote with its time, changed and withdrawn ones too, and what one asked.

    Of secret polls one gets that one took part: nobody knows more. Numbers that others named in a
    poll of one's own are their votes.
    Cost: four statements.
    """
    with unscoped("polls: own votes are handed over from areas one has left too") as session:
        votes = session.execute(
            sa.select(
                Vote.id,
                Vote.cast_at,
                Vote.ended_at,
                Poll.id,
                Poll.question,
                Poll.kind,
                Option.text,
                Choice.mark,
            )
            .join(Poll, Poll.id == Vote.poll_id)
            .join(Choice, Choice.vote_id == Vote.id)
            .join(Option, Option.id == Choice.option_id)
            .where(Vote.user_id == user_id)
            .order_by(Vote.id, Option.position)
        ).all()
        answers = session.execute(
            sa.select(Poll.id, Poll.question, Option.text, Option.created_at)
            .join(Poll, Poll.id == Option.poll_id)
            .where(Option.author_id == user_id)
            .order_by(Option.id)
        ).all()
        asked = session.execute(
            sa.select(Poll.id, Poll.question, Poll.created_at, Option.text)
            .join(AUTHORED_POSTS, AUTHORED_POSTS.c.post_id == Poll.post_id)
            .outerjoin(Option, sa.and_(Option.poll_id == Poll.id, *_asked_by_author))
            .where(AUTHORED_POSTS.c.author_id == user_id)
            .order_by(Poll.id, Option.position)
        ).all()
        secret = session.execute(
            sa.select(Poll.id, Poll.question)
            .join(Turnout, Turnout.poll_id == Poll.id)
            .where(Turnout.user_id == user_id, Poll.secret)
            .order_by(Poll.id)
        ).all()
    return (
        ExportPart("votes", _to_votes(votes), _("Deine Stimmen in Umfragen")),
        ExportPart("answers", _to_answers(answers), _("Antworten, die du ergänzt hast")),
        ExportPart("polls", _to_polls(asked), _("Umfragen, die du gestellt hast")),
        ExportPart(
            "turnout",
            [{"poll": poll_id, "question": question} for poll_id, question in secret],
            _("Geheime Abstimmungen, an denen du teilgenommen hast"),
        ),
    )


def uncount_votes(
    session: Session,
    user_id: int,
    poll_ids: Sequence[int],
    *,
    only: Sequence[int] | None = None,
) -> None:
    """Take the member's named votes out of the tallies; secret ones are nobody's and stay."""
    statement = (
        sa.select(Poll.id, Poll.kind, Choice.option_id, Choice.mark)
        .join(Vote, Vote.poll_id == Poll.id)
        .join(Choice, Choice.vote_id == Vote.id)
        .where(Vote.user_id == user_id, Vote.ended_at.is_(None))
    )
    if only is not None:
        statement = statement.where(Poll.id.in_(only))
    chosen = session.execute(statement).all()
    changes: dict[int, Delta] = {}
    for _poll_id, kind, option_id, mark in chosen:
        changes |= find_deltas(kind, before={option_id: mark}, after={})
    count_marks(changes, session=session)
    session.execute(
        sa.update(Poll)
        .where(Poll.id.in_(poll_ids), Poll.secret.is_(sa.false()))
        .values(voters=Poll.voters - 1)
        .execution_options(**QUIET)
    )


def list_ranked(session: Session, user_id: int) -> Sequence[int]:
    """Return the named ranked polls with a vote of the member: they are counted anew."""
    statement = sa.select(Poll.id).join(Vote, Vote.poll_id == Poll.id)
    return session.scalars(
        statement.where(
            Vote.user_id == user_id, Vote.ended_at.is_(None), Poll.kind == "ranked"
        ).distinct()
    ).all()


def _delete(session: Session, model: Any, user_id: int) -> int:
    result: Any = session.execute(
        sa.delete(model).where(model.user_id == user_id).execution_options(**QUIET)
    )
    return int(result.rowcount)


def _list_worded(session: Session, user_id: int) -> Sequence[Any]:
    """Return the posts that are found by answers which the member added: topics and ids."""
    posts = sa.select(Option.post_id).where(Option.author_id == user_id)
    where = sa.select(AUTHORED_POSTS.c.topic_id, AUTHORED_POSTS.c.post_id)
    return session.execute(where.where(AUTHORED_POSTS.c.post_id.in_(posts))).all()


def _forget_author(session: Session, user_id: int, texts: Texts) -> int:
    values: dict[str, Any] = {"author_id": None}
    if texts == "delete":
        values |= _NO_WORDS
    result: Any = session.execute(
        sa.update(Option)
        .where(Option.author_id == user_id)
        .values(values)
        .execution_options(**QUIET)
    )
    return int(result.rowcount)


def _empty_polls(session: Session, user_id: int, texts: Texts) -> int:
    posts = sa.select(AUTHORED_POSTS.c.post_id).where(AUTHORED_POSTS.c.author_id == user_id)
    if texts == "keep":
        posts = posts.where(AUTHORED_POSTS.c.deleted_at.is_not(None))
    session.execute(
        sa.update(Option)
        .where(Option.post_id.in_(posts))
        .values(_NO_WORDS)
        .execution_options(**QUIET)
    )
    result: Any = session.execute(
        sa.update(Poll)
        .where(Poll.post_id.in_(posts))
        .values(question="")
        .execution_options(**QUIET)
    )
    return int(result.rowcount)


def _to_polls(rows: Sequence[Any]) -> list[Mapping[str, object]]:
    found: dict[int, dict[str, Any]] = {}
    for poll_id, question, at, text in rows:
        entry = found.setdefault(
            poll_id,
            {"poll": poll_id, "question": question, "answers": [], "asked_at": at.isoformat()},
        )
        if text is not None:
            entry["answers"].append(text)
    return list(found.values())


def _to_votes(rows: Sequence[Any]) -> list[Mapping[str, object]]:
    found: dict[int, dict[str, Any]] = {}
    for vote_id, cast_at, ended_at, poll_id, question, kind, text, mark in rows:
        entry = found.setdefault(
            vote_id,
            {
                "poll": poll_id,
                "question": question,
                "answers": [],
                "cast_at": cast_at.isoformat(),
                "ended_at": _iso(ended_at),
            },
        )
        # A date that one has said no to is marked too, and is no answer by itself.
        entry["answers"].append(f"{text}: {FIT_WORDS[mark]}" if kind == "dates" else text)
    return list(found.values())


def _to_answers(rows: Sequence[Any]) -> list[Mapping[str, object]]:
    return [
        {"poll": poll_id, "question": question, "answer": text, "added_at": at.isoformat()}
        for poll_id, question, text, at in rows
    ]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
