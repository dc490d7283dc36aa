"""Feeds: what stands in them, for whom, until when, and what their addresses give away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from forum.accounts.models import FeedKey, User
from forum.areas.models import Area
from forum.areas.operations import leave_area
from forum.areas.queries import get_scope
from forum.core import clock, limits
from forum.core.database import unit, unscoped
from forum.core.services import service
from forum.core.wall import Viewer, as_viewer
from forum.discussions.models import Post, Topic
from forum.testing.statements import count_statements
from forum.web.atom import BEGINNING
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
ATOM = "{http://www.w3.org/2005/Atom}"


def read(answer: TestResponse) -> ET.Element:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/atom+xml"
    return ET.fromstring(answer.data)  # noqa: S314 - we wrote it


def titles(feed: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def texts(feed: ET.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}content") or "" for entry in feed.iter(f"{ATOM}entry")]


def make_key(visitor: Visitor) -> str:
    answer = visitor.post("/settings/feeds")
    assert answer.status_code == 201
    found = re.search(r"feed\.atom\?key=([\w-]+)", answer.text)
    assert found is not None
    return found[1]


def change(world: World, statement: Any) -> None:
    with world.app.app_context(), unit(), unscoped("tests write past the wall") as session:
        session.execute(statement)


def test_an_area_shows_its_newest_topics(world: World, visit: Visit) -> None:
    first = world.start("kernteam", "bund", title="Erstes", source="**Eins**")
    world.reply("kernteam", first.topic_id, "Antwort", slug="bund")
    world.start("kernteam", "bund", title="Zweites", kind="question")
    feed = read(visit().get("/a/bund/feed.atom"))
    assert titles(feed) == ["Zweites", "Erstes"]
    assert texts(feed)[1] == "<p><strong>Eins</strong></p>\n"
    entry = feed.findall(f"{ATOM}entry")[0]
    assert entry.findtext(f"{ATOM}id") == f"tag:localhost,{BEGINNING.year}:topic/2"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Kernteam"
    link, kind = entry.find(f"{ATOM}link"), entry.find(f"{ATOM}category")
    assert link is not None and link.get("href") == "http://localhost/t/2/p/1"
    assert kind is not None and kind.attrib == {"term": "question", "label": "Frage"}
    newest = entry.findtext(f"{ATOM}updated")
    assert feed.findtext(f"{ATOM}updated") == newest


def test_with_replies_it_shows_the_newest_posts(world: World, visit: Visit) -> None:
    first = world.start("kernteam", "bund", title="Erstes", source="Eins")
    world.start("kernteam", "bund", title="Zweites", source="Zwei")
    world.reply("kernteam", first.topic_id, "Antwort", slug="bund")
    feed = read(visit().get("/a/bund/feed.atom?replies=1"))
    assert texts(feed) == ["<p>Antwort</p>\n", "<p>Zwei</p>\n", "<p>Eins</p>\n"]
    assert titles(feed) == ["Erstes", "Zweites", "Erstes"]


def test_a_topic_shows_its_newest_posts(world: World, visit: Visit) -> None:
    topic = world.start("kernteam", "bund", title="Erstes", source="Eins").topic_id
    for number in range(limits.FEED_ENTRIES + 2):
        world.reply("kernteam", topic, f"Nr. {number}", slug="bund")
    feed = read(visit().get(f"/t/{topic}/feed.atom"))
    assert len(texts(feed)) == limits.FEED_ENTRIES
    assert texts(feed)[0] == f"<p>Nr. {limits.FEED_ENTRIES + 1}</p>\n"


def test_an_area_without_topics_has_a_feed(world: World, visit: Visit) -> None:
    feed = read(visit().get("/a/bund/feed.atom"))
    assert (titles(feed), feed.findtext(f"{ATOM}updated")) == ([], "2026-01-01T00:00:00Z")


@pytest.mark.parametrize("what", ["hidden_at", "deleted_at"])
def test_what_is_hidden_or_deleted_is_not_in_feeds(world: World, visit: Visit, what: str) -> None:
    topic = world.start("kernteam", "bund", source="Bleibt").topic_id
    world.reply("kernteam", topic, "Verschwindet", slug="bund")
    change(world, sa.update(Post).where(Post.seq == 2).values({what: clock.now()}))
    moderator = visit("moderatorin")
    for address in (f"/t/{topic}/feed.atom", "/a/bund/feed.atom?replies=1"):
        assert texts(read(moderator.get(address))) == ["<p>Bleibt</p>\n"]
    change(world, sa.update(Topic).values({what: clock.now()}))
    assert moderator.get(f"/t/{topic}/feed.atom").status_code == 404
    assert texts(read(moderator.get("/a/bund/feed.atom"))) == []


def test_hostile_texts_stay_texts(world: World, visit: Visit) -> None:
    title = "]]></title><script>alert(1)</script> & \x0b\x01"
    world.start("kernteam", "bund", title=title, source='<script>x</script> `href="/y"` \x0c @anke')
    answer = visit().get("/a/bund/feed.atom")
    feed = read(answer)
    assert "<script" not in answer.text
    assert [str(title).strip() for title in titles(feed)] == [title.strip("\x0b\x01 ")]
    (text,) = texts(feed)
    assert "<script>" not in text
    assert 'href="/y"' in text
    assert "<a" in text and 'href="http://localhost/u/anke"' in text


def test_feeds_of_closed_areas_are_not_there_for_others(world: World, visit: Visit) -> None:
    topic = world.start("anke", "zu", title="Geheim").topic_id
    for name in (None, "deniz", "moderatorin"):
        for address in ("/a/zu/feed.atom", f"/t/{topic}/feed.atom", "/a/nirgends/feed.atom"):
            answer = visit(name).get(address)
            assert (answer.status_code, answer.mimetype) == (404, "text/plain")
            assert "Geheim" not in answer.text
    assert visit().get("/a/recht/feed.atom").status_code == 404
    assert titles(read(visit("anke").get("/a/zu/feed.atom"))) == ["Geheim"]


def test_a_quote_of_a_closed_area_shows_no_text(world: World, visit: Visit) -> None:
    secret = world.start("anke", "zu", source="KANARIE-zitat")
    quote = f":::quote post={secret.post_id} by=anke\nKANARIE-zitat\n:::\n\nSo."
    world.start("anke", "recht", title="Zitiert", source=quote)
    seen = {}
    for name in ("anke", "deniz"):
        key = make_key(visit(name))
        seen[name] = visit().get(f"/a/recht/feed.atom?key={key}").text
        assert "Zitiert" in seen[name]
    assert "KANARIE" in seen["anke"]
    assert "KANARIE" not in seen["deniz"]


def test_a_key_lets_a_reader_in_as_its_member(world: World, visit: Visit) -> None:
    topic = world.start("anke", "zu", title="Geheim").topic_id
    key = make_key(visit("anke"))
    for address in ("/a/zu/feed.atom", f"/t/{topic}/feed.atom"):
        answer = visit().get(f"{address}?key={key}")
        assert titles(read(answer)) == ["Geheim"]
        assert key not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in answer.headers
    assert visit("deniz").get(f"/a/zu/feed.atom?key={key}").headers["Cache-Control"] == "no-store"


def test_a_key_opens_nothing_but_feeds(world: World, visit: Visit) -> None:
    key = make_key(visit("anke"))
    world.start("anke", "zu", title="Geheim")
    stranger = visit()
    assert stranger.get(f"/a/zu/?key={key}").status_code == 404
    assert stranger.get(f"/settings/feeds?key={key}").status_code == 303
    assert stranger.get(f"/t/1?key={key}").status_code == 404
    refused = stranger.get(f"/a/nirgends/feed.atom?key={key}")
    assert (refused.status_code, "Anke" in refused.text) == (404, False)


def test_only_the_hash_of_a_key_is_kept_and_it_is_shown_once(world: World, visit: Visit) -> None:
    anke = visit("anke")
    key = make_key(anke)
    (stored,) = world.rows(sa.select(FeedKey.key_hash))
    assert (len(stored[0]), key in stored[0]) == (64, False)
    assert key not in anke.open("/settings/feeds")


def test_renewing_ends_the_old_key_and_revoking_every_key(world: World, visit: Visit) -> None:
    anke = visit("anke")
    first = make_key(anke)
    second = make_key(anke)
    address = "/a/recht/feed.atom?key={}".format
    gone = visit().get(address(first))
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, "no-store")
    assert visit().get(address(second)).status_code == 200
    assert anke.post("/settings/feeds/revoke").status_code == 303
    assert visit().get(address(second)).status_code == 410
    assert visit().get("/a/bund/feed.atom?key=x").status_code == 410
    assert visit().get("/a/nirgends/feed.atom?key=x").status_code == 410
    assert visit("anke").get("/a/recht/feed.atom?key=").status_code == 410


def test_permission_is_asked_again_at_every_fetch(world: World, visit: Visit) -> None:
    world.start("anke", "zu", title="Geheim")
    address = f"/a/zu/feed.atom?key={make_key(visit('anke'))}"
    fetched = visit().get(address)
    etag = fetched.headers["ETag"]
    viewer = Viewer(world.users["anke"])
    with world.app.app_context(), unit(), as_viewer(viewer):
        leave_area(get_scope(viewer, "zu"))
    assert visit().get(address, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("state", ["suspended", "erased"])
def test_who_may_not_sign_in_reads_no_feeds(world: World, visit: Visit, state: str) -> None:
    address = f"/a/recht/feed.atom?key={make_key(visit('anke'))}"
    change(world, sa.update(User).where(User.handle == "anke").values(state=state))
    assert visit().get(address).status_code == 410


def test_who_has_it_already_gets_304(world: World, visit: Visit) -> None:
    world.start("kernteam", "bund")
    reader = visit()
    first = reader.get("/a/bund/feed.atom")
    again = reader.get("/a/bund/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    moment = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert reader.get("/a/bund/feed.atom", headers=moment).status_code == 304
    world.start("kernteam", "bund", title="Neu")
    changed = reader.get("/a/bund/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["Cache-Control"]) == (200, "no-cache")


def test_ids_stay_when_title_address_and_area_change(world: World, visit: Visit) -> None:
    topic = world.start("anke", "recht", title="Alt").topic_id
    anke = visit("anke")
    before = read(anke.get("/a/recht/feed.atom")).findtext(f"{ATOM}entry/{ATOM}id")
    feed_before = read(anke.get("/a/recht/feed.atom")).findtext(f"{ATOM}id")
    change(world, sa.update(Area).where(Area.slug == "recht").values(slug="recht-neu"))
    after = read(anke.get("/a/recht-neu/feed.atom"))
    assert after.findtext(f"{ATOM}entry/{ATOM}id") == before
    assert after.findtext(f"{ATOM}id") == feed_before
    assert topic == 1


def test_pages_name_their_feeds(world: World, visit: Visit) -> None:
    world.start("kernteam", "bund", title="Erstes")
    assert 'href="/a/bund/feed.atom"' in visit().open("/a/bund/")
    assert 'href="/t/1/feed.atom"' in visit().open("/t/1-erstes")


def test_a_feed_costs_the_same_for_one_and_many_entries(world: World, visit: Visit) -> None:
    found = []
    for number in range(3):
        world.start("kernteam", "bund", title=f"Nr. {number}", source="@anke sieh mal")
        visit().get("/a/bund/feed.atom")
        with count_statements() as counted:
            visit().get("/a/bund/feed.atom")
        found.append(len(counted))
    assert found == [4, 4, 4]


def test_who_asks_too_often_waits(world: World, visit: Visit) -> None:
    with world.app.app_context():
        service("limiter").reset()
        service("limiter").hit("feed", "ip:127.0.0.1", cost=600)
    answer = visit().get("/a/bund/feed.atom")
    assert (answer.status_code, answer.mimetype) == (429, "text/plain")
    assert int(answer.headers["Retry-After"]) <= timedelta(minutes=5).total_seconds()
