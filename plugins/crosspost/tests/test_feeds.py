"""Feeds that are fetched: what comes in, what is tried again, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from forum_crosspost.feeds import words
from forum_crosspost.operations import feeds
from forum_crosspost.operations.feeds import NewFeed, claiming

from forum.api.data import Denied, Invalid, now, unit, unscoped
from forum.core.runner import run_all
from forum.core.schedules import enqueue_due
from forum.testing.builders import (
    acting,
    login,
    make_post,
    switch_plugin,
)
from forum.testing.services.web import Answer

if TYPE_CHECKING:
    from conftest import Blog

TABLES = ("post", "post_revision", "event", "crosspost_map", "crosspost_run", "crosspost_author")
LINK = "https://blog.example/"


def entry(number: int, **parts: str) -> str:
    """Return one item; parts are guid, link, title, text and day of November."""
    guid = parts.get("guid", f"id-{number}")
    link = parts.get("link", f"{LINK}{number}")
    title = parts.get("title", f"Titel {number}")
    text = parts.get("text", f"&lt;p&gt;Text {number}&lt;/p&gt;")
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{title}</title>"
        f"<pubDate>{number:02} Nov 2026 08:00:00 GMT</pubDate><description>{text}</description>"
        "</item>"
    )


def rss(*entries: str, title: str = "Vereinsblog") -> bytes:
    """Return a feed."""
    head = f"<title>{title}</title><link>{LINK}</link>"
    return f"<rss version='2.0'><channel>{head}{''.join(entries)}</channel></rss>".encode()


def test_items_become_topics_with_their_origin(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1), entry(2)))
    source = blog.add()
    blog.turn()
    assert blog.titles() == ["Titel 1", "Titel 2"]
    rows = blog.lists.rows("SELECT kind, label, url FROM crosspost_origin ORDER BY url")
    assert rows == [("feed", "Vereinsblog", f"{LINK}{n}") for n in (1, 2)]
    assert blog.lists.rows("SELECT name FROM \"user\" WHERE state = 'ghost'") == [
        ("Vereinsblog (Feed)",)
    ]
    assert blog.feed("source_id", "state", "reason", "fails") == (source, "on", "", 0)


def test_the_same_again_writes_nothing(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1), entry(2)))
    blog.add()
    blog.turn()
    counts = {table: blog.count(table) for table in TABLES}
    blog.due()
    blog.turn()
    assert len(blog.web.asked) == 2
    assert {table: blog.count(table) for table in TABLES} == counts


def test_nothing_is_sent_again_to_who_has_it(blog: Blog) -> None:
    blog.web.serve(
        "/feed", rss(entry(1)), ETag='"1"', Last_Modified="Mon, 02 Nov 2026 08:00:00 GMT"
    )
    blog.add()
    blog.turn()
    for _again in range(2):
        blog.due()
        blog.turn()
    told = [headers.get("If-None-Match") for _path, headers in blog.web.asked]
    assert told == [None, '"1"', '"1"']
    assert blog.web.asked[1][1]["If-Modified-Since"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    assert blog.feed("etag", "reason") == ('"1"', "")
    assert blog.count("post") == 1


def test_an_edit_is_a_revision(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1)))
    blog.add()
    blog.turn()
    topic = blog.lists.scalar("SELECT id FROM topic")
    make_post(blog.lists.app, topic, author=blog.lists.anke)
    blog.web.serve("/feed", rss(entry(1, text="&lt;p&gt;Neu&lt;/p&gt;"), entry(2)))
    blog.due()
    blog.turn()
    assert (blog.count("topic"), blog.count("post")) == (2, 3)
    assert blog.count("post_revision") == 1
    assert "Neu" in blog.lists.scalar("SELECT source FROM post ORDER BY id LIMIT 1")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"guid": "a"}, {"guid": "b"}),
        ({"guid": ""}, {"guid": "c"}),
        ({"guid": "http://blog.example/1"}, {"guid": "https://blog.example/1"}),
    ],
)
def test_a_guid_that_changes_makes_no_second_topic(
    blog: Blog, first: dict[str, str], then: dict[str, str]
) -> None:
    blog.web.serve("/feed", rss(entry(1, **first)))
    blog.add()
    blog.turn()
    blog.web.serve("/feed", rss(entry(1, **then), entry(2)))
    blog.due()
    blog.turn()
    assert blog.titles() == ["Titel 1", "Titel 2"]
    assert blog.count("post_revision") == 0


@pytest.mark.parametrize(
    ("answer", "reason", "state"),
    [
        (Answer(status=404), "missing", "on"),
        (Answer(status=403), "denied", "on"),
        (Answer(status=500), "status", "on"),
        (Answer(status=410), "gone", "gone"),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "address", "on"),
        (Answer(status=302, headers={"Location": "http://169.254.169.254/"}), "address", "on"),
        (Answer(body=b"<html><body>Seite</body></html>"), "html", "on"),
        (Answer(body=b""), "empty", "on"),
        (Answer(body=b"<rss"), "no_feed", "on"),
        (Answer(headers={"Content-Length": str(10**10)}, pieces=(b"<rss>",)), "large", "on"),
        (Answer(pieces=(b"<a>" * 60_000,), endless=True), "large", "on"),
    ],
)
def test_what_goes_wrong_is_said_in_the_line(
    blog: Blog, answer: Answer, reason: str, state: str
) -> None:
    blog.web.put("/feed", answer)
    blog.add()
    blog.turn()
    found, told, fails, lease = blog.feed("state", "reason", "fails", "lease_until")
    assert (found, {told} <= {reason, "broken", "url"}, fails, lease) == (state, True, 1, None)
    assert blog.count("topic") + blog.count("crosspost_run") == 0
    client = blog.lists.app.test_client()
    login(client, blog.admin)
    shown = client.get("/a/kreis/crosspost/sources").get_data(as_text=True)
    assert str(words.WORDS[told]) in unescape(shown)


def test_who_fails_long_is_paused_and_taken_up_again(blog: Blog) -> None:
    blog.web.put("/feed", Answer(status=500))
    source = blog.add()
    blog.lists.change("UPDATE crosspost_feed SET fails = 18")
    blog.turn()
    assert blog.feed("state", "fails") == ("on", 19)
    blog.due()
    blog.turn()
    assert blog.feed("state", "reason", "fails") == ("paused", "status", 20)
    blog.due()
    blog.turn()
    assert len(blog.web.asked) == 2
    blog.web.serve("/feed", rss(entry(1)))
    with acting(blog.lists.app, blog.admin, blog.lists.area) as scope:
        feeds.set_feed_state(scope, source, state="on")
    blog.turn()
    assert blog.feed("state", "reason", "fails") == ("on", "", 0)
    assert blog.titles() == ["Titel 1"]


def test_who_asks_for_patience_gets_it(blog: Blog, clock: Callable[[datetime], None]) -> None:
    moment = now().replace(microsecond=0)
    clock(moment)
    blog.web.serve("/feed", b"", status=503, Retry_After="7200")
    blog.add()
    blog.turn()
    assert blog.lists.scalar(
        "SELECT count(*) FROM crosspost_feed WHERE next_poll_at >= :at",
        at=(moment + timedelta(hours=2)).isoformat(" "),
    )


def test_a_new_address_is_believed_the_third_time(blog: Blog) -> None:
    blog.web.serve("/new", rss(entry(1)))
    blog.web.serve("/feed", b"", status=301, Location="/new")
    blog.add()
    urls = []
    for _turn in range(3):
        blog.due()
        blog.turn()
        urls.append(blog.feed("url")[0])
    assert urls == [blog.web.url("/feed")] * 2 + [blog.web.url("/new")]
    assert blog.titles() == ["Titel 1"]


def test_off_means_off(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1)))
    blog.add()
    switch_plugin(blog.lists.app, blog.lists.area, "crosspost", state="off")
    with blog.lists.app.app_context():
        enqueue_due()
        run_all()
    assert blog.web.asked == []
    client = blog.lists.app.test_client()
    login(client, blog.admin)
    assert client.get("/a/kreis/crosspost/sources").status_code == 404
    switch_plugin(blog.lists.app, blog.lists.area, "crosspost")
    blog.turn()
    assert blog.titles() == ["Titel 1"]


def test_the_worker_visits_a_new_feed_at_once(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1)))
    blog.add()
    with blog.lists.app.app_context():
        run_all()
    assert blog.titles() == ["Titel 1"]


def test_one_visitor_per_host_and_leases_end(blog: Blog) -> None:
    blog.web.serve("/feed", rss())
    blog.web.serve("/other", rss())
    first, second = blog.add(), blog.add("/other")
    with blog.lists.app.app_context():
        held = claiming.claim_due([blog.lists.area])
        assert [one.source_id for one in held] == [first]
        assert claiming.claim_due([blog.lists.area]) == []
        assert claiming.claim_one(second) is None
        # Whoever held it was killed.
        blog.lists.change(
            "UPDATE crosspost_feed SET lease_until = :at WHERE lease_until IS NOT NULL",
            at=(now() - timedelta(minutes=1)).isoformat(" "),
        )
        left = claiming.claim_due([blog.lists.area])
        assert len(left) == 1
        with unit(), unscoped("test") as session:
            claiming.note(session, [(one, {}) for one in left])
    blog.turn()
    assert {path for path, _headers in blog.web.asked} == {"/feed", "/other"}


def test_a_hundred_idle_feeds_cost_six_statements(
    blog: Blog,
    monkeypatch: pytest.MonkeyPatch,
    statements: Callable[[Callable[[], object]], list[str]],
) -> None:
    blog.web.serve("/feed", rss(entry(1)), ETag='"1"')
    blog.add()
    blog.turn()
    for number in range(2, 101):
        blog.lists.change(
            "INSERT INTO crosspost_source (kind, key, label, cfg, policy, basis, state, created_at,"
            " area_id) SELECT kind, :key, label, cfg, policy, basis, state, created_at, area_id"
            " FROM crosspost_source WHERE key NOT LIKE 'copy-%'",
            key=f"copy-{number}",
        )
    blog.lists.change(
        "INSERT INTO crosspost_feed (source_id, area_id, url, host, ids, state, reason, detail,"
        " etag, last_modified, moved_to, moved_times, every, fails, next_poll_at) SELECT s.id,"
        " f.area_id, f.url, s.key, f.ids, f.state, '', '', f.etag, '', '', 0, f.every, 0,"
        " f.next_poll_at FROM crosspost_source s, crosspost_feed f WHERE s.key LIKE 'copy-%'"
    )
    blog.due()
    with blog.lists.app.app_context():
        sent = statements(lambda: feeds.poll_due([blog.lists.area]))
    assert len(blog.web.asked) == 101
    assert len(sent) <= 6, sent


def test_a_broken_area_does_not_stop_the_others(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1)))
    blog.add()
    blog.lists.change(
        "UPDATE area SET archived_at = :at WHERE slug = 'kreis'", at=now().isoformat(" ")
    )
    blog.turn()
    assert blog.feed("state", "reason") == ("paused", "closed")
    assert blog.titles() == []


def test_removed_and_added_again_goes_on(blog: Blog) -> None:
    blog.web.serve("/feed", rss(entry(1)))
    source = blog.add()
    blog.turn()
    with acting(blog.lists.app, blog.admin, blog.lists.area) as scope:
        feeds.remove_feed(scope, source)
    assert (blog.count("crosspost_feed"), blog.count("post")) == (0, 1)
    assert blog.add() == source
    blog.turn()
    assert blog.count("post") == 1


def test_what_an_area_may_add(blog: Blog) -> None:
    blog.add()
    wrong = (
        {"url": "ftp://a.example/"},
        {"url": "https://a.example/", "label": " "},
        {"url": "https://a.example/", "policy": "all"},
        {"url": "https://a.example/", "policy": "named"},
        {"url": "https://a.example/", "ids": "name"},
        {"url": blog.web.url("/feed")},
    )
    with acting(blog.lists.app, blog.admin, blog.lists.area) as scope:
        for parts in wrong:
            with pytest.raises(Invalid):
                feeds.add_feed(scope, NewFeed(**{"label": "Blog", **parts}))
    assert blog.count("crosspost_feed") == 1
    with (
        acting(blog.lists.app, blog.lists.anke, blog.lists.area) as scope,
        pytest.raises(Denied),
    ):
        feeds.add_feed(scope, NewFeed(url="https://a.example/", label="Blog"))


def test_names_need_a_basis_that_is_kept(blog: Blog) -> None:
    item = entry(1).replace("<title>", "<author>rosa@blog.example (Rosa Vogel)</author><title>")
    blog.web.serve("/feed", rss(item))
    blog.add(policy="named", basis="membership-rules")
    blog.turn()
    names = blog.lists.rows("SELECT name FROM \"user\" WHERE state = 'ghost'")
    assert names == [("Rosa Vogel (Feed)",)]
    row = blog.lists.rows("SELECT policy, basis, basis_by_id FROM crosspost_source")
    assert row == [("named", "membership-rules", blog.admin)]
