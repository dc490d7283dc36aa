"""The page of a topic, and the permanent addresses of its posts."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from forum.areas.beside import list_kept_path, list_kept_team
from forum.areas.panels import render_slots
from forum.core.database import after_response
from forum.core.errors import NotFound
from forum.discussions import rules
from forum.discussions.cards import topic_marks
from forum.discussions.forms import ReplyForm
from forum.discussions.kinds import kind_label
from forum.discussions.operations import mark_read
from forum.discussions.queries import (
    PostPage,
    TopicPage,
    find_last_page,
    find_page_version,
    find_post_page,
    list_posts,
    post_url,
)
from forum.discussions.queries.posts import Order
from forum.discussions.readstate import first_unread
from forum.discussions.refs import topic_page, topic_ref
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.embeds import render_directives
from forum.discussions.views.frame import load
from forum.discussions.views.panels import render_under_posts
from forum.discussions.views.rail import list_steps, page_url
from forum.discussions.views.thread import render_thread
from forum.plugin.types import Slot
from forum.web.dates import day, in_words
from forum.web.i18n import gettext as _
from forum.web.i18n import ngettext
from forum.web.incoming import incoming, read_number
from forum.web.kept import keep_part
from forum.web.pagecache import share_page
from forum.web.render import render

LARGEST_SEQ = 2_000_000
POSTS_BYTES = 40_000
_SLOTS = frozenset({Slot.TOPIC_SIDE})
_SLOTS_WITH_FORM = _SLOTS | {Slot.COMPOSER}


@blueprint.get("/t/<int:topic_id>")
@blueprint.get("/t/<int:topic_id>-<slug>")
def topic(topic_id: int, slug: str = "") -> ResponseReturnValue:
    """A page of a topic: as a tree, or flat by `?view=flat`; `?from=` is where it starts."""
    return share_page(partial(find_page_version, topic_id), partial(_read_topic, topic_id, slug))


def _read_topic(topic_id: int, slug: str) -> ResponseReturnValue:
    page = load(topic_id)
    if slug != page.topic.slug:
        return redirect(_with_query(page.topic.url), 301)
    order: Order = "flat" if request.args.get("view") == "flat" else "tree"
    if request.args.get("to") == "end":
        return redirect(page_url(page, order, find_last_page(topic_id, order=order)), 303)
    posts = _read_posts(page, order)
    _mark_later(page, posts)
    # A form brings a token and with it a cookie: readers get neither.
    form = ReplyForm() if rules.can_answer(page.scope, page.topic) else None
    return show_topic(page, posts, order=order, form=form)


@blueprint.get("/t/<int:topic_id>/p/<int:seq>")
def post(topic_id: int, seq: int) -> ResponseReturnValue:
    """The permanent address of a post: it leads to the page on which the post stands now."""
    page = load(topic_id)
    if not 1 <= seq <= page.topic.last_seq:
        raise NotFound
    start = find_post_page(topic_id, seq)
    return redirect(f"{page_url(page, 'tree', start)}#p{seq}", 302)


def show_topic(
    page: TopicPage, posts: PostPage, *, order: Order, form: ReplyForm | None
) -> ResponseReturnValue:
    """Render the page; the statements it sends do not depend on what it shows."""
    scope, topic = page.scope, page.topic
    incoming().belongs_at = topic.url
    team, crumbs = list_kept_team(scope), list_kept_path(scope)
    # Core has read what it needs: a plugin's failed statement cannot poison the page now.
    about = topic_page(scope, topic, posts.posts)
    thread = render_thread(
        page,
        posts,
        order,
        panels=render_under_posts(scope, about),
        embeds=render_directives(scope, about, posts.posts),
        team=frozenset(row.user_id for row in team),
    )
    can_reply = rules.can_answer(scope, topic)
    panels = render_slots(scope, _SLOTS_WITH_FORM if can_reply else _SLOTS, topic_ref(topic))
    unread = first_unread(page.read, topic.last_seq) if page.read else None
    return render(
        "discussions/topic.html",
        scope=scope,
        page=page,
        topic=topic,
        crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in crumbs],
        team=team,
        kind=kind_label(topic.kind, scope.plugins),
        marks=_marks(page),
        facts=_facts(page),
        thread=thread,
        order=order,
        form=form,
        can_reply=can_reply,
        can_moderate=rules.can_lock(scope),
        can_pin=rules.can_pin(scope),
        unread=page.unread,
        unread_words=ngettext("%(num)s neu", "%(num)s neu", page.unread),
        unread_since=in_words(page.read_at) if page.read_at else "",
        unread_url=post_url(topic.id, unread) if unread else "",
        newer=page_url(page, order, posts.prev or None) if posts.prev is not None else "",
        older=page_url(page, order, posts.next) if posts.next else "",
        tree_url=page_url(page, "tree", None),
        flat_url=page_url(page, "flat", None),
        steps=list_steps(page, posts, order),
        side=panels[Slot.TOPIC_SIDE],
        composer_panels=panels.get(Slot.COMPOSER, ""),
    )


def _read_posts(page: TopicPage, order: Order) -> PostPage:
    given = request.args.get("from", "")
    start = read_number(given, most=LARGEST_SEQ)
    if given and start is None:
        raise NotFound
    topic = page.topic
    shows_hidden = rules.can_hide(page.scope)
    read = partial(list_posts, topic.id, order=order, start=start, shows_hidden=shows_hidden)
    # Who may read the topic may read its posts, and they are the same for everybody.
    key = ("posts", topic.id, topic.version, order, start, shows_hidden)
    return keep_part(key, read, weight=POSTS_BYTES)


def _mark_later(page: TopicPage, posts: PostPage) -> None:
    """Nothing is written on a read but what is new to the reader, after the response."""
    read = page.read
    seqs = [post.seq for post in posts.posts if read is None or not read.covers(post.seq)]
    if page.scope.user_id is not None and seqs:
        after_response(partial(mark_read, page.scope.viewer, page.topic.id, seqs=seqs))


def _with_query(url: str) -> str:
    query = request.query_string.decode("utf-8", "replace")
    return f"{url}?{query}" if query else url


def _marks(page: TopicPage) -> Any:
    topic = page.topic
    return topic_marks(
        pinned=topic.pinned_at is not None,
        locked=topic.locked_at is not None,
        hidden=topic.hidden_at is not None or topic.deleted_at is not None,
    )


def _facts(page: TopicPage) -> list[str]:
    topic = page.topic
    replies = ngettext("%(num)s Antwort", "%(num)s Antworten", topic.reply_count)
    people = ngettext("von einem Mitglied", "von %(num)s Mitgliedern", topic.people_count)
    started = _("begonnen am %(day)s", day=day(topic.created_at))
    return [f"{replies} {people}" if topic.reply_count else replies, started]
