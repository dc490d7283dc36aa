"""Feeds that lie, swell, drip or pack bombs: a clear word to the admin, nothing half done."""

from __future__ import annotations

import gzip
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits
from forum_crosspost.feeds import words
from forum_crosspost.feeds.loading import load_feed

from forum.testing.builders import login
from forum.testing.services.web import Answer

if TYPE_CHECKING:
    from conftest import Blog

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel><title>&c;</title></channel></rss>'
)
PACKED = {"Content-Encoding": "gzip"}


def write_feed(*guids: str, link: str = "https://blog.example/{}", date: bool = True) -> bytes:
    """Return a feed: one item per guid, the same items whatever their guids are."""
    items = "".join(
        f"<item>{f'<guid>{guid}</guid>' if guid else ''}"
        f"{f'<link>{link.format(n)}</link>' if link else ''}<title>Titel {n}</title>"
        f"{f'<pubDate>0{n} Nov 2026 08:00:00 GMT</pubDate>' if date else ''}"
        f"<description>Text {n}</description></item>"
        for n, guid in enumerate(guids, 1)
    )
    return f"<rss><channel><title>Blog</title>{items}</channel></rss>".encode()


def poll(blog: Blog, body: bytes) -> None:
    blog.web.serve("/feed", body)
    blog.due()
    blog.turn()


def show(blog: Blog) -> str:
    client: Any = blog.lists.app.test_client()
    login(client, blog.admin)
    return unescape(client.get("/a/kreis/crosspost/sources").get_data(as_text=True))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(body=gzip.compress(b"\0" * (limits.FEED_BYTES * 4)), headers=PACKED), "large"),
        (Answer(body=gzip.compress(write_feed("1"))[:-20], headers=PACKED), "connection"),
        (Answer(body=b"no gzip at all", headers=PACKED), "encoding"),
        (Answer(body=write_feed("1"), headers={"Content-Encoding": "br"}), "encoding"),
        (Answer(body=LAUGHS), "entities"),
        (Answer(body=LAUGHS.replace(b'"haha"', b'SYSTEM "file:///etc/passwd"')), "entities"),
        (Answer(status=301, headers={"Location": "http://[::ffff:10.0.0.1]/"}), "address"),
        (Answer(status=302, headers={"Location": "/feed"}), "redirects"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "url"),
    ],
)
def test_a_word_for_each_and_what_stood_stands(blog: Blog, answer: Answer, reason: str) -> None:
    blog.add()
    poll(blog, write_feed("1", "2"))
    before = blog.lists.dump("crosspost_feed")
    blog.web.put("/feed", answer)
    blog.due()
    blog.turn()
    assert blog.feed("reason", "fails", "state", "lease_until") == (reason, 1, "on", None)
    assert blog.lists.dump("crosspost_feed") == before
    assert str(words.WORDS[reason]) in show(blog)
    poll(blog, write_feed("1", "2", "3"))
    assert blog.feed("reason", "fails") == ("", 0)
    assert blog.titles() == ["Titel 1", "Titel 2", "Titel 3"]


def test_who_drips_is_left_when_the_time_is_over(blog: Blog) -> None:
    """Each piece comes in time, the whole never does."""
    blog.web.put("/feed", Answer(pieces=(b"<rss>",), pause=0.05, endless=True))
    with blog.lists.app.app_context():
        loaded = load_feed(blog.web.url("/feed"), seconds=0.5)
    assert (loaded.reason, loaded.feed) == ("slow", None)


@pytest.mark.parametrize(
    ("ids", "feeds"),
    [
        # Random with every visit, known by address and time.
        ("guid", [write_feed("a", "b"), write_feed("c", "d"), write_feed("e", "f")]),
        ("link", [write_feed("a", "b"), write_feed("c", "d"), write_feed("e", "f")]),
        # There, gone, there again.
        ("guid", [write_feed("a", "b"), write_feed("", ""), write_feed("a", "b")]),
        # Neither id nor address nor date.
        ("hash", [write_feed("", "", link="", date=False)] * 3),
        # From http to https, in ids and addresses.
        (
            "guid",
            [
                write_feed("http://b.example/1", "http://b.example/2", link="http://b.example/{}"),
                write_feed(
                    "https://b.example/1", "https://b.example/2", link="https://b.example/{}"
                ),
            ],
        ),
    ],
)
def test_ids_that_change_bring_nothing_twice(blog: Blog, ids: str, feeds: list[bytes]) -> None:
    blog.add(ids=ids)
    for body in feeds:
        poll(blog, body)
        assert blog.titles() == ["Titel 1", "Titel 2"]
    assert (blog.count("post_revision"), blog.feed("reason")) == (0, ("",))


def test_an_id_that_comes_twice_is_told_and_the_rest_comes_in(blog: Blog) -> None:
    blog.add()
    poll(blog, write_feed("1", "1", "2"))
    assert blog.titles() == ["Titel 1", "Titel 3"]
    client: Any = blog.lists.app.test_client()
    login(client, blog.admin)
    run = blog.lists.scalar("SELECT max(id) FROM crosspost_run")
    page = client.get(f"/a/kreis/crosspost/runs/{run}").get_data(as_text=True)
    assert "diese Kennung kommt mehrmals vor" in page
