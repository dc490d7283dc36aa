"""Writes of polls: they never commit and never see a request."""

from forum_polls.operations.making import close_poll, create_poll, reopen_poll, set_results
from forum_polls.operations.merging import merge_votes
from forum_polls.operations.privacy import erase_votes, export_votes
from forum_polls.operations.voting import Voted, vote, withdraw_vote

__all__ = [
    "Voted",
    "close_poll",
    "create_poll",
    "erase_votes",
    "export_votes",
    "merge_votes",
    "reopen_poll",
    "set_results",
    "vote",
    "withdraw_vote",
]
