"""Taking a run back: what it brought goes, what it changed stands as before.

Runs of a source are undone from the last to the first. What members answered stays, below a
placeholder, and comes under its post again when the same file is imported anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    Conflict,
    Ghost,
    Hanging,
    NotFound,
    StandIn,
    Withdrawal,
    Withdrawn,
    create_ghosts,
    now,
    pseudonymise_ghosts,
    record_audit,
    remove_ghosts,
    unscoped,
    withdraw_import,
)
from forum.api.web import gettext as _
from forum_crosspost.models import Author, Before, Edge, Entry, Feed, Origin, Run, Source
from forum_crosspost.operations.before import WITHDRAWN
from forum_crosspost.operations.links import POST
from forum_crosspost.operations.statements import as_rows

_QUIET: Final = {"synchronize_session": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back; `kept` are places that answers of members need."""

    posts: int
    kept: int
    changes: int
    authors: int


def undo_run(run_id: int, *, area_id: int, actor_id: int | None) -> Undone:
    """Take a run back, in the caller's transaction.

    Errors: NotFound when the area has no such run; Conflict when it is undone already, and while
        a later run of the same source stands.
    Cost: linear, about twenty statements per 500 posts.
    """
    with _everywhere() as session:
        source, run = _hold(session, run_id, area_id)
        _require_last(session, run)
        brought = _list_brought(session, run)
        before = _list_before(session, run)
        changes = sum(one.kind == "text" for one in before)
        withdrawal = _make_withdrawal(area_id, brought, before)
        stand_in = source.cfg.get("stand_in")
        label = source.label
    stand_ins: list[int] = [stand_in] if stand_in else []

    def find_stand_in() -> int:
        if not stand_ins:
            stand_ins.extend(create_ghosts([Ghost(name=_("Zurückgenommen"), source=label)]))
        return stand_ins[0]

    withdrawn = withdraw_import(
        withdrawal,
        StandIn(
            author=find_stand_in,
            text=_("*Hier stand ein Beitrag von außen. Er wurde zurückgenommen.*"),
            title=_("Zurückgenommener Beitrag von außen"),
        ),
    )
    with _everywhere() as session:
        source, run = _hold(session, run_id, area_id)
        if stand_ins:
            source.cfg = {**source.cfg, "stand_in": stand_ins[0]}
        left = _forget(session, run, withdrawn)
        edges = [one for one in before if one.kind == "edge" and one.row["by_ext"] not in left]
        _restore_edges(session, run, edges)
        _restore_entries(session, run, before)
        ghosts = _forget_writers(session, run)
        _let_rest(session, source)
        _close(session, run)
    gone = set(remove_ghosts(ghosts))
    # Whom something else names, such as a claim, stays without a name.
    pseudonymise_ghosts([one for one in ghosts if one not in gone], name=_("Gast"))
    undone = Undone(
        posts=len(withdrawn.gone), kept=len(withdrawn.kept), changes=changes, authors=len(ghosts)
    )
    record_audit(
        "crosspost.undo_run",
        actor_id,
        area_id=area_id,
        subject=f"crosspost_run:{run_id}",
        posts=undone.posts,
        kept=undone.kept,
    )
    return undone


def _hold(session: Session, run_id: int, area_id: int) -> tuple[Source, Run]:
    """Return the run and its source, which no import gets past until the unit ends."""
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound
    held = sa.select(Source).where(Source.id == run.source_id, Source.area_id == area_id)
    source = session.scalars(held.with_for_update()).one_or_none()
    if source is None:
        raise NotFound
    session.refresh(run)
    return source, run


def _require_last(session: Session, run: Run) -> None:
    if run.undone_at is not None:
        raise Conflict(_("Diese Übernahme ist schon zurückgenommen."))
    later = session.scalars(
        sa.select(Run)
        .where(Run.source_id == run.source_id, Run.id > run.id, Run.undone_at.is_(None))
        .order_by(Run.id.desc())
    )
    for one in later:
        if one.stats.get("posts_new") or one.stats.get("posts_changed"):
            message = _(
                "Nimm zuerst die spätere Übernahme %(number)s zurück: Sie baut auf dieser auf.",
                number=one.id,
            )
            raise Conflict(message)


def _list_brought(session: Session, run: Run) -> list[int]:
    statement = sa.select(Entry.local_id).where(
        Entry.source_id == run.source_id, Entry.first_run_id == run.id, Entry.kind == POST
    )
    return [*session.scalars(statement)]


def _list_before(session: Session, run: Run) -> Sequence[Before]:
    return session.scalars(sa.select(Before).where(Before.run_id == run.id)).all()


