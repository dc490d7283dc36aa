"""Hanging posts anew: late parents, topics that become one, topics that fall apart. For imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.operations import touch_area
from forum.core import clock, events, limits
from forum.core.database import unscoped
from forum.discussions import threading
from forum.discussions.events import PostsMoved, TopicDeleted, TopicRenamed
from forum.discussions.models import Follow, Post, Topic
from forum.discussions.operations.rows import QUIET, recount_topic
from forum.discussions.slugs import make_slug
from forum.markup import plain
from forum.markup.text import excerpt

_CHUNK: Final = 500
_TOPIC: Final = (
    Topic.id,
    Topic.area_id,
    Topic.title,
    Topic.author_id,
    Topic.created_at,
    Topic.last_seq,
    Topic.hidden_at,
    Topic.deleted_at,
)
_POST: Final = (
    Post.id,
    Post.topic_id,
    Post.seq,
    Post.parent_id,
    Post.path,
    Post.depth,
    Post.author_id,
    Post.created_at,
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """Where a post belongs; without parent it opens the topic, which then takes the title.

    `seq` is for a post that goes back where it stood: nobody else has it there.
    """

    post_id: int
    topic_id: int
    parent_id: int | None
    title: str = ""
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Hung:
    """Where posts stood that were carried, with the titles of their topics, and topics closed."""

    before: tuple[Hanging, ...] = ()
    closed: tuple[int, ...] = ()


def hang_posts(hangings: Sequence[Hanging]) -> Hung:
    """Hang posts where an import knows now that they belong; what stands below goes along.

    Topics without posts are deleted then, whoever followed them follows the other. Between areas,
    and out of or into what a moderator has hidden or deleted, nothing is carried.
    Hung the same way again, what is returned puts back what was.
    Cost: linear in the topics concerned, about ten statements and a few for each topic.
    """
    if not hangings:
        return Hung()
    with unscoped("an import knows late what answers what") as session:
        grove = _Grove(session, hangings)
        return grove.store() if grove.rearrange() else Hung()


class _Grove:
    """All posts of the topics that the hangings speak of, before and after."""

    def __init__(self, session: Session, hangings: Sequence[Hanging]) -> None:
        self.session = session
        now = dict(self._select(Post.id, Post.topic_id, ids=[one.post_id for one in hangings]))
        wanted = [one for one in hangings if one.post_id in now]
        ids = {*now.values(), *(one.topic_id for one in wanted)}
        self.topics = self._lock(ids)
        wanted = [one for one in wanted if self._may_carry(now[one.post_id], one.topic_id)]
        self.wanted = {one.post_id: one for one in wanted}
        self.posts = {row.id: row for row in self._load(ids)}
        self.parents: dict[int, int | None] = {}
        self.home: dict[int, int] = {}
        self.seqs: dict[int, int] = {}
        self.places: dict[int, threading.Place] = {}
        self.events: list[events.Event] = []

    def rearrange(self) -> bool:
        """Work out the new trees; False when nothing changes or posts would answer in a circle."""
        self.parents = {row.id: row.parent_id for row in self.posts.values()}
        for post_id, one in self.wanted.items():
            self.parents[post_id] = one.parent_id
        self._join_roots()
        for row in self.posts.values():
            if not self._find_home(row.id) or not self._may_carry(row.topic_id, self.home[row.id]):
                return False
        self._number()
        hung = [threading.Hung(i, self.seqs[i], parent) for i, parent in self.parents.items()]
        self.places = threading.rewrite_subtree(hung, under={})
        return any(self._is_changed(row) for row in self.posts.values())

    def store(self) -> Hung:
        """Write posts and topics, and say what happened; return how it was."""
        before = tuple(self._place_of(row) for row in self.posts.values() if self._is_hung(row))
        changed = [self._post_values(row) for row in self.posts.values() if self._is_changed(row)]
        self._free_seqs(changed)
        self.session.execute(sa.update(Post), changed)
        roots = {self.home[i]: i for i, parent in self.parents.items() if parent is None}
        for topic_id in sorted({self.home[one["id"]] for one in changed}):
            self._store_topic(topic_id, roots[topic_id])
        closed = sorted({row.topic_id for row in self.posts.values()} - roots.keys())
        for topic_id in closed:
            self._close(topic_id)
        self.session.flush()
        events.append(*self.events)
        return Hung(before, tuple(closed))

    def _free_seqs(self, changed: Sequence[dict[str, Any]]) -> None:
        """Get numbers out of the way of posts that come back to one: each may be there once."""
        if not any(one.seq for one in self.wanted.values()):
            return
        aside = [{"id": one["id"], "seq": -one["id"]} for one in changed]
        self.session.execute(sa.update(Post), aside)

    def _is_hung(self, row: Any) -> bool:
        return (row.topic_id, row.parent_id) != (self.home[row.id], self.parents[row.id])

    def _place_of(self, row: Any) -> Hanging:
        title = self.topics[row.topic_id].title if row.parent_id is None else ""
        return Hanging(row.id, row.topic_id, row.parent_id, title, row.seq)

    def _lock(self, ids: Iterable[int]) -> dict[int, Any]:
        statement = (
            sa.select(*_TOPIC)
            .where(Topic.id.in_(sorted(ids)))
            .order_by(Topic.id)
            .with_for_update(of=Topic, key_share=True)
        )
        return {row.id: row for row in self.session.execute(statement)}

    def _load(self, topic_ids: Iterable[int]) -> list[Any]:
        statement = sa.select(*_POST).where(Post.topic_id.in_(sorted(topic_ids)))
        return list(self.session.execute(statement.order_by(Post.topic_id, Post.seq)))

    def _select(self, *columns: Any, ids: Sequence[int]) -> Iterable[Any]:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            yield from self.session.execute(sa.select(*columns).where(Post.id.in_(chunk)))

    def _may_carry(self, source_id: int, target_id: int) -> bool:
        source, target = self.topics[source_id], self.topics.get(target_id)
        if source is target:
            return True
        shut = any(row is None or row.hidden_at or row.deleted_at for row in (source, target))
        return not shut and target is not None and source.area_id == target.area_id

    def _join_roots(self) -> None:
        """Let the old root of a topic that gets another one hang on that."""
        named = {one.topic_id: i for i, one in self.wanted.items() if one.parent_id is None}
        for post_id, parent in self.parents.items():
            if parent is None and post_id not in self.wanted:
                root = named.get(self.posts[post_id].topic_id)
                self.parents[post_id] = root

    def _find_home(self, post_id: int) -> bool:
        """Find the topic that a post's root stands in; False for a circle or a lost parent."""
        trail: dict[int, None] = {}
        at = post_id
        while at not in self.home:
            if at in trail or at not in self.posts:
                return False
            trail[at] = None
            parent = self.parents[at]
            if parent is None:
                wanted = self.wanted.get(at)
                self.home[at] = wanted.topic_id if wanted else self.posts[at].topic_id
            else:
                at = parent
        self.home.update(dict.fromkeys(trail, self.home[at]))
        return True

    def _number(self) -> None:
        """Give the next seqs of its new topic to what changes topics, in the old order."""
        last = {topic_id: row.last_seq for topic_id, row in self.topics.items()}
        for row in self.posts.values():
            home = self.home[row.id]
            wanted = self.wanted.get(row.id)
            if home == row.topic_id:
                self.seqs[row.id] = row.seq
            elif wanted is not None and wanted.seq is not None:
                self.seqs[row.id] = wanted.seq
            else:
                last[home] += 1
                self.seqs[row.id] = last[home]

    def _is_changed(self, row: Any) -> bool:
        before = (row.topic_id, row.parent_id, row.path)
        return before != (self.home[row.id], self.parents[row.id], self.places[row.id].path)

    def _post_values(self, row: Any) -> dict[str, Any]:
        place = self.places[row.id]
        return {
            "id": row.id,
            "topic_id": self.home[row.id],
            "seq": self.seqs[row.id],
            "parent_id": self.parents[row.id],
            "path": place.path,
            "depth": place.depth,
        }

    def _store_topic(self, topic_id: int, root_id: int) -> None:
        before, root = self.topics[topic_id], self.posts[root_id]
        came = [i for i, row in self.posts.items() if self.home[i] == topic_id != row.topic_id]
        values: dict[str, Any] = {}
        if came:
            values["last_seq"] = max(before.last_seq, *(self.seqs[i] for i in came))
            self.events.append(PostsMoved(**self._about(topic_id), post_ids=tuple(came)))
        if (root.author_id, root.created_at) != (before.author_id, before.created_at):
            html = self.session.scalar(sa.select(Post.html).where(Post.id == root_id)) or ""
            values |= {"author_id": root.author_id, "created_at": root.created_at}
            values["excerpt"] = excerpt(plain(html))
            values |= self._title(topic_id, root_id)
        if values:
            self._update_topic(topic_id, **values)
        recount_topic(topic_id, self.session)

    def _title(self, topic_id: int, root_id: int) -> dict[str, Any]:
        wanted = self.wanted.get(root_id)
        title = " ".join(wanted.title.split())[: limits.TITLE] if wanted else ""
        if not title or title == self.topics[topic_id].title:
            return {}
        self.events.append(TopicRenamed(**self._about(topic_id)))
        return {"title": title, "slug": make_slug(title)}

    def _close(self, topic_id: int) -> None:
        """Delete a topic that nothing is left of."""
        first = next(row.id for row in self.posts.values() if row.topic_id == topic_id)
        self._carry_follows(topic_id, self.home[first])
        self._update_topic(topic_id, deleted_at=clock.now(), reply_count=0)
        touch_area(self.topics[topic_id].area_id, topics=-1)
        self.events.append(TopicDeleted(**self._about(topic_id)))

    def _carry_follows(self, source_id: int, target_id: int) -> None:
        held = sa.select(Follow.user_id).where(Follow.topic_id == target_id)
        self.session.execute(
            sa.update(Follow)
            .where(Follow.topic_id == source_id, Follow.user_id.not_in(held))
            .values(topic_id=target_id)
            .execution_options(**QUIET)
        )

    def _update_topic(self, topic_id: int, **values: Any) -> None:
        self.session.execute(
            sa.update(Topic).where(Topic.id == topic_id).values(**values).execution_options(**QUIET)
        )

    def _about(self, topic_id: int) -> dict[str, Any]:
        area_id = self.topics[topic_id].area_id
        return {"area_id": area_id, "actor_id": None, "origin": "import", "topic_id": topic_id}
