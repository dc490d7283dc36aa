"""Two behaviours, counted per chapter in two statements; nothing from behind a seal.

What an import brought is nobody's behaviour, and what may still happen in time is not counted yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

import sqlalchemy as sa

from forum.api.data import (
    MEMBERSHIPS,
    SHOWN_POSTS,
    Scope,
    TreeRow,
    UTCDateTime,
    among,
    as_viewer,
    belongs_to,
    db,
    list_tree,
    now,
)

Behaviour = Literal["answered", "began"]
BEHAVIOURS: Final[tuple[Behaviour, ...]] = get_args(Behaviour)
PERIOD: Final = timedelta(days=365)
ANSWER_WITHIN: Final = timedelta(hours=72)
BEGIN_WITHIN: Final = timedelta(days=30)
_OPEN: Final = ("public", "members")

_first = SHOWN_POSTS.alias("first_post").c
_reply = SHOWN_POSTS.alias("reply").c
_since: Final = sa.bindparam("since", type_=UTCDateTime())
_until: Final = sa.bindparam("until", type_=UTCDateTime())
_ANSWERS: Final = (
    sa.select(
        _first.area_id,
        _first.created_at.label("begun_at"),
        sa.func.min(_reply.created_at).label("answered_at"),
    )
    .select_from(
        _first.topic_id.table.outerjoin(
            _reply.topic_id.table,
            sa.and_(
                _reply.topic_id == _first.topic_id,
                _reply.author_id != _first.author_id,
                _reply.origin == "member",
                sa.not_(belongs_to(_reply.author_id, _first.area_id)),
            ),
        )
    )
    .where(
        among(_first.area_id, "area_ids"),
        _first.seq == 1,
        _first.origin == "member",
        _first.created_at >= _since,
        _first.created_at <= _until,
    )
    .group_by(_first.topic_id, _first.area_id, _first.created_at)
)
_post = SHOWN_POSTS.alias("own_post").c
_member = MEMBERSHIPS.c
_BEGINNERS: Final = (
    sa.select(
        _member.area_id,
        _member.user_id,
        _member.since,
        sa.func.min(_post.created_at).label("wrote_at"),
    )
    .select_from(
        MEMBERSHIPS.outerjoin(
            _post.topic_id.table,
            sa.and_(
                _post.area_id == _member.area_id,
                _post.author_id == _member.user_id,
                _post.created_at >= _member.since,
                _post.origin == "member",
            ),
        )
    )
    .where(among(_member.area_id, "area_ids"), _member.since >= _since, _member.since <= _until)
    .group_by(_member.area_id, _member.user_id, _member.since)
)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done, of how many times that it could have been."""

    done: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.done + other.done, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Tally:
    """The chapters below a roof in the order of the tree, and the counts of each."""

    chapters: tuple[TreeRow, ...]
    counts: Mapping[Behaviour, Mapping[int, Count]]


def count_behaviours(scope: Scope, roof_id: int) -> Tally:
    """Count below every region that hangs directly under an area, itself included.

    Counted are areas that all members of the site may read, down to the first seal. A topic counts
    as answered when somebody who does not belong to its area replied within 72 hours; whoever
    joined began when they wrote in that area within 30 days, each once per chapter.

    Cost: four statements, whatever the number of chapters; linear in topics and joins of a year.
    """
    rows = list_tree(scope.viewer)
    below = [row for row in rows if row.parent_id == roof_id and row.kind == "region"]
    chapters = [row for row in below if not row.sealed]
    home = _find_homes(rows, chapters)
    ids = sorted(home)
    counts: dict[Behaviour, dict[int, Count]] = {
        name: {row.id: Count() for row in chapters} for name in BEHAVIOURS
    }
    if ids:
        with as_viewer(scope.viewer):
            _add_answers(counts["answered"], home, ids)
            _add_beginners(counts["began"], home, ids)
    return Tally(tuple(chapters), counts)


def _find_homes(rows: Sequence[TreeRow], chapters: Sequence[TreeRow]) -> dict[int, int]:
    """Return for each area that counts the chapter it counts for."""
    homes: dict[int, int] = {}
    for chapter in chapters:
        for row in rows:
            # Where roles of the chapter flow there is no seal in between.
            flows = row.path.startswith(chapter.path) and chapter.id in row.flow
            if flows and row.reads and row.effective in _OPEN:
                homes[row.id] = chapter.id
    return homes


def _window(within: timedelta) -> dict[str, datetime]:
    present = now()
    return {"since": present - PERIOD, "until": present - within}


def _add_answers(counts: dict[int, Count], home: Mapping[int, int], ids: Sequence[int]) -> None:
    values = {"area_ids": ids, **_window(ANSWER_WITHIN)}
    for row in db.session.execute(_ANSWERS, values):
        in_time = row.answered_at is not None and row.answered_at - row.begun_at <= ANSWER_WITHIN
        chapter = home[row.area_id]
        counts[chapter] += Count(int(in_time), 1)


def _add_beginners(counts: dict[int, Count], home: Mapping[int, int], ids: Sequence[int]) -> None:
    values = {"area_ids": ids, **_window(BEGIN_WITHIN)}
    people: dict[tuple[int, int], bool] = {}
    for row in db.session.execute(_BEGINNERS, values):
        in_time = row.wrote_at is not None and row.wrote_at - row.since <= BEGIN_WITHIN
        key = (home[row.area_id], row.user_id)
        people[key] = people.get(key, False) or in_time
    for (chapter, _user_id), in_time in people.items():
        counts[chapter] += Count(int(in_time), 1)
