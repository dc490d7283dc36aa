"""Topics: those of an area, one of them, and a new one."""

from __future__ import annotations

from forum.accounts.queries import find_people
from forum.areas.routing import current_standing
from forum.core.errors import NotFound
from forum.discussions import operations
from forum.discussions.operations import TopicDraft
from forum.discussions.queries import (
    TopicPage,
    find_cards,
    get_topic_page,
    list_topics,
    sort_shape,
)
from forum.rest import shapes
from forum.rest.answering import find_room, next_url
from forum.rest.endpoints import BASE, Answer, Call
from forum.rest.facets import collect_topic_fields
from forum.rest.reading import require_member
from forum.rest.shapes import AreaName, Topic
from forum.rest.showing import show_topic
from forum.rest.views.places import get_scope
from forum.rest.writing import once, read_fields
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use
from forum.web.pagination import Cut
from forum.web.problems import Fault, Faulty


def list_of_area(call: Call) -> Answer:
    """Return a page of an area's topics."""
    scope = get_scope(call.values["slug"])
    page = list_topics(scope, _read_cut(call), sort=call.query.sort)
    cards = find_cards([line.id for line in page.items])
    lines = [line for line in page.items if line.id in cards]
    authors = find_people({line.author_id for line in lines})
    added = collect_topic_fields(scope, [cards[line.id].topic for line in lines])
    items = [
        show_topic(
            cards[line.id].topic,
            AreaName(slug=scope.area.slug, name=scope.area.name),
            authors.get(line.author_id),
            plugins=scope.plugins,
            unread=line.unread,
            follow=line.follow,
            added=added,
        )
        for line in lines
    ]
    following = next_url(call, after=page.next) if page.next else ""
    return Answer(shapes.TopicPage(items=items, next=following or None), next=following)


def show_one(call: Call) -> Answer:
    """Return one topic."""
    return Answer(_show(get_topic_page(current_standing(), call.values["topic_id"])))


def start(call: Call) -> Answer:
    """Start a topic, once per idempotency key."""
    scope = get_scope(call.values["slug"])
    user_id = require_member(scope.user_id)
    given: shapes.NewTopic = call.body
    draft = TopicDraft(
        title=given.title, source=given.text, kind=given.kind, extra=read_fields(given.fields)
    )

    def act() -> str:
        count_use("topic", f"user:{user_id}")
        return f"{BASE}/topics/{operations.start_topic(scope, draft).topic_id}"

    location = once(call, user_id, act)
    topic_id = int(location.rpartition("/")[2])
    page = get_topic_page(current_standing(), topic_id)
    return Answer(_show(page), status=201, location=location)


def _show(page: TopicPage) -> Topic:
    topic, scope = page.topic, page.scope
    people = find_people({topic.author_id})
    return show_topic(
        topic,
        AreaName(slug=scope.area.slug, name=scope.area.name),
        people.get(topic.author_id),
        plugins=scope.plugins,
        unread=page.unread,
        follow=page.follow,
        added=collect_topic_fields(scope, [topic]),
    )


def _read_cut(call: Call) -> Cut:
    """Errors: Faulty for what is no address of a page."""
    query: shapes.TopicCutting = call.query
    try:
        return Cut.from_args(
            {"after": query.after},
            sort_shape(query.sort),
            limit=query.limit,
            room=find_room(query.limit),
        )
    except NotFound:
        fault = Fault(_("Das stammt nicht aus „next“."), parameter="after")
        raise Faulty("", [fault]) from None
