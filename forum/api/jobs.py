"""What a plugin enqueues work with: re-exports, no logic. Jobs are named by `register_jobs`."""

from forum.areas.operations import enqueue
from forum.core.jobs import GiveUp

__all__ = ["GiveUp", "enqueue"]
