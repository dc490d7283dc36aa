"""Two behaviours, counted per chapter in two statements; nothing from behind a seal.

What an import brought is nobody's behaviour, and what may still happen in time is not counted yet.
Counted are whole months: who looks today and again tomorrow sees the same figures, and no
difference between them tells what a single person did in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, get_args

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
REGION: Final = "region"
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
        _first.created_at < _until,
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
    .where(among(_member.area_id, "area_ids"), _member.since >= _since, _member.since < _until)
    .group_by(_member.area_id, _member.user_id, _member.since)
)


class _Home(NamedTuple):
    """Which part of the roof an area counts for, and the nearest region it lies in."""

    part: int
    nearest: int


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done, of how many times that it could have been."""

    done: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.done + other.done, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Tally:
    """The chapters below a roof in the order of the tree, and the counts of each.

    `roof_id` has in `counts` what belongs to no chapter: all of them are the roof's whole.
    """

    roof_id: int
    chapters: tuple[TreeRow, ...]
    counts: Mapping[Behaviour, Mapping[int, Count]]


def count_behaviours(scope: Scope, roof_id: int) -> Tally:
    """Count below every region that hangs directly under an area, and in what is left of it.

    Counted are areas that all members of the site may read, down to the first seal. A topic counts
    as answered when somebody who does not belong to its area replied within 72 hours; whoever
    joined began when they wrote in that area within 30 days, each once per nearest region. So
    the parts of a chapter are together what the chapter is in the report above it.

    Cost: four statements, whatever the number of chapters; linear in topics and joins of a year.
    """
    rows = list_tree(scope.viewer)
    below = [row for row in rows if row.parent_id == roof_id and row.kind == REGION]
    chapters = [row for row in below if not row.sealed]
    homes = _find_homes(rows, roof_id, chapters)
    parts = (roof_id, *(row.id for row in chapters))
    counts: dict[Behaviour, dict[int, Count]] = {
        name: {one: Count() for one in parts} for name in BEHAVIOURS
    }
    if homes:
        with as_viewer(scope.viewer):
            _add_answers(counts["answered"], homes)
            _add_beginners(counts["began"], homes)
    return Tally(roof_id, tuple(chapters), counts)


def _find_homes(
    rows: Sequence[TreeRow], roof_id: int, chapters: Sequence[TreeRow]
) -> dict[int, _Home]:
    """Return for each area that counts which part it counts for, and its nearest region."""
    known, regions = {row.id for row in chapters}, {row.id for row in rows if row.kind == REGION}
    homes: dict[int, _Home] = {}
    for row in rows:
        # Where roles of the roof flow there is no seal in between.
        if roof_id in row.flow and row.reads and row.effective in _OPEN:
            own = row.flow[row.flow.index(roof_id) :]
            part = next((one for one in own if one in known), roof_id)
            nearest = next((one for one in reversed(own) if one in regions), roof_id)
            homes[row.id] = _Home(part, nearest)
    return homes


def _window(within: timedelta) -> dict[str, datetime]:
    """Return the last twelve whole months (UTC) of which all is settled by now."""
    until = (now() - within).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {"since": until.replace(year=until.year - 1), "until": until}


def _add_answers(counts: dict[int, Count], homes: Mapping[int, _Home]) -> None:
    values = {"area_ids": sorted(homes), **_window(ANSWER_WITHIN)}
    for row in db.session.execute(_ANSWERS, values):
        in_time = row.answered_at is not None and row.answered_at - row.begun_at <= ANSWER_WITHIN
        counts[homes[row.area_id].part] += Count(int(in_time), 1)


def _add_beginners(counts: dict[int, Count], homes: Mapping[int, _Home]) -> None:
    values = {"area_ids": sorted(homes), **_window(BEGIN_WITHIN)}
    people: dict[tuple[_Home, int], bool] = {}
    for row in db.session.execute(_BEGINNERS, values):
        in_time = row.wrote_at is not None and row.wrote_at - row.since <= BEGIN_WITHIN
        key = (homes[row.area_id], row.user_id)
        people[key] = people.get(key, False) or in_time
    for (home, _user_id), in_time in people.items():
        counts[home.part] += Count(int(in_time), 1)
