"""Who has not voted yet is reminded once: by hand, or before the end where the area wants it.

Who is reminded has not voted: nobody is told who they are or how many, neither page nor log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import SHOWN_POSTS, Conflict, Scope, among, notify, now, unscoped
from forum.api.jobs import enqueue
from forum.api.web import gettext as _
from forum_polls import limits, rules
from forum_polls.models import Poll
from forum_polls.operations.electorate import list_missing
from forum_polls.operations.rows import leave_trace, lock_poll, update_poll
from forum_polls.queries import POLLS, get_settings
from forum_polls.shapes import PollRow
from forum_polls.values import REMINDER

REMIND_JOB: Final = "polls.remind"
REMIND_SCHEDULE: Final = "polls.remind_before_end"
REMIND_EVERY: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

_ONE: Final = POLLS.where(Poll.id == sa.bindparam("poll"), Poll.parent_id.is_(None))
_LATELY: Final = (
    sa.select(sa.func.count())
    .select_from(Poll)
    .join(SHOWN_POSTS, SHOWN_POSTS.c.post_id == Poll.post_id)
    .where(
        SHOWN_POSTS.c.area_id == sa.bindparam("area", type_=sa.Integer),
        Poll.reminded_at > sa.bindparam("since", type_=Poll.reminded_at.type),
    )
)
_ENDING: Final = (
    POLLS.where(
        Poll.parent_id.is_(None),
        Poll.closed_at.is_(None),
        Poll.reminded_at.is_(None),
        Poll.ends_at > sa.bindparam("now", type_=Poll.ends_at.type),
        Poll.ends_at <= sa.bindparam("until", type_=Poll.ends_at.type),
        among(SHOWN_POSTS.c.area_id, "areas"),
    )
    .order_by(Poll.ends_at, Poll.id)
    .limit(limits.REMINDED_AT_ONCE)
    .with_for_update(of=Poll, key_share=True)
)


def remind(scope: Scope, poll_id: int) -> PollRow:
    """Let all who may vote and have not be reminded, once in the life of a poll.

    Errors: NotFound, Denied; Conflict after the end, a second time, on the poll's first day, and
        when the area has been reminded of enough polls today.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_remind(scope, poll)
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist schon beendet."))
    if poll.reminded_at is not None:
        raise Conflict(_("An diese Umfrage ist schon erinnert worden: Das geht einmal."))
    if not rules.is_remindable(poll):
        raise Conflict(_("Erinnern geht erst, wenn die Umfrage einen Tag alt ist."))
    with unscoped("polls: reminders of a day are counted whoever asks") as session:
        values = {"area": scope.area.id, "since": now() - DAY}
        lately = int(session.scalar(_LATELY, values) or 0)
    if lately >= limits.REMINDERS:
        raise Conflict(
            _("In diesem Bereich ist heute schon an genug Umfragen erinnert worden. Morgen wieder.")
        )
    _order(poll)
    leave_trace(scope, poll, "remind")
    return poll


def remind_before_end(area_ids: Sequence[int]) -> None:
    """Order reminders of the polls that end soon, in the areas that want that.

    Cost: one statement, two for each such poll, and one for each area with one.
    """
    at = now()
    values = {"areas": list(area_ids), "now": at, "until": at + limits.REMIND_DAYS * DAY}
    with unscoped("polls: the schedule has no viewer") as session:
        polls = [PollRow(*row) for row in session.execute(_ENDING, values)]
        days = {area: get_settings(area).remind_days for area in {one.area_id for one in polls}}
        for poll in polls:
            assert poll.ends_at is not None
            due = poll.ends_at - days[poll.area_id] * DAY
            # A poll that began after that, or the day before, is fresh in memory.
            if days[poll.area_id] and poll.created_at + DAY <= due <= at:
                _order(poll, session=session)


def send_reminders(args: Mapping[str, object]) -> None:
    """Remind whom a poll asks and who has not voted; the job, which may run late or twice.

    Nobody is reminded twice: a notification of a type and key stands once for each member.
    """
    with unscoped("polls: whom a poll asks is found without a viewer") as session:
        row: Any = session.execute(_ONE, {"poll": args["poll_id"]}).one_or_none()
        poll = PollRow(*row) if row is not None else None
        if poll is None or not poll.is_open:
            return
        people = list_missing(session, poll)
    notify(
        REMINDER,
        people,
        key=f"poll-{poll.id}",
        post_id=poll.post_id,
        values={"poll": poll.id},
    )


def _order(poll: PollRow, *, session: Session | None = None) -> None:
    update_poll(poll.id, session=session, reminded_at=now())
    enqueue(REMIND_JOB, args={"poll_id": poll.id}, dedup_key=f"{REMIND_JOB}:{poll.id}")
