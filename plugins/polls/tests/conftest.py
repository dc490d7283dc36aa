"""A small federation with polls switched on in one area."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from forum_polls import operations, queries
from forum_polls.models import Choice, Option, Poll, Sheet, Turnout, Vote
from forum_polls.operations import Voted
from forum_polls.shapes import FullPoll
from forum_polls.values import Ballot

from forum.api.data import Scope, unscoped
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

    def count_rows(self) -> Mapping[str, int]:
        """Count the rows of every table of the plugin."""
        models: tuple[Any, ...] = (Poll, Option, Turnout, Vote, Choice, Sheet)
        with self.app.app_context(), unscoped("tests count") as session:
            return {
                model.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(model))
                or 0
                for model in models
            }

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


@pytest.fixture
def town(app: Flask, clock: Callable[[datetime], None]) -> Town:
    """The town on the database at hand, at a standing clock."""
    anke, deniz, chair, stranger = (
        make_user(app, name) for name in ("Anke Albers", "Deniz Kaya", "Heike Otten", "Silke Fremd")
    )
    root = make_area(app, "Bund")
    members: Any = {anke: "member", deniz: "member", chair: "moderator"}
    here = make_area(app, "Kreis", parent=root, members=members)
    next_door = make_area(app, "Nachbarkreis", parent=root, members=members)
    switch_plugin(app, here, "polls")
    return Town(app, anke, deniz, chair, stranger, here, next_door)
