"""How exports and erasures stand: for the member, and for who looks after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from forum.accounts.addresses import find_address
from forum.accounts.keepers import list_keepers
from forum.accounts.models import DataExport, Erasure, ErasureRequest, User
from forum.accounts.tombstones import Tombstone
from forum.core import clock
from forum.core.database import db
from forum.core.errors import NotFound
from forum.core.services import service
from forum.plugin import PersonalData

SHOWN: int = 10


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file with a member's data as the member sees it."""

    id: int
    state: str
    size: int
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedErasure:
    """Somebody is to be erased."""

    user_id: int
    texts: str
    due_at: datetime


def list_exports(user_id: int) -> list[ExportRow]:
    """Return a member's files that are there or being made, latest first."""
    rows = db.session.execute(
        sa.select(
            DataExport.id,
            DataExport.state,
            DataExport.size,
            DataExport.asked_at,
            DataExport.expires_at,
        )
        .where(DataExport.user_id == user_id, DataExport.expires_at > clock.now())
        .order_by(DataExport.id.desc())
        .limit(SHOWN)
    )
    return [ExportRow(*row) for row in rows]


def get_export_file(user_id: int, export_id: int) -> str:
    """Return the name in the storage of a member's own file.

    Errors: NotFound for whatever is not theirs, not ready, or over.
    """
    file = db.session.scalar(
        sa.select(DataExport.file).where(
            DataExport.id == export_id,
            DataExport.user_id == user_id,
            DataExport.state == "ready",
            DataExport.expires_at > clock.now(),
        )
    )
    if file is None:
        raise NotFound
    return file


def list_duties(user_id: int) -> list[str]:
    """Return what the site cannot be without and this person alone does; none for most."""
    return [duty for keeper in list_keepers() for duty in keeper.list_duties(user_id)]


def find_erasure(user_id: int) -> PlannedErasure | None:
    """Return the erasure of a person that waits for its time."""
    row = db.session.execute(
        sa.select(ErasureRequest.user_id, ErasureRequest.texts, ErasureRequest.due_at).where(
            ErasureRequest.user_id == user_id
        )
    ).one_or_none()
    return PlannedErasure(*row) if row else None


def find_person(who: str) -> int | None:
    """Return the id of the living person with this address or handle, in whatever state.

    Never for what members ask: who has an address shows in nobody's browser.
    """
    address = find_address(who)
    known = User.handle == _to_handle(who) if address is None else User.email == address
    found: int | None = db.session.scalar(sa.select(User.id).where(known, User.state != "erased"))
    return found


def find_successor(who: str) -> int | None:
    """Return the id of the active member with this handle."""
    found: int | None = db.session.scalar(
        sa.select(User.id).where(User.handle == _to_handle(who), User.state == "active")
    )
    return found


def get_person_handle(user_id: int) -> str:
    """Return the handle of a living person.

    Errors: NotFound.
    """
    handle = db.session.scalar(
        sa.select(User.handle).where(User.id == user_id, User.state != "erased")
    )
    if handle is None:
        raise NotFound
    return handle


def list_tombstones() -> list[Tombstone]:
    """Return all tombstones, oldest first; few enough to be read at once."""
    rows = db.session.execute(
        sa.select(Erasure.person_hash, Erasure.texts, Erasure.erased_at).order_by(Erasure.id)
    )
    return [
        Tombstone(
            row.person_hash,
            "delete" if row.texts == "delete" else "keep",
            row.erased_at.isoformat(),
        )
        for row in rows
    ]


def _to_handle(who: str) -> str:
    return who.strip().removeprefix("@").lower()


@dataclass(frozen=True, slots=True)
class Processing:
    """What one loaded plugin keeps about people, by its own declaration."""

    title: str
    entries: Sequence[PersonalData]


def list_processing() -> list[Processing]:
    """Return the part of plugins in the record of processing; empty entries for who keeps nothing.

    Cost: no statement.
    """
    manifests = [plugin.manifest for plugin in service("dispatcher").loaded.plugins]
    return [Processing(manifest.title, manifest.personal_data) for manifest in manifests]
