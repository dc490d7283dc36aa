"""Keepers of areas: what the features above hold about an area, for its bundle and its end.

A lower feature knows nothing of a higher one: each adds its keeper while the app is wired.
Plugins need none, they have the hooks `delete_area` and `export_area`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask
from sqlalchemy.orm import Session

from forum.core.services import service
from forum.plugin.types import AreaBundle


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaKeeper:
    """What one feature does for an area that goes, or is written into a file.

    All get a session past the wall. `export` writes to its part of the bundle what readers of the
    area may see. The others run in the transaction of the deletion: `hold` lets nobody change
    what members have there until the unit ends and says how much it is, hidden and deleted things
    too; `delete` follows, the highest feature first, and returns rows by table.
    """

    name: str
    hold: Callable[[Session, int], int]
    delete: Callable[[Session, int], Mapping[str, int]]
    export: Callable[[Session, int, AreaBundle], None]


def add_area_keeper(app: Flask, keeper: AreaKeeper) -> None:
    """Let a feature take part in deletions of areas; called while the app is wired."""
    kept = app.extensions["forum"].setdefault("area_keepers", [])
    cast(list[AreaKeeper], kept).append(keeper)


def list_area_keepers() -> list[AreaKeeper]:
    """Return the keepers, the lowest feature first."""
    return list(service("area_keepers"))
