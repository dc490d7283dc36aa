"""Digests in the demo federation: on for everybody, personas with rhythms of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.api.data import Viewer, as_viewer, db
from forum.plugin import DemoWorld
from forum_digest import values
from forum_digest.calendar import Rhythm, find_next_turn
from forum_digest.models import Pref
from forum_digest.operations import Wish, set_preferences

ROOT: Final = "bund"
WEEK: Final = timedelta(days=7)
CHOSEN: Final[Mapping[str, Wish]] = {
    "mitglied": Wish(freq=values.WEEKLY, weekday=4, hour=16),
    "moderation": Wish(freq=values.DAILY, hour=7, channel=values.PORTAL),
    "entwicklung": Wish(freq=values.WEEKLY, weekday=0, hour=7),
}
DUE: Final = "entwicklung"
"""Whose digest comes as soon as the demo is served, so that there is one to look at."""


def seed_digests(world: DemoWorld) -> None:
    """Switch digests on at the root and let two members choose."""
    world.switch_on(world.get_area(ROOT))
    for persona, wish in CHOSEN.items():
        viewer = Viewer(world.get_user_id(persona))
        with as_viewer(viewer):
            set_preferences(viewer, wish)
            # As if they had chosen a week ago: then there is something to look ahead to.
            began = world.now - WEEK
            db.session.execute(sa.update(Pref).values(mark=began))
            if persona == DUE:
                turn = find_next_turn(Rhythm(wish.freq, wish.weekday, wish.hour, wish.zone), began)
                due = {"next_due_at": turn.at, "next_key": turn.key}
                db.session.execute(sa.update(Pref).values(due))
