"""Taking an import back: its posts go for good, what it changed stands as before.

What members answered stays: under a placeholder where the post that they answered was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.operations import recall_post, touch_area
from forum.core import events
from forum.core.database import unscoped
from forum.discussions.events import PostEdited, PostsPurged
from forum.discussions.models import Post, PostRevision, Topic
from forum.discussions.operations.hanging import Hanging, hang_posts
from forum.discussions.operations.purging import purge_posts
from forum.discussions.operations.rendering import make_rendering
from forum.discussions.operations.rewriting import split_ids
from forum.discussions.operations.rows import QUIET, recount_topic
from forum.discussions.slugs import make_slug
from forum.markup import render


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What an import did, by the ids that its source remembers.

    Shapes: `versions` post → the version it had before the import edited it; `places` where posts
    stood before they were carried. `closed` are topics that it left empty.
    """

    area_id: int
    post_ids: Sequence[int]
    versions: Mapping[int, int] = field(default_factory=dict)
    places: Sequence[Hanging] = ()
    closed: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """What stands where a post was that members answered; `author` is asked only when it does."""

    author: Callable[[], int]
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What became of it: posts that are gone, posts that became placeholders, topics gone."""

    gone: tuple[int, ...]
    kept: tuple[int, ...]
    topics: int


def withdraw_import(withdrawal: Withdrawal, stand_in: StandIn) -> Withdrawn:
    """Take back what an import did to an area, in the caller's transaction.

    Revisions of posts that go, reactions and what plugins hung on them go along.
    Cost: linear; about ten statements per 500 posts, a few for each topic that stays.
    """
    with unscoped("what an import did is taken back for everybody") as session:
        _restore_texts(session, withdrawal)
        _reopen(session, withdrawal)
    hang_posts(withdrawal.places)
    with unscoped("what an import did is taken back for everybody") as session:
        return _Removal(session, withdrawal, stand_in).run()


def _restore_texts(session: Session, withdrawal: Withdrawal) -> None:
    for post_id, version in sorted(withdrawal.versions.items()):
        kept = sa.select(PostRevision).where(PostRevision.post_id == post_id)
        before = session.scalars(kept.where(PostRevision.version == version)).one_or_none()
        post = session.get(Post, post_id)
        if before is None or post is None:
            continue
        earlier = sa.select(sa.func.max(PostRevision.created_at)).where(
            PostRevision.post_id == post_id, PostRevision.version < version
        )
        rendering = make_rendering(before.source, render(before.source, breaks=True))
        for name, value in rendering.columns.items():
            setattr(post, name, value)
        post.version, post.edited_at = version, session.scalar(earlier)
        newer = sa.delete(PostRevision).where(
            PostRevision.post_id == post_id, PostRevision.version >= version
        )
        session.flush()
        session.execute(newer.execution_options(**QUIET))
        if post.parent_id is None:
            _update_topic(session, post.topic_id, excerpt=rendering.excerpt)
        _update_topic(session, post.topic_id, version=Topic.version + 1)
        events.append(_edited(withdrawal.area_id, post))


def _reopen(session: Session, withdrawal: Withdrawal) -> None:
    """Open topics again that were left empty, for their posts to come back to."""
    back = {one.topic_id for one in withdrawal.places}
    for batch in split_ids(back.intersection(withdrawal.closed)):
        opened: Any = session.execute(
            sa.update(Topic)
            .where(Topic.id.in_(batch), Topic.deleted_at.is_not(None))
            .values(deleted_at=None)
            .execution_options(**QUIET)
        )
        touch_area(withdrawal.area_id, topics=opened.rowcount)


class _Removal:
    """The posts of an import on their way out, and the topics that they stand in."""

    def __init__(self, session: Session, withdrawal: Withdrawal, stand_in: StandIn) -> None:
        self.session = session
        self.area_id = withdrawal.area_id
        self.stand_in = stand_in
        self.leaving = set(withdrawal.post_ids)
        self.closed = set(withdrawal.closed)
        self.rows: dict[int, Any] = {}

    def run(self) -> Withdrawn:
        """Delete what nobody needs, empty the rest; recount the topics that stay."""
        for batch in split_ids(self._list_topics()):
            statement = sa.select(Post.id, Post.topic_id, Post.parent_id)
            found = self.session.execute(statement.where(Post.topic_id.in_(batch)))
            self.rows |= {row.id: row for row in found}
        leaving = self.leaving & self.rows.keys()
        kept = self._find_needed(leaving)
        gone = leaving - kept
        staying = {row.topic_id for i, row in self.rows.items() if i not in gone}
        empty = {row.topic_id for row in self.rows.values()} - staying | self._find_empty()
        self._empty(kept)
        gone_at = self._find_latest(gone)
        for batch in split_ids(gone):
            purge_posts(self.session, batch)
            purged = PostsPurged(area_id=self.area_id, post_ids=tuple(batch), origin="import")
            events.append(purged)
        topics = self._drop_topics(empty)
        for topic_id in sorted(staying):
            recount_topic(topic_id, self.session)
        if gone_at is not None:
            shown = sa.and_(Topic.area_id == self.area_id, Topic.deleted_at.is_(None))
            latest = self.session.scalar(sa.select(sa.func.max(Topic.last_post_at)).where(shown))
            recall_post(self.area_id, gone_at=gone_at, latest=latest)
        return Withdrawn(tuple(sorted(gone)), tuple(sorted(kept)), topics)

    def _find_latest(self, post_ids: Collection[int]) -> datetime | None:
        """Return when the last of these posts was written."""
        times = [
            self.session.scalar(sa.select(sa.func.max(Post.created_at)).where(Post.id.in_(batch)))
            for batch in split_ids(post_ids)
        ]
        return max((at for at in times if at is not None), default=None)

    def _list_topics(self) -> set[int]:
        topics: set[int] = set()
        for batch in split_ids(self.leaving):
            here = sa.select(Post.topic_id).where(Post.id.in_(batch)).distinct()
            topics |= set(self.session.scalars(here))
        return topics

    def _find_empty(self) -> set[int]:
        """Return topics that the import had opened and left again."""
        filled: set[int] = set()
        for batch in split_ids(self.closed):
            here = sa.select(Post.topic_id).where(Post.topic_id.in_(batch)).distinct()
            filled |= set(self.session.scalars(here))
        return self.closed - filled

    def _find_needed(self, leaving: Collection[int]) -> set[int]:
        """Return the posts above one that stays: without them it would hang on nothing."""
        needed: set[int] = set()
        for post_id, row in self.rows.items():
            if post_id in leaving:
                continue
            above = row.parent_id
            while above is not None and above not in needed:
                if above in leaving:
                    needed.add(above)
                above = self.rows[above].parent_id
        return needed

    def _empty(self, post_ids: Collection[int]) -> None:
        """Put the placeholder where posts have to stay, for their names and texts to go."""
        if not post_ids:
            return
        author = self.stand_in.author()
        rendering = make_rendering(self.stand_in.text, render(self.stand_in.text))
        for batch in split_ids(post_ids):
            old = sa.delete(PostRevision).where(PostRevision.post_id.in_(batch))
            self.session.execute(old.execution_options(**QUIET))
            values = {**rendering.columns, "author_id": author, "edited_at": None}
            changed = sa.update(Post).where(Post.id.in_(batch))
            self.session.execute(changed.values(**values).execution_options(**QUIET))
        for post_id in sorted(post_ids):
            row = self.rows[post_id]
            if row.parent_id is None:
                title = self.stand_in.title
                values = {"title": title, "slug": make_slug(title), "author_id": author}
                _update_topic(self.session, row.topic_id, excerpt=rendering.excerpt, **values)
            events.append(_edited(self.area_id, self.session.get_one(Post, post_id)))

    def _drop_topics(self, topic_ids: Collection[int]) -> int:
        shown = 0
        for batch in split_ids(topic_ids):
            here = sa.and_(Topic.id.in_(batch), Topic.deleted_at.is_(None))
            count = sa.select(sa.func.count()).select_from(Topic).where(here)
            shown += self.session.scalar(count) or 0
            gone = sa.delete(Topic).where(Topic.id.in_(batch))
            self.session.execute(gone.execution_options(**QUIET))
        if topic_ids:
            touch_area(self.area_id, topics=-shown)
        return len(topic_ids)


def _edited(area_id: int, post: Post) -> PostEdited:
    return PostEdited(
        area_id=area_id,
        origin="import",
        topic_id=post.topic_id,
        post_id=post.id,
        seq=post.seq,
        author_id=post.author_id,
        version=post.version,
    )


def _update_topic(session: Session, topic_id: int, **values: Any) -> None:
    session.execute(
        sa.update(Topic).where(Topic.id == topic_id).values(**values).execution_options(**QUIET)
    )
