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
from forum.core.database import Model, db, unscoped
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


def remove_ghosts(user_ids: Collection[int]) -> list[int]:
    """Delete ghosts whom no row of any table names any more; return who is gone.

    Those whom something still names stay as they are; what they brought has to go before.
    Cost: one statement to know the tables, one per 500 ghosts, which asks each column that names
    people by its index.
    """
    gone: list[int] = []
    ids = sorted(user_ids)
    with unscoped("accounts: whoever is named anywhere stays, wherever that is") as session:
        names = set(sa.inspect(session.get_bind()).get_table_names()) if ids else set()
        unnamed = [~sa.exists().where(one == User.id) for one in _list_naming(names)]
        for start in range(0, len(ids), AT_ONCE):
            batch = User.id.in_(ids[start : start + AT_ONCE])
            statement = sa.delete(User).where(batch, User.state == "ghost", *unnamed)
            quiet = statement.returning(User.id).execution_options(synchronize_session=False)
            gone += session.scalars(quiet)
    return gone


def _list_naming(tables: Collection[str]) -> list[sa.Column[Any]]:
    """Return the columns that name people, of tables that are there: plugins may have none yet."""
    return [
        column
        for table in Model.metadata.sorted_tables
        if table.name in tables
        for column in table.columns
        if any(key.target_fullname == "user.id" for key in column.foreign_keys)
    ]


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
