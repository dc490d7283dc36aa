"""Badges for the demo federation: the same for the same seed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from forum.api.data import Scope, Viewer, as_viewer, get_system_scope, unscoped
from forum.plugin import AreaRef, DemoWorld, EventRef
from forum_badges import operations
from forum_badges.happening import ATTENDED
from forum_badges.models import Achievement, Attendance, Award, Session
from forum_badges.values import Draft, Leaf

_FILE: Final = Path(__file__).parent / "data" / "demo.toml"
_GIVEN: Final = timedelta(days=60)
_MAKER: Final = 6
"""How many members of the area beside the persona come to a session."""


def seed_badges(world: DemoWorld) -> None:
    """Switch badges on for the MINT community, let sessions be held and badges be earned."""
    told = tomllib.loads(_FILE.read_text("utf-8"))
    area = world.get_area(told["area"])
    world.switch_on(area)
    persona = world.get_user_id(told["persona"])
    with as_viewer(Viewer(persona)):
        _fill(world, area, told, persona)
    for closed in told["closed"]:
        _plant(world, world.get_area(closed["area"]), closed)


def _fill(world: DemoWorld, area: AreaRef, told: Mapping[str, Any], persona: int) -> None:
    scope = get_system_scope(area.id)
    ids: dict[str, int] = {}
    for badge in told["badges"]:
        ids[badge["name"]] = _make(world, scope, badge, ids)
    others = [one for one in world.list_member_ids(area) if one != persona]
    with unscoped("badges: the demo has no viewer") as session:
        for name in ("Laborführerschein", "Teamplayer:in"):
            operations.give_badge(scope, ids[name], user_ids=[persona, others[0]])
            given = sa.update(Award).where(Award.achievement_id == ids[name])
            session.execute(given.values(event_at=world.now - _GIVEN))
    for number, session in enumerate(told["sessions"]):
        guests = world.rng.sample(others, min(_MAKER, len(others)))
        _hold(world, area, session, [persona, *sorted(guests)], number=number)
    with unscoped("badges: the demo has no viewer") as session:
        shown = [ids[name] for name in told["shown"]]
        chosen = sa.update(Award).where(Award.user_id == persona, Award.achievement_id.in_(shown))
        session.execute(chosen.values(visibility="members"))


def _plant(world: DemoWorld, area: AreaRef, told: Mapping[str, Any]) -> None:
    """Let there be a badge in a closed area, which a member shows: to who reads the area."""
    world.switch_on(area)
    holder = world.get_user_id(told["holder"])
    badge = {**told, "name": f"{told['name']} {world.get_secret(area)}"}
    with as_viewer(Viewer(holder)):
        scope = get_system_scope(area.id)
        made = _make(world, scope, badge, {})
        operations.give_badge(scope, made, user_ids=[holder])
    with unscoped("badges: the demo has no viewer") as session:
        given = sa.update(Award).where(Award.achievement_id == made)
        session.execute(given.values(visibility="members", event_at=world.now - _GIVEN))


def _make(world: DemoWorld, scope: Scope, told: Mapping[str, Any], ids: Mapping[str, int]) -> int:
    leaves = [Leaf(kind="has", required_id=ids[name]) for name in told.get("requires", ())]
    if "subject" in told:
        leaves = [
            Leaf(
                kind="count",
                event=ATTENDED,
                field="subject",
                value=told["subject"],
                least=told["least"],
            )
        ]
    draft = Draft(
        told["name"],
        told["description"],
        told["narrative"],
        minutes=told["minutes"],
        valid_days=told.get("valid_days", 0),
        leaves=leaves,
    )
    made = operations.create_achievement(scope, draft)
    drawn = str(UUID(int=world.rng.getrandbits(128), version=4))
    with unscoped("badges: the demo has no viewer") as session:
        session.execute(sa.update(Achievement).where(Achievement.id == made).values(uuid=drawn))
    return made


def _hold(
    world: DemoWorld,
    area: AreaRef,
    told: Mapping[str, Any],
    user_ids: list[int],
    *,
    number: int,
) -> None:
    """Write down a session and who came; the worker hears of nothing that was before it began."""
    at: datetime = world.now - timedelta(days=told["days_ago"])
    with unscoped("badges: the demo has no viewer") as session:
        held = Session(
            area_id=area.id,
            title=told["title"],
            subject=told["subject"],
            held_at=at,
            created_at=at,
        )
        session.add(held)
        session.flush()
        rows = [{"session_id": held.id, "user_id": user_id} for user_id in user_ids]
        session.execute(sa.insert(Attendance), rows)
    for place, user_id in enumerate(user_ids):
        operations.handle_event(
            EventRef(
                id=-(number * 100 + place + 1),  # no event of the log has such an id
                name=ATTENDED,
                at=at,
                area_id=area.id,
                actor_id=None,
                origin="member",
                payload={
                    "user_id": user_id,
                    "session_id": held.id,
                    "subject": told["subject"],
                    "held_at": at.isoformat(),
                },
            )
        )
