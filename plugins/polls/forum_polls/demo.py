"""Polls for the demo federation: the same for the same seed, votes written set by set."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import unscoped
from forum.plugin import AreaRef, DemoWorld, PostRef
from forum_polls import limits
from forum_polls.demo_votes import Cast, Target, write_votes
from forum_polls.folding import fold_answer
from forum_polls.models import Option, Poll
from forum_polls.operations.rows import option_row
from forum_polls.values import OptionSpec

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
    kind: str = ""
    secret: bool = False
    terms: dict[str, str] = field(default_factory=dict)

    @property
    def of_kind(self) -> str:
        """The kind, as the number of answers tells it where nothing else is said."""
        return self.kind or ("multiple" if self.most != 1 else "single")


@dataclass(frozen=True, slots=True)
class _Planted:
    """A poll of the demo, before its votes."""

    seed: PollSeed
    area: AreaRef
    post: PostRef
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
            if one.seed.kind == "number":
                options = _add_numbers(session, one, poll_id=poll_id)
            else:
                options += _add_answers(session, world, one, poll_id=poll_id, number=len(options))
            if one.seed.kind != "survey":
                seed = one.seed
                target = Target(poll_id, seed.of_kind, seed.secret, options)
                write_votes(session, target, _draw(world, one, number=len(options)))


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
        "polls_kind": (seed.of_kind,),
        "polls_max": (str(seed.most) if seed.most else "",),
        "polls_secret": ("1" if seed.secret else "",),
        "polls_own": ("open" if seed.own and seed.kind != "number" else "off",),
        "polls_results": (seed.results,),
    }
    extra |= {f"polls_{name}": (value,) for name, value in seed.terms.items()}
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
        .outerjoin(Option, Option.poll_id == Poll.id)
        .where(Poll.post_id.in_(post_ids), Poll.parent_id.is_(None))
        .order_by(Poll.id, Option.position)
    )
    found: dict[int, tuple[int, list[int]]] = {}
    for post_id, poll_id, option_id in rows:
        options = found.setdefault(post_id, (poll_id, []))[1]
        if option_id is not None:
            options.append(option_id)
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


def _add_numbers(session: Session, one: _Planted, *, poll_id: int) -> list[int]:
    """Let some numbers have been named, as voting would have added them."""
    rows = [
        option_row(poll_id, OptionSpec(text=text), post_id=one.post.id, position=place, at=one.at)
        for place, text in enumerate(one.seed.own)
    ]
    return list(session.scalars(sa.insert(Option).returning(Option.id), rows))


def _draw(world: DemoWorld, one: _Planted, *, number: int) -> list[Cast]:
    """Draw who voted for what: the earlier an answer stands, the more it is liked."""
    seed, rng = one.seed, world.rng
    absent = world.get_user_id(_ABSENT)
    members = [user_id for user_id in world.list_member_ids(one.area) if user_id != absent]
    voters = rng.sample(members, round(len(members) * seed.turnout))
    span = timedelta(days=min(seed.days_open or seed.days_ago, seed.days_ago)) * 0.9
    casts = []
    for turn, user_id in enumerate(voters):
        marks = {turn % 2: 1} if seed.tied else _draw_marks(seed, rng, number)
        casts.append(Cast(user_id, marks, one.at + span * rng.random()))
    if seed.tied and len(casts) % 2:
        casts.pop()
    return sorted(casts, key=lambda cast: cast.at)


def _draw_marks(seed: PollSeed, rng: Random, number: int) -> dict[int, int]:
    def draw(times: int) -> list[int]:
        return sorted({int(number * rng.random() ** 1.8) for _ in range(times)})

    if seed.kind == "ranked":
        order = sorted(range(number), key=lambda place: place + 3 * rng.random())
        return {place: rank for rank, place in enumerate(order[: rng.randint(1, number)], 1)}
    if seed.kind == "dates":
        return {place: rng.choice((1, 2, 2)) for place in draw(3)}
    if seed.of_kind != "multiple":
        return {draw(1)[0]: 1}
    most = seed.most or number
    return dict.fromkeys(draw(rng.randint(1, max(1, min(most, 4)))), 1)
