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

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.site import running, serve_command
from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.core.clock import now
from forum.core.database import unit, unscoped
from forum.testing.builders import (
    add_member,
    login,
    make_area,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.databases import dispose
from forum.testing.services.postgres import free_port
from forum.testing.statements import list_warm_statements

POLLS: Final = 50
ANSWERS: Final = 4
SENDERS: Final = 4
_TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Town:
    """An area with one topic under whose first post the polls hang, and who may vote."""

    area_id: int
    slug: str
    topic_id: int
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
    author = make_user(app, "Anke Albers")
    slug = "abstimmung"
    area = make_area(app, "Abstimmung", members={author: "admin"}, slug=slug)
    switch_plugin(app, area, "polls")
    new = make_topic(app, area, author=author, title="Fünfzig Fragen")
    options = tuple(OptionSpec(text=f"Antwort {number}") for number in range(ANSWERS))
    with app.app_context(), unit(), unscoped("benchmarks fill polls") as session:
        polls: dict[int, list[int]] = {}
        for number in range(POLLS):
            spec = PollSpec(question=f"Frage {number}?", options=options, name=f"frage-{number}")
            poll_id = operations.create_poll(new.post_id, spec)
            polls[poll_id] = [*session.scalars(_options_of(poll_id))]
    ids = [make_user(app, f"Mitglied {number}") for number in range(voters)]
    for voter in ids:
        add_member(app, area, voter)
    _fill(app, polls, people=_insert_people(app, crowd))
    return Town(area, slug, new.topic_id, ids, polls)


def _options_of(poll_id: int) -> Any:
    return sa.select(Option.id).where(Option.poll_id == poll_id).order_by(Option.position)


def _insert_people(app: Flask, number: int) -> list[int]:
    """Make a crowd whose votes are only counted; one by one is how members are made."""
    return [make_user(app, f"Menge {count}") for count in range(number)]


def _fill(app: Flask, polls: dict[int, list[int]], *, people: Sequence[int]) -> None:
    """Write the crowd's votes in all polls as rows, tallies with them."""
    at = now()
    with app.app_context(), unit(), unscoped("benchmarks fill polls") as session:
        for poll_id, options in polls.items():
            session.execute(
                sa.insert(Turnout), [{"poll_id": poll_id, "user_id": u} for u in people]
            )
            votes = session.scalars(
                sa.insert(Vote).returning(Vote.id, sort_by_parameter_order=True),
                [{"poll_id": poll_id, "user_id": u, "cast_at": at} for u in people],
            ).all()
            rows = [
                {"vote_id": vote, "user_id": u, "option_id": options[turn % ANSWERS]}
                for turn, (vote, u) in enumerate(zip(votes, people, strict=True))
            ]
            session.execute(sa.insert(Choice), rows)
            for place, option in enumerate(options):
                count = len(range(place, len(people), ANSWERS))
                session.execute(sa.update(Option).where(Option.id == option).values(votes=count))
            session.execute(sa.update(Poll).where(Poll.id == poll_id).values(voters=len(people)))


def _measure_page(app: Flask, town: Town, *, rounds: int) -> list[Figure]:
    """Compare the page with polls on and off, taking turns."""
    client = login(app.test_client(), town.voters[0])
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
