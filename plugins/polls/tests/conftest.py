"""A small federation with polls switched on in one area."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from forum_polls import operations, queries
from forum_polls.models import Choice, Option, Poll, Sheet, Turnout, Vote
from forum_polls.operations import Voted
from forum_polls.shapes import FullPoll
from forum_polls.values import Ballot

from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.api.data import Scope, db, unit, unscoped
from forum.core.runner import run_all
from forum.notifications.models import Notification
from forum.testing.builders import (
    acting,
    add_member,
    login,
    looking,
    make_area,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.databases import Ground
from forum.testing.fixtures import BuildOnce
from forum.testing.services.postgres import free_port
from forum.testing.services.server import Server, running, serve_command
from forum.testing.services.smtp import Sink

OPTIONS = ("Ja", "Nein", "Noch nicht")


@dataclass
class Town:
    """Two areas below a federation; polls are on in `here` alone."""

    app: Flask
    anke: int
    deniz: int
    chair: int
    stranger: int
    here: int
    next_door: int

    def start(
        self, *, author: int | None = None, area: int | None = None, **fields: str
    ) -> FullPoll:
        """Start a topic of kind poll as the composer does; fields without their prefix."""
        extra = {f"polls_{name}": (value,) for name, value in fields.items()}
        extra.setdefault("polls_options", ("\n".join(OPTIONS),))
        author, area = author or self.anke, area or self.here
        post = make_topic(
            self.app, area, author=author, title="Seid ihr dabei?", kind="poll", extra=extra
        )
        with looking(self.app, author, area):
            return queries.list_with_own_votes(queries.list_polls_of_posts([post.post_id]))[0]

    def see(self, poll_id: int, user: int | None = None, *, area: int | None = None) -> FullPoll:
        """Read a poll as a member, or as nobody."""
        with looking(self.app, user, area or self.here) as scope:
            return queries.get_full_poll(scope, poll_id)

    @contextmanager
    def acting(self, user: int) -> Iterator[Scope]:
        """Write as a member in `here`."""
        with acting(self.app, user, self.here) as scope:
            yield scope

    def vote(self, user: int, full: FullPoll, *texts: str, answer: str = "") -> Voted:
        """Vote for options by their texts."""
        chosen = frozenset(option.id for option in full.options if option.text in texts)
        assert len(chosen) == len(texts)
        with self.acting(user) as scope:
            return operations.vote(scope, full.poll.id, ballot=Ballot(chosen, answer))

    def mark(self, user: int, full: FullPoll, **ballot: Any) -> Voted:
        """Vote with marks by the texts of options, or with a number or a sheet."""
        marks = ballot.pop("marks", {})
        ids = {option.text: option.id for option in full.options}
        ballot["marks"] = {ids[text]: mark for text, mark in marks.items()}
        with self.acting(user) as scope:
            return operations.vote(scope, full.poll.id, ballot=Ballot(**ballot))

    def make_members(self, number: int, *, area: int | None = None) -> list[int]:
        """Let further members belong to an area."""
        made = [make_user(self.app, f"Mitglied {i}") for i in range(number)]
        for user in made:
            add_member(self.app, area or self.here, user)
        return made

    def close(self, full: FullPoll) -> FullPoll:
        """End a poll by its moderator; return it as it stands then."""
        with self.acting(self.chair) as scope:
            operations.close_poll(scope, full.poll.id)
        return self.see(full.poll.id)

    def tally(self, poll_id: int) -> Mapping[str, int]:
        """Return the votes by answer, as they are kept."""
        return {option.text: option.votes for option in self.see(poll_id).options}

    def client(self, user: int | None = None) -> FlaskClient:
        """A browser, signed in as a member or not at all."""
        browser = self.app.test_client()
        return login(browser, user) if user is not None else browser

    def work(self) -> None:
        """Let the worker do what is due."""
        with self.app.app_context():
            run_all()

    def inbox(self, user: int) -> str:
        """Return the page of what a member is told."""
        return self.client(user).get("/notifications").text

    def list_told(self, kind: str) -> list[int]:
        """Return who was told something of a kind, in order, as often as they were."""
        told = sa.select(Notification.user_id).where(Notification.kind == kind)
        with self.app.app_context(), unscoped("tests count") as session:
            return sorted(session.scalars(told))

    def count_rows(self) -> Mapping[str, int]:
        """Count the rows of every table of the plugin."""
        models: tuple[Any, ...] = (Poll, Option, Turnout, Vote, Choice, Sheet)
        with self.app.app_context(), unscoped("tests count") as session:
            return {
                model.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(model))
                or 0
                for model in models
            }

    def read_all(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table, with what the database itself knows about it."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self.app.app_context(), unscoped("tests read everything") as session:
            known = {"xmin_": "xmin::text", "place_": "ctid::text"}
            if session.get_bind().dialect.name == "sqlite":
                known = {"place_": "rowid"}
            for table in db.metadata.sorted_tables:
                has_places = "xmin_" in known or table.dialect_kwargs["sqlite_with_rowid"]
                extra = known.items() if has_places else ()
                columns = [sa.literal_column(of).label(name) for name, of in extra]
                rows = session.execute(sa.select(table, *columns)).mappings()
                found[table.name] = [dict(row) for row in rows]
        return found

    def recount(self) -> None:
        """Hold every kept tally of named polls against the votes, every turnout against voters."""
        weight = sa.case(
            (Poll.kind == "ranked", sa.case((Choice.mark == 1, 1), else_=0)),
            (Poll.kind == "dates", sa.case((Choice.mark == 2, 1), else_=0)),
            else_=1,
        )
        in_force = (
            sa.select(Choice.option_id, sa.func.sum(weight).label("number"))
            .join(Vote, Vote.id == Choice.vote_id)
            .join(Poll, Poll.id == Vote.poll_id)
            .where(Vote.ended_at.is_(None))
            .group_by(Choice.option_id)
            .subquery()
        )
        voted = (
            sa.select(Turnout.poll_id, sa.func.count().label("number"))
            .group_by(Turnout.poll_id)
            .subquery()
        )
        votes = (
            sa.select(Vote.poll_id, sa.func.count().label("number"))
            .where(Vote.ended_at.is_(None))
            .group_by(Vote.poll_id)
            .subquery()
        )
        options = (
            sa.select(Option.id, Option.votes, sa.func.coalesce(in_force.c.number, 0))
            .outerjoin(in_force, in_force.c.option_id == Option.id)
            .join(Poll, Poll.id == Option.poll_id)
            .where(Poll.secret.is_(sa.false()))
        )
        polls = (
            sa.select(
                Poll.id,
                Poll.voters,
                sa.func.coalesce(voted.c.number, 0),
                sa.func.coalesce(votes.c.number, 0),
                Poll.secret,
            )
            .outerjoin(voted, voted.c.poll_id == Poll.id)
            .outerjoin(votes, votes.c.poll_id == Poll.id)
        )
        with self.app.app_context(), unscoped("tests count") as session:
            for option_id, kept, counted in session.execute(options):
                assert (option_id, kept) == (option_id, counted)
            for poll_id, kept, turnout, cast, secret in session.execute(polls):
                assert (poll_id, kept) == (poll_id, turnout)
                assert (poll_id, cast) == (poll_id, 0 if secret else kept)


@dataclass
class Booth:
    """A member at a server of real processes: a session, and the token of a page of it."""

    port: int
    headers: dict[str, str]
    token: str

    def post(self, path: str, fields: Iterable[tuple[str, object]]) -> int:
        """Send a form over a connection of its own; return the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urlencode([("csrf_token", self.token), *fields])
        connection.request("POST", path, body, self.headers)
        status = connection.getresponse().status
        connection.close()
        return status


