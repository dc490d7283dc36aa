"""Posts of a topic, page by page; a page starts at a post, so no page costs more than another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.core import limits
from forum.core.among import among
from forum.core.database import at_most, db
from forum.core.errors import NotFound
from forum.core.wall import Viewer
from forum.discussions.models import Post, Reaction
from forum.discussions.queries.people import PersonRow, member, named_member, person_columns

Order = Literal["tree", "flat"]
_MOMENTS: Final = (
    sa.select(Post.seq, Post.created_at)
    .where(
        Post.topic_id == sa.bindparam("topic_id"),
        among(Post.seq, "seqs"),
    )
    .order_by(Post.seq)
)
BEFORE: Final = 2
"""How many posts stand above the one a permalink leads to, for context."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post on a page, the same for all who read it; `html` is empty where it is taken away."""

    id: int
    topic_id: int
    seq: int
    parent_id: int | None
    path: str
    depth: int
    version: int
    origin: str
    language: str | None
    reactions: dict[str, int]
    created_at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    deleted_at: datetime | None
    deleted_by_id: int | None
    author_id: int
    html: str
    parent_seq: int | None
    parent_name: str | None
    author: PersonRow

    @property
    def is_root(self) -> bool:
        """Whether this is the topic's first post."""
        return self.parent_id is None


@dataclass(frozen=True, slots=True)
class PostPage:
    """Posts in reading order; `next` and `prev` are the seqs where the neighbours start.

    `prev` is 0 when the page before is the first one, None when this is it.
    """

    posts: list[PostRow]
    next: int | None = None
    prev: int | None = None


# Other posts of the same topic, which the wall has let through with the first.
_other: Final = sa.table(
    "post",
    sa.column("id", sa.BigInteger),
    sa.column("topic_id", sa.Integer),
    sa.column("seq", sa.Integer),
    sa.column("path", sa.String),
    sa.column("author_id", sa.Integer),
)
_parent: Final = _other.alias("parent")
_parent_author: Final = named_member("parent_author")
_LEAD: Final = 17  # columns of Post that stand first in a PostRow


def _of_parent(page: sa.Subquery, column: Any) -> sa.ScalarSelect[Any]:
    """A column of the post answered, looked up post by post."""
    found = sa.select(column).where(_parent.c.id == page.c.parent_id)
    return found.correlate(page).scalar_subquery()


def _show(page: sa.Subquery) -> sa.Select[Any]:
    """The rows of a page, with their authors and whom they answer.

    All of it is looked up for the page's posts only, once they are known. Beside the topic's posts
    it would be left to the planner, which believes tables to be nearly empty after an import, and
    then looks it up for the whole topic or reads tables whole.
    """
    shown = sa.case((_parent_author.c.state == "erased", ""), else_=_parent_author.c.name)
    author_id = _of_parent(page, _parent.c.author_id)
    parent_name = sa.select(shown).where(_parent_author.c.id == author_id)
    return sa.select(
        *(page.c[name] for name in (*PostRow.__slots__[:_LEAD], "html")),
        _of_parent(page, _parent.c.seq).label("parent_seq"),
        parent_name.correlate(page).scalar_subquery().label("parent_name"),
        *person_columns(),
    ).join_from(page, member, member.c.id == page.c.author_id)


def _to_row(row: Any, shows_hidden: bool) -> PostRow:
    hidden = row[14] is not None or (row[12] is not None and not shows_hidden)
    html = "" if hidden else row[17]
    author = PersonRow(*row[20:27])
    return PostRow(*[*row[:_LEAD], html, row.parent_seq, row.parent_name, author])


def _place(order: Order, table: Any) -> tuple[Any, ...]:
    """The key of the reading order."""
    return (table.path, table.seq) if order == "tree" else (table.seq,)


def _compare(order: Order, table: Any) -> tuple[Any, Any]:
    """The key of a row, and that of the post with seq `start`, looked up in the statement."""
    start = sa.bindparam("start", type_=sa.Integer)
    if order == "flat":
        return table.seq, start
    first = _other.alias("first")
    path = (
        sa.select(first.c.path)
        .where(first.c.topic_id == sa.bindparam("topic_id"), first.c.seq == start)
        .scalar_subquery()
    )
    return sa.tuple_(table.path, table.seq), sa.tuple_(path, start)


def _backwards(order: Order, table: Any) -> list[Any]:
    return [column.desc() for column in _place(order, table)]


