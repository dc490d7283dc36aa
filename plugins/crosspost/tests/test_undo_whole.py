"""Runs of feeds and blogs taken back: the whole database stands as before, but for the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits, operations
from forum_crosspost.operations import feeds
from forum_crosspost.operations.feeds import polling, taking

from forum.api.data import unit
from forum.core.consumers import run_consumers
from forum.testing.builders import acting, login, make_post, make_topic

if TYPE_CHECKING:
    from conftest import Blog, Lists

# What tells that something was there: the log, the run, the source that it came from; and what
# only ever grows, so that no page that was kept and no address means something else.
TRACES = (
    "audit_entry",
    "event",
    "event_consumer",
    "job",
    "search_document",
    "search_pending",
    "search_removal",
    "crosspost_run",
    "crosspost_source",
    "sqlite_sequence",
    "stamp",
    "area.version",
    "topic.version",
    "topic.last_seq",
)
FEED = (
    "<rss><channel><title>Vereinsblog</title>{}</channel></rss>",
    "<item><guid>{0}</guid><link>https://blog.example/{0}</link><title>Titel {0}</title>"
    "<author>x@blog.example (Person {0})</author><description>{1}</description>"
    "<pubDate>0{0} Nov 2026 08:00:00 GMT</pubDate></item>",
)


def write_feed(*texts: str) -> bytes:
    return FEED[0].format("".join(FEED[1].format(n, t) for n, t in enumerate(texts, 1))).encode()


def write_blog(*texts: str) -> bytes:
    """Return an export: each text is a post by somebody of its own, with one comment."""
    items = (
        f"<item><title>Beitrag {n}</title><dc:creator>Person {n}</dc:creator>"
        f"<wp:post_id>{n}</wp:post_id><content:encoded><![CDATA[{text}]]></content:encoded>"
        f"<wp:post_date_gmt>2026-11-0{n} 08:00:00</wp:post_date_gmt><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type><wp:comment><wp:comment_id>{n}00</wp:comment_id>"
        f"<wp:comment_author>Leserin {n}</wp:comment_author>"
        f"<wp:comment_date_gmt>2026-11-0{n} 09:00:00</wp:comment_date_gmt>"
        "<wp:comment_content>Danke</wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
        "</wp:comment></item>"
        for n, text in enumerate(texts, 1)
    )
    head = "<rss><channel><title>Blog</title><link>https://blog.example</link>"
    return f"{head}{''.join(items)}</channel></rss>".encode()


def undo(lists: Lists) -> operations.Undone:
    run = lists.scalar("SELECT max(id) FROM crosspost_run WHERE undone_at IS NULL")
    with lists.app.app_context(), unit():
        return operations.undo_run(run, area_id=lists.area, actor_id=lists.anke)


def list_differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[str]:
    """Return the rows that are in one dump only."""
    sets = [{f"{table} {row}" for table in dump for row in dump[table]} for dump in (one, other)]
    return sorted(sets[0] ^ sets[1])


def settle(lists: Lists) -> None:
    """Let the search and the others who follow the log come to its end."""
    with lists.app.app_context():
        run_consumers()


def test_a_blog_and_its_second_coming(lists: Lists, clock: Callable[[datetime], None]) -> None:
    """First and second run, taken back one after the other; then all comes in again."""
    clock(datetime(2026, 10, 1, 12, tzinfo=UTC))
    make_topic(lists.app, lists.area, author=lists.anke, title="Von hier")
    clock(datetime(2026, 11, 20, 12, tzinfo=UTC))
    settle(lists)
    empty = lists.dump(*TRACES)
    first = lists.run(lists.file(write_blog("Eins", "Zwei"), kind="wxr"))
    assert (first.posts_new, first.authors_new) == (4, 4)
    settle(lists)
    once = lists.dump(*TRACES)
    second = lists.run(lists.file(write_blog("Eins!", "Zwei", "Drei"), kind="wxr"))
    assert (second.posts_new, second.posts_changed, second.authors_new) == (2, 1, 2)
    settle(lists)
    twice = lists.dump(*TRACES)
    assert undo(lists).posts == 2
    assert list_differences(lists.dump(*TRACES), once) == []
    assert undo(lists).posts == 4
    assert list_differences(lists.dump(*TRACES), empty) == []
    for text, whole in ((("Eins", "Zwei"), first), (("Eins!", "Zwei", "Drei"), second)):
        assert lists.run(lists.file(write_blog(*text), kind="wxr")) == whole
    settle(lists)
    assert {table: len(rows) for table, rows in lists.dump(*TRACES).items()} == {
        table: len(rows) for table, rows in twice.items()
    }


def test_a_feed_rests_after_that_and_comes_again_when_told(blog: Blog) -> None:
    lists = blog.lists
    blog.web.serve("/feed", write_feed("Eins", "Zwei"), ETag='"1"')
    source = blog.add(policy="named", basis="list-terms")
    settle(lists)
    before = lists.dump(*TRACES, "crosspost_feed")
    blog.turn()
    settle(lists)
    assert (blog.count("post"), blog.count("crosspost_author")) == (2, 2)
    undo(lists)
    settle(lists)
    assert list_differences(lists.dump(*TRACES, "crosspost_feed"), before) == []
    blog.due()
    blog.turn()
    assert (blog.count("post"), len(blog.web.asked)) == (0, 1)
    client: Any = lists.app.test_client()
    login(client, blog.admin)
    page = client.get("/a/kreis/crosspost/sources").get_data(as_text=True)
    assert "Abgerufen wird erst wieder, wenn du es sagst." in page
    with acting(lists.app, blog.admin, lists.area) as scope:
        feeds.set_feed_state(scope, source, state="on")
    blog.turn()
    assert blog.titles() == ["Titel 1", "Titel 2"]


def test_answers_to_a_feed_stay_below_a_placeholder(blog: Blog) -> None:
    lists = blog.lists
    blog.web.serve("/feed", write_feed("Eins", "Zwei"))
    blog.add(policy="named", basis="list-terms")
    blog.turn()
    topic = lists.scalar("SELECT id FROM topic WHERE title = 'Titel 2'")
    make_post(lists.app, topic, author=lists.anke, source="Meine Antwort")
    undone = undo(lists)
    assert (undone.posts, undone.kept, undone.authors) == (1, 1, 2)
    assert blog.titles() == ["Zurückgenommener Beitrag von außen"]
    names = lists.rows("SELECT name FROM \"user\" WHERE state = 'ghost'")
    assert names == [("Zurückgenommen",)]
    assert lists.scalar("SELECT topic_count FROM area WHERE id = :id", id=lists.area) == 1


def test_taken_back_while_it_comes_in(blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a visit still has to write must not come in behind the back of who undid it."""
    monkeypatch.setattr(limits, "FEED_BATCH", 2)
    blog.web.serve("/feed", write_feed("Eins", "Zwei", "Drei", "Vier"))
    blog.add()
    units = []

    @contextmanager
    def open_unit() -> Iterator[None]:
        with unit():
            yield
        units.append(1)
        if len(units) == 2:  # after the look at what is there and the first batch
            undo(blog.lists)

    interrupted = partial(taking.take_feed, open_unit=open_unit)
    monkeypatch.setattr(polling, "take_feed", interrupted)
    blog.turn()
    assert len(units) == 2
    assert blog.count("post") == 0
    assert blog.lists.rows("SELECT state FROM crosspost_run") == [("abandoned",)]
    assert blog.feed("state", "reason", "fails", "lease_until") == ("paused", "undone", 0, None)


def test_no_member_gets_the_number_of_a_ghost_that_is_gone(lists: Lists) -> None:
    lists.run(lists.file(write_blog("Eins"), kind="wxr"))
    highest = lists.scalar('SELECT max(id) FROM "user"')
    undo(lists)
    assert lists.scalar("SELECT count(*) FROM \"user\" WHERE state = 'ghost'") == 0
    lists.run(lists.file(write_blog("Eins"), kind="wxr"))
    assert lists.scalar("SELECT min(id) FROM \"user\" WHERE state = 'ghost'") > highest
