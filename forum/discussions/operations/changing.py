"""Changing what has been written: edit, delete and restore, hide and show again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.operations import touch_area
from forum.areas.scope import Scope, area_ref
from forum.core import clock, events, limits
from forum.core.database import db
from forum.core.errors import Conflict, Invalid
from forum.discussions import rules
from forum.discussions.events import (
    PostDeleted,
    PostEdited,
    PostEvent,
    PostHidden,
    PostRestored,
    PostUnhidden,
    TopicDeleted,
    TopicEvent,
    TopicHidden,
    TopicRenamed,
    TopicRestored,
    TopicUnhidden,
)
from forum.discussions.models import Post, PostRevision, Topic
from forum.discussions.operations.directives import store_directives
from forum.discussions.operations.rendering import Rendering, render_post
from forum.discussions.operations.rows import QUIET, lock_post, lock_topic, recount_topic
from forum.discussions.operations.writing import check_topic, clean_title
from forum.discussions.queries.mentions import split_by_access
from forum.discussions.queries.rows import TopicRow
from forum.discussions.queries.texts import PostText
from forum.discussions.slugs import make_slug
from forum.plugin.types import PostDraft, PostRef, TopicProposal, TopicRef
from forum.web.i18n import gettext as _

_REFS: Final = sa.select(Post.refs).where(Post.id == sa.bindparam("post_id"))


def edit_post(
    scope: Scope,
    topic_id: int,
    *,
    seq: int,
    source: str,
    version: int,
    title: str | None = None,
    reason: str = "",
) -> int:
    """Give a post another text, its topic another title when it is the first; return the version.

    The old text stays as a revision. Nothing happens when nothing has changed.
    Errors: Denied; Invalid at `text`, `title`; Conflict when `version` is not the present one.
    """
    topic = lock_topic(scope, topic_id)
    post = lock_post(topic_id, seq)
    rules.require(rules.can_edit(scope, topic, post))
    renamed = clean_title(title) if title is not None and post.is_root else topic.title
    if post.source == source and renamed == topic.title:
        return post.version
    if post.version != version:
        raise Conflict(_("Der Beitrag wurde inzwischen geändert. Dein Text steht noch da."))
    if len(reason) > limits.REASON:
        raise Invalid("reason", _("Die Begründung ist zu lang."))
    if renamed != topic.title:
        _check_title(scope, topic, post, renamed)
    if post.source != source:
        _store_text(scope, topic, post, source=source, reason=reason)
    _store_title(scope, topic, renamed)
    return post.version + (post.source != source)


def _check_title(scope: Scope, topic: TopicRow, post: PostText, title: str) -> None:
    assert scope.user_id is not None
    check_topic(
        scope,
        TopicProposal(
            area=area_ref(scope),
            author_id=post.author_id,
            actor_id=scope.user_id,
            title=title,
            kind=topic.kind,
            topic=TopicRef(topic.id, topic.area_id, topic.kind, topic.title),
        ),
    )


def delete_post(scope: Scope, topic_id: int, *, seq: int) -> None:
    """Take a post's text away; its place in the tree stays.

    A topic without replies goes with its first post.
    Errors: NotFound, Denied.
    """
    topic = lock_topic(scope, topic_id)
    post = lock_post(topic_id, seq)
    rules.require(rules.can_delete(scope, topic, post))
    _set_post(post, deleted_at=clock.now(), deleted_by_id=scope.user_id)
    _follow_up(scope, topic, post, PostDeleted)
    if post.is_root and topic.reply_count == 0:
        _set_topic(scope, topic, TopicDeleted, deleted_at=clock.now())


def restore_post(scope: Scope, topic_id: int, *, seq: int) -> None:
    """Bring a deleted post back, and its topic when that went with it.

    Errors: NotFound, Denied.
    """
    topic = lock_topic(scope, topic_id)
    post = lock_post(topic_id, seq)
    rules.require(rules.can_restore(scope, topic, post))
    _set_post(post, deleted_at=None, deleted_by_id=None)
    _follow_up(scope, topic, post, PostRestored)
    if post.is_root and topic.deleted_at is not None:
        _set_topic(scope, topic, TopicRestored, deleted_at=None)


def set_hidden(
    scope: Scope, topic_id: int, *, seq: int, reason: str | None, whole: bool = False
) -> bool:
    """Hide a post from all but moderators, for a reason that is shown; None shows it again.

    A topic without replies is hidden with its first post, with `whole` also one that has some;
    it comes back with it. Tell whether anything has changed; the audit is the caller's.
    Errors: NotFound, Denied; Invalid at `reason`.
    """
    topic = lock_topic(scope, topic_id)
    post = lock_post(topic_id, seq)
    rules.require(rules.can_hide(scope))
    if reason is None:
        return _show(scope, topic, post)
    reason = _clean_reason(reason)
    fresh = post.hidden_at is None
    if fresh:
        _set_post(post, hidden_at=clock.now(), hidden_reason=reason)
        _follow_up(scope, topic, post, PostHidden)
    if topic.hidden_at is not None or not post.is_root or not (whole or topic.reply_count == 0):
        return fresh
    _set_topic(scope, topic, TopicHidden, hidden_at=clock.now())
    return True


def _show(scope: Scope, topic: TopicRow, post: PostText) -> bool:
    hidden = post.hidden_at is not None
    if hidden:
        _set_post(post, hidden_at=None, hidden_reason="")
        _follow_up(scope, topic, post, PostUnhidden)
    if not post.is_root or topic.hidden_at is None:
        return hidden
    _set_topic(scope, topic, TopicUnhidden, hidden_at=None)
    return True


def _clean_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("reason", _("Bitte nenne einen Grund, er wird dem Mitglied gezeigt."))
    if len(reason) > limits.REASON:
        raise Invalid("reason", _("Die Begründung ist zu lang."))
    return reason


def _store_text(scope: Scope, topic: TopicRow, post: PostText, *, source: str, reason: str) -> None:
    draft = PostDraft(
        area=area_ref(scope),
        author_id=post.author_id,
        source=source,
        topic=TopicRef(topic.id, topic.area_id, topic.kind, topic.title),
        post=PostRef(post.id, topic.id, post.author_id, post.seq),
        kind=topic.kind,
        title=topic.title,
    )
    rendering = render_post(scope, draft)
    keep_revision(post, editor_id=scope.user_id, at=clock.now(), reason=reason)
    before = db.session.execute(_REFS, {"post_id": post.id}).scalar() or {}
    mentioned = _newly_mentioned(scope, before, rendering)
    values = {**rendering.columns, "version": post.version + 1, "edited_at": clock.now()}
    _set_post(post, **values)
    assert draft.post is not None
    keys = before.get("embeds", ())
    store_directives(scope, draft.post, draft, found=rendering.found, before=keys)
    topic_values: dict[str, Any] = {"version": Topic.version + 1}
    if post.is_root:
        topic_values["excerpt"] = rendering.excerpt
    _update_topic(topic.id, **topic_values)
    events.append(
        PostEdited(**_about(scope, post), version=post.version + 1, mentioned_ids=mentioned)
    )


def keep_revision(post: PostText, *, editor_id: int | None, at: datetime, reason: str = "") -> None:
    """Keep the text that a post had before it gets another one."""
    db.session.execute(
        sa.insert(PostRevision).values(
            post_id=post.id,
            version=post.version,
            source=post.source,
            editor_id=editor_id or post.author_id,
            reason=reason,
            created_at=at,
        )
    )


def _newly_mentioned(
    scope: Scope, refs: Mapping[str, Any], rendering: Rendering
) -> tuple[int, ...]:
    before = {handle.lower() for handle in refs.get("mentions", ())}
    fresh = [handle for handle in rendering.mentions if handle.lower() not in before]
    reached, _unreached = split_by_access(fresh, area_id=scope.area.id)
    return reached


def _store_title(scope: Scope, topic: TopicRow, title: str) -> None:
    if title == topic.title:
        return
    _update_topic(topic.id, title=title, slug=make_slug(title), version=Topic.version + 1)
    events.append(TopicRenamed(area_id=scope.area.id, actor_id=scope.user_id, topic_id=topic.id))


def _follow_up(scope: Scope, topic: TopicRow, post: PostText, event: type[PostEvent]) -> None:
    recount_topic(topic.id)
    events.append(event(**_about(scope, post)))


def _set_topic(
    scope: Scope, topic: TopicRow, event: type[TopicEvent], **values: datetime | None
) -> None:
    shown = topic.hidden_at is None and topic.deleted_at is None
    _update_topic(topic.id, **values)
    after = {"hidden_at": topic.hidden_at, "deleted_at": topic.deleted_at, **values}
    touch_area(scope.area.id, topics=(not any(after.values())) - shown)
    events.append(event(area_id=scope.area.id, actor_id=scope.user_id, topic_id=topic.id))


def _about(scope: Scope, post: PostText) -> dict[str, Any]:
    return {
        "area_id": scope.area.id,
        "actor_id": scope.user_id,
        "topic_id": post.topic_id,
        "post_id": post.id,
        "seq": post.seq,
        "author_id": post.author_id,
    }


def _set_post(post: PostText, **values: Any) -> None:
    db.session.execute(
        sa.update(Post).where(Post.id == post.id).values(**values).execution_options(**QUIET)
    )


def _update_topic(topic_id: int, **values: Any) -> None:
    db.session.execute(
        sa.update(Topic).where(Topic.id == topic_id).values(**values).execution_options(**QUIET)
    )
