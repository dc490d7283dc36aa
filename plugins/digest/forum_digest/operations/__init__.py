"""Writes of digests: planning, making, settling, and what members choose."""

from forum_digest.operations.composing import compose_digests, preview_digest
from forum_digest.operations.planning import plan_digests
from forum_digest.operations.preferences import Wish, set_preferences, stop_digests
from forum_digest.operations.privacy import erase_digests, export_digests, merge_digests
from forum_digest.operations.settling import forget_old, settle_digests
from forum_digest.operations.turn import EVERY, SCHEDULE, take_turn

__all__ = [
    "EVERY",
    "SCHEDULE",
    "Wish",
    "compose_digests",
    "erase_digests",
    "export_digests",
    "forget_old",
    "merge_digests",
    "plan_digests",
    "preview_digest",
    "set_preferences",
    "settle_digests",
    "stop_digests",
    "take_turn",
]
