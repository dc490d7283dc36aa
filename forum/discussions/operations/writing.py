"""Starting topics and replying: rule, hooks, markup once, insert, counters, event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.operations import touch_area
from forum.areas.scope import Scope, area_ref
from forum.core import clock, events, limits
from forum.core.database import at_most, db
from forum.core.errors import Conflict, Invalid
from forum.core.services import service
from forum.discussions import rules, threading
from forum.discussions.events import PostCreated, TopicCreated
from forum.discussions.models import Post, Topic
from forum.discussions.operations.directives import store_directives
from forum.discussions.operations.reading import follow_quietly, mark_own
from forum.discussions.operations.rendering import (
    Rendering,
    check_draft,
    refuse,
    render_post,
)
from forum.discussions.operations.rows import FACES, QUIET, insert_row, lock_topic
from forum.discussions.queries.mentions import split_by_access
from forum.discussions.queries.rows import TopicRow, post_url, topic_url
from forum.discussions.slugs import make_slug
from forum.markup.text import drop_overrides, shows_nothing
from forum.plugin.types import PostDraft, PostRef, TopicProposal, TopicRef
from forum.web.i18n import gettext as _

_PARENT: Final = sa.select(Post.id, Post.path, Post.depth, Post.author_id, Post.parent_id).where(
    Post.topic_id == sa.bindparam("topic_id")
)
_ROOT: Final = _PARENT.order_by(Post.path).limit(at_most(1))
_GIVEN: Final = _PARENT.where(Post.seq == sa.bindparam("seq"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDraft:
    """What a form for a new topic sends; `extra` are the fields of plugins."""

    title: str
    source: str
    kind: str = "discussion"
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewPost:
    """What has been written, and where it stands."""

    topic_id: int
    post_id: int
    seq: int
    slug: str = ""

    @property
    def url(self) -> str:
        """Where to go next: the new topic, or the new post."""
        if self.seq == 1:
            return topic_url(self.topic_id, self.slug)
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class _Written:
    """The row of a post that has just been inserted."""

    id: int
    topic_id: int
    seq: int
    parent_id: int | None
    author_id: int
    created_at: datetime


def start_topic(scope: Scope, draft: TopicDraft) -> NewPost:
    """Start a topic with its first post.

    Errors: Denied; Invalid at `title`, `text` or a plugin's field.
    """
    title = clean_title(draft.title)
    rules.require(rules.can_start(scope, draft.kind))
    _require_kind(scope, draft.kind)
    author_id = _author(scope)
    post_draft = PostDraft(
        area=area_ref(scope),
        author_id=author_id,
        source=draft.source,
        kind=draft.kind,
        title=title,
        extra=draft.extra,
    )
    check_topic(
        scope,
        TopicProposal(
            area=post_draft.area,
            author_id=author_id,
            actor_id=author_id,
            title=title,
            kind=draft.kind,
            extra=draft.extra,
        ),
    )
    rendering = render_post(scope, post_draft)
    at = clock.now()
    topic = Topic(
        area_id=scope.area.id,
        author_id=author_id,
        kind=draft.kind,
        title=title,
        slug=make_slug(title),
        excerpt=rendering.excerpt,
        created_at=at,
        last_post_at=at,
        rank_at=at,
        last_author_id=author_id,
        people=[author_id],
    )
    db.session.add(topic)
    db.session.flush()
    post = _insert_post(topic.id, 1, author_id, rendering, place=threading.place_root(1))
    topic_ref = TopicRef(topic.id, scope.area.id, draft.kind, title)
    post_ref = PostRef(post.id, topic.id, author_id, 1)
    if draft.kind not in rules.KINDS:
        service("dispatcher").attach(topic_ref, post_ref, post_draft)
    store_directives(scope, post_ref, post_draft, found=rendering.found)
    events.append(
        TopicCreated(
            area_id=scope.area.id,
            actor_id=author_id,
            topic_id=topic.id,
            post_id=post.id,
            kind=draft.kind,
        ),
        _created(scope, post, rendering),
    )
    _after_writing(scope, topic.id, seq=1)
    touch_area(scope.area.id, topics=1, posted_at=at)
    return NewPost(topic.id, post.id, 1, topic.slug)


def reply(
    scope: Scope,
    topic_id: int,
    *,
    source: str,
    parent_seq: int | None = None,
    extra: Mapping[str, tuple[str, ...]] | None = None,
) -> NewPost:
    """Reply to a post, or to the topic when `parent_seq` is None.

    The row of the topic is held from here to the commit, so seqs never collide.
    Errors: NotFound, Denied; Invalid at `text`; Conflict when the topic is full.
    """
    topic = lock_topic(scope, topic_id)
    rules.require_answer(scope, topic)
    author_id = _author(scope)
    parent = _find_parent(topic_id, parent_seq)
    draft = PostDraft(
        area=area_ref(scope),
        author_id=author_id,
        source=source,
        topic=TopicRef(topic.id, topic.area_id, topic.kind, topic.title),
        kind=topic.kind,
        title=topic.title,
        extra=extra or {},
    )
    rendering = render_post(scope, draft)
    seq = topic.last_seq + 1
    if seq > threading.LARGEST:
        raise Conflict(_("Dieses Thema ist voll. Bitte beginne ein neues."))
    place = threading.place_reply(threading.Place(parent.path, parent.depth), seq)
    post = _insert_post(topic_id, seq, author_id, rendering, place=place, parent_id=parent.id)
    _count_reply(topic, post)
    post_ref = PostRef(post.id, topic_id, author_id, seq)
    store_directives(scope, post_ref, draft, found=rendering.found)
    events.append(_created(scope, post, rendering, parent_author_id=parent.author_id))
    _after_writing(scope, topic_id, seq=seq)
    touch_area(scope.area.id, posted_at=post.created_at)
    return NewPost(topic_id, post.id, seq, topic.slug)


def clean_title(title: str) -> str:
    """Return the title in one line that reads in one direction.

    Errors: Invalid at `title` when it shows nothing or is too long.
    """
    title = " ".join(drop_overrides(title).split())
    if shows_nothing(title):
        raise Invalid("title", _("Bitte gib deinem Thema einen Titel."))
    if len(title) > limits.TITLE:
        raise Invalid(
            "title", _("Der Titel darf höchstens %(most)s Zeichen haben.", most=limits.TITLE)
        )
    return title


def check_topic(scope: Scope, proposal: TopicProposal) -> None:
    """Ask the plugins about a new topic or another title of one.

    Errors: Invalid at `title` or a plugin's field with the vetoes of all; HookFailed.
    """
    refuse([veto for _plugin, veto in scope.hooks.validate_topic(proposal)], at="title")


def check_reply(scope: Scope, topic: TopicRow, source: str) -> None:
    """Check what a preview can check: size and emptiness, never the plugins' vetoes."""
    rules.require_answer(scope, topic)
    check_draft(source)


