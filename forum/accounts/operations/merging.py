"""Make one person of two: what the one wrote, is and follows becomes the other's, at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from forum.accounts.events import UsersMerged
from forum.accounts.keepers import Merger, list_keepers
from forum.accounts.models import ErasureRequest, MergedUser, User
from forum.core import audit, events, limits
from forum.core.config import current_config
from forum.core.database import db
from forum.core.errors import Conflict, Denied, Invalid, NotFound
from forum.core.services import service
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking


def merge_users(
    source_id: int, target_id: int, *, by: int | None = None, reason: str = ""
) -> Mapping[str, int]:
    """Make what belongs to one person another's; return the rows dealt with by table.

    Of two memberships the higher role stays, of two reactions or votes one, of two read states
    what either has read. The source stays as a name that leads to the target and that nobody else
    can take; nobody signs in as it any more. Plugins first, then the features from the highest
    down, in one transaction. Nothing here can be taken apart again.

    Errors: NotFound for who is not there (any more); Invalid at `target` for the same person, and
        for an account that was to become a ghost or a blocked member; Conflict while one of them
        waits for erasure; Denied for who is one of the two; HookFailed.
    Cost: linear in what the source wrote, and one scan of all posts for mentions.
    """
    if len(reason) > limits.REASON:
        raise Invalid("reason", _("Die Begründung ist zu lang."))
    if by is not None and by in (source_id, target_id):
        raise Denied(_("Das eigene Konto führt jemand anderes zusammen."))
    source, target = _hold_both(source_id, target_id)
    _require_fit(source, target)
    merger = Merger(
        source_id=source.id,
        target_id=target.id,
        source_handle=source.handle,
        target_handle=target.handle,
        source_created_at=source.created_at,
        actor_id=by,
    )
    rows = _merge(merger)
    events.append(
        UsersMerged(actor_id=by, source_id=source_id, target_id=target_id, origin="system")
    )
    audit.record(
        "accounts.merge_users",
        by,
        subject=f"user:{target_id}",
        reason=reason,
        source=source_id,
        rows={table: count for table, count in rows.items() if count},
    )
    return rows


def _merge(merger: Merger) -> dict[str, int]:
    rows: dict[str, int] = {}
    # What is put in the place of names is read by all, not by who asked.
    with speaking(current_config().language):
        hooks = service("dispatcher").everywhere
        for _plugin, given in hooks.merge_users(merger.source_id, merger.target_id):
            _add(rows, given)
        for keeper in reversed(list_keepers()):
            _add(rows, keeper.merge(merger))
    db.session.execute(
        sa.update(MergedUser)
        .where(MergedUser.into_id == merger.source_id)
        .values(into_id=merger.target_id)
    )
    db.session.execute(
        sa.insert(MergedUser).values(user_id=merger.source_id, into_id=merger.target_id)
    )
    return rows


def _hold_both(source_id: int, target_id: int) -> tuple[Any, Any]:
    """Return and hold both rows, in the order of their ids."""
    if source_id == target_id:
        raise Invalid("target", _("Das ist schon dieselbe Person."))
    columns = (User.id, User.handle, User.state, User.created_at)
    held = db.session.execute(
        sa.select(*columns)
        .where(User.id.in_((source_id, target_id)), User.state != "erased")
        .order_by(User.id)
        .with_for_update(key_share=True)
    )
    found = {row.id: row for row in held}
    if len(found) < 2:
        raise NotFound(_("Dieses Konto gibt es nicht (mehr)."))
    return found[source_id], found[target_id]


def _require_fit(source: Any, target: Any) -> None:
    if source.state != "ghost" and target.state != "active":
        raise Invalid(
            "target", _("Ein Konto geht nur in dem eines Mitglieds auf, das sich anmelden kann.")
        )
    waiting = sa.select(ErasureRequest.user_id).where(
        ErasureRequest.user_id.in_((source.id, target.id))
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Conflict(_("Eines der Konten soll gelöscht werden. Das geht vor."))


def _add(rows: dict[str, int], given: Mapping[str, int]) -> None:
    for table, count in given.items():
        rows[table] = rows.get(table, 0) + count
