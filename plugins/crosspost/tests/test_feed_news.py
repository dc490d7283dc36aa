"""What feeds bring and who hears of it: nobody of what was there, everybody of what appears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from forum.api.data import list_active_topics, now
from forum.core.consumers import run_consumers

if TYPE_CHECKING:
    from conftest import Blog


def item(number: int, at: datetime | None) -> str:
    """Return an item, which need not say when it was written."""
    day = f"<pubDate>{format_datetime(at)}</pubDate>" if at else ""
    link = f"https://blog.example/{number}"
    return f"<item><guid>{link}</guid><link>{link}</link><title>Titel {number}</title>{day}</item>"


def serve(blog: Blog, *items: str) -> None:
    """Let the server have this feed."""
    body = f"<rss version='2.0'><channel><title>Blog</title>{''.join(items)}</channel></rss>"
    blog.web.serve("/feed", body.encode())


def list_news(blog: Blog) -> list[str]:
    """Return the titles of what a summary of the last days would tell."""
    with blog.lists.app.app_context():
        since, until = now() - timedelta(days=2), now() + timedelta(minutes=1)
        topics = list_active_topics([blog.lists.area], since=since, until=until)
        return sorted(topic.title for topic in topics)


def list_origins(blog: Blog) -> list[tuple[Any, ...]]:
    """Return origin and actor of the events about topics and posts, each once."""
    of = "FROM event WHERE name LIKE 'discussions.%'"
    return blog.lists.rows(f"SELECT DISTINCT origin, actor_id {of} ORDER BY origin")


def test_the_first_visit_is_silent(blog: Blog) -> None:
    old = now() - timedelta(days=20)
    serve(blog, item(1, old), item(2, now() + timedelta(seconds=1)), item(3, None))
    blog.add()
    blog.turn()
    with blog.lists.app.app_context():
        run_consumers()
    assert blog.count("notification") == 0
    assert list_origins(blog) == [("import", blog.admin)]
    assert list_news(blog) == []


def test_what_appears_later_is_news_that_counts_for_nobody(
    blog: Blog, clock: Callable[[datetime], None]
) -> None:
    old = now() - timedelta(days=20)
    serve(blog, item(1, old))
    blog.add()
    blog.turn()
    later = now() + timedelta(hours=3)
    clock(later)
    # The fourth is old and was only found late.
    written = later - timedelta(hours=1)
    serve(blog, item(1, old), item(2, written), item(3, None), item(4, old))
    blog.due()
    blog.turn()
    assert list_news(blog) == ["Titel 2", "Titel 3"]
    # No actor: who set the feed up has written nothing that would count for them.
    assert list_origins(blog) == [("import", blog.admin), ("system", None)]
    assert blog.lists.scalar("SELECT count(*) FROM topic WHERE origin = 'outside'") == 2
    topic = blog.lists.scalar("SELECT id FROM topic WHERE title = 'Titel 2'")
    page = read(blog, topic)
    # Here since now, written an hour ago.
    assert f"{later:%Y-%m-%dT%H:%M}" in page
    assert "geschrieben am" in page
    blog.due()
    blog.turn()
    assert blog.count("topic") == 4


def test_a_page_says_truly_where_a_post_is_from(blog: Blog) -> None:
    serve(blog, item(1, now() - timedelta(days=20)))
    blog.add()
    blog.turn()
    page = read(blog, blog.lists.scalar("SELECT id FROM topic"))
    for said in ("übernommen von anderswo", "Feed Vereinsblog", "Original ansehen"):
        assert said in page, said
    assert "Archiv" not in page


def read(blog: Blog, topic: int) -> str:
    """Return the page of a topic."""
    answer = blog.lists.app.test_client().get(f"/t/{topic}", follow_redirects=True)
    return unescape(answer.get_data(as_text=True))
