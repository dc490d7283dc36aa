"""Keepers: what the features of the core hold about a person, how it goes, how it moves.

A lower feature knows nothing of a higher one: each adds its keeper while the app is wired.
Plugins need none, they have the hooks `export_user`, `erase_user` and `merge_users`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask

from forum.core.services import service
from forum.plugin.types import ExportPart, Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Who is being erased: what they are still known by, and what they will be known by.

    `handle` gives way to `pseudonym` in what others wrote.
    """

    user_id: int
    handle: str
    name: str
    email: str | None
    created_at: datetime
    pseudonym: str
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Merger:
    """Whose things become whose. In what others wrote the one handle gives way to the other."""

    source_id: int
    target_id: int
    source_handle: str
    target_handle: str
    source_created_at: datetime
    actor_id: int | None

    def rename(self, user_id: int) -> int:
        """Return whose something is now that was this person's."""
        return self.target_id if user_id == self.source_id else user_id


def _has_none(_user_id: int) -> Sequence[str]:
    return ()


def _hand_over_nothing(_user_id: int, _successor_id: int) -> None:
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What one feature does for a person's data.

    `export` runs outside of transactions and binds the person as viewer where it reads what
    belongs to others too. `erase` runs in the transaction of the erasure, the highest feature
    first, and returns rows by table; `merge` does so in that of a merge. `list_duties` names what
    the site cannot be without and nobody else does; `hand_over` gives all of these to somebody
    else.
    """

    name: str
    export: Callable[[int], Sequence[ExportPart]]
    erase: Callable[[Leaver], Mapping[str, int]]
    merge: Callable[[Merger], Mapping[str, int]]
    list_duties: Callable[[int], Sequence[str]] = _has_none
    hand_over: Callable[[int, int], None] = _hand_over_nothing


def add_keeper(app: Flask, keeper: Keeper) -> None:
    """Let a feature take part in exports and erasures; called while the app is wired."""
    kept = app.extensions["forum"].setdefault("keepers", [])
    cast(list[Keeper], kept).append(keeper)


def list_keepers() -> list[Keeper]:
    """Return the keepers, the lowest feature first."""
    return list(service("keepers"))


def to_records(rows: Iterable[Mapping[Any, Any]]) -> list[dict[str, object]]:
    """Return rows as records of an export: JSON values only, times as ISO 8601."""
    return [{str(key): _to_json(value) for key, value in row.items()} for row in rows]


def _to_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
