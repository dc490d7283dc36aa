"""One person had two accounts: afterwards everything is the one's, nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from forum_polls.models import Choice, Option, Poll, Turnout, Vote

from forum.accounts.models import Erasure, LoginSession, MergedUser, SiteRole, User
from forum.accounts.operations import (
    Farewell,
    Ghost,
    create_ghosts,
    erase_user,
    merge_users,
    request_erasure,
)
from forum.accounts.tombstones import FILE
from forum.areas.models import Area, AreaReader, Grant
from forum.areas.operations import rebuild_readers
from forum.areas.upkeep import count_members
from forum.core.audit import AuditEntry
from forum.core.database import Base, db, unit, unscoped
from forum.core.errors import Conflict, Denied, ForumError, Invalid, NotFound
from forum.core.events import EventRow
from forum.discussions import operations as discussions
from forum.discussions.models import Follow, Post, PostRevision, Reaction, Topic
from forum.discussions.operations.rows import recount_topic
from forum.notifications.models import Notification
from forum.notifications.operations import recount_all
from forum.testing.builders import acting, login, make_area, make_post, make_topic, make_user
from tests.journeys.life import HANDLE, Life, live


@pytest.fixture
def life(app: Flask, clock: Callable[[datetime], None]) -> Life:
    return live(app)


def merge(life: Life, target: int, **how: Any) -> dict[str, int]:
    with life.app.app_context():
        with unit():
            return dict(merge_users(life.user, target, **how))


def read(life: Life, *columns: Any, where: Any = None) -> list[Any]:
    with life.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        statement = sa.select(*columns)
        found = session.execute(statement if where is None else statement.where(where))
        return [tuple(row) if len(columns) > 1 else row[0] for row in found]


def list_traces(life: Life, user_id: int) -> Iterator[str]:
    """Name every column of every table that still refers to somebody."""
    with life.app.app_context(), db.engines[None].connect() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.c:
                if any(key.column.table.name == "user" for key in column.foreign_keys):
                    found = sa.select(sa.func.count()).where(column == user_id)
                    if connection.execute(found).scalar_one():
                        yield f"{table.name}.{column.name}"


def describe_counters(life: Life) -> Any:
    """Return everything that is kept beside what it counts."""
    return (
        sorted(read(life, Topic.id, Topic.people_count, Topic.reply_count, Topic.last_author_id)),
        sorted((i, set(people)) for i, people in read(life, Topic.id, Topic.people)),
        sorted(read(life, Area.id, Area.member_count)),
        sorted(read(life, AreaReader.area_id, AreaReader.principal, AreaReader.reads)),
        sorted(read(life, User.id, User.unread_notifications)),
        sorted(read(life, Poll.id, Poll.voters)),
    )


def count_again(life: Life) -> None:
    with life.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        for topic_id in session.scalars(sa.select(Topic.id)).all():
            shown = sa.select(Post.id).where(
                Post.topic_id == topic_id, Post.deleted_at.is_(None), Post.hidden_at.is_(None)
            )
            if session.scalar(shown.limit(1)) is not None:
                recount_topic(topic_id, session)
        count_members(session, session.scalars(sa.select(Area.id)).all())
        rebuild_readers()
        recount_all()


@pytest.mark.parametrize("into", ["nobody yet", "deniz", "anke"])
def test_nothing_refers_to_the_old_account_any_more(life: Life, into: str) -> None:
    target = life.others.get(into) or make_user(life.app, "Kira Vogel")
    posts = len(read(life, Post.id))
    merge(life, target)
    assert [*list_traces(life, life.user)] == ["merged_user.user_id"]
    assert len(read(life, Post.id)) == posts
    assert read(life, AreaReader.area_id, where=AreaReader.principal == life.user) == []
    life.work()
    kept = describe_counters(life)
    count_again(life)
    assert describe_counters(life) == kept
    voted = read(life, Vote.poll_id, Vote.user_id, where=Vote.ended_at.is_(None))
    assert len(voted) == len(set(voted)) == len(read(life, Turnout.poll_id))
    for option, votes in read(life, Option.id, Option.votes):
        chosen = sa.and_(Choice.option_id == option, Vote.ended_at.is_(None))
        joined = sa.and_(chosen, Vote.id == Choice.vote_id)
        assert len(read(life, Choice.vote_id, where=joined)) == votes


def test_mentions_and_the_profile_follow_the_name(life: Life) -> None:
    anke = life.others["anke"]
    target = make_user(life.app, "Kira Vogel")
    merge(life, target)
    sources = [*read(life, Post.source), *read(life, PostRevision.source)]
    assert [s for s in sources if HANDLE in s.lower()] == []
    assert sum("@kira-vogel" in s.lower() for s in sources) == 3
    [quoting] = [s for s in sources if ":::quote" in s]
    assert "by=kira-vogel" in quoting and "/u/kira-vogel" in quoting
    client = login(life.app.test_client(), anke)
    led = client.get(f"/u/{HANDLE}")
    assert (led.status_code, led.location) == (301, "/u/kira-vogel")
    page = client.get(f"/t/{life.topics['own'].topic_id}", follow_redirects=True).text
    assert "Kira Vogel" in page and "Ehemaliges Mitglied" not in page


def test_the_old_account_opens_nothing_and_its_address_is_free(life: Life) -> None:
    target = make_user(life.app, "Kira Vogel")
    merge(life, target)
    assert life.browser.client.get("/settings/profile").status_code == 303
    assert read(life, LoginSession.id, where=LoginSession.user_id == life.user) == []
    state = (User.state, User.email, User.name, User.password_hash, User.handle)
    assert read(life, *state, where=User.id == life.user) == [("erased", None, "", None, HANDLE)]
    make_user(life.app, "Neu Hier", email="kqzxadresse@example.org")


def test_the_handle_is_nobody_elses(life: Life) -> None:
    merge(life, make_user(life.app, "Kira Vogel"))
    again = make_user(life.app, "Kqzxname Vogel")
    assert read(life, User.handle, where=User.id == again) == [f"{HANDLE}-2"]


def test_the_higher_role_stays_and_every_area_is_told(life: Life) -> None:
    deniz = life.others["deniz"]
    merge(life, deniz, reason="Zwei Konten")
    roles = dict(read(life, Area.slug, Grant.role, where=_grants_of(deniz)))
    assert roles == {"bund": "editor", "kreis": "moderator", "beirat": "admin"}
    assert sorted(read(life, SiteRole.role, where=SiteRole.user_id == deniz)) == ["operator"]
    told = read(life, Area.slug, AuditEntry.details, where=_logged("areas.merge_member"))
    assert sorted((slug, d["before"], d["after"]) for slug, d in told) == [
        ("beirat", None, "admin"),
        ("bund", None, "editor"),
        ("kreis", "member", "moderator"),
    ]
    [entry] = read(life, AuditEntry.details, where=AuditEntry.action == "accounts.merge_users")
    assert entry["source"] == life.user and entry["rows"]["post"] > 5
    [(_name, payload)] = read(
        life, EventRow.name, EventRow.payload, where=EventRow.name == "accounts.users_merged"
    )
    assert payload == {"source_id": life.user, "target_id": deniz}


def _grants_of(user_id: int) -> Any:
    return sa.and_(Grant.user_id == user_id, Grant.area_id == Area.id)


def _logged(action: str) -> Any:
    return sa.and_(AuditEntry.action == action, AuditEntry.area_id == Area.id)


def test_of_two_things_one_may_have_once_one_stays(life: Life) -> None:
    app, deniz, area = life.app, life.others["deniz"], life.area
    own, theirs = life.topics["own"].topic_id, life.topics["theirs"].topic_id
    with acting(app, deniz, area) as scope:
        discussions.follow_topic(scope.viewer, theirs)
        discussions.mark_read(scope.viewer, own, seqs=[2])
    both = sa.and_(Reaction.post_id == Post.id, Post.topic_id == theirs, Post.seq == 1)
    assert len(read(life, Reaction.id, where=both)) == 2
    merge(life, deniz)
    assert read(life, Reaction.user_id, where=both) == [deniz]
    assert read(life, Post.reactions, where=sa.and_(Post.topic_id == theirs, Post.seq == 1)) == [
        {"thanks": 1}
    ]
    liked = sa.and_(Reaction.post_id == Post.id, Post.author_id == Reaction.user_id)
    assert read(life, Reaction.id, where=liked) == []
    mine = sa.and_(Follow.user_id == deniz, Follow.topic_id == theirs)
    assert read(life, Follow.level, where=mine) == ["follow"]
    told = read(life, Notification.id, where=Notification.user_id == Notification.actor_id)
    assert told == []


def test_a_merged_account_goes_with_the_one_it_went_into(life: Life) -> None:
    target = make_user(life.app, "Kira Vogel")
    merge(life, target)
    with life.app.app_context():
        with unit():
            erase_user(target, Farewell(texts="delete", successor_id=life.others["petra"]))
    life.work()
    assert read(life, MergedUser.user_id) == []
    assert read(life, User.handle, where=User.id == life.user) == [f"ehemalig-{life.user}"]
    assert len(read(life, Erasure.person_hash)) == 2
    # Other tests of this process begin without stones in the directory.
    stones = life.app.config["FORUM"].data_dir / FILE
    assert stones.read_text("utf-8").count("\n") == 2
    stones.unlink()


def test_chains_lead_to_the_last(life: Life) -> None:
    middle, last = make_user(life.app, "Kira Vogel"), make_user(life.app, "Kira Neu")
    merge(life, middle)
    with life.app.app_context():
        with unit():
            merge_users(middle, last)
    client = login(life.app.test_client(), life.others["anke"])
    for old in (HANDLE, "kira-vogel"):
        assert client.get(f"/u/{old}").location == "/u/kira-neu"


def test_a_ghost_goes_into_a_member_never_the_other_way(life: Life) -> None:
    app, anke = life.app, life.others["anke"]
    with app.app_context():
        with unit():
            [ghost] = create_ghosts([Ghost("Rosa (Liste)", "Liste")])
            with pytest.raises(Invalid):
                merge_users(anke, ghost)
        with unit():
            merge_users(ghost, anke)
    assert [*list_traces(life, ghost)] == ["merged_user.user_id"]


def test_what_is_refused_changes_nothing(life: Life) -> None:
    anke, petra = life.others["anke"], life.others["petra"]
    refusals: list[tuple[type[ForumError], int, int, int | None]] = [
        (Invalid, anke, anke, None),
        (NotFound, anke, 987_654, None),
        (Denied, anke, petra, petra),
        (Denied, petra, anke, petra),
    ]
    events = len(read(life, EventRow.id))
    for error, source, target, by in refusals:
        with life.app.app_context(), pytest.raises(error):
            with unit():
                merge_users(source, target, by=by)
    with life.app.app_context():
        with unit():
            request_erasure(anke, Farewell(by=anke))
        with pytest.raises(Conflict):
            with unit():
                merge_users(anke, petra)
    assert len(read(life, EventRow.id)) == events
    assert read(life, MergedUser.user_id) == []


def test_roles_do_not_pass_a_seal(life: Life) -> None:
    """Who becomes admin above by a merge oversees a sealed area below, and reads it no more."""
    app, anke, petra = life.app, life.others["anke"], life.others["petra"]
    make_area(app, "Recht", slug="recht", parent=life.root, sealed=True, visibility="hidden")
    topic = make_topic(app, life.area, author=anke, title="Nachbarn")
    make_post(app, topic.topic_id, author=anke)
    with app.app_context():
        with unit():
            merge_users(petra, anke)
    client = login(app.test_client(), anke)
    page = client.get("/a/recht/")
    assert page.status_code == 200 and "Dieser Bereich ist versiegelt" in page.text
