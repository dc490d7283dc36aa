"""Members are invited to a survey: all whom it asks, or a sample by what is known of them.

A sample of fewer than five is refused: who knows of so few that they were asked could tell them
apart in the result. Nobody is told whom the lot has fallen on.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from secrets import randbits
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    Conflict,
    Invalid,
    Scope,
    belongs_to,
    get_system_scope,
    member,
    notify,
    unscoped,
)
from forum.api.jobs import enqueue
from forum.api.web import gettext as _
from forum_polls import limits, rules
from forum_polls.models import Poll
from forum_polls.operations.electorate import has_not_voted, keep_voters, select_electors
from forum_polls.operations.rows import leave_trace, lock_poll
from forum_polls.queries import POLLS
from forum_polls.shapes import PollRow
from forum_polls.values import INVITED, Sample

INVITE_JOB: Final = "polls.invite"
_ONE: Final = POLLS.where(Poll.id == sa.bindparam("poll"), Poll.parent_id.is_(None))


def invite(scope: Scope, poll_id: int, *, sample: Sample) -> PollRow:
    """Let members be invited to a survey, each at most once, however often this is done.

    Errors: NotFound, Denied; Conflict for other kinds and after the end; Invalid at `word` where
        fewer than five fit.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_invite(scope)
    if poll.kind != "survey":
        raise Conflict(_("Einladen kann man zu Fragebögen."))
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist schon beendet."))
    with unscoped("polls: a sample is drawn from all whom the survey asks") as session:
        found = _narrow(select_electors(scope, poll), poll, sample).limit(limits.SHARE).subquery()
        fit = int(session.scalar(sa.select(sa.func.count()).select_from(found)) or 0)
    if fit < limits.SHARE:
        raise Invalid("word", _("Auf weniger als fünf Mitglieder trifft das zu."))
    enqueue(INVITE_JOB, args={"poll_id": poll.id, "seed": randbits(32), **sample.to_json()})
    leave_trace(scope, poll, "invite")
    return poll


def send_invitations(args: Mapping[str, Any]) -> None:
    """Invite a sample of whom a survey asks; the job, which may run late or twice.

    The seed is the order's, so a second run draws the same members. Who has answered meanwhile,
    or was invited before, is not told again.
    """
    with unscoped("polls: a sample is drawn from all whom the survey asks") as session:
        row: Any = session.execute(_ONE, {"poll": args["poll_id"]}).one_or_none()
        poll = PollRow(*row) if row is not None else None
        if poll is None or not poll.is_open:
            return
        sample = Sample(args.get("area_id"), args["role"], args["word"], args.get("number"))
        scope = get_system_scope(poll.area_id)
        asked = select_electors(scope, poll)
        drawn = session.scalars(_narrow(asked, poll, sample).order_by(member.c.id)).all()
        if sample.number is not None and sample.number < len(drawn):
            drawn = sorted(Random(args["seed"]).sample(drawn, sample.number))  # noqa: S311 – a lot
        left = set(session.scalars(asked.where(has_not_voted(poll))))
    people = keep_voters(scope, poll, [one for one in drawn if one in left])
    notify(
        INVITED,
        people,
        key=f"poll-{poll.id}",
        post_id=poll.post_id,
        values={"poll": poll.id},
    )


def _narrow(statement: sa.Select[Any], poll: PollRow, sample: Sample) -> sa.Select[Any]:
    """Return the statement for those of whom a poll asks who are in the sample."""
    if sample.area_id is not None or sample.role != "member":
        area = sample.area_id if sample.area_id is not None else poll.area_id
        plain = sample.role == "member"
        statement = statement.where(belongs_to(member.c.id, area, below=plain, least=sample.role))
    if sample.word:
        fields = (member.c.title, member.c.organisation)
        statement = statement.where(
            sa.or_(*(field.icontains(sample.word, autoescape=True) for field in fields))
        )
    return statement
