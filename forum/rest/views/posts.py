"""Posts: those of a topic, one of them, and a reply."""

from __future__ import annotations

from functools import partial

from forum.areas.routing import current_standing
from forum.core.errors import NotFound
from forum.discussions import operations, rules
from forum.discussions.queries import TopicPage, get_topic_page, list_posts
from forum.rest import shapes
from forum.rest.answering import find_room, next_url
from forum.rest.endpoints import BASE, Answer, Call
from forum.rest.reading import require_member
from forum.rest.showing import show_posts
from forum.rest.writing import once, read_fields
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use
from forum.web.problems import Fault, Faulty


def list_of_topic(call: Call) -> Answer:
    """Return a page of a topic's posts."""
    query: shapes.PostCutting = call.query
    page = get_topic_page(current_standing(), call.values["topic_id"])
    read = partial(list_posts, page.topic.id, order=query.order, start=query.start)
    try:
        found = read(limit=find_room(query.limit), shows_hidden=rules.can_hide(page.scope))
    except NotFound:
        fault = Fault(_("Diesen Beitrag gibt es im Thema nicht."), parameter="from")
        raise Faulty("", [fault]) from None
    rows, following = found.posts[: query.limit], found.next
    if len(found.posts) > query.limit:
        following = found.posts[query.limit].seq
    url = next_url(call, **{"from": following}) if following is not None else ""
    items = show_posts(page.scope, page.topic, rows)
    return Answer(shapes.PostPage(items=items, next=url or None), next=url)


def show_one(call: Call) -> Answer:
    """Return one post."""
    page = get_topic_page(current_standing(), call.values["topic_id"])
    return Answer(_show(page, call.values["seq"]))


def reply(call: Call) -> Answer:
    """Write a reply, once per idempotency key."""
    topic_id: int = call.values["topic_id"]
    page = get_topic_page(current_standing(), topic_id)
    user_id = require_member(page.scope.user_id)
    given: shapes.NewReply = call.body
    extra = read_fields(given.fields)

    def act() -> str:
        count_use("post", f"user:{user_id}")
        new = operations.reply(
            page.scope, topic_id, source=given.text, parent_seq=given.parent, extra=extra
        )
        return f"{BASE}/topics/{topic_id}/posts/{new.seq}"

    location = once(call, user_id, act)
    seq = int(location.rpartition("/")[2])
    return Answer(_show(page, seq), status=201, location=location)


def _show(page: TopicPage, seq: int) -> shapes.Post:
    """Errors: NotFound."""
    if not 1 <= seq <= shapes.LARGEST_SEQ:
        raise NotFound
    found = list_posts(
        page.topic.id,
        order="flat",
        start=seq,
        limit=1,
        shows_hidden=rules.can_hide(page.scope),
    )
    if found.posts[0].seq != seq:
        raise NotFound
    return show_posts(page.scope, page.topic, found.posts)[0]
