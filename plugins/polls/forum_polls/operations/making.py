"""From a form to a poll: the poll, its options, the questions of a survey, the clock set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from forum.api.data import db, now
from forum.api.jobs import enqueue
from forum_polls.models import Option, Poll
from forum_polls.operations.rows import option_row
from forum_polls.values import OptionSpec, PollSpec, QuestionSpec

CLOSE_JOB = "polls.close"


def create_poll(post_id: int, spec: PollSpec) -> int:
    """Hang a poll on a post, in the transaction that writes the post; return its id.

    Cost: two statements, one more with an end, and two for each question of a survey.
    """
    at = now()
    poll = Poll(
        post_id=post_id,
        name=spec.name,
        question=spec.question,
        kind=spec.kind,
        min_choices=spec.min_choices,
        max_choices=spec.max_choices,
        own_answers=spec.own_answers,
        results=spec.results,
        secret=spec.secret,
        terms=spec.terms.to_json() or None,
        voters_rule=spec.voters,
        voters_area_id=spec.voters_area_id if spec.voters != "area" else None,
        voters_role=spec.voters_role,
        ends_at=spec.ends_at,
        created_at=at,
    )
    db.session.add(poll)
    db.session.flush()
    _insert_options(poll.id, post_id, options=spec.options, at=at)
    for number, question in enumerate(spec.questions, 1):
        _create_question(poll, question, number=number)
    if spec.ends_at is not None:
        set_clock(poll.id, spec.ends_at)
    return poll.id


def set_clock(poll_id: int, ends_at: datetime) -> None:
    """Let the job that counts a poll out run at its end; that no vote counts later is the row's."""
    enqueue(
        CLOSE_JOB,
        args={"poll_id": poll_id},
        run_at=ends_at,
        dedup_key=f"{CLOSE_JOB}:{poll_id}:{ends_at.isoformat()}",
    )


def _create_question(survey: Poll, spec: QuestionSpec, *, number: int) -> None:
    several = spec.kind == "multiple"
    poll = Poll(
        post_id=survey.post_id,
        parent_id=survey.id,
        name=f"{survey.name[:30]}-{number}",
        question=spec.question,
        kind=spec.kind,
        min_choices=0,
        max_choices=None if several else 1,
        own_answers="off",
        results=survey.results,
        secret=True,
        created_at=survey.created_at,
    )
    db.session.add(poll)
    db.session.flush()
    _insert_options(poll.id, survey.post_id, options=spec.options, at=survey.created_at)


def _insert_options(
    poll_id: int, post_id: int, *, options: Sequence[OptionSpec], at: datetime
) -> None:
    rows = [
        option_row(poll_id, option, post_id=post_id, position=position, at=at)
        for position, option in enumerate(options)
    ]
    if rows:
        db.session.execute(sa.insert(Option), rows)
