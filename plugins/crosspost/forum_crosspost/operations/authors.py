"""Ghosts for those who wrote: one per address (or name) and source, known again by a keyed hash."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import Ghost, create_ghosts, keyed_digest, member
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.models import Author, Source
from forum_crosspost.operations.statements import as_rows
from forum_crosspost.records import Writer

PURPOSE = "crosspost.author"


def hash_writer(writer: Writer) -> str:
    """Return what a writer is known by; who knows the address can make it, nobody can undo it."""
    kind = "address" if writer.has_address else "name"
    return keyed_digest(PURPOSE, f"{kind}:{writer.identity}")


def find_ghosts(
    session: Session, source: Source, writers: Iterable[Writer]
) -> tuple[dict[str, int], int]:
    """Return the ghosts of writers by their hash, and how many of them are new.

    Cost: one statement, three more when there are new ones.
    """
    wanted: dict[str, Writer] = {}
    for writer in writers:  # who writes under several names is known by the first
        wanted.setdefault(hash_writer(writer), writer)
    rows = session.execute(
        sa.select(Author.ext_id, Author.ghost_id).where(
            Author.source_id == source.id, Author.ext_id.in_(as_rows(session, wanted))
        )
    )
    ghosts = {row.ext_id: row.ghost_id for row in rows}
    new = {key: writer for key, writer in wanted.items() if key not in ghosts}
    if new:
        ghosts.update(_add(session, source, new))
    return ghosts, len(new)


def _add(session: Session, source: Source, new: dict[str, Writer]) -> dict[str, int]:
    names = {key: writer.name or _("Unbekannt") for key, writer in new.items()}
    shown = _mark_names(session, names)
    ids = create_ghosts([Ghost(name=shown[key], source=source.label) for key in new])
    made = dict(zip(new, ids, strict=True))
    rows = [
        {
            "source_id": source.id,
            "ext_id": key,
            "display": names[key][: limits.NAME],
            "addr_hmac": key if writer.has_address else None,
            "ghost_id": made[key],
            "claim_proof": "",
        }
        for key, writer in new.items()
    ]
    session.execute(sa.insert(Author), rows)
    return made


def _mark_names(session: Session, names: dict[str, str]) -> dict[str, str]:
    """Add to every name where it is from, so that no ghost is taken for the member of that name."""
    suffix = f" ({_('Mailingliste')})"
    marked = {key: f"{name[: limits.NAME - len(suffix)]}{suffix}" for key, name in names.items()}
    taken = set(
        session.scalars(
            sa.select(member.c.name).where(
                member.c.name.in_(as_rows(session, set(marked.values()))),
                member.c.state != "ghost",
            )
        )
    )
    other = f" ({_('Mailingliste, von außen')})"
    return {
        key: f"{names[key][: limits.NAME - len(other)]}{other}" if name in taken else name
        for key, name in marked.items()
    }
