"""Fills the tables for the conformance kit: choices, digests that came, an address that refuses.

The digests come in the forum itself: one that waits as a mail is made anew when its area goes off.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.api.data import Viewer, db, now, read_unit, unit
from forum.plugin import SampleWorld
from forum_digest import limits, values
from forum_digest.links import make_stop_path, name_address
from forum_digest.models import Pref, Suppression
from forum_digest.operations import Wish, compose_digests, plan_digests, set_preferences
from forum_digest.queries import find_root

WISH: Final = Wish(freq=values.WEEKLY, channel=values.PORTAL)


def populate(world: SampleWorld) -> None:
    """Let the members of each place choose, and make the digests that are due at once."""
    for place in world.places:
        for user_id in place.member_ids:
            with world.acting(place, user_id):
                set_preferences(Viewer(user_id), WISH)
                due = {"next_due_at": now(), "mark": now() - timedelta(days=7)}
                db.session.execute(sa.update(Pref).values(due))
    with unit() as session:
        key, until = name_address("niemand@example.org"), now() + limits.RESTS
        session.merge(Suppression(address_key=key, points=limits.HARD, until=until))
    with read_unit():
        root_id = find_root()
    if root_id is not None:
        plan_digests(root_id)
        compose_digests([root_id, *(place.area.id for place in world.places)], root_id)
    for place in world.places:
        world.tell_link(make_stop_path(place.member_ids[0]))
