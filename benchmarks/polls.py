"""Polls: what 50 with 100,000 votes cost a topic page, and 10,000 votes sent to a server."""

from __future__ import annotations

import http.client
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from forum_polls import operations
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.values import OptionSpec, PollSpec
from sqlalchemy.orm import Session

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from forum.accounts.identity import cookie_name
from forum.accounts.models import User
from forum.accounts.operations import create_user
from forum.accounts.operations.sessions import open_session
from forum.areas.operations import NewMember, add_members
from forum.core.clock import now
from forum.core.database import UTCDateTime, refresh_statistics, unit, unscoped
from forum.testing.builders import (
    login,
    make_area,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.databases import dispose
from forum.testing.services.postgres import free_port
from forum.testing.services.server import running, serve_command
from forum.testing.statements import list_warm_statements

POLLS: Final = 50
ANSWERS: Final = 4
SENDERS: Final = 4
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Town:
    """An area with one topic under whose first post the polls hang, and who will vote.

    `reader` has voted in all polls.
    """

    area_id: int
    slug: str
    topic_id: int
    reader: int
    voters: Sequence[int]
    polls: dict[int, list[int]]


def measure_polls(ground: Ground, *, votes: int, sent: int, rounds: int) -> list[Figure]:
    """Measure the page with `votes` rows in the log, then send `sent` votes to a server."""
    app = ground.make_app()
    town = _build(app, voters=max(1, sent // POLLS), crowd=max(1, votes // POLLS))
    figures = _measure_page(app, town, rounds=rounds)
    dispose(app)
    figures.append(_send(ground, town))
    return figures


def _build(app: Flask, *, voters: int, crowd: int) -> Town:
    """Make the topic, the polls and the people: those who will vote, and a crowd that has."""
    author = make_user(app, "Anke Albers")
    slug = "abstimmung"
    area = make_area(app, "Abstimmung", members={author: "admin"}, slug=slug)
    switch_plugin(app, area, "polls")
    new = make_topic(app, area, author=author, title="Fünfzig Fragen")
    options = tuple(OptionSpec(text=f"Antwort {number}") for number in range(ANSWERS))
    with app.app_context(), unit(), unscoped("benchmarks make polls") as session:
        polls: dict[int, list[int]] = {}
        for number in range(POLLS):
            spec = PollSpec(question=f"Frage {number}?", options=options, name=f"frage-{number}")
            poll_id = operations.create_poll(new.post_id, spec)
            polls[poll_id] = [*session.scalars(_options_of(poll_id))]
    people = _make_people(app, area, voters + crowd)
    with app.app_context():
        with unit(), unscoped("benchmarks fill polls") as session:
            _fill(session, list(polls), people[voters:])
        with unit():
            refresh_statistics()
    return Town(area, slug, new.topic_id, people[-1], people[:voters], polls)


def _options_of(poll_id: int) -> Any:
    return sa.select(Option.id).where(Option.poll_id == poll_id).order_by(Option.position)


def _make_people(app: Flask, area_id: int, number: int) -> list[int]:
    """Make members of the area in one unit."""
    with app.app_context(), unit():
        people = [create_user(f"Wahl {n}", f"wahl{n}@example.org") for n in range(number)]
        add_members(NewMember(area_id=area_id, user_id=u, role="member") for u in people)
    return people


def _fill(session: Session, polls: Sequence[int], people: Sequence[int]) -> None:
    """Write a vote of everybody in every poll, set by set, and the tallies that come of it."""
    crowd = sa.and_(User.id.between(min(people), max(people)), Poll.id.in_(polls))
    pairs = sa.select(Poll.id, User.id).join(User, sa.true()).where(crowd)
    session.execute(sa.insert(Turnout).from_select(["poll_id", "user_id"], pairs))
    votes = pairs.add_columns(sa.literal(now(), UTCDateTime()))
    session.execute(sa.insert(Vote).from_select(["poll_id", "user_id", "cast_at"], votes))
    chosen = sa.and_(Option.poll_id == Vote.poll_id, Option.position == Vote.user_id % ANSWERS)
    choices = sa.select(Vote.id, Vote.user_id, Option.id).join(Option, chosen)
    session.execute(sa.insert(Choice).from_select(["vote_id", "user_id", "option_id"], choices))
    counted = sa.select(sa.func.count()).where(Choice.option_id == Option.id).scalar_subquery()
    session.execute(sa.update(Option).where(Option.poll_id.in_(polls)).values(votes=counted))
    session.execute(sa.update(Poll).where(Poll.id.in_(polls)).values(voters=len(people)))


def _measure_page(app: Flask, town: Town, *, rounds: int) -> list[Figure]:
    """Compare the page with polls on and off, taking turns."""
    client = login(app.test_client(), town.reader)
    path = client.get(f"/t/{town.topic_id}", follow_redirects=True).request.path
    statements: dict[str, int] = {}
    times: dict[str, list[float]] = {"on": [], "off": []}
    for _ in range(3):
        for state in ("off", "on"):
            switch_plugin(app, town.area_id, "polls", state=state)
            statements[state] = len(list_warm_statements(lambda: client.get(path)))
            for _turn in range(rounds):
                start = perf_counter()
                client.get(path)
                times[state].append((perf_counter() - start) * 1000)
    middle = {state: sorted(found)[len(found) // 2] for state, found in times.items()}
    return [
        Figure(
            "polls_page",
            (middle["on"] - middle["off"],),
            f"{middle['on']:.1f} ms with, {middle['off']:.1f} ms without",
        ),
        Figure("polls_statements", (statements["on"] - statements["off"],), str(statements)),
    ]


def _send(ground: Ground, town: Town) -> Figure:
    """Let every voter vote once in every poll, over as many connections as there are senders."""
    app = ground.make_app()
    with app.app_context(), unit():
        name = cookie_name()
        cookies = [
            f"{name}={open_session(user, proven_by=None, user_agent='bench', address='127.0.0.1')}"
            for user in town.voters
        ]
    before = _count(app, town)
    port = free_port()
    with running(serve_command(ground.data, port), port, "/healthz", ground.environ) as server:
        start = perf_counter()
        with ThreadPoolExecutor(SENDERS) as pool:
            answers = list(pool.map(lambda cookie: _vote(server.port, cookie, town), cookies))
        seconds = perf_counter() - start
    counted = _count(app, town) - before
    dispose(app)
    refused = [status for found in answers for status in found if status != 303]
    wanted = len(town.voters) * POLLS
    note = (
        f"{wanted} votes in {seconds:.1f} s, {wanted / seconds:.0f}/s; other answers: {refused[:5]}"
    )
    return Figure("polls_lost", (wanted - counted + len(refused),), note)


def _vote(port: int, cookie: str, town: Town) -> list[int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/a/{town.slug}/polls/", headers={"Cookie": cookie})
    answer = connection.getresponse()
    page = answer.read().decode()
    given = [
        value.split(";")[0] for key, value in answer.getheaders() if key.lower() == "set-cookie"
    ]
    headers = {
        "Cookie": "; ".join([cookie, *given]),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    token = _TOKEN.search(page)
    assert token, page[:300]
    found = []
    for turn, (poll_id, options) in enumerate(town.polls.items()):
        body = urlencode({"csrf_token": token[1], "option": options[turn % ANSWERS]})
        connection.request("POST", f"/a/{town.slug}/polls/{poll_id}/vote", body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append(answer.status)
    connection.close()
    return found


def _count(app: Flask, town: Town) -> int:
    """Sum the tallies, and hold them against the votes themselves."""
    tallies = sa.select(sa.func.sum(Option.votes)).where(Option.poll_id.in_(town.polls))
    votes = (
        sa.select(sa.func.count())
        .select_from(Vote)
        .where(Vote.poll_id.in_(town.polls), Vote.ended_at.is_(None))
    )
    with app.app_context(), unscoped("benchmarks recount") as session:
        kept, counted = session.scalar(tallies) or 0, session.scalar(votes) or 0
    if kept != counted:
        raise RuntimeError(f"tallies say {kept}, the votes are {counted}")
    return int(kept)
