"""Polls for the demo federation: the same for the same seed, votes written set by set."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import unscoped
from forum.plugin import AreaRef, DemoWorld, PostRef
from forum_polls import limits
from forum_polls.folding import fold_answer
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.operations.rows import QUIET

_FILE: Final = Path(__file__).parent / "data" / "demo.toml"
_ZONE: Final = ZoneInfo("Europe/Berlin")
_ABSENT: Final = "mitglied"
"""A persona who has not voted anywhere yet: one can see how it is done."""


@dataclass(frozen=True, slots=True)
class PollSeed:
    """A poll as `data/demo.toml` tells it."""

    area: str
    question: str
    options: tuple[str, ...]
    days_ago: int
    turnout: float
    text: str = ""
    own: tuple[str, ...] = ()
    most: int = 1
    results: str = "always"
    days_open: int = 0
    tied: bool = False
    reply: str = ""


@dataclass(frozen=True, slots=True)
class _Planted:
    """A poll of the demo, before its votes."""

    seed: PollSeed
    area: AreaRef
    post: PostRef
    at: datetime


@dataclass(frozen=True, slots=True)
class _Cast:
    """One vote: who, which answers by their number, when."""

    user_id: int
    chosen: tuple[int, ...]
    at: datetime


def seed_polls(world: DemoWorld) -> None:
    """Switch polls on where the demo has them, start the topics, write the votes."""
    told = tomllib.loads(_FILE.read_text("utf-8"))
    for slug in told["on_in"]:
        world.switch_on(world.get_area(slug))
    forbidden = told["forbidden"]
    world.forbid(world.get_area(forbidden["area"]), reason=forbidden["reason"])
    seeds = [_read(poll) for poll in told["polls"]]
    planted = [_plant(world, seed, number) for number, seed in enumerate(seeds)]
    with unscoped("polls: the demo has no viewer") as session:
        polls = _find_polls(session, [one.post.id for one in planted])
        for one in planted:
            poll_id, options = polls[one.post.id]
            options += _add_answers(session, world, one, poll_id=poll_id, number=len(options))
            _write_votes(session, poll_id, options, _draw(world, one))


def _read(told: dict[str, Any]) -> PollSeed:
    """Read one poll; a long list of options is told by its pattern and cut at the most allowed."""
    values = dict(told)
    count = min(values.pop("count", 0), limits.OPTIONS)
    options = values["options"]
    values["options"] = tuple(options % (i + 1) for i in range(count)) if count else tuple(options)
    values["own"] = tuple(values.get("own", ()))
    return PollSeed(**values)


def _plant(world: DemoWorld, seed: PollSeed, number: int) -> _Planted:
    area = world.get_area(seed.area)
    members = world.list_member_ids(area)
    author_id = members[number * 7 % len(members)]
    hours = world.rng.randint(1, 23)
    at = world.now - timedelta(days=seed.days_ago, hours=hours)
    extra = {
        "polls_options": ("\n".join(seed.options),),
        "polls_kind": ("multiple" if seed.most != 1 else "single",),
        "polls_max": (str(seed.most) if seed.most else "",),
        "polls_own": ("open" if seed.own else "off",),
        "polls_results": (seed.results,),
    }
    if seed.days_open:
        ends_at = (at + timedelta(days=seed.days_open)).astimezone(_ZONE)
        extra["polls_ends"] = (ends_at.strftime("%Y-%m-%dT18:00"),)
    topic, post = world.start_topic(
        area,
        author_id,
        title=seed.question,
        text=seed.text or "Was meint ihr?",
        at=at,
        kind="poll",
        extra=extra,
    )
    if seed.reply:
        answer_id = members[(number * 7 + 3) % len(members)]
        world.reply(topic, answer_id, text=seed.reply, at=at + timedelta(hours=1))
    return _Planted(seed, area, post, at)


def _find_polls(session: Session, post_ids: Sequence[int]) -> dict[int, tuple[int, list[int]]]:
    rows = session.execute(
        sa.select(Poll.post_id, Poll.id, Option.id)
        .join(Option, Option.poll_id == Poll.id)
        .where(Poll.post_id.in_(post_ids))
        .order_by(Poll.id, Option.position)
    )
    found: dict[int, tuple[int, list[int]]] = {}
    for post_id, poll_id, option_id in rows:
        found.setdefault(post_id, (poll_id, []))[1].append(option_id)
    return found


def _add_answers(
    session: Session, world: DemoWorld, one: _Planted, *, poll_id: int, number: int
) -> list[int]:
    """Let members have added answers; each is somebody else's."""
    members = world.list_member_ids(one.area)
    rows = [
        {
            "poll_id": poll_id,
            "post_id": one.post.id,
            "position": number + i,
            "text": text,
            "fold": fold_answer(text),
            "votes": 0,
            "author_id": members[(i * 11 + 5) % len(members)],
            "created_at": one.at + timedelta(hours=2 + i),
        }
        for i, text in enumerate(one.seed.own)
    ]
    if not rows:
        return []
    return list(session.scalars(sa.insert(Option).returning(Option.id), rows))


def _draw(world: DemoWorld, one: _Planted) -> list[_Cast]:
    """Draw who voted for what: the earlier an answer stands, the more it is liked."""
    seed, rng = one.seed, world.rng
    absent = world.get_user_id(_ABSENT)
    members = [user_id for user_id in world.list_member_ids(one.area) if user_id != absent]
    voters = rng.sample(members, round(len(members) * seed.turnout))
    number = len(seed.options) + len(seed.own)
    span = timedelta(days=min(seed.days_open or seed.days_ago, seed.days_ago)) * 0.9
    casts = []
    for turn, user_id in enumerate(voters):
        if seed.tied:
            chosen: tuple[int, ...] = (turn % 2,)
        else:
            most = seed.most or number
            wanted = 1 if seed.most == 1 else rng.randint(1, max(1, min(most, 4)))
            chosen = tuple(sorted({int(number * rng.random() ** 1.8) for _ in range(wanted)}))
        casts.append(_Cast(user_id, chosen, one.at + span * rng.random()))
    if seed.tied and len(casts) % 2:
        casts.pop()
    return sorted(casts, key=lambda cast: cast.at)


def _write_votes(
    session: Session, poll_id: int, options: Sequence[int], casts: Sequence[_Cast]
) -> None:
    if not casts:
        return
    session.execute(
        sa.insert(Turnout), [{"poll_id": poll_id, "user_id": cast.user_id} for cast in casts]
    )
    votes = session.scalars(
        sa.insert(Vote).returning(Vote.id, sort_by_parameter_order=True),
        [{"poll_id": poll_id, "user_id": c.user_id, "cast_at": c.at} for c in casts],
    ).all()
    choices: list[dict[str, Any]] = [
        {"vote_id": vote_id, "option_id": options[chosen], "user_id": cast.user_id}
        for vote_id, cast in zip(votes, casts, strict=True)
        for chosen in cast.chosen
    ]
    session.execute(sa.insert(Choice), choices)
    tally = Counter(choice["option_id"] for choice in choices)
    for number in sorted(set(tally.values())):
        counted = [option_id for option_id, votes in tally.items() if votes == number]
        session.execute(
            sa.update(Option)
            .where(Option.id.in_(counted))
            .values(votes=number)
            .execution_options(**QUIET)
        )
    session.execute(
        sa.update(Poll)
        .where(Poll.id == poll_id)
        .values(voters=len(casts))
        .execution_options(**QUIET)
    )
