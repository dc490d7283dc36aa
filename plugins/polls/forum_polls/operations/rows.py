"""What several operations need: a poll held until the commit, new options, tallies brought up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    SHOWN_POSTS,
    NotFound,
    Scope,
    db,
    mark_for_search,
    now,
    record_audit,
    touch_topic,
)
from forum_polls.folding import fold_answer
from forum_polls.models import Option, Poll
from forum_polls.queries import POLL_COLUMNS, voters_rule_holds
from forum_polls.shapes import PollRow
from forum_polls.values import FITS, IF_NEED_BE, OptionSpec

# Statements name their rows: there is nothing to bring in step with objects in the session.
QUIET: Final = {"synchronize_session": False}

_LOCK: Final = (
    sa.select(
        *POLL_COLUMNS, voters_rule_holds(sa.bindparam("me", type_=sa.Integer)).label("entitled_me")
    )
    .join(SHOWN_POSTS, SHOWN_POSTS.c.post_id == Poll.post_id)
    .where(
        Poll.id == sa.bindparam("poll"),
        Poll.parent_id.is_(None),
        SHOWN_POSTS.c.area_id == sa.bindparam("area", type_=sa.Integer),
    )
    .with_for_update(of=Poll, key_share=True)
)
_OPTIONS: Final = (
    sa.select(
        Option.id,
        Option.text,
        Option.fold,
        Option.author_id,
        Option.state,
        Option.merged_into_id,
        Option.votes,
        Option.maybes,
        Option.position,
    )
    .where(Option.poll_id == sa.bindparam("poll"))
    .order_by(Option.position, Option.id)
)


@dataclass(frozen=True, slots=True)
class Delta:
    """By how much the tallies of one option change."""

    votes: int = 0
    maybes: int = 0


def lock_poll(scope: Scope, poll_id: int) -> PollRow:
    """Return a poll of the area and hold it: its votes are counted one after the other.

    Errors: NotFound, also for polls of other areas and under posts that are not shown.
    """
    return lock_for_vote(scope, poll_id)[0]


def lock_for_vote(scope: Scope, poll_id: int) -> tuple[PollRow, bool]:
    """Hold a poll; tell also whether its own rule for voters lets the viewer vote."""
    values = {"poll": poll_id, "area": scope.area.id, "me": scope.user_id or 0}
    row: Any = db.session.execute(_LOCK, values).one_or_none()
    if row is None:
        raise NotFound
    return PollRow(*row[:-1]), bool(row[-1])


def list_options(poll_id: int) -> Sequence[Any]:
    """Return all options of a poll, merged and hidden ones too, with their tallies."""
    return db.session.execute(_OPTIONS, {"poll": poll_id}).all()


def update_poll(poll_id: int, *, session: Any = None, **values: Any) -> None:
    """Change columns of a poll that is held."""
    (session or db.session).execute(
        sa.update(Poll).where(Poll.id == poll_id).values(**values).execution_options(**QUIET)
    )


def update_option(option_id: int, **values: Any) -> None:
    """Change columns of an option of a poll that is held."""
    db.session.execute(
        sa.update(Option).where(Option.id == option_id).values(**values).execution_options(**QUIET)
    )


def insert_option(
    poll_id: int,
    text: str,
    *,
    post_id: int,
    position: int,
    author_id: int | None = None,
    state: str = "shown",
) -> int:
    """Add an answer and return its id."""
    row = {
        **option_row(poll_id, OptionSpec(text=text), post_id=post_id, position=position),
        "author_id": author_id,
        "state": state,
    }
    statement = sa.insert(Option).values(row).returning(Option.id)
    return db.session.execute(statement).scalar_one()


def option_row(
    poll_id: int,
    spec: OptionSpec,
    *,
    post_id: int,
    position: int,
    at: datetime | None = None,
) -> dict[str, Any]:
    """Return the values of a new option."""
    return {
        "poll_id": poll_id,
        "post_id": post_id,
        "position": position,
        "text": spec.text,
        "fold": fold_answer(spec.text),
        "votes": 0,
        "created_at": at or now(),
        "starts_at": spec.starts_at,
        "minutes": spec.minutes,
    }


def weigh(kind: str, mark: int) -> Delta:
    """Tell what one mark adds to the tallies: first ranks, dates that fit or would do, else one."""
    if kind == "ranked":
        return Delta(votes=int(mark == 1))
    if kind == "dates":
        return Delta(votes=int(mark == FITS), maybes=int(mark == IF_NEED_BE))
    return Delta(votes=1)


def find_deltas(
    kind: str, *, before: Mapping[int, int], after: Mapping[int, int]
) -> dict[int, Delta]:
    """Return how the tallies change, by option, when marks become others."""
    changes: dict[int, Delta] = {}
    for option_id in {*before, *after}:
        old = weigh(kind, before[option_id]) if option_id in before else Delta()
        new = weigh(kind, after[option_id]) if option_id in after else Delta()
        change = Delta(new.votes - old.votes, new.maybes - old.maybes)
        if change != Delta():
            changes[option_id] = change
    return changes


def count_marks(
    changes: Mapping[int, Delta], *, whole: Sequence[int] = (), session: Any = None
) -> None:
    """Bring the tallies up in one statement.

    Of the polls in `whole` every option is written, changed or not: in a secret poll the row that
    was written last would otherwise name the choice of who voted last.
    """
    if not changes and not whole:
        return
    reach = Option.poll_id.in_(sorted(whole)) if whole else Option.id.in_(sorted(changes))
    votes = {option_id: change.votes for option_id, change in changes.items()}
    maybes = {option_id: change.maybes for option_id, change in changes.items()}
    values = {"votes": Option.votes + _by_id(votes)}
    if any(maybes.values()):
        values["maybes"] = Option.maybes + _by_id(maybes)
    (session or db.session).execute(
        sa.update(Option).where(reach).values(values).execution_options(**QUIET)
    )


def _by_id(numbers: Mapping[int, int]) -> Any:
    return sa.case(numbers, value=Option.id, else_=0) if numbers else sa.literal(0)


def list_anew(poll: PollRow) -> None:
    """Say that there are other answers to choose from: the post is found by others from now on."""
    mark_for_search(poll.topic_id, post_id=poll.post_id)


def leave_trace(scope: Scope, poll: PollRow, verb: str, **details: str) -> None:
    """Write into the area's log what was done to a poll, and let its page be made anew."""
    record_audit(
        f"polls.{verb}",
        scope.user_id,
        area_id=scope.area.id,
        subject=f"poll:{poll.id}",
        **details,
    )
    touch_topic(poll.topic_id)