def _author(scope: Scope) -> int:
    rules.require(scope.user_id is not None)
    assert scope.user_id is not None
    return scope.user_id


def _require_kind(scope: Scope, kind: str) -> None:
    if kind in rules.KINDS:
        return
    if service("dispatcher").find_kind(kind, scope.plugins) is None:
        raise Invalid("kind", _("Diese Art von Thema gibt es hier nicht."))


def _find_parent(topic_id: int, seq: int | None) -> Any:
    if seq is None:
        return db.session.execute(_ROOT, {"topic_id": topic_id}).one()
    found = db.session.execute(_GIVEN, {"topic_id": topic_id, "seq": seq}).one_or_none()
    if found is None:
        raise Invalid("parent", _("Den Beitrag, auf den du antwortest, gibt es nicht mehr."))
    return found


def _insert_post(
    topic_id: int,
    seq: int,
    author_id: int,
    rendering: Rendering,
    *,
    place: threading.Place,
    parent_id: int | None = None,
) -> _Written:
    at = clock.now()
    values = {
        "topic_id": topic_id,
        "seq": seq,
        "parent_id": parent_id,
        "path": place.path,
        "depth": place.depth,
        "author_id": author_id,
        "created_at": at,
        **rendering.columns,
    }
    return _Written(insert_row(Post, values), topic_id, seq, parent_id, author_id, at)


_COUNTED: Final = (
    "last_seq",
    "last_post_at",
    "rank_at",
    "last_author_id",
    "reply_count",
    "people",
    "people_count",
)
_COUNT: Final = (
    sa.update(Topic)
    .where(Topic.id == sa.bindparam("at_topic"))
    .values(
        version=Topic.version + 1,
        **{name: sa.bindparam(f"new_{name}", type_=getattr(Topic, name).type) for name in _COUNTED},
    )
    .execution_options(**QUIET)
)


def _count_reply(topic: TopicRow, post: _Written) -> None:
    author_id = post.author_id
    known = author_id in topic.people
    if not known and topic.people_count > len(topic.people):
        known = _wrote_before(post)
    latest = max(post.created_at, topic.last_post_at)
    faces = [author_id, *(i for i in topic.people if i != author_id)][:FACES]
    db.session.execute(
        _COUNT,
        {
            "at_topic": topic.id,
            "new_last_seq": post.seq,
            "new_last_post_at": latest,
            "new_rank_at": topic.rank_at if topic.pinned_at else latest,
            "new_last_author_id": author_id,
            "new_reply_count": topic.reply_count + 1,
            "new_people": faces,
            "new_people_count": topic.people_count + (not known),
        },
    )


def _wrote_before(post: _Written) -> bool:
    statement = sa.select(Post.id).where(
        Post.topic_id == post.topic_id,
        Post.author_id == post.author_id,
        Post.id != post.id,
        Post.deleted_at.is_(None),
        Post.hidden_at.is_(None),
    )
    return db.session.execute(statement.limit(1)).scalar() is not None


def _created(
    scope: Scope, post: _Written, rendering: Rendering, *, parent_author_id: int | None = None
) -> PostCreated:
    reached, _unreached = split_by_access(rendering.mentions, area_id=scope.area.id)
    return PostCreated(
        area_id=scope.area.id,
        actor_id=post.author_id,
        topic_id=post.topic_id,
        post_id=post.id,
        seq=post.seq,
        author_id=post.author_id,
        parent_id=post.parent_id,
        parent_author_id=parent_author_id,
        mentioned_ids=reached,
        quoted_ids=rendering.quoted,
    )


def _after_writing(scope: Scope, topic_id: int, *, seq: int) -> None:
    """Own posts are read, and whoever writes follows, unless they have said otherwise."""
    mark_own(scope.viewer, topic_id, seq=seq)
    follow_quietly(scope.viewer, topic_id, why="own" if seq == 1 else "posted")
