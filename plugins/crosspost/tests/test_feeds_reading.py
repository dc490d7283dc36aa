"""Feeds of every format and every kind of damage: bytes to items, items to messages."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from forum_crosspost import limits
from forum_crosspost.feeds import pacing
from forum_crosspost.feeds.identity import choose_ids, make_hash, make_id, normalise
from forum_crosspost.feeds.items import Item, NotAFeed
from forum_crosspost.feeds.reading import read_feed
from forum_crosspost.feeds.texts import Manner, read_item
from forum_crosspost.records import Message, Refused

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Vereinsblog</title><link>https://blog.example/</link><ttl>90</ttl>
<atom:link rel="self" href="https://blog.example/feed.xml"/>
<item><title>Neue S\xc3\xa4tze &amp; mehr</title><link>/a</link><guid isPermaLink="false">a-1</guid>
<pubDate>Mon, 02 Nov 2026 08:00:00 +0100</pubDate><author>rosa@blog.example (Rosa Vogel)</author>
<description>Kurz</description>
<content:encoded><![CDATA[<p>Erster <b>Satz</b>.</p><script>alert(1)</script>
<p onclick="x()">Zweiter, an rosa@blog.example.</p><img src="https://track.example/1.gif">
<a href="javascript:alert(1)">dort</a>]]></content:encoded></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">A &lt;b&gt;log</title>
<link href="https://atom.example/"/><entry><id>tag:x,2026:1</id><title>Eins</title>
<link href="https://atom.example/1"/><updated>2026-11-01T10:00:00Z</updated>
<author><name>Deniz</name><email>d@x.example</email></author>
<content type="html">&lt;p&gt;Hallo&lt;/p&gt;</content></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://r.example/"><title>R</title>
<link>https://r.example/</link></channel>
<item rdf:about="https://r.example/1"><title>Eins</title><link>https://r.example/1</link></item>
</rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "feed_url": "https://j.example/feed.json",
        "items": [
            {
                "id": 7,
                "url": "https://j.example/7",
                "title": "Sieben",
                "content_text": "a < b\n  c",
                "date_published": "2026-11-01T10:00:00+01:00",
                "authors": [{"name": "Rosa"}],
            },
            "no item",
        ],
    }
).encode()


def manner(policy: str = "link") -> Manner:
    return Manner(label="Blog", key="https://blog.example", policy=policy)


def take(item: Item, policy: str = "link") -> Message:
    record = read_item(item, manner(policy), ids="guid", now=NOW)
    assert isinstance(record, Message)
    return record


def test_rss() -> None:
    feed = read_feed(RSS, url="https://blog.example/feed.xml")
    assert (feed.format, feed.title, feed.link) == ("rss", "Vereinsblog", "https://blog.example/")
    assert (feed.ttl, feed.url) == (5_400, "https://blog.example/feed.xml")
    (item,) = feed.items
    assert (item.guid, item.link) == ("a-1", "https://blog.example/a")
    assert (item.title, item.author) == ("Neue Sätze & mehr", "Rosa Vogel")
    assert item.at == datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
    assert "Erster" in item.html


@pytest.mark.parametrize(
    ("data", "format_", "guid", "title"),
    [
        (ATOM, "atom", "tag:x,2026:1", "Eins"),
        (RDF, "rss", "https://r.example/1", "Eins"),
        (JSON, "jsonfeed", "7", "Sieben"),
        (b"\xef\xbb\xbf" + JSON, "jsonfeed", "7", "Sieben"),
        (b"\xef\xbb\xbf\n " + ATOM, "atom", "tag:x,2026:1", "Eins"),
        (ATOM.decode().encode("utf-16"), "atom", "tag:x,2026:1", "Eins"),
    ],
)
def test_other_formats(data: bytes, format_: str, guid: str, title: str) -> None:
    feed = read_feed(data, url="https://x.example/")
    assert (feed.format, len(feed.items)) == (format_, 1)
    assert (feed.items[0].guid, feed.items[0].title) == (guid, title)


def test_wrong_charsets_are_guessed() -> None:
    latin = RSS.replace(b"\xc3\xa4", b"\xe4")
    assert read_feed(latin).items[0].title == "Neue Sätze & mehr"
    told = read_feed(latin, content_type="text/xml", charset="iso-8859-1")
    assert told.items[0].title == "Neue Sätze & mehr"


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<rss version="2.0"><channel><title>&lol2;</title></channel></rss>"""
OUTSIDE = LAUGHS.replace(b'"lol"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \n\0\0 ", "empty"),
        (b"hello", "no_feed"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "no_feed"),
        (gzip.compress(b"hello", mtime=0), "no_feed"),
        (b"<!DOCTYPE html><html><head><title>Seite</title></head></html>", "html"),
        (b"\n<HTML><body>Seite", "html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_feed"),
        (b"<rss", "broken"),
        (LAUGHS, "entities"),
        (OUTSIDE, "entities"),
        (LAUGHS.decode().encode("utf-16"), "entities"),
        (b"{}", "no_feed"),
        (b'{"version": 1', "broken"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "broken"),
        (b'{"a": ' * 100_000, "broken"),
        (b"<rss>" + b"<a>" * 200_000, "broken"),
        (b"a" * (limits.FEED_BYTES + 1), "large"),
    ],
)
def test_what_is_no_feed(data: bytes, kind: str) -> None:
    with pytest.raises(NotAFeed) as error:
        read_feed(data)
    assert error.value.kind in {kind, "no_feed"} if kind == "broken" else error.value.kind == kind


