"""Ghosts: authors known from imported discussions, who have no account and never sign in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from forum.accounts.events import GhostsCreated
from forum.accounts.models import User
from forum.accounts.names import base_handle, legible_name, make_handle, name_key
from forum.core import clock, events, limits
from forum.core.config import current_config
from forum.core.database import db
from forum.core.errors import Conflict
from forum.core.stamps import stamp_pages

AT_ONCE: Final = 500
ATTEMPTS: Final = 3
# Kept apart from members' handles, so that a namesake who joins later gets the plain one.
PREFIX: Final = "ext"


@dataclass(frozen=True, slots=True)
class Ghost:
    """An author from outside: the name as it stands there, and where "there" is."""

    name: str
    source: str = ""


def create_ghosts(rows: Sequence[Ghost]) -> list[int]:
    """Write ghosts and return their ids in the order given.

    Cost: three statements per 500 rows at most.
    """
    made: list[int] = []
    for start in range(0, len(rows), AT_ONCE):
        made += _create(rows[start : start + AT_ONCE])
    if made:
        events.append(GhostsCreated(user_ids=made, origin="import"))
    return made


def pseudonymise_ghosts(user_ids: Collection[int], *, name: str) -> int:
    """Take their names from ghosts wherever they stand; return how many had one.

    Each is called by `name` and its number from then on, in links too.
    Cost: one statement.
    """
    number = sa.cast(User.id, sa.String)
    handle = f"{PREFIX}-{base_handle(name)}-"
    statement = (
        sa.update(User)
        .where(User.id.in_(sorted(user_ids)), User.state == "ghost")
        .values(
            name=sa.literal(f"{name} ") + number,
            name_key=sa.literal(f"{name_key(name)} ") + number,
            handle=sa.literal(handle) + number,
        )
    )
    stamp_pages()
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def _create(rows: Sequence[Ghost]) -> list[int]:
    for _attempt in range(ATTEMPTS):
        values = _values(rows)
        # By handle, not in order: to keep an order SQLite would insert row by row.
        insert = sa.insert(User).returning(User.handle, User.id)
        try:
            with db.session.begin_nested():
                made = {row.handle: row.id for row in db.session.execute(insert, values)}
        except IntegrityError:
            continue  # another import was faster with one of the handles
        return [made[value["handle"]] for value in values]
    raise Conflict("no free handles found")


def _values(rows: Sequence[Ghost]) -> list[dict[str, Any]]:
    names = [legible_name(row.name) for row in rows]
    stems = [f"{PREFIX} {name}" for name in names]
    taken = _taken({base_handle(stem) for stem in stems})
    config, now = current_config(), clock.now()
    values: list[dict[str, Any]] = []
    for row, name, stem in zip(rows, names, stems, strict=True):
        handle = make_handle(stem, taken)
        taken.add(handle)
        values.append(
            {
                "handle": handle,
                "name": name,
                "name_key": name_key(name),
                "state": "ghost",
                "source": row.source[: limits.LABEL],
                "language": config.language,
                "timezone": config.timezone,
                "created_at": now,
            }
        )
    return values


def _taken(stems: set[str]) -> set[str]:
    """Return the handles in use among the stems, and those that number such a one."""
    plain = {*db.session.scalars(sa.select(User.handle).where(User.handle.in_(sorted(stems))))}
    if not plain:
        return plain
    numbered = [User.handle.between(f"{stem}-", f"{stem}-~") for stem in sorted(plain)]
    return plain | {*db.session.scalars(sa.select(User.handle).where(sa.or_(*numbered)))}