def _make_withdrawal(area_id: int, brought: list[int], before: Sequence[Before]) -> Withdrawal:
    leaving = set(brought)
    places = [Hanging(**one.row) for one in before if one.kind == "place"]
    return Withdrawal(
        area_id=area_id,
        post_ids=brought,
        versions={
            one.row["post_id"]: one.row["version"]
            for one in before
            if one.kind == "text" and one.row["version"] and one.row["post_id"] not in leaving
        },
        places=[one for one in places if one.post_id not in leaving],
        closed=[int(one.key) for one in before if one.kind == "closed"],
    )


def _forget(session: Session, run: Run, withdrawn: Withdrawn) -> set[str]:
    """Take what is gone out of the map and return it.

    The places that answers need are kept, without a content.
    """
    mine = sa.and_(Entry.source_id == run.source_id, Entry.first_run_id == run.id)
    kept = [str(one) for one in withdrawn.kept]
    if kept:
        ids = as_rows(session, kept).subquery()
        here = sa.select(sa.cast(ids.c.value, Entry.local_id.type))
        emptied = sa.update(Entry).where(mine, Entry.local_id.in_(here))
        values = {"content_hash": WITHDRAWN, "first_run_id": None, "last_run_id": None}
        session.execute(emptied.values(**values).execution_options(**_QUIET))
        origins = sa.delete(Origin).where(Origin.post_id.in_(here))
        session.execute(origins.execution_options(**_QUIET))
    gone = sa.select(Entry.ext_id).where(mine)
    ext_ids = set(session.scalars(gone))
    said = sa.delete(Edge).where(Edge.source_id == run.source_id, Edge.by_ext.in_(gone))
    session.execute(said.execution_options(**_QUIET))
    session.execute(sa.delete(Entry).where(mine).execution_options(**_QUIET))
    return ext_ids


def _restore_edges(session: Session, run: Run, edges: Sequence[Before]) -> None:
    """Let ids answer what they answered."""
    for one in edges:
        at = datetime.fromisoformat(one.row["at"])
        session.merge(Edge(source_id=run.source_id, **{**one.row, "at": at}))


def _restore_entries(session: Session, run: Run, before: Sequence[Before]) -> None:
    """Let entries know where their posts stand again, and what was taken over of them."""
    places = {int(o.key): o.row["topic_id"] for o in before if o.kind == "place"}
    texts = {one.key: one.row for one in before if one.kind == "text"}
    for entry in _list_entries(session, run, places, texts):
        entry.topic_id = places.get(entry.local_id, entry.topic_id)
        was = texts.get(entry.ext_id)
        if was is not None:
            entry.content_hash, entry.last_run_id = was["hash"], was["run_id"]


def _list_entries(
    session: Session, run: Run, places: dict[int, int], texts: dict[str, Any]
) -> Sequence[Entry]:
    if not places and not texts:
        return ()
    ids = as_rows(session, [str(one) for one in places]).subquery()
    moved = Entry.local_id.in_(sa.select(sa.cast(ids.c.value, Entry.local_id.type)))
    edited = Entry.ext_id.in_(as_rows(session, texts))
    statement = sa.select(Entry).where(
        Entry.source_id == run.source_id, Entry.kind == POST, sa.or_(moved, edited)
    )
    return session.scalars(statement).all()


def _forget_writers(session: Session, run: Run) -> list[int]:
    """Forget who came with the run, as what they wrote is gone with it; return their ghosts."""
    shown = sa.exists().where(Origin.author_id == Author.id)
    idle = sa.and_(Author.source_id == run.source_id, Author.first_run_id == run.id, ~shown)
    ghosts = [*session.scalars(sa.select(Author.ghost_id).where(idle))]
    session.execute(sa.delete(Author).where(idle).execution_options(**_QUIET))
    return ghosts


def _let_rest(session: Session, source: Source) -> None:
    """Fetch a feed no more until somebody says so, then as if for the first time.

    What was taken back would be there again with the next visit.
    """
    # Without the lease nothing is noted any more of a visit that goes on now.
    anew = {"etag": "", "last_modified": "", "lease_until": None}
    resting = sa.update(Feed).where(Feed.source_id == source.id).values(anew)
    session.execute(resting.execution_options(**_QUIET))
    paused = sa.update(Feed).where(Feed.source_id == source.id, Feed.state == "on")
    paused = paused.values(state="paused", reason="undone", detail="")
    session.execute(paused.execution_options(**_QUIET))


def _close(session: Session, run: Run) -> None:
    run.undone_at = now()
    if run.state == "running":
        run.state, run.ended_at = "abandoned", now()
    gone = sa.delete(Before).where(Before.run_id == run.id)
    session.execute(gone.execution_options(**_QUIET))


def _everywhere() -> AbstractContextManager[Session]:
    """Return a session for what no viewer limits."""
    return unscoped("crosspost: a run is undone for everybody")
