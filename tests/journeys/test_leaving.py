"""A member leaves a token everywhere, takes them along, and is gone: nothing but what is written
down in docs/privacy.md stays, and nobody else loses anything.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from forum_polls.models import Choice, Option, Poll, Turnout

from forum.accounts.operations import Farewell, collect_data, erase_user, reapply_erasure
from forum.accounts.tombstones import FILE, read_tombstones
from forum.areas.models import Area, Grant, in_force
from forum.core.database import unit, unscoped
from forum.discussions.models import Post, Reaction, Topic
from forum.plugin.types import Texts
from forum.testing.builders import login
from tests.journeys.life import HANDLE, MARK, Life, count_members, describe_others, is_erased, live

# Said to others in an office: see docs/privacy.md.
OFFICIAL = {
    "area_application.answer: kqzxantwort",
    "post.hidden_reason: kqzxausgeblendet",
    "post_revision.reason: kqzxkuerzung",
}
KEPT = {
    "polls_option.fold: kqzxidee",
    "polls_option.text: kqzxidee",
    "polls_option.fold: kqzxja",
    "polls_option.text: kqzxja",
    "polls_poll.question: kqzxfrage",
    "post.html: kqzxbeitrag",
    "post.html: kqzxreply",
    "post.source: kqzxbeitrag",
    "post.source: kqzxreply",
    "topic.excerpt: kqzxbeitrag",
    "topic.slug: kqzxallein",
    "topic.slug: kqzxfrage",
    "topic.slug: kqzxtitel",
    "topic.title: kqzxallein",
    "topic.title: kqzxfrage",
    "topic.title: kqzxtitel",
}


@pytest.fixture
def life(app: Flask, clock: Callable[[datetime], None]) -> Life:
    return live(app)


def open_export(life: Life) -> dict[str, bytes]:
    with life.app.app_context():
        content = collect_data(life.user)
    with zipfile.ZipFile(BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def erase(life: Life, texts: Texts = "keep") -> None:
    with life.app.app_context(), unit():
        erase_user(life.user, Farewell(texts=texts))
    life.work()


def rows(life: Life, statement: Any) -> list[Any]:
    with life.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        return [*session.execute(statement)]


def test_every_token_is_in_the_database_before(life: Life) -> None:
    found = {place.rpartition(": ")[2] for place in life.list_places()}
    assert {*life.tokens.values()} - found == set()


def test_the_export_holds_every_token_and_nothing_of_others(life: Life) -> None:
    files = open_export(life)
    text = b"\n".join(files.values()).decode("utf-8", "replace").lower()
    assert [what for what, token in life.tokens.items() if token not in text] == []
    assert f"{MARK}ueberdich" not in text
    assert files["picture.webp"][:4] == b"RIFF"
    profile = json.loads(files["accounts/profile.json"])[0]
    assert (profile["email"], profile["handle"]) == (f"{MARK}adresse@example.org", HANDLE)
    assert "argon2" not in text and "hash" not in text
    assert "anke" not in text and "gern dabei" not in text


def test_the_export_hides_what_one_reads_no_more(life: Life) -> None:
    from forum.areas import operations as areas
    from forum.testing.builders import acting, make_post

    topic = life.topics["theirs"]
    secret = make_post(life.app, topic.topic_id, author=life.others["anke"], source="Geheimnis")
    quote = f":::quote post={secret.post_id}\nGeheimnis\n:::\n\nEinverstanden."
    make_post(life.app, topic.topic_id, author=life.user, source=quote)
    assert b"Geheimnis" in open_export(life)["discussions/posts.json"]
    with acting(life.app, life.user, life.area) as scope:
        areas.leave_area(scope)
    with acting(life.app, life.others["petra"], life.root) as scope:
        areas.set_role(scope, life.user, role="member")
    posts = open_export(life)["discussions/posts.json"]
    assert b"Einverstanden" in posts
    assert b"Geheimnis" not in posts and b"Haushalt" not in posts and b"Kreis" not in posts


@pytest.mark.parametrize("texts", ["keep", "delete"])
def test_an_erasure_leaves_what_is_documented_and_nothing_else(life: Life, texts: Texts) -> None:
    before = life.list_uploads()
    others = describe_others(life)
    assert before
    erase(life, texts)
    assert is_erased(life)
    left = life.list_places()
    index = {place for place in left if place.startswith("index/")}
    assert left - index == (OFFICIAL | KEPT if texts == "keep" else OFFICIAL)
    assert len(index) > 1 if texts == "keep" else index == set()
    assert life.list_uploads() == set()
    after = describe_others(life)
    quoting = {post for post in others if others[post] != after[post]}
    assert after.keys() == others.keys()
    # Who quoted what is gone quotes nothing any more; all else stands as it was.
    assert len(quoting) == (1 if texts == "delete" else 0)


@pytest.mark.parametrize("texts", ["keep", "delete"])
def test_counters_equal_a_recount_after_an_erasure(life: Life, texts: Texts) -> None:
    erase(life, texts)
    recount_topics(life)
    recount_rest(life)


def recount_topics(life: Life) -> None:
    for topic in rows(life, sa.select(Topic)):
        topic = topic[0]
        shown = [
            post
            for (post,) in rows(life, sa.select(Post).where(Post.topic_id == topic.id))
            if post.deleted_at is None and post.hidden_at is None
        ]
        assert topic.reply_count == sum(post.parent_id is not None for post in shown)
        if shown:
            assert topic.people_count == len({post.author_id for post in shown})
            assert topic.last_post_at == max(post.created_at for post in shown)
        assert (topic.deleted_at is None) == any(
            post.deleted_at is None
            for (post,) in rows(life, sa.select(Post).where(Post.topic_id == topic.id))
        )


def recount_rest(life: Life) -> None:
    for (post,) in rows(life, sa.select(Post)):
        given = sa.select(Reaction.kind, sa.func.count()).where(Reaction.post_id == post.id)
        assert post.reactions == dict(map(tuple, rows(life, given.group_by(Reaction.kind))))
    topics = sa.select(Area.id, Area.topic_count, Area.slug)
    for area_id, count, slug in rows(life, topics):
        shown = (Topic.hidden_at.is_(None), Topic.deleted_at.is_(None))
        found = rows(life, sa.select(Topic.id).where(Topic.area_id == area_id, *shown))
        members = rows(
            life, sa.select(Grant.user_id).where(Grant.area_id == area_id, in_force()).distinct()
        )
        assert (slug, count) == (slug, len(found))
        assert count_members(life)[slug] == len(members)
    for option_id, votes in rows(life, sa.select(Option.id, Option.votes)):
        assert votes == len(
            rows(life, sa.select(Choice.vote_id).where(Choice.option_id == option_id))
        )
    for poll_id, voters in rows(life, sa.select(Poll.id, Poll.voters)):
        assert voters == len(rows(life, sa.select(Turnout).where(Turnout.poll_id == poll_id)))


@pytest.mark.parametrize("texts", ["keep", "delete"])
def test_pages_stand_and_name_nobody_after_an_erasure(life: Life, texts: Texts) -> None:
    erase(life, texts)
    reader = login(life.app.test_client(), life.others["anke"])
    for name, topic in life.topics.items():
        answer = reader.get(f"/t/{topic.topic_id}-x", follow_redirects=True)
        gone = name in {"keep": ("gone",), "delete": ("gone", "alone", "asked")}[texts]
        assert answer.status_code == (404 if gone else 200), name
        assert "kqzxname" not in answer.text.lower()
    theirs = reader.get(f"/t/{life.topics['theirs'].topic_id}-x", follow_redirects=True).text
    assert (
        '<span class="mention">@Ehemaliges Mitglied</span>'
        in reader.get(f"/t/{life.topics['own'].topic_id}-x", follow_redirects=True).text
    )
    assert "Vom Moderator gekürzt." in theirs
    for page in ("/", "/a/kreis/", "/a/kreis/members", "/notifications"):
        answer = reader.get(page, follow_redirects=True)
        assert answer.status_code == 200, page
        assert "kqzxname" not in answer.text.lower()
    assert reader.get(f"/u/{HANDLE}").status_code == 404


def test_a_restored_backup_erases_again(life: Life) -> None:
    erase(life)
    file = life.app.config["FORUM"].data_dir / FILE
    stones = [*read_tombstones(file.read_text("utf-8"))]
    assert MARK not in file.read_text("utf-8")
    with life.app.app_context(), unit():
        assert not reapply_erasure(stones[-1])
    # What a backup brings back: the row with its name, sessions, an address.
    from forum.accounts.models import User

    with life.app.app_context(), unit() as session:
        values = {"state": "active", "name": f"{MARK}zurueck", "handle": HANDLE}
        session.execute(sa.update(User).where(User.id == life.user).values(**values))
    with life.app.app_context(), unit():
        assert reapply_erasure(stones[-1])
    assert is_erased(life)


@pytest.fixture(autouse=True)
def _tombstones(app: Flask) -> Iterator[None]:
    """The file of tombstones outlives a test's database."""
    path = app.config["FORUM"].data_dir / FILE
    path.unlink(missing_ok=True)
    yield
    path.unlink(missing_ok=True)