def test_a_feed_that_breaks_off_gives_what_is_there() -> None:
    cut = RSS[: RSS.index(b"</channel>")]
    assert len(read_feed(cut).items) == 1


def test_a_link_is_the_least() -> None:
    (item,) = read_feed(RSS, url="https://blog.example/feed.xml").items
    message = take(item)
    assert message.text == (
        "Erster Satz. Zweiter, an rosa\\@…. dort"
        "\n\n[Im Original weiterlesen](<https://blog.example/a>)"
    )
    assert (message.writer.name, message.title) == ("Blog", "Neue Sätze & mehr")
    assert (message.url, message.ext_id) == ("https://blog.example/a", "a-1")
    named = take(item, "named")
    assert named.writer.name == "Rosa Vogel"
    assert take(item, "pseudonymous").writer.name == "Blog"
    for text in (message.text, named.text):
        assert not {"<script", "alert", "onclick", "track.example"} & set(text.split())
        assert "alert" not in text
        assert "track" not in text


@pytest.mark.parametrize(
    "html",
    [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://track.example/1.gif)",
        "<a href='https://a.example/)[x](javascript:alert(1))'>y</a>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "```\n</code><script>alert(1)</script>",
        "@anke und :::poll x\n:::",
    ],
)
def test_texts_stay_texts(html: str) -> None:
    from forum.markup import render

    message = take(Item(title="a", html=html), "named")
    shown = render(message.text, breaks=True).html
    for sign in (
        "<script",
        "<img",
        "onerror=",
        'href="javascript',
        "data-mention",
        "data-directive",
    ):
        assert sign not in shown


def test_what_is_missing_is_made_up_for() -> None:
    bare = take(Item(html="<p>Nur ein Text, ohne alles.</p>"))
    assert (bare.title, bare.at) == ("Nur ein Text, ohne alles.", NOW)
    assert bare.remarks == ("ohne Datum; es gilt die Zeit der Übernahme",)
    later = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    assert take(Item(title="a", at=later)).at == NOW
    assert take(Item(title="a", at=datetime(2050, 1, 1, tzinfo=UTC))).at == NOW
    assert isinstance(read_item(Item(), manner(), ids="guid", now=NOW), Refused)
    long = take(Item(title="a", html="<p>" + "Wort und Wort. " * 10_000), "named")
    assert len(long.text.encode()) <= limits.TEXT_BYTES
    assert len(take(Item(title="a", html="<p>" + "Wort " * 10_000)).text) <= limits.EXCERPT + 2


def item(guid: str = "", link: str = "", title: str = "a") -> Item:
    return Item(guid=guid, link=link, title=title)


A, B = "https://a.example/1", "https://a.example/2"


@pytest.mark.parametrize(
    ("items", "again", "ids"),
    [
        ([item("1", A), item("2", B)], [], "guid"),
        ([item("1"), item("2")], [], "guid"),
        ([item("1", A), item("1", B)], [], "link"),
        ([item("", A), item("2", B)], [], "link"),
        ([item("1", A), item("2", B)], [item("3", A), item("4", B)], "link"),
        ([item("1", A), item("2", A)], [item("3", A), item("4", A)], "hash"),
        ([item("1"), item("1")], [], "hash"),
        ([item("1", A)], [item("9", B), item("1", A)], "guid"),
        ([], [], "guid"),
    ],
)
def test_ids_that_lie_are_found_out(items: list[Item], again: list[Item], ids: str) -> None:
    assert choose_ids(items, again) == ids


def test_ids_survive_https_and_tracking() -> None:
    assert normalise("http://A.example/x?utm_source=rss&b=1#top") == "https://a.example/x?b=1"
    assert make_id(item("http://a.example/1"), "guid") == make_id(item(A), "guid") == A
    assert make_id(item("7"), "guid") == "7"
    assert len(make_id(item("x" * 1_000), "guid")) <= limits.EXT_ID
    counted = [Item(title="a", html=f"<p>Text</p><img src='/{n}.gif'>") for n in (1, 2)]
    assert make_hash(counted[0]) == make_hash(counted[1])
    assert make_hash(Item(title="a", html="<p>Anders</p>")) != make_hash(counted[0])


def test_paces() -> None:
    hour = timedelta(hours=1)
    assert pacing.pace(hour, has_news=True) == hour / 2
    assert pacing.pace(hour, has_news=False) == hour * 1.5
    assert pacing.pace(timedelta(minutes=5), has_news=True) == pacing.LEAST
    assert pacing.pace(timedelta(hours=23), has_news=False) == pacing.MOST
    assert pacing.wait(hour, timedelta(hours=3), None) == 3 * hour
    waits = [pacing.back_off(fails, None, jitter=1.0) for fails in (1, 2, 3, 20)]
    assert waits == [pacing.LEAST, pacing.LEAST * 2, pacing.LEAST * 4, pacing.MOST]
    assert pacing.back_off(1, hour) == hour
    assert len({pacing.back_off(3, None) for _ in range(5)}) > 1
