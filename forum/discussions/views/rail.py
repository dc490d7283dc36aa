"""The rail of a long topic: its beginning, days on the way, where one is, what is new, its end."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlencode

from forum.discussions.queries import PostPage, TopicPage, list_moments, post_url
from forum.discussions.queries.posts import Order
from forum.discussions.readstate import first_unread
from forum.web.dates import clockface, day
from forum.web.i18n import gettext as _
from forum.web.kept import keep_part

ON_THE_WAY: Final = 5


class Step(NamedTuple):
    """A line of the rail."""

    text: str
    url: str
    current: bool = False


def page_url(page: TopicPage, order: Order, start: int | None) -> str:
    """Return the address of the page that starts at a post."""
    query = {"view": "flat"} if order == "flat" else {}
    if start is not None:
        query["from"] = str(start)
    return f"{page.topic.url}?{urlencode(query)}" if query else page.topic.url


def list_steps(page: TopicPage, posts: PostPage, order: Order) -> list[Step]:
    """List the steps in the order of time; none for a topic of one page.

    Cost: at most one statement, kept until somebody writes.
    """
    if posts.prev is None and posts.next is None:
        return []
    topic, here = page.topic, posts.posts[0]
    is_first, is_last = posts.prev is None, posts.next is None
    start = page_url(page, order, None)
    begin = Step(_("Anfang, %(day)s", day=day(topic.created_at)), start, is_first)
    end = Step(_("Ende, %(day)s", day=day(topic.last_post_at)), _end(start), is_last)
    between = [(at, Step(words, url)) for at, words, url in _list_days(page, order)]
    if not is_first and not is_last:
        step = Step(day(here.created_at), page_url(page, order, here.seq), current=True)
        between = [(at, one) for at, one in between if one.text != step.text]
        between.append((here.created_at, step))
    between.sort(key=lambda one: one[0])
    return [begin, *(step for _at, step in between), *_first_new(page), end]


def _end(start: str) -> str:
    return f"{start}{'&' if '?' in start else '?'}to=end"


def _first_new(page: TopicPage) -> list[Step]:
    unread = first_unread(page.read, page.topic.last_seq) if page.read else None
    return [Step(_("Erster neuer Beitrag"), post_url(page.topic.id, unread))] if unread else []


def _list_days(page: TopicPage, order: Order) -> list[tuple[datetime, str, str]]:
    """Return moments on the way with their words and addresses, the same for all readers."""
    topic, clock = page.topic, clockface()
    key = ("days", topic.id, topic.version, order, clock.today, clock.zone.key)
    return keep_part(key, partial(_find_days, page, order))


def _find_days(page: TopicPage, order: Order) -> list[tuple[datetime, str, str]]:
    """Days of posts spread evenly over the topic, each day once, without the first and the last."""
    topic = page.topic
    seqs = [1 + topic.last_seq * part // (ON_THE_WAY + 1) for part in range(1, ON_THE_WAY + 1)]
    seen = {day(topic.created_at), day(topic.last_post_at)}
    days = []
    for seq, at in list_moments(topic.id, seqs):
        if (words := day(at)) not in seen:
            seen.add(words)
            url = page_url(page, order, seq) if order == "flat" else post_url(topic.id, seq)
            days.append((at, words, url))
    return days
