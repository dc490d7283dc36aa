"""From rows to shapes: what a page would show the viewer, in the words of the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forum.areas.queries import TreeRow
from forum.areas.scope import Scope
from forum.discussions import rules
from forum.discussions.kinds import kind_in_force
from forum.discussions.queries import (
    PostRow,
    TopicRow,
    fill_texts,
    list_own_reactions,
    post_url,
)
from forum.rest.facets import Added, collect_post_fields
from forum.rest.shapes import Area, AreaName, Author, Post, Topic
from forum.web.i18n import gettext as _
from forum.web.people import Person

PROFILE = "/u/"


def show_author(person: Person | None) -> Author:
    """Return a person as an author; who is not known any more is a former member."""
    if person is None:
        person = Person(name=_("Ehemaliges Mitglied"))
    return Author(
        name=person.name,
        handle=person.url.removeprefix(PROFILE) or None,
        url=person.url or None,
        avatar=person.avatar or None,
        line=str(person.line),
    )


def show_area(row: TreeRow, parent: str | None) -> Area:
    """Return an area as the directory shows it."""
    return Area(
        slug=row.slug,
        name=row.name,
        url=f"/a/{row.slug}/",
        kind=row.kind,
        summary=row.summary,
        parent=parent,
        visibility=row.effective,
        sealed=row.sealed,
        joining=row.state,
        can_read=row.reads,
        topic_count=row.topic_count,
        member_count=row.member_count,
        last_post_at=row.last_post_at,
    )


def show_topic(
    topic: TopicRow,
    area: AreaName,
    author: Person | None,
    *,
    plugins: frozenset[str],
    unread: int,
    follow: str | None,
    added: Added,
) -> Topic:
    """Return a topic; `plugins` are those active in its area, `added` is what they add."""
    return Topic(
        id=topic.id,
        url=topic.url,
        area=area,
        kind=kind_in_force(topic.kind, plugins),
        title=topic.title,
        excerpt=topic.excerpt,
        author=show_author(author),
        created_at=topic.created_at,
        last_post_at=topic.last_post_at,
        reply_count=topic.reply_count,
        people_count=topic.people_count,
        pinned=topic.pinned_at is not None,
        locked=topic.locked_at is not None,
        state=_state(topic),
        imported=topic.origin != "member",
        unread=unread,
        follow=follow,
        plugins=dict(added.get(topic.id, {})),
    )


def show_posts(scope: Scope, topic: TopicRow, posts: Sequence[PostRow]) -> list[Post]:
    """Return posts of a topic as the viewer sees them.

    Cost: of `fill_texts`, one statement when somebody has reacted, and what plugins ask.
    """
    texts = fill_texts([post.html for post in posts])
    mine = list_own_reactions(scope.viewer, posts)
    # Core has read what it needs: a plugin's failed statement cannot poison the answer now.
    added = collect_post_fields(scope, topic, posts)
    return [
        _show_post(post, text, own=mine.get(post.id, set()), added=added.get(post.id, {}))
        for post, text in zip(posts, texts, strict=True)
    ]


def _show_post(post: PostRow, text: str, *, own: set[str], added: Mapping[str, Any]) -> Post:
    gone = post.deleted_at is not None
    return Post(
        id=post.id,
        seq=post.seq,
        parent=post.parent_seq,
        depth=post.depth,
        topic=post.topic_id,
        url=post_url(post.topic_id, post.seq),
        state=_state(post),
        note="" if gone or post.hidden_at is None else post.hidden_reason,
        author=None if gone else show_author(post.author.person),
        created_at=None if gone else post.created_at,
        edited_at=None if gone else post.edited_at,
        html=str(text),
        language=None if gone else post.language,
        reactions={} if gone else {k: n for k, n in post.reactions.items() if n},
        own_reactions=[] if gone else [kind for kind in rules.REACTIONS if kind in own],
        imported=post.origin != "member",
        plugins=dict(added),
    )


def _state(row: Any) -> Any:
    if row.deleted_at is not None:
        return "deleted"
    return "hidden" if row.hidden_at is not None else "shown"
