"""One turn of the schedule: settle what was sent, plan what is due, make what was planned.

Each step commits by itself and may be killed and taken again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from forum.api.data import read_unit
from forum_digest.operations.composing import compose_digests
from forum_digest.operations.planning import plan_digests
from forum_digest.operations.settling import forget_old, settle_digests
from forum_digest.queries import find_root

SCHEDULE: Final = "digest.turn"
EVERY: Final = timedelta(minutes=5)


def take_turn(area_ids: Sequence[int]) -> None:
    """Do what is due; nothing where digests are off at the root."""
    settle_digests()
    with read_unit():
        root_id = find_root()
    if root_id is not None and root_id in area_ids:
        plan_digests(root_id)
        compose_digests(area_ids, root_id)
        forget_old()
