"""The second wall: every ORM statement on area-bound models is limited to what the viewer reads.

Here stand the viewer, the mixins that bind a model, and the criteria. What fills `area_reader`
is in `forum.areas.readers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from flask import g
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, declared_attr, mapped_column
from sqlalchemy.orm import with_loader_criteria as _criteria

from forum.core.database import UnitSession
from forum.core.errors import NoViewer

EVERYBODY = 0
SITE = -1


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a signed-in member of the site, or nobody known (`user_id` None)."""

    user_id: int | None = None

    @property
    def principals(self) -> tuple[int, int, int]:
        """The values of `area_reader.principal` that speak for this viewer."""
        if self.user_id is None:
            return (EVERYBODY, EVERYBODY, EVERYBODY)
        return (EVERYBODY, SITE, self.user_id)


ANONYMOUS = Viewer()
ANY_MEMBER = Viewer(0)
"""Reads what all who are signed in may read; nothing is its own."""


def current_viewer() -> Viewer:
    """Return the bound viewer.

    Errors: raises NoViewer when nobody is bound.
    """
    viewer: Viewer | None = g.get("viewer")
    if viewer is None:
        raise NoViewer("a statement on area-bound models needs a viewer (see forum.core.wall)")
    return viewer


def bind_viewer(viewer: Viewer) -> None:
    """Make `viewer` the one who looks for the rest of this app context."""
    g.viewer = viewer


@contextmanager
def as_viewer(viewer: Viewer) -> Iterator[None]:
    """Look as `viewer` inside the block."""
    before = g.get("viewer")
    g.viewer = viewer
    try:
        yield
    finally:
        g.viewer = before


@contextmanager
def without_viewer() -> Iterator[None]:
    """Let nobody look inside the block: what is asked there holds for all who will read it."""
    before = g.get("viewer")
    g.viewer = None
    try:
        yield
    finally:
        g.viewer = before


# The wall names these tables without their models: core does not know the features above it.
_reader = sa.table(
    "area_reader", sa.column("area_id"), sa.column("principal"), sa.column("reads", sa.Boolean)
)
_topic = sa.table("topic", sa.column("id"), sa.column("area_id"))
_post = sa.table("post", sa.column("id"), sa.column("topic_id"))


class AreaBound:
    """Content of an area: visible to those who may read it."""

    @declared_attr
    def area_id(cls) -> Mapped[int]:
        """The area this belongs to."""
        return mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)


class AreaRowBound:
    """Facts about an area (its team, its plugins): visible to those who may discover it."""

    @declared_attr
    def area_id(cls) -> Mapped[int]:
        """The area this speaks of."""
        return mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)


class TopicBound:
    """What hangs on a topic and follows it wherever it is moved."""

    @declared_attr
    def topic_id(cls) -> Mapped[int]:
        """The topic this hangs on."""
        return mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"), index=True)


class PostBound:
    """What hangs on a post."""

    @declared_attr
    def post_id(cls) -> Mapped[int]:
        """The post this hangs on."""
        return mapped_column(sa.ForeignKey("post.id", ondelete="CASCADE"), index=True)


class ParticipantBound:
    """What belongs to one member alone: read state, notifications, follows."""

    @declared_attr
    def user_id(cls) -> Mapped[int]:
        """The member this belongs to."""
        return mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)


def _principal(position: int) -> sa.BindParameter[int]:
    return sa.bindparam(
        f"wall_{position}",
        callable_=lambda: current_viewer().principals[position],
        type_=sa.BigInteger,
    )


def _own_id() -> sa.BindParameter[int]:
    return sa.bindparam(
        "wall_own", callable_=lambda: current_viewer().user_id or 0, type_=sa.BigInteger
    )


_principals = [_principal(0), _principal(1), _principal(2)]
_own = _own_id()


def may_discover(area_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may know of the area with this id column."""
    return sa.exists().where(_reader.c.area_id == area_id, _reader.c.principal.in_(_principals))


def may_read(area_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may read the content of the area with this id column."""
    return sa.exists().where(
        _reader.c.area_id == area_id,
        _reader.c.principal.in_(_principals),
        _reader.c.reads.is_(sa.true()),
    )


def may_read_topic(topic_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may read the area of the topic with this id column."""
    return sa.exists().where(
        _topic.c.id == topic_id,
        _reader.c.area_id == _topic.c.area_id,
        _reader.c.principal.in_(_principals),
        _reader.c.reads.is_(sa.true()),
    )


def may_read_post(post_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the viewer may read the area of the post with this id column."""
    return sa.exists().where(
        _post.c.id == post_id,
        _topic.c.id == _post.c.topic_id,
        _reader.c.area_id == _topic.c.area_id,
        _reader.c.principal.in_(_principals),
        _reader.c.reads.is_(sa.true()),
    )


def is_own(user_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the row belongs to the viewer."""
    return sa.and_(user_id == _own)


def _option(mixin: type, where: Callable[[Any], sa.ColumnElement[bool]]) -> Any:
    return _criteria(mixin, where, include_aliases=True, track_closure_variables=False)


_options: list[Any] = [
    _option(AreaBound, lambda cls: may_read(cls.area_id)),
    _option(AreaRowBound, lambda cls: may_discover(cls.area_id)),
    _option(TopicBound, lambda cls: may_read_topic(cls.topic_id)),
    _option(PostBound, lambda cls: may_read_post(cls.post_id)),
    _option(ParticipantBound, lambda cls: is_own(cls.user_id)),
]


def bind_model(model: type, where: Callable[[Any], sa.ColumnElement[bool]]) -> None:
    """Wall one model by a condition of its own (`area` itself, memberships); called at import."""
    _options.append(_option(model, where))


# A statement kept at module level is walled once; the others come and go with their request.
_walled: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


@event.listens_for(UnitSession, "do_orm_execute")
def _wall(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return  # already under the wall: the options travel with the loaders
    if state.is_select or state.is_update or state.is_delete:
        walled = _walled.get(state.statement)
        if walled is None:
            walled = _walled[state.statement] = state.statement.options(*_options)
        state.statement = walled
