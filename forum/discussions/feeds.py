"""Areas and topics as Atom feeds, each as its reader may see it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from markupsafe import Markup

from forum.areas.queries import get_scope, get_standing
from forum.areas.scope import Scope
from forum.core import clock, limits
from forum.core.config import current_config
from forum.core.errors import NotFound
from forum.core.wall import Viewer
from forum.discussions.kinds import kind_label, tell_topics
from forum.discussions.news import ReadableNews, collect_news_of, list_readable_news
from forum.discussions.queries import fill_texts, get_topic_page
from forum.discussions.queries.feeds import list_new_posts, list_new_posts_of, list_new_topics
from forum.discussions.queries.texts import PostLine
from forum.plugin.types import TopicRef
from forum.web.atom import Feed, FeedEntry
from forum.web.i18n import gettext as _
from forum.web.i18n import locale

NEWS_FOR: Final = timedelta(days=60)
"""How long what plugins tell stays in a feed."""


def make_area_feed(viewer: Viewer, slug: str, *, replies: bool) -> Feed:
    """Return the newest topics of an area, with `replies` its newest posts; `viewer` is bound.

    Errors: NotFound where the viewer may not read, AddressChanged when the area has moved.
    Cost: six statements, none for each entry; that of `list_readable_news` where plugins tell
        something.
    """
    scope = get_scope(viewer, slug, standing=get_standing(viewer))
    if not scope.reads:
        raise NotFound
    area = scope.area
    lines = list_new_posts(area.id) if replies else list_new_topics(area.id)
    home = f"/a/{area.slug}/"
    return Feed(
        id=f"area/{area.id}/posts" if replies else f"area/{area.id}",
        title=_("%(area)s: neue Beiträge", area=area.name) if replies else area.name,
        subtitle=area.summary,
        page=home,
        path=f"{home}feed.atom?replies=1" if replies else f"{home}feed.atom",
        language=locale(),
        author=current_config().site_name,
        entries=_with_news(scope, _list_entries(scope, lines, of_topics=not replies)),
    )


def make_topic_feed(viewer: Viewer, topic_id: int) -> Feed:
    """Return the newest posts of a topic; `viewer` is bound.

    Errors: NotFound where the viewer may not read, and for a topic that is hidden or deleted.
    Cost: six statements, none for each entry.
    """
    page = get_topic_page(get_standing(viewer), topic_id)
    topic = page.topic
    if topic.hidden_at is not None or topic.deleted_at is not None:
        raise NotFound
    return Feed(
        id=f"topic/{topic.id}/posts",
        title=topic.title,
        page=topic.url,
        path=f"/t/{topic.id}/feed.atom",
        language=locale(),
        author=current_config().site_name,
        entries=_list_entries(page.scope, list_new_posts_of(topic.id), of_topics=False),
    )


def _with_news(scope: Scope, entries: list[FeedEntry]) -> list[FeedEntry]:
    """Put what plugins tell among the entries, as far as the viewer may be told."""
    until = clock.now()
    told = collect_news_of(scope, since=until - NEWS_FOR, until=until)
    news = [_to_entry(one) for one in list_readable_news(scope.viewer, told)]
    found = sorted([*entries, *news], key=lambda entry: entry.at, reverse=True)
    return found[: limits.FEED_ENTRIES]


def _to_entry(news: ReadableNews) -> FeedEntry:
    item = news.item
    return FeedEntry(
        id=f"{news.plugin}/{item.key}",
        path=news.path,
        title=item.title,
        at=item.at,
        updated=item.at,
        html=Markup("<p>{}</p>").format(item.text) if item.text else Markup(""),
    )


def _list_entries(scope: Scope, lines: Sequence[PostLine], *, of_topics: bool) -> list[FeedEntry]:
    texts = fill_texts([line.html for line in lines])
    told = tell_topics("line", ((_ref(line), scope.plugins) for line in lines if _is_root(line)))
    return [
        FeedEntry(
            id=f"topic/{line.topic_id}" if of_topics else f"post/{line.post_id}",
            path=line.url,
            title=line.title,
            at=line.created_at,
            updated=line.edited_at or line.created_at,
            author=line.author.person.name,
            html=_with_line(told.get(line.topic_id, ""), text) if _is_root(line) else text,
            language=line.language or "",
            category=_category(line, scope),
        )
        for line, text in zip(lines, texts, strict=True)
    ]


def _is_root(line: PostLine) -> bool:
    return line.parent_id is None


def _ref(line: PostLine) -> TopicRef:
    return TopicRef(line.topic_id, line.area_id, line.kind, line.title)


def _with_line(said: str, text: Markup) -> Markup:
    """Put what a topic's kind says in one line above the text of its first post."""
    return Markup("<p><strong>{}</strong></p>{}").format(said, text) if said else text


def _category(line: PostLine, scope: Scope) -> tuple[str, str] | None:
    label = kind_label(line.kind, scope.plugins) if _is_root(line) else ""
    return (line.kind, label) if label else None
