"""Writes of badges: they never commit and never see a request."""

from forum_badges.operations.achieving import (
    create_achievement,
    edit_achievement,
    retire_achievement,
)
from forum_badges.operations.attending import correct_attendance, create_session, record_attendance
from forum_badges.operations.awarding import give_badge, keep_award, revoke_award, show_award
from forum_badges.operations.engine import (
    AWARDED,
    RECOUNT,
    TICK,
    backfill,
    handle_event,
    recount,
    tick,
)
from forum_badges.operations.issuing import issue, renew_keys
from forum_badges.operations.privacy import erase_badges, export_badges, merge_badges
from forum_badges.operations.sharing import create_share, revoke_share

__all__ = [
    "AWARDED",
    "RECOUNT",
    "TICK",
    "backfill",
    "correct_attendance",
    "create_achievement",
    "create_session",
    "create_share",
    "edit_achievement",
    "erase_badges",
    "export_badges",
    "give_badge",
    "handle_event",
    "issue",
    "keep_award",
    "merge_badges",
    "record_attendance",
    "recount",
    "renew_keys",
    "retire_achievement",
    "revoke_award",
    "revoke_share",
    "show_award",
    "tick",
]
