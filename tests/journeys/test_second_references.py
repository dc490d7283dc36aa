"""What one may not read does not come back by another way: quotes, history, search, inbox, moves.

Every secret is a token; a stranger opens every page that could mention it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.models import User
from forum.areas import operations as areas
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.core.consumers import run_consumers
from forum.core.database import unit, unscoped
from forum.core.runner import run_all
from forum.core.wall import Viewer
from forum.discussions import operations as discussions
from forum.discussions.operations import NewPost
from forum.markup import quote_source
from forum.moderation.operations import hide_topic
from forum.testing.builders import acting, login, make_area, make_post, make_topic, make_user
from tests.journeys.crawler import find_tokens

ENDS = ("", "/history", "/menu", "/reactions", "/reply", "/reply?quote=", "/edit", "/hide")
SECRET = "KANARIE-00000000aa"


@dataclass
class Village:
    """An open and a hidden area; Anke belongs to both, Deniz and the moderator to the open one."""

    app: Flask
    anke: int
    deniz: int
    moderator: int
    open: int
    closed: int
    clients: dict[int | None, FlaskClient] = field(default_factory=dict)

    def settle(self) -> None:
        """Let the worker do everything that waits: notifications, counters, the index."""
        with self.app.app_context():
            while run_consumers() + run_all():
                pass

    def browse(self, who: int | None) -> FlaskClient:
        """Return somebody's browser."""
        if who not in self.clients:
            client = self.app.test_client()
            self.clients[who] = client if who is None else login(client, who)
        return self.clients[who]

    def list_showing(self, who: int | None, urls: Iterable[str]) -> list[str]:
        """Open pages and name those that show a secret, in their text or their headers."""
        showing = []
        for url in urls:
            response = self.browse(who).get(url, follow_redirects=True, buffered=True)
            said = (
                response.text + str(response.headers) + str([r.headers for r in response.history])
            )
            if SECRET in find_tokens(said):
                showing.append(url)
        return showing

    def list_pages(self, post: NewPost, *others: NewPost) -> list[str]:
        """Return every address that could speak of a post."""
        pages = ["/", "/?tab=all", "/?tab=unanswered", "/verzeichnis", "/notifications"]
        pages += [
            "/a/offen/",
            "/a/offen/?sort=new",
            "/a/offen/members",
            "/a/geheim/",
            "/sitemap.xml",
        ]
        pages += ["/search?q=Stichwort", "/search?q=Stichwort&order=newest", "/u/anke"]
        for one in (post, *others):
            base = f"/t/{one.topic_id}"
            pages += [base, f"{base}?view=flat", f"{base}?from={one.seq}"]
            tail = (
                "",
                "/history",
                "/menu",
                "/reactions",
                "/reply",
                "/reply?quote=",
                "/edit",
                "/hide",
            )
            pages += [f"{base}/p/{one.seq}{end}" for end in tail]
        return pages


@pytest.fixture
def village(app: Flask) -> Village:
    """The village, with a member of both areas who has something to hide."""
    anke, deniz = make_user(app, "Anke"), make_user(app, "Deniz")
    moderator = make_user(app, "Moni")
    root = make_area(app, "Bund", slug="bund")
    here = make_area(
        app,
        "Offen",
        slug="offen",
        parent=root,
        visibility="members",
        members={anke: "member", deniz: "member", moderator: "moderator"},
    )
    there = make_area(
        app, "Geheim", slug="geheim", parent=root, visibility="hidden", members={anke: "member"}
    )
    return Village(app, anke, deniz, moderator, here, there)


def tell_secret(village: Village, area: int) -> NewPost:
    """Start a topic whose text is the secret; mention everybody who may hear of it."""
    text = f"@deniz Das Stichwort ist {SECRET}."
    topic = make_topic(village.app, area, author=village.anke, title="Ganz harmlos", source=text)
    village.settle()
    return topic


def test_readers_are_shown_it(village: Village) -> None:
    """The other tests would pass on a site that shows nothing."""
    post = tell_secret(village, village.open)
    pages = village.list_pages(post)
    shown = village.list_showing(village.deniz, pages)
    assert f"/t/{post.topic_id}" in shown
    assert "/search?q=Stichwort" in shown
    assert "/notifications" in shown
    assert village.list_showing(None, pages) == []


def test_a_quote_of_a_closed_post_shows_nothing(village: Village) -> None:
    secret = tell_secret(village, village.closed)
    quote = quote_source(f"Stichwort {SECRET}", post_id=secret.post_id, handle="anke")
    topic = make_topic(village.app, village.open, author=village.anke)
    reply = make_post(
        village.app,
        topic.topic_id,
        author=village.anke,
        source=f"{quote}@deniz Stichwort, siehe oben.",
    )
    with acting(village.app, village.anke, village.open) as scope:
        changed = f"{quote}@deniz Stichwort, siehe dort oben."
        discussions.edit_post(scope, topic.topic_id, seq=reply.seq, source=changed, version=1)
    village.settle()
    pages = village.list_pages(topic, reply)
    assert village.list_showing(village.deniz, pages) == []
    assert f"/t/{reply.topic_id}/p/{reply.seq}/history" in village.list_showing(village.anke, pages)


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_a_post_that_is_gone_shows_nothing(village: Village, how: str) -> None:
    topic = make_topic(village.app, village.open, author=village.anke)
    text = f"@deniz Das Stichwort ist {SECRET}."
    post = make_post(village.app, topic.topic_id, author=village.anke, source=text)
    quote = quote_source(f"Stichwort {SECRET}", post_id=post.post_id, handle="anke")
    answer = make_post(
        village.app, topic.topic_id, author=village.moderator, source=f"{quote}So nicht."
    )
    village.settle()
    pages = village.list_pages(topic, post, answer)
    assert village.list_showing(village.deniz, pages) != []
    remove(village, post, how)
    # Before the worker knows of it, and afterwards.
    assert village.list_showing(village.deniz, pages) == []
    village.settle()
    assert village.list_showing(village.deniz, pages) == []
    assert count_bell(village, village.deniz) == 0


