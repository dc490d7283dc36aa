"""Background entry points: what begins, ends and is over by time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from forum.areas.operations import archive_ended_areas, settle_grants
from forum.core.schedules import register_schedule

EVERY_MINUTE: Final = timedelta(minutes=1)


def register_tasks() -> None:
    """Make the schedules known; called while the app is wired."""
    register_schedule("areas.settle_grants", EVERY_MINUTE, settle_grants)
    register_schedule("areas.archive_ended", EVERY_MINUTE, archive_ended_areas)
