"""Reads of the plugin: where posts came from, what runs did, whose names those are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    AUTHORED_POSTS,
    NotFound,
    Scope,
    among,
    at_most,
    db,
    find_verified_address,
    member,
)
from forum_crosspost.models import Author, Origin, Run, Source
from forum_crosspost.rules import hash_address, hash_own_address, require_manage

RUNS: Final = 50
AUTHORS: Final = 100


@dataclass(frozen=True, slots=True)
class OriginRow:
    """Where a post came from; without `url` the source has no page for it."""

    post_id: int
    kind: str
    label: str
    url: str
    at: datetime


_ORIGINS: Final = sa.select(*(getattr(Origin, name) for name in OriginRow.__slots__)).where(
    among(Origin.post_id, "post_ids")
)


def list_origins(post_ids: Collection[int]) -> list[OriginRow]:
    """Return where these posts came from; the others are left out.

    Cost: one statement.
    """
    rows = db.session.execute(_ORIGINS, {"post_ids": list(post_ids)})
    return [OriginRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of a source of the area, with its figures; `report` is read for one run alone."""

    id: int
    source_id: int
    kind: str
    label: str
    state: str
    cursor: int
    stats: dict[str, int]
    started_at: datetime
    ended_at: datetime | None
    undone_at: datetime | None
    report: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """A name from elsewhere: where it wrote, how much, and who has claimed it."""

    id: int
    display: str
    label: str
    kind: str
    claimed_by_id: int | None
    claimed_name: str | None
    posts: int
    waiting: int


_RUN: Final = (
    Run.id,
    Run.source_id,
    Source.kind,
    Source.label,
    Run.state,
    Run.cursor,
    Run.stats,
    Run.started_at,
    Run.ended_at,
    Run.undone_at,
)


def list_runs(scope: Scope) -> list[RunRow]:
    """Return the last runs of the area's sources, newest first.

    Errors: Denied for who is no admin. Cost: one statement.
    """
    require_manage(scope)
    rows = db.session.execute(
        sa.select(*_RUN)
        .join(Source, Source.id == Run.source_id)
        .where(Source.area_id == scope.area.id)
        .order_by(Run.id.desc())
        .limit(at_most(RUNS))
    )
    return [RunRow(*row) for row in rows]


def get_run(scope: Scope, run_id: int) -> RunRow:
    """Return a run with what it left out.

    Errors: Denied for who is no admin; NotFound for a run of another area. Cost: one statement.
    """
    require_manage(scope)
    statement = (
        sa.select(*_RUN, Run.report)
        .join(Source, Source.id == Run.source_id)
        .where(Run.id == run_id, Source.area_id == scope.area.id)
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return RunRow(*row)


def has_authors(area_id: int) -> bool:
    """Tell whether an area's sources brought any names. Cost: one statement."""
    statement = (
        sa.select(Author.id)
        .join(Source, Source.id == Author.source_id)
        .where(Source.area_id == area_id)
        .limit(at_most(1))
    )
    return db.session.scalar(statement) is not None


def has_own_authors(area_id: int, user_id: int) -> bool:
    """Tell whether names in an area's sources have a member's address, or are claimed by them.

    Cost: two statements.
    """
    address = find_verified_address(user_id)
    own = Author.claimed_by_id == user_id
    if address:
        own = sa.or_(own, Author.addr_hmac == hash_address(address))
    statement = (
        sa.select(Author.id)
        .join(Source, Source.id == Author.source_id)
        .where(Source.area_id == area_id, own)
        .limit(at_most(1))
    )
    return db.session.scalar(statement) is not None


def list_own_authors(scope: Scope) -> list[AuthorRow]:
    """Return the names in this area's sources that have the viewer's address, or that are theirs.

    Cost: two statements.
    """
    if scope.user_id is None:
        return []
    address = hash_own_address(scope)
    own = Author.addr_hmac == address if address else sa.false()
    return _list_authors(scope, sa.or_(own, Author.claimed_by_id == scope.user_id))


def list_claimed_authors(scope: Scope) -> list[AuthorRow]:
    """Return the names that members have claimed. Errors: Denied for who is no admin."""
    require_manage(scope)
    return _list_authors(scope, Author.claimed_by_id.is_not(None))


def _list_authors(scope: Scope, which: sa.ColumnElement[bool]) -> list[AuthorRow]:
    written = sa.select(sa.func.count()).where(Origin.author_id == Author.id)
    waiting = written.where(AUTHORED_POSTS.c.post_id == Origin.post_id)
    waiting = waiting.where(AUTHORED_POSTS.c.author_id == Author.ghost_id)
    statement = (
        sa.select(
            Author.id,
            Author.display,
            Source.label,
            Source.kind,
            Author.claimed_by_id,
            member.c.name,
            written.scalar_subquery(),
            waiting.scalar_subquery(),
        )
        .join(Source, Source.id == Author.source_id)
        .outerjoin(member, member.c.id == Author.claimed_by_id)
        .where(Source.area_id == scope.area.id, which)
        .order_by(Author.id)
        .limit(at_most(AUTHORS))
    )
    return [AuthorRow(*row) for row in db.session.execute(statement)]
