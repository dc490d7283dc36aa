"""Two who fetch one feed at once, workers that are killed, clocks that go back: nothing twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits
from forum_crosspost.operations import feeds
from forum_crosspost.operations.feeds import claiming, taking

from forum.api.data import now
from forum.testing.builders import login
from forum.testing.services.web import Answer

if TYPE_CHECKING:
    from conftest import Blog, Kill

CONTENT = (
    "SELECT m.ext_id, m.at, m.content_hash, t.title, t.slug, t.excerpt, t.reply_count, p.seq,"
    " p.depth, p.source, p.html, p.version, o.label, o.url, a.display"
    " FROM crosspost_map m JOIN post p ON p.id = m.local_id JOIN topic t ON t.id = p.topic_id"
    " JOIN crosspost_origin o ON o.post_id = p.id JOIN crosspost_author a ON a.id = o.author_id"
    " WHERE m.source_id = :source ORDER BY m.ext_id"
)
LEASE = "SELECT count(*) FROM crosspost_feed WHERE lease_until IS NOT NULL"


class Killed(BaseException):
    """Ends a visit where a kill would."""


def write_feed(number: int) -> bytes:
    """Return a feed with so many items, of November 2025."""
    items = (
        f"<item><guid>id-{n}</guid><link>https://blog.example/{n}</link><title>Titel {n}</title>"
        f"<pubDate>{n % 28 + 1:02} Nov 2025 08:{n % 60:02}:00 GMT</pubDate>"
        f"<description>&lt;p&gt;Text {n}&lt;/p&gt;</description></item>"
        for n in range(number)
    )
    return f"<rss><channel><title>Blog</title>{''.join(items)}</channel></rss>".encode()


def poll(blog: Blog, source: int) -> bool:
    with blog.lists.app.app_context():
        return feeds.poll_now(source)


def wait_for(blog: Blog, requests: int) -> None:
    """Wait until the server was asked so often."""
    ends = time.monotonic() + 10
    while len(blog.web.asked) < requests:
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_two_workers_hold_one_lease_and_bring_one_set_of_posts(blog: Blog) -> None:
    gate, start = threading.Event(), threading.Barrier(2)
    blog.web.put("/feed", Answer(body=write_feed(20), gate=gate))
    source = blog.add()

    def work() -> bool:
        start.wait()
        found = poll(blog, source)
        gate.set()  # the one who is turned away comes back first
        return found

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(work) for _worker in range(2)]
        assert sorted(one.result() for one in both) == [False, True]
    assert len(blog.web.asked) == 1
    assert blog.count("post") == blog.count("crosspost_map") == 20
    assert blog.lists.rows("SELECT state FROM crosspost_run") == [("done",)]
    assert blog.lists.scalar(LEASE) == 0


def test_who_is_late_takes_nothing_from_who_holds_the_feed_now(blog: Blog) -> None:
    """A lease runs out while its holder still works; the next one fetches the same."""
    late, on_time = threading.Event(), threading.Event()
    body = write_feed(20)
    blog.web.put(
        "/feed", Answer(body=body, gate=late), Answer(body=body, gate=on_time), Answer(status=404)
    )
    source = blog.add()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(poll, blog, source)
        wait_for(blog, 1)
        passed = (now() - timedelta(seconds=1)).isoformat(" ")
        blog.lists.change("UPDATE crosspost_feed SET lease_until = :at", at=passed)
        second = pool.submit(poll, blog, source)
        wait_for(blog, 2)
        late.set()
        assert first.result()
        assert blog.lists.scalar(LEASE) == 1
        assert not poll(blog, source)
        on_time.set()
        assert second.result()
    assert blog.count("post") == blog.count("crosspost_map") == blog.count("topic") == 20
    assert blog.feed("state", "reason", "fails", "lease_until") == ("on", "", 0, None)
    assert blog.lists.rows("SELECT state FROM crosspost_run") == [("done",)]


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_9(blog: Blog, kill: Kill, kills: int) -> None:
    """The worker dies at moments nobody chose; the next visit ends what it had begun."""
    items = 200
    draw = random.Random(kills)
    for number in range(kills + 2):
        blog.web.serve(f"/{number}", write_feed(items))
    sources = [blog.add("/0")]
    poll(blog, sources[0])
    whole = blog.lists.rows(CONTENT, source=sources[0])
    assert len(whole) == items
    sources.append(blog.add("/1"))
    for _kill in range(kills):
        stands = draw.randrange(items * 3 // 4)

        def is_far(source: int = sources[-1], stands: int = stands) -> bool:
            return bool(blog.count(f"crosspost_map WHERE source_id = {source}") >= stands)

        seconds = draw.uniform(0, 0.03)
        kill(sources[-1], blog.web.host, what="feed", seconds=seconds, far=is_far)
        blog.lists.change("UPDATE crosspost_feed SET lease_until = NULL")
        if len(blog.lists.rows(CONTENT, source=sources[-1])) == items:
            sources.append(blog.add(f"/{len(sources)}"))  # there is nothing left to die of
    for source in sources:
        poll(blog, source)
        assert blog.lists.rows(CONTENT, source=source) == whole
    assert blog.count("post") == blog.count("topic") == items * len(sources)
    assert blog.count("crosspost_run WHERE state = 'running'") == 0
    assert blog.lists.scalar("SELECT topic_count FROM area WHERE slug = 'kreis'") == (
        items * len(sources)
    )


def test_what_a_dead_visit_had_begun_is_ended_and_said(
    blog: Blog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FEED_BATCH", 5)
    blog.web.serve("/feed", write_feed(20))
    source, write, left = blog.add(), taking.write_batch, [2]

    def die(*arguments: Any) -> Any:
        done = write(*arguments)
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return done

    monkeypatch.setattr(taking, "write_batch", die)
    with pytest.raises(Killed):
        poll(blog, source)
    monkeypatch.setattr(taking, "write_batch", write)
    assert blog.count("post") == 10
    assert poll(blog, source)
    assert (blog.count("post"), blog.count("topic")) == (20, 20)
    assert blog.lists.rows("SELECT state, ended_at IS NULL FROM crosspost_run ORDER BY id") == [
        ("abandoned", False),
        ("done", False),
    ]


def test_the_clock_goes_back(blog: Blog, clock: Callable[[datetime], None]) -> None:
    noon = datetime.fromisoformat("2026-11-20T12:00:00+00:00")
    clock(noon)
    blog.web.serve("/feed", write_feed(3))
    source = blog.add()
    with blog.lists.app.app_context():
        assert claiming.claim_one(source) is not None  # and whoever did that was killed
    clock(noon - timedelta(hours=1))
    blog.turn()
    assert blog.count("post") == 0  # it is not due before noon, whoever asks
    assert poll(blog, source)
    blog.web.serve("/feed", write_feed(4))
    assert poll(blog, source)
    assert (blog.count("post"), blog.count("post_revision")) == (4, 0)
    clock(noon - timedelta(days=3))
    blog.web.serve("/feed", write_feed(5))
    blog.turn()
    assert blog.count("post") == 5
    assert blog.feed("reason", "fails", "lease_until") == ("", 0, None)


@pytest.mark.parametrize("status", [429, 503])
def test_patience_then_pause_with_the_reason_on_the_page(
    blog: Blog, clock: Callable[[datetime], None], status: int
) -> None:
    """A server that is busy twenty times is left alone, each time as long as it asked for."""
    moment = datetime.fromisoformat("2026-11-01T12:00:00+00:00")
    clock(moment)
    wait = (moment + timedelta(hours=30)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    blog.web.serve("/feed", b"", status=status, Retry_After=wait)
    blog.add()
    for visit in range(1, 21):
        blog.turn()
        blog.turn()  # not due: nobody is asked
        assert len(blog.web.asked) == visit
        moment += timedelta(days=1, seconds=1)  # a day is the longest that we wait
        clock(moment)
    blog.turn()
    assert len(blog.web.asked) == 20
    assert blog.feed("state", "reason", "fails") == ("paused", "busy", 20)
    page = show(blog)
    assert "Der Server bittet darum, später wiederzukommen (429 oder 503)." in page
    assert "20 Versuche nacheinander sind misslungen." in page
    assert "ruht" in page


def show(blog: Blog) -> str:
    """Return the page of the sources as the area's admin sees it."""
    client: Any = blog.lists.app.test_client()
    login(client, blog.admin)
    return unescape(client.get("/a/kreis/crosspost/sources").get_data(as_text=True))
