"""How a batch of an import is stored: topics, posts level by level, new parents, recounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas.operations import touch_area
from forum.core import events, limits
from forum.core.ids import insert_rows
from forum.discussions import threading
from forum.discussions.events import PostCreated, PostEdited, TopicCreated
from forum.discussions.models import Post, PostRevision, Topic
from forum.discussions.operations.parents import Item, Stored, choose_parents, find_given, hang
from forum.discussions.operations.rows import QUIET, recount_topics
from forum.discussions.slugs import make_slug
from forum.web.i18n import gettext as _

if TYPE_CHECKING:
    from forum.discussions.operations.imports import ImportOutcome

CHUNK: Final = 500


class Batch:
    """One call of `import_batch`: its session past the wall, what it touched, what it did."""

    def __init__(
        self, session: Session, area_id: int, actor_id: int | None, outcome: ImportOutcome
    ) -> None:
        self.session = session
        self.area_id = area_id
        self.actor_id = actor_id
        self.outcome = outcome
        self.touched: set[int] = set()
        self.opened: set[int] = set()
        self.last_seqs: dict[int, int] = {}
        self.events: list[events.Event] = []
        self.latest: datetime | None = None

    def update_known(self, items: Sequence[Item]) -> None:
        """Compare known posts with what came, and store what differs."""
        stored = self._load([item.record.post_id for item in items if item.record.post_id])
        for item in items:
            post = stored.get(item.record.post_id or 0)
            if post is None:
                self.outcome.rejected.append((item.record.key, _("der Beitrag ist gelöscht")))
                continue
            self.outcome.posts[item.record.key] = (post.topic_id, post.id)
            self.outcome.topics.setdefault(item.record.thread, post.topic_id)
            if post.source == item.record.source:
                self.outcome.posts_same += 1
            else:
                self._edit(post, item)

    def insert_new(self, items: Sequence[Item]) -> None:
        """Insert topics, then posts level by level, so that parents have their ids."""
        self._open_topics(items)
        self._number(items)
        stored: dict[str | int, Stored] = {}
        parents = {i.record.parent for i in items if isinstance(i.record.parent, int)}
        for post in self._load(parents).values():
            place = threading.Place(post.path, post.depth)
            stored[post.id] = Stored(post.id, post.topic_id, post.author_id, place)
        roots = self._find_roots({item.topic_id for item in items})
        choose_parents(items, stored, roots)
        waiting = {item.record.key: item for item in items}
        while waiting:
            level = [item for item in waiting.values() if item.parent_key not in waiting]
            if not level:  # they answer each other in a circle: one of them hangs on the root
                level = [next(iter(waiting.values()))]
                level[0].parent_key = None
            self._insert_level(level, stored, roots)
            for item in level:
                del waiting[item.record.key]

    def hang_anew(self, items: Sequence[Item]) -> None:
        """Hang known posts on the parents that came for them."""
        wanted = {}
        for item in items:
            parent, key = item.record.parent, item.record.key
            if isinstance(parent, str) and parent in self.outcome.posts:
                parent = self.outcome.posts[parent][1]
            if isinstance(parent, int) and key in self.outcome.posts:
                wanted[self.outcome.posts[key][1]] = parent
        topics = {
            self.outcome.posts[item.record.key][0]
            for item in items
            if item.record.key in self.outcome.posts
            and self.outcome.posts[item.record.key][1] in wanted
        }
        for topic_id in sorted(topics):
            self._hang_in_topic(topic_id, wanted)

    def finish(self) -> None:
        """Recount what was touched and say what happened."""
        self.session.flush()
        recount_topics(self.touched, self.session, last_seqs=self.last_seqs)
        if self.opened or self.latest:
            touch_area(self.area_id, topics=len(self.opened), posted_at=self.latest)
        self.session.flush()
        events.append(*self.events)

    def _load(self, post_ids: Iterable[int]) -> dict[int, Any]:
        ids = sorted(set(post_ids))
        columns = (
            Post.id,
            Post.topic_id,
            Post.seq,
            Post.parent_id,
            Post.path,
            Post.depth,
            Post.author_id,
            Post.source,
            Post.version,
        )
        found: dict[int, Any] = {}
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            statement = sa.select(*columns).where(Post.id.in_(chunk), Post.deleted_at.is_(None))
            found.update({row.id: row for row in self.session.execute(statement)})
        return found

    def _edit(self, post: Any, item: Item) -> None:
        at = item.record.at
        if item.record.restores:
            self._restore(post, item)
            return
        self.outcome.versions[item.record.key] = post.version
        self.session.execute(
            sa.insert(PostRevision).values(
                post_id=post.id,
                version=post.version,
                source=post.source,
                editor_id=post.author_id,
                created_at=at,
            )
        )
        values = {**item.rendering.columns, "version": post.version + 1, "edited_at": at}
        self._update(Post, post.id, **values)
        if post.parent_id is None:
            self._update(Topic, post.topic_id, excerpt=item.rendering.excerpt)
        self.touched.add(post.topic_id)
        self.outcome.posts_changed += 1
        self.events.append(
            PostEdited(
                **self._about(post.topic_id, post.id, post.seq, post.author_id),
                version=post.version + 1,
            )
        )

    def _restore(self, post: Any, item: Item) -> None:
        """Put text, author and title where a placeholder stood; nothing of it is worth keeping."""
        record = item.record
        values = {**item.rendering.columns, "version": post.version + 1}
        self._update(Post, post.id, author_id=record.author_id, **values)
        if post.parent_id is None:
            title = _clean_title(record.title)
            opened = {"title": title, "slug": make_slug(title), "author_id": record.author_id}
            self._update(Topic, post.topic_id, excerpt=item.rendering.excerpt, **opened)
        self.touched.add(post.topic_id)
        self.outcome.posts_changed += 1
        about = self._about(post.topic_id, post.id, post.seq, record.author_id)
        self.events.append(PostEdited(**about, version=post.version + 1))

    def _open_topics(self, items: Sequence[Item]) -> None:
        first: dict[str, Item] = {}
        for item in items:
            thread = item.record.thread
            if item.record.topic_id is not None:
                self.outcome.topics[thread] = item.record.topic_id
            elif thread not in self.outcome.topics:
                known = first.setdefault(thread, item)
                if known.record.parent is not None and item.record.parent is None:
                    first[thread] = item
        posts = Counter(item.record.thread for item in items)
        alone = {thread for thread in first if posts[thread] == 1}
        rows = [self._topic_values(item, thread in alone) for thread, item in first.items()]
        ids = insert_rows(self.session, Topic, rows)
        self.outcome.topics.update(zip(first, ids, strict=True))
        self.outcome.topics_new += len(ids)
        self.opened.update(ids)
        for item in items:
            item.topic_id = self.outcome.topics[item.record.thread]
            if item.record.thread not in alone:
                self.touched.add(item.topic_id)

    def _topic_values(self, item: Item, is_alone: bool) -> dict[str, Any]:
        """Return a new topic; of one with a single post nothing is left to count."""
        record = item.record
        title = _clean_title(record.title)
        return {
            "area_id": self.area_id,
            "author_id": record.author_id,
            "title": title,
            "slug": make_slug(title),
            "excerpt": item.rendering.excerpt,
            "origin": record.origin,
            "created_at": record.at,
            "last_post_at": record.at,
            "rank_at": record.at,
            "last_author_id": record.author_id,
            "last_seq": int(is_alone),
            "people": [record.author_id] if is_alone else [],
            "people_count": int(is_alone),
        }

    def _number(self, items: Sequence[Item]) -> None:
        """Give out seqs while the topics' rows are held; the last ones are stored at the end."""
        last = dict.fromkeys(self.opened, 0)
        ids = sorted({item.topic_id for item in items} - self.opened)
        for start in range(0, len(ids), CHUNK):
            statement = (
                sa.select(Topic.id, Topic.last_seq)
                .where(Topic.id.in_(ids[start : start + CHUNK]))
                .order_by(Topic.id)
                .with_for_update(of=Topic, key_share=True)
            )
            last.update({row.id: row.last_seq for row in self.session.execute(statement)})
        for item in items:
            last[item.topic_id] += 1
            item.seq = last[item.topic_id]
        self.last_seqs.update(last)

    def _find_roots(self, topic_ids: Collection[int]) -> dict[int, Stored]:
        columns = (Post.id, Post.topic_id, Post.author_id, Post.path, Post.depth)
        roots: dict[int, Stored] = {}
        ids = sorted(topic_ids)
        for start in range(0, len(ids), CHUNK):
            statement = sa.select(*columns).where(
                Post.topic_id.in_(ids[start : start + CHUNK]), Post.parent_id.is_(None)
            )
            for row in self.session.execute(statement):
                place = threading.Place(row.path, row.depth)
                roots[row.topic_id] = Stored(row.id, row.topic_id, row.author_id, place)
        return roots

    def _insert_level(
        self, level: Sequence[Item], stored: dict[str | int, Stored], roots: dict[int, Stored]
    ) -> None:
        above = [
            stored[item.parent_key] if item.parent_key else find_given(item, stored, roots)
            for item in level
        ]
        rows = [self._post_values(item, up) for item, up in zip(level, above, strict=True)]
        for item, up, row, post_id in zip(
            level, above, rows, insert_rows(self.session, Post, rows), strict=True
        ):
            place = threading.Place(row["path"], row["depth"])
            new = Stored(post_id, item.topic_id, item.record.author_id, place)
            stored[item.record.key] = new
            if up is None:
                roots[item.topic_id] = new
            self._report(item, new, up)

    def _post_values(self, item: Item, up: Stored | None) -> dict[str, Any]:
        place = threading.place_reply(up.place, item.seq) if up else threading.place_root(item.seq)
        return {
            "topic_id": item.topic_id,
            "seq": item.seq,
            "parent_id": up.id if up else None,
            "path": place.path,
            "depth": place.depth,
            "author_id": item.record.author_id,
            "origin": item.record.origin,
            "created_at": item.record.at,
            **item.rendering.columns,
        }

    def _report(self, item: Item, new: Stored, up: Stored | None) -> None:
        record = item.record
        self.outcome.posts[record.key] = (item.topic_id, new.id)
        self.outcome.posts_new += 1
        self.latest = max(self.latest or record.at, record.at)
        about = self._about(item.topic_id, new.id, item.seq, record.author_id)
        if record.origin == "outside":
            about |= {"actor_id": None, "origin": "system"}
        if up is None and item.topic_id in self.opened:
            base = {key: about[key] for key in ("area_id", "actor_id", "origin", "topic_id")}
            self.events.append(TopicCreated(**base, post_id=new.id, kind="discussion"))
        self.events.append(
            PostCreated(
                **about,
                parent_id=up.id if up else None,
                parent_author_id=up.author_id if up else None,
                quoted_ids=item.rendering.quoted,
            )
        )

    def _hang_in_topic(self, topic_id: int, wanted: dict[int, int]) -> None:
        columns = (Post.id, Post.seq, Post.parent_id, Post.path, Post.depth)
        rows = self.session.execute(sa.select(*columns).where(Post.topic_id == topic_id)).all()
        parents: dict[int, int | None] = {row.id: row.parent_id for row in rows}
        for child, parent in wanted.items():
            if child in parents and parent in parents and parents[child] != parent:
                hang(parents, child, parent)
        hung = [threading.Hung(row.id, row.seq, parents[row.id]) for row in rows]
        places = threading.rewrite_subtree(hung, under={})
        changed = [
            {
                "id": row.id,
                "parent_id": parents[row.id],
                "path": places[row.id].path,
                "depth": places[row.id].depth,
            }
            for row in rows
            if (row.parent_id, row.path) != (parents[row.id], places[row.id].path)
        ]
        self._update_many(Post, changed)
        if changed:
            self.touched.add(topic_id)

    def _about(self, topic_id: int, post_id: int, seq: int, author_id: int) -> dict[str, Any]:
        return {
            "area_id": self.area_id,
            "actor_id": self.actor_id,
            "origin": "import",
            "topic_id": topic_id,
            "post_id": post_id,
            "seq": seq,
            "author_id": author_id,
        }

    def _update(self, model: type[Any], row_id: int, **values: Any) -> None:
        self.session.execute(
            sa.update(model).where(model.id == row_id).values(**values).execution_options(**QUIET)
        )

    def _update_many(self, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(sa.update(model), rows)


def _clean_title(title: str) -> str:
    return " ".join(title.split())[: limits.TITLE] or _("(ohne Betreff)")