def _seq_above(order: Order, limit: int) -> sa.ScalarSelect[int]:
    """The seq one page above the start; NULL when less than a page stands there."""
    other = _other.alias("other")
    place, start = _compare(order, other.c)
    return (
        sa.select(other.c.seq)
        .where(other.c.topic_id == sa.bindparam("topic_id"), place < start)
        .order_by(*_backwards(order, other.c))
        .offset(at_most(limit - 1))
        .limit(at_most(1))
        .scalar_subquery()
    )


@cache
def _page_statement(order: Order, limit: int, *, middle: bool) -> sa.Select[Any]:
    """Statements are built once: the wall and SQLAlchemy keep what they made of them."""
    posts = (
        sa.select(*(getattr(Post, name) for name in (*PostRow.__slots__[:_LEAD], "html")))
        .where(Post.topic_id == sa.bindparam("topic_id"))
        .order_by(*_place(order, Post))
        .limit(at_most(limit + 1))
    )
    if middle:
        place, start = _compare(order, Post)
        posts = posts.where(place >= start)
    page = posts.subquery("page")
    statement = _show(page).order_by(*_place(order, page.c))
    return statement.add_columns(_seq_above(order, limit).label("above")) if middle else statement


def list_posts(
    topic_id: int,
    *,
    order: Order = "tree",
    start: int | None = None,
    shows_hidden: bool = False,
    limit: int = limits.PAGE_POSTS,
) -> PostPage:
    """Return the page of a topic that starts at the post with seq `start` (None: at the top).

    Deleted posts are there as empty places, hidden ones too unless `shows_hidden`.
    Errors: NotFound for a start that is no post of the topic.
    Cost: one statement, two index ranges of one page each; the same for every page.
    """
    values = {"topic_id": topic_id, "start": start}
    statement = _page_statement(order, limit, middle=start is not None)
    rows = db.session.execute(statement, values).all()
    if not rows:
        raise NotFound
    posts = [_to_row(row, shows_hidden) for row in rows[:limit]]
    following = rows[limit].seq if len(rows) > limit else None
    if start is None or posts[0].is_root:
        return PostPage(posts, following)
    return PostPage(posts, following, rows[0].above or 0)


_OWN_REACTIONS: Final = sa.select(Reaction.post_id, Reaction.kind).where(
    among(Reaction.post_id, "post_ids"),
    Reaction.user_id == sa.bindparam("me"),
)


def list_own_reactions(viewer: Viewer, posts: Iterable[PostRow]) -> dict[int, set[str]]:
    """Return how the viewer reacted to these posts, by post id.

    Cost: one statement, none for nobody and where nobody has reacted.
    """
    ids = [post.id for post in posts if post.reactions]
    found: dict[int, set[str]] = {}
    if viewer.user_id is not None and ids:
        values = {"post_ids": ids, "me": viewer.user_id}
        for post_id, kind in db.session.execute(_OWN_REACTIONS, values):
            found.setdefault(post_id, set()).add(kind)
    return found


@cache
def _around_statement(order: Order) -> sa.Select[Any]:
    """The posts above one, nearest first, no more than decide where its page starts."""
    place, start = _compare(order, Post)
    return (
        sa.select(Post.seq)
        .where(Post.topic_id == sa.bindparam("topic_id"), place < start)
        .order_by(*_backwards(order, Post))
        .limit(at_most(limits.PAGE_POSTS))
    )


def find_post_page(topic_id: int, seq: int, *, order: Order = "tree") -> int | None:
    """Return the seq at which to start so that the post is on the page; None for the first page.

    Cost: one statement over at most one page of index entries.
    """
    values = {"topic_id": topic_id, "start": seq}
    above = db.session.execute(_around_statement(order), values).scalars().all()
    if len(above) < limits.PAGE_POSTS:
        return None
    return int(above[BEFORE - 1])


def list_moments(topic_id: int, seqs: Iterable[int]) -> list[tuple[int, datetime]]:
    """Return when these posts were written, in their order. Cost: one statement."""
    values = {"topic_id": topic_id, "seqs": list(seqs)}
    return [(row.seq, row.created_at) for row in db.session.execute(_MOMENTS, values)]


@cache
def _end_statement(order: Order) -> sa.Select[Any]:
    return (
        sa.select(Post.seq)
        .where(Post.topic_id == sa.bindparam("topic_id"))
        .order_by(*_backwards(order, Post))
        .limit(at_most(limits.PAGE_POSTS + 1))
    )


def find_last_page(topic_id: int, *, order: Order = "tree") -> int | None:
    """Return the seq at which the last page starts; None when there is only one."""
    seqs = db.session.execute(_end_statement(order), {"topic_id": topic_id}).scalars().all()
    return int(seqs[-2]) if len(seqs) > limits.PAGE_POSTS else None
