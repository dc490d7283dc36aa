"""Ghosts for those who wrote: one per address (or name) and source, known again by a keyed hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import Ghost, create_ghosts, keyed_digest, member
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.models import Author, Entry, Origin, Run, Source
from forum_crosspost.operations.statements import as_rows
from forum_crosspost.records import Writer
from forum_crosspost.rules import PURPOSE, hash_address
from forum_crosspost.words import tell_kind


def hash_writer(writer: Writer) -> str:
    """Return what a writer is known by; who knows the address can make it, nobody can undo it."""
    if writer.has_address:
        return hash_address(writer.identity)
    return keyed_digest(PURPOSE, f"name:{writer.identity}")


@dataclass(frozen=True, slots=True)
class Known:
    """A writer as we know one: the row, and the ghost that their posts are of."""

    author_id: int
    ghost_id: int


def find_ghosts(
    session: Session, source: Source, run: Run, writers: Iterable[Writer]
) -> tuple[dict[str, Known], int]:
    """Return writers by their hash, and how many of them are new.

    Cost: one statement, three more when there are new ones.
    """
    wanted: dict[str, Writer] = {}
    for writer in writers:  # who writes under several names is known by the first
        wanted.setdefault(hash_writer(writer), writer)
    rows = session.execute(
        sa.select(Author.ext_id, Author.id, Author.ghost_id).where(
            Author.source_id == source.id, Author.ext_id.in_(as_rows(session, wanted))
        )
    )
    ghosts = {row.ext_id: Known(row.id, row.ghost_id) for row in rows}
    new = {key: writer for key, writer in wanted.items() if key not in ghosts}
    if new:
        ghosts.update(_add(session, source, run, new))
    return ghosts, len(new)


def count_known(session: Session, run: Run) -> int:
    """Return how many wrote what a run brought or changed and were here before it.

    Cost: one statement, linear in what the run touched.
    """
    statement = (
        sa.select(sa.func.count(sa.distinct(Origin.author_id)))
        .select_from(Entry)
        .join(Origin, Origin.post_id == Entry.local_id)
        .join(Author, Author.id == Origin.author_id)
        .where(Entry.last_run_id == run.id, Author.first_run_id.is_distinct_from(run.id))
    )
    return session.scalar(statement) or 0


def _add(session: Session, source: Source, run: Run, new: dict[str, Writer]) -> dict[str, Known]:
    names = {key: writer.name or _("Unbekannt") for key, writer in new.items()}
    shown = _mark_names(session, names, tell_kind(source.kind))
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
            "first_run_id": run.id,
        }
        for key, writer in new.items()
    ]
    # By hash, not in order: to keep an order SQLite would insert row by row.
    insert = sa.insert(Author).returning(Author.ext_id, Author.id)
    return {row.ext_id: Known(row.id, made[row.ext_id]) for row in session.execute(insert, rows)}


def _mark_names(session: Session, names: dict[str, str], where: str) -> dict[str, str]:
    """Add to every name where it is from, so that no ghost is taken for the member of that name."""
    suffix = f" ({where})"
    marked = {key: f"{name[: limits.NAME - len(suffix)]}{suffix}" for key, name in names.items()}
    taken = set(
        session.scalars(
            sa.select(member.c.name).where(
                member.c.name.in_(as_rows(session, set(marked.values()))),
                member.c.state != "ghost",
            )
        )
    )
    other = f" ({_('%(where)s, von außen', where=where)})"
    return {
        key: f"{names[key][: limits.NAME - len(other)]}{other}" if name in taken else name
        for key, name in marked.items()
    }