def open_booths(town: Town, port: int, users: Sequence[int]) -> list[Booth]:
    """Sign members in, one after the other, and let each open the list of polls."""
    with town.app.app_context(), unit():
        name = cookie_name()
        tokens = [
            open_session(user, proven_by=None, user_agent="test", address="127.0.0.1")
            for user in users
        ]
    return [_open_booth(port, f"{name}={token}") for token in tokens]


def _open_booth(port: int, cookie: str) -> Booth:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/a/kreis/polls/", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    given = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie", [])]
    connection.close()
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    headers = {
        "Cookie": "; ".join([cookie, *given]),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return Booth(port, headers, token)


@dataclass
class Hall:
    """A town whose forum runs in two web processes and a worker, and what they write down."""

    town: Town
    server: Server
    log: Path

    def open_booths(self, users: Sequence[int]) -> list[Booth]:
        """Sign members in."""
        return open_booths(self.town, self.server.port, users)


@pytest.fixture
def town(clock: Callable[[datetime], None], build_once: BuildOnce) -> Town:
    """The town on the database at hand, at a standing clock."""
    return build_once(found_town)


@pytest.fixture
def post_town(
    share_app: Callable[..., Flask],
    build_once: BuildOnce,
    smtp_sink: Sink,
    clock: Callable[[datetime], None],
) -> Town:
    """The town with a mail server, whose mails end in `smtp_sink`."""
    return build_once(found_town, on=share_app(smtp_url=smtp_sink.url))


@pytest.fixture
def hall(app: Flask, any_database: Ground, tmp_path: Path) -> Iterator[Hall]:
    """The town behind a real server, whose clock goes on."""
    made, log = found_town(app), tmp_path / "server.log"
    environ = {"FORUM_DATABASE_URL": any_database.url, "FORUM_LOG_LEVEL": "debug"}
    port = free_port()
    command = serve_command(tmp_path / "data", port)
    with running(command, port, "/healthz", environ, log=log) as server:
        yield Hall(made, server, log)


def found_town(app: Flask) -> Town:
    """Make the areas and who belongs to them."""
    anke, deniz, chair, stranger = (
        make_user(app, name) for name in ("Anke Albers", "Deniz Kaya", "Heike Otten", "Silke Fremd")
    )
    root = make_area(app, "Bund")
    members: Any = {anke: "member", deniz: "member", chair: "moderator"}
    here = make_area(app, "Kreis", parent=root, members=members)
    next_door = make_area(app, "Nachbarkreis", parent=root, members=members)
    switch_plugin(app, here, "polls")
    return Town(app, anke, deniz, chair, stranger, here, next_door)
