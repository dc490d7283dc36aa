"""The life of a poll: its end by hand or by the clock, reopening, a tighter rule, a later end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    AUTHORED_POSTS,
    Conflict,
    Invalid,
    Scope,
    get_system_scope,
    now,
    touch_topic,
    unscoped,
)
from forum.api.web import gettext as _
from forum_polls import happening, rules
from forum_polls.models import Poll
from forum_polls.operations.electorate import select_electors
from forum_polls.operations.rows import QUIET, leave_trace, lock_poll, update_poll
from forum_polls.queries import POLLS, find_any_poll
from forum_polls.results import make_seal
from forum_polls.shapes import PollRow

_DUE: Final = POLLS.where(Poll.id == sa.bindparam("poll"), Poll.parent_id.is_(None))


def close_poll(scope: Scope, poll_id: int) -> PollRow:
    """End a poll now, count who might have voted, seal the result.

    Errors: NotFound, Denied, Conflict when it has ended already.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist schon beendet."))
    update_poll(poll_id, closed_at=now())
    with unscoped("polls: who may vote does not depend on who asks") as session:
        _write_end(session, poll)
        happening.tell_closed(session, poll, actor_id=scope.user_id)
    leave_trace(scope, poll, "close")
    return poll


def close_by_clock(args: Mapping[str, object]) -> None:
    """Settle a poll whose end has come; the job, which may run late, twice, or for nothing."""
    poll_id = args["poll_id"]
    with unscoped("polls: the clock has no viewer") as session:
        row: Any = session.execute(_DUE, {"poll": poll_id}).one_or_none()
        if row is None:
            return
        poll = PollRow(*row)
        if poll.is_open or poll.seal is not None:
            return
        _write_end(session, poll)
        happening.tell_closed(session, poll)
        touch_topic(poll.topic_id, session)


def reopen_poll(scope: Scope, poll_id: int) -> PollRow:
    """Let votes count again; an end that has passed does not hold any more.

    Errors: NotFound, Denied, Conflict when it is open, or secret: its result has been seen, and
    whoever votes after that could be told from the difference.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    if poll.is_open:
        raise Conflict(_("Diese Umfrage läuft noch."))
    if poll.secret:
        raise Conflict(_("Eine geheime Abstimmung wird nicht wieder geöffnet."))
    at = now()
    passed = poll.ends_at is not None and poll.ends_at <= at
    update_poll(
        poll_id,
        closed_at=None,
        reopened_at=at,
        ends_at=None if passed else poll.ends_at,
        entitled=None,
        seal=None,
    )
    happening.tell_reopened(poll, actor_id=scope.user_id)
    leave_trace(scope, poll, "reopen")
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
    if poll.secret and results in {"always", "after_vote"}:
        raise Invalid(
            "results", _("Geheim heißt auch: kein Zwischenstand, solange abgestimmt wird.")
        )
    if results != poll.results:
        update_poll(poll_id, results=results)
        leave_trace(scope, poll, "set_results", before=poll.results, after=results)
    return poll


def move_polls(topic_id: int, *, source_id: int, target_id: int) -> None:
    """Let polls for an area's subtree or roles be for those of the area that the topic goes to."""
    with unscoped("polls: a move takes along rules that the mover may not see") as session:
        posts = sa.select(AUTHORED_POSTS.c.post_id).where(AUTHORED_POSTS.c.topic_id == topic_id)
        session.execute(
            sa.update(Poll)
            .where(
                Poll.post_id.in_(posts),
                Poll.voters_rule.in_(("subtree", "role")),
                Poll.voters_area_id == source_id,
            )
            .values(voters_area_id=target_id)
            .execution_options(**QUIET)
        )


def _write_end(session: Any, poll: PollRow) -> None:
    entitled = _count_entitled(session, poll)
    update_poll(poll.id, session=session, entitled=entitled)
    full = find_any_poll(session, poll.id)
    assert full is not None
    update_poll(poll.id, session=session, seal=make_seal(full))


def _count_entitled(session: Any, poll: PollRow) -> int:
    electors = select_electors(get_system_scope(poll.area_id), poll).subquery()
    return int(session.scalar(sa.select(sa.func.count()).select_from(electors)) or 0)
