"""From a form to a poll, and its life: end, reopening, a tighter rule for its results."""

from __future__ import annotations

import sqlalchemy as sa

from forum.api.data import Conflict, Invalid, Scope, db, now, record_audit, touch_topic
from forum.api.web import gettext as _
from forum_polls import rules
from forum_polls.folding import fold_answer
from forum_polls.models import Option, Poll
from forum_polls.operations.rows import lock_poll, update_poll
from forum_polls.queries import PollRow
from forum_polls.values import PollSpec


def create_poll(post_id: int, spec: PollSpec) -> int:
    """Hang a poll on a post, in the transaction that writes the post; return its id.

    Cost: two statements.
    """
    at = now()
    poll = Poll(
        post_id=post_id,
        question=spec.question,
        kind=spec.kind,
        min_choices=spec.min_choices,
        max_choices=spec.max_choices,
        own_answers=spec.own_answers,
        results=spec.results,
        ends_at=spec.ends_at,
        created_at=at,
    )
    db.session.add(poll)
    db.session.flush()
    rows = [
        {
            "poll_id": poll.id,
            "post_id": post_id,
            "position": position,
            "text": text,
            "fold": fold_answer(text),
            "votes": 0,
            "created_at": at,
        }
        for position, text in enumerate(spec.options)
    ]
    db.session.execute(sa.insert(Option), rows)
    return poll.id


def close_poll(scope: Scope, poll_id: int) -> PollRow:
    """End a poll now.

    Errors: NotFound, Denied, Conflict when it has ended already.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist schon beendet."))
    update_poll(poll_id, closed_at=now())
    _leave_trace(scope, poll, "close")
    return poll


def reopen_poll(scope: Scope, poll_id: int) -> PollRow:
    """Let votes count again; an end that has passed does not hold any more.

    Errors: NotFound, Denied, Conflict when it is open.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    if poll.is_open:
        raise Conflict(_("Diese Umfrage läuft noch."))
    at = now()
    passed = poll.ends_at is not None and poll.ends_at <= at
    update_poll(poll_id, closed_at=None, reopened_at=at, ends_at=None if passed else poll.ends_at)
    _leave_trace(scope, poll, "reopen")
    return poll


def set_results(scope: Scope, poll_id: int, *, results: str) -> PollRow:
    """Say when the results show: once somebody has voted, later than before but never earlier.

    Errors: NotFound, Denied; Invalid at `results`.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    if not rules.can_change_results(poll, results):
        raise Invalid(
            "results", _("Es wurde schon abgestimmt: Das Ergebnis darf nicht früher zu sehen sein.")
        )
    if results != poll.results:
        update_poll(poll_id, results=results)
        _leave_trace(scope, poll, "set_results", before=poll.results, after=results)
    return poll


def _leave_trace(scope: Scope, poll: PollRow, verb: str, **details: str) -> None:
    record_audit(
        f"polls.{verb}",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"poll:{poll.id}",
        **details,
    )
    touch_topic(poll.topic_id)
