"""What becomes of the rows about a person who asks for their data, or leaves for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from forum.api.data import unscoped
from forum.api.web import gettext as _
from forum.plugin import ExportPart
from forum_crosspost.models import Author, Source


def erase_person(user_id: int) -> Mapping[str, int]:
    """Take back what a member has claimed; of an erased ghost keep the hash alone.

    The hash stays so that a later import finds the erased ghost instead of making a new one.
    Cost: two statements.
    """
    with unscoped("crosspost: an erasure reaches sources of every area") as session:
        claimed = session.execute(
            sa.update(Author)
            .where(Author.claimed_by_id == user_id)
            .values(claimed_by_id=None, claim_proof="", claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        named = session.execute(
            sa.update(Author)
            .where(Author.ghost_id == user_id)
            .values(display="", claimed_by_id=None, claim_proof="", claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        return {"crosspost_author": _count(claimed) + _count(named)}


def export_person(user_id: int) -> Sequence[ExportPart]:
    """Hand over under which names a member wrote elsewhere. Cost: one statement."""
    with unscoped("crosspost: own names are handed over from areas one has left too") as session:
        rows = session.execute(
            sa.select(Author.display, Source.label, Author.claim_proof, Author.claimed_at)
            .join(Source, Source.id == Author.source_id)
            .where(sa.or_(Author.claimed_by_id == user_id, Author.ghost_id == user_id))
            .order_by(Author.id)
        ).all()
    records = [
        {
            "name": name,
            "source": label,
            "proof": proof,
            "claimed_at": at.isoformat() if at is not None else None,
        }
        for name, label, proof, at in rows
    ]
    return (ExportPart("authors", records, _("Unter welchen Namen du anderswo schreibst")),)


def _count(result: Any) -> int:
    return int(result.rowcount)
