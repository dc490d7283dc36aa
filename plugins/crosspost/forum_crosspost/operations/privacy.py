"""What becomes of the rows about a person who asks for their data, or leaves for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import Ghost, create_ghosts, member, now, pseudonymise_ghosts, unscoped
from forum.api.web import gettext as _
from forum.plugin import ExportPart
from forum_crosspost.models import Author, Before, Feed, Origin, Run, Source, Upload


def erase_person(user_id: int) -> Mapping[str, int]:
    """Take back what a member has claimed; of an erased ghost keep the hash alone.

    The hash stays so that a later import finds the erased ghost instead of making a new one. A
    name that the member has claimed was theirs, so it goes as well.
    Cost: five statements, one more per title that an undone run would bring back.
    """
    with unscoped("crosspost: an erasure reaches sources of every area") as session:
        _forget_titles(session, user_id)
        own = sa.select(Author).where(Author.claimed_by_id == user_id)
        ghosts = [author.ghost_id for author in session.scalars(own)]
        claimed = session.execute(
            sa.update(Author)
            .where(Author.claimed_by_id == user_id)
            .values(display="", claimed_by_id=None, claim_proof="", claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        named = session.execute(
            sa.update(Author)
            .where(Author.ghost_id == user_id)
            .values(display="", claimed_by_id=None, claim_proof="", claimed_at=None)
            .execution_options(synchronize_session=False)
        )
        counted = {"crosspost_author": _count(claimed) + _count(named)}
    pseudonymise_ghosts(ghosts, name=_("Gast"))
    return counted


def _forget_titles(session: Session, user_id: int) -> None:
    """Forget what topics of theirs were called before an import gave them another beginning."""
    theirs = (
        sa.select(sa.cast(Origin.post_id, sa.String))
        .join(Author, Author.id == Origin.author_id)
        .where(sa.or_(Author.ghost_id == user_id, Author.claimed_by_id == user_id))
    )
    places = sa.select(Before).where(Before.kind == "place", Before.key.in_(theirs))
    for place in session.scalars(places):
        place.row = {**place.row, "title": ""}


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


def merge_person(source_id: int, target_id: int) -> Mapping[str, int]:
    """Let who turned out to be a writer of a source have claimed that name.

    What was taken over already is theirs now. What still comes under the name is a ghost's again:
    anybody can write a sender's address into a mail, and it must not speak for a member.
    Cost: seven statements, three more per 500 names.
    """
    with unscoped("crosspost: a merge reaches sources of every area") as session:
        named = session.execute(
            sa.select(Author.id, Author.display, Source.label)
            .join(Source, Source.id == Author.source_id)
            .where(Author.ghost_id == source_id)
            .order_by(Author.id)
        ).all()
        ghost = sa.select(member.c.id).where(member.c.id == target_id, member.c.state == "ghost")
        known_as_ghost = session.scalar(ghost) is not None
        moved = 0
        for column in (
            Author.claimed_by_id,
            Source.basis_by_id,
            Run.started_by_id,
            Feed.added_by_id,
            Upload.added_by_id,
        ):
            moved += _move(session, column, source_id, target_id)
    if not named:
        return {"crosspost_author": moved}
    fresh = [target_id] * len(named) if known_as_ghost else _make_ghosts(named)
    with unscoped("crosspost: a merge reaches sources of every area") as session:
        claim: dict[str, Any] = {}
        if not known_as_ghost:
            claim = {"claimed_by_id": target_id, "claim_proof": "merge", "claimed_at": now()}
        values = [
            {"id": row.id, "ghost_id": ghost_id, **claim}
            for row, ghost_id in zip(named, fresh, strict=True)
        ]
        session.execute(sa.update(Author), values)
    return {"crosspost_author": moved + len(named)}


def _make_ghosts(named: Sequence[Any]) -> list[int]:
    return create_ghosts([Ghost(name=row.display, source=row.label) for row in named])


def _move(session: Session, column: Any, source_id: int, target_id: int) -> int:
    moved = sa.update(column.class_).where(column == source_id).values({column.key: target_id})
    return _count(session.execute(moved.execution_options(synchronize_session=False)))