def remove(village: Village, post: NewPost, how: str) -> None:
    with acting(village.app, village.moderator, village.open) as scope:
        if how == "hidden":
            discussions.set_hidden(scope, post.topic_id, seq=post.seq, reason="Vertraulich")
        else:
            discussions.delete_post(scope, post.topic_id, seq=post.seq)


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_the_title_of_a_topic_that_is_gone_is_gone(village: Village, how: str) -> None:
    topic = make_topic(
        village.app,
        village.open,
        author=village.anke,
        title=f"Stichwort {SECRET}",
        source="@deniz!",
    )
    village.settle()
    pages = village.list_pages(topic)
    assert village.list_showing(village.deniz, pages) != []
    with acting(village.app, village.moderator, village.open) as scope:
        if how == "hidden":
            hide_topic(scope, topic.topic_id, seq=1, reason="Vertraulich")
        else:
            discussions.delete_post(scope, topic.topic_id, seq=1)
    assert village.list_showing(village.deniz, pages) == []
    village.settle()
    assert village.list_showing(village.deniz, pages) == []
    assert count_bell(village, village.deniz) == 0


def test_who_loses_access_loses_what_was_told(village: Village) -> None:
    make_member(village, village.deniz)
    secret = tell_secret(village, village.closed)
    pages = village.list_pages(secret)
    assert count_bell(village, village.deniz) == 1
    assert village.list_showing(village.deniz, pages) != []
    with acting(village.app, village.deniz, village.closed) as scope:
        areas.leave_area(scope)
    assert village.list_showing(village.deniz, [*pages, *list_entries(village)]) == []
    village.settle()
    assert village.list_showing(village.deniz, pages) == []
    assert count_bell(village, village.deniz) == 0


def make_member(village: Village, user_id: int) -> None:
    with village.app.app_context(), unit():
        areas.add_members([areas.NewMember(area_id=village.closed, user_id=user_id, role="member")])


def list_entries(village: Village) -> list[str]:
    return [f"/notifications/{number}" for number in range(1, 4)]


def test_a_topic_that_moves_into_the_closed_is_closed_at_once(village: Village) -> None:
    topic = tell_secret(village, village.open)
    pages = village.list_pages(topic)
    assert village.list_showing(village.deniz, pages) != []
    chief = make_user(village.app, "Chefin")
    for area in (village.open, village.closed):
        with village.app.app_context(), unit():
            areas.add_members([areas.NewMember(area_id=area, user_id=chief, role="admin")])
    with acting(village.app, chief, village.open) as scope:
        target = get_scope_by_id(Viewer(chief), village.closed)
        discussions.move_topic(scope, topic.topic_id, target=target)
    assert village.list_showing(village.deniz, pages) == []
    village.settle()
    assert village.list_showing(village.deniz, pages) == []
    assert count_bell(village, village.deniz) == 0


def test_what_happens_in_a_listed_area_changes_no_page_for_others(village: Village) -> None:
    """No content, no counts, no dates: every page stays the same to the letter."""
    member = make_user(village.app, "Lena")
    with village.app.app_context(), unit():
        listed = make_listed(village, member)
    urls = ["/", "/?tab=all", "/verzeichnis", "/a/gelistet/", "/search?q=Stichwort", "/sitemap.xml"]
    before = {url: read(village, url) for url in urls}
    for number in range(3):
        topic = make_topic(village.app, listed, author=member, title=f"Stichwort {number}")
        make_post(village.app, topic.topic_id, author=member)
    village.settle()
    assert {url: read(village, url) for url in urls} == before


def make_listed(village: Village, member: int) -> int:
    scope = get_system_scope("bund")
    listed = areas.create_area(
        scope,
        areas.AreaSpec(name="Gelistet", slug="gelistet", visibility="listed", joining="apply"),
    )
    areas.add_members([areas.NewMember(area_id=listed, user_id=member, role="member")])
    return listed


def read(village: Village, url: str) -> list[str]:
    pages = [village.browse(who).get(url, buffered=True).text for who in (None, village.deniz)]
    changing = r'name="(csrf_token|key)"[^>]+|<code>[0-9a-f]{8,}</code>'
    return [line for page in pages for line in re.sub(changing, "", page).splitlines()]


def count_bell(village: Village, user_id: int) -> int:
    """Return the counter on the bell, as it is kept with the user."""
    with village.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        user = session.get(User, user_id)
        assert user is not None
        return user.unread_notifications


def test_the_preview_of_a_foreign_quote_shows_nothing(village: Village) -> None:
    secret = tell_secret(village, village.closed)
    topic = make_topic(village.app, village.open, author=village.anke)
    client = village.browse(village.deniz)
    page = client.get(f"/t/{topic.topic_id}", follow_redirects=True).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    text = quote_source("x", post_id=secret.post_id, handle="anke")
    form = {"topic": str(topic.topic_id), "text": text, "csrf_token": token[1]}
    answer = client.post("/preview", data=form)
    assert answer.status_code == 200
    assert "Anke" not in answer.text
    assert f"/t/{secret.topic_id}" not in answer.text
