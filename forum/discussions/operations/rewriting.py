"""What others wrote, when somebody leaves: mentions without the handle, quotes without the text.

Runs past the wall, in the session of an erasure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.keepers import Leaver
from forum.discussions.events import PostEdited
from forum.discussions.models import Post, PostRevision, Topic
from forum.markup import empty_quotes, hide_quotes, list_quoted, rename_handle
from forum.web.i18n import gettext as _

CHUNK: Final = 500
_QUOTES: Final = ":::"
_POST: Final = (
    Post.id,
    Post.topic_id,
    Post.parent_id,
    Post.seq,
    Post.author_id,
    Post.version,
    Post.source,
    Post.html,
    Post.refs,
)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Who is to be found no more, and which posts lose their text."""

    leaver: Leaver
    emptied: frozenset[int]

    def source(self, text: str) -> str:
        """Return a source as it may stay."""
        named = rename_handle(text, self.leaver.handle, self.leaver.pseudonym)
        quoted = list_quoted([named]) if self.emptied else set()
        if not quoted & self.emptied:
            return named
        return hide_quotes(named, shown=quoted - self.emptied, note=_note())

    def html(self, text: str) -> str:
        """Return stored HTML as it may stay."""
        named = rename_handle(text, self.leaver.handle, self.leaver.pseudonym)
        return empty_quotes(named, posts=self.emptied, note=_note()) if self.emptied else named

    def refs(self, refs: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return the references of a text as it stays."""
        if refs is None:
            return None
        handle, pseudonym = self.leaver.handle, self.leaver.pseudonym
        return {**refs, "mentions": [pseudonym if h == handle else h for h in refs["mentions"]]}


def find_rewritable(session: Session, rewriting: Rewriting) -> list[tuple[int, int]]:
    """Return id and topic of the posts that name the leaver or quote what goes. Cost: one scan."""
    found = session.execute(
        sa.select(Post.id, Post.topic_id, Post.refs, _names(Post.source, rewriting).label("named"))
        .where(_concerns(Post.source, rewriting))
        .order_by(Post.id)
    )
    return [
        (row.id, row.topic_id)
        for row in found
        if row.named or rewriting.emptied.intersection((row.refs or {}).get("quotes", ()))
    ]


def rewrite_posts(
    session: Session, post_ids: Sequence[int], rewriting: Rewriting
) -> list[PostEdited]:
    """Store these posts anew where that changes them; return what to tell, areas left out."""
    told: list[PostEdited] = []
    for batch in split_ids(post_ids):
        rows = session.execute(sa.select(*_POST).where(Post.id.in_(batch))).all()
        values = [value for row in rows if (value := _rewrite(row, rewriting)) is not None]
        if values:
            session.execute(sa.update(Post), values)
        changed = {value["id"] for value in values}
        told += [_tell(row) for row in rows if row.id in changed]
        _rewrite_excerpts(session, [r.topic_id for r in rows if r.parent_id is None], rewriting)
    return told


def rewrite_revisions(session: Session, rewriting: Rewriting) -> int:
    """Store earlier texts of others' posts anew where that changes them; return how many."""
    found = session.execute(
        sa.select(PostRevision.id, PostRevision.source).where(
            _concerns(PostRevision.source, rewriting)
        )
    ).all()
    values = [
        {"id": row.id, "source": source}
        for row in found
        if (source := rewriting.source(row.source)) != row.source
    ]
    if values:
        session.execute(sa.update(PostRevision), values)
    return len(values)


def split_ids(ids: Collection[int]) -> Iterator[list[int]]:
    """Cut ids into pieces that one statement takes."""
    left = iter(sorted(ids))
    while batch := list(islice(left, CHUNK)):
        yield batch


def _rewrite(row: Any, rewriting: Rewriting) -> dict[str, Any] | None:
    source, html = rewriting.source(row.source), rewriting.html(row.html)
    if (source, html) == (row.source, row.html):
        return None
    # Whoever is editing the old text right now is told: their version is not the present one.
    return {
        "id": row.id,
        "source": source,
        "html": html,
        "refs": rewriting.refs(row.refs),
        "version": row.version + 1,
    }


def _rewrite_excerpts(session: Session, topics: list[int], rewriting: Rewriting) -> None:
    rows = session.execute(sa.select(Topic.id, Topic.excerpt).where(Topic.id.in_(topics))).all()
    values = [{"id": row.id, "excerpt": rewriting.source(row.excerpt)[:300]} for row in rows]
    if values:
        session.execute(sa.update(Topic), values)


def _tell(row: Any) -> PostEdited:
    return PostEdited(
        topic_id=row.topic_id,
        post_id=row.id,
        seq=row.seq,
        author_id=row.author_id,
        version=row.version + 1,
        origin="system",
    )


def _names(column: Any, rewriting: Rewriting) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = column.icontains(rewriting.leaver.handle, autoescape=True)
    return found


def _concerns(column: Any, rewriting: Rewriting) -> sa.ColumnElement[bool]:
    quotes = column.contains(_QUOTES, autoescape=True) if rewriting.emptied else sa.false()
    return sa.or_(_names(column, rewriting), quotes)


def _note() -> str:
    return _("Der zitierte Text ist gelöscht.")
