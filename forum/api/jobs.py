"""What a plugin enqueues work with: re-exports, no logic. Jobs are named by `register_jobs`."""

from forum.core.jobs import GiveUp, enqueue

__all__ = ["GiveUp", "enqueue"]
