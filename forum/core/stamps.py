"""One number for all that pages kept in common show beside what they are about.

It grows, in the commit of the change, with every event and audit entry, unless the event says
that a narrower version tells it (`Event.stamps`). What has neither calls `stamp_pages`.
"""

from __future__ import annotations

from typing import Any, Final, cast

import sqlalchemy as sa
from flask import g
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import Model, before_commit, db


class Stamp(Model):
    """At most one row; without it the stamp is 0."""

    __tablename__ = "stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(sa.BigInteger)


STAMP: Final[Any] = sa.func.coalesce(
    sa.select(Stamp.value).where(Stamp.id == 1).scalar_subquery(), 0
)
"""To be selected beside the version of what a page is about."""

_READ: Final = sa.select(STAMP)
_GROW: Final[Any] = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(Stamp)
    .values(id=1, value=1)
    .on_conflict_do_update(index_elements=["id"], set_={"value": Stamp.value + 1})
    for dialect in (postgresql, sqlite)
}


def get_stamp() -> int:
    """Return the stamp as it was when this request first asked: older than what it reads later.

    Cost: one statement per request, none when `note_stamp` has been told it.
    """
    if "stamp" not in g:
        g.stamp = db.session.execute(_READ).scalar_one()
    return cast(int, g.stamp)


def note_stamp(value: int) -> None:
    """Take the stamp from a statement that brought it along."""
    g.stamp = value


def forget_stamp() -> None:
    """Ask again: a new request begins."""
    g.pop("stamp", None)


def stamp_pages() -> None:
    """Make what is kept in common old as soon as the present unit has committed.

    Cost: one statement per unit, the last before its commit: nobody waits for this row longer
    than a commit takes, and it is always the last lock.
    """
    before_commit(_grow)


def _grow() -> None:
    session = db.session()
    session.execute(_GROW[session.get_bind().dialect.name])
