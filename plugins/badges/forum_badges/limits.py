"""How much of everything there may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

NAME: Final = 80
DESCRIPTION: Final = 400
NARRATIVE: Final = 2_000
REASON: Final = 280
SUBJECT: Final = 60
VALUE: Final = 80
EVENT: Final = 80
FIELD: Final = 40
KEY: Final = 32
"""Signs of what an event is known by: the beginning of a hash."""
LEAVES: Final = 4
"""Conditions of one badge; as many achievements may lead to the next."""
LEAST: Final = 10_000
VALID_DAYS: Final = 3_650
URL: Final = 200
SHARES: Final = 20
SHARED: Final = 100
SHARE_DAYS: Final = 365
MINUTES: Final = 60_000
DEPTH: Final = 5
ACHIEVEMENTS: Final = 200
"""Badges of one area."""
ATTENDEES: Final = 500
SESSIONS: Final = 50
PANEL: Final = 12
FEW: Final = 5
"""Fewer holders than this are not counted out for who does not award: one could name them."""
OWN: Final = 500
QUIET_AFTER: Final = timedelta(days=14)
"""Who earned a badge longer ago than this finds it on the own page; nobody is told."""
