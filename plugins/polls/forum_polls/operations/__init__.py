"""Writes of polls: they never commit and never see a request."""

from forum_polls.operations.bundling import bundle_polls
from forum_polls.operations.inviting import INVITE_JOB, invite, send_invitations
from forum_polls.operations.keeping import keep_polls
from forum_polls.operations.late import LATE_JOB, tell_late
from forum_polls.operations.life import (
    close_by_clock,
    close_poll,
    move_polls,
    reopen_poll,
    set_results,
)
from forum_polls.operations.making import CLOSE_JOB, create_poll
from forum_polls.operations.merging import merge_votes
from forum_polls.operations.moderating import (
    add_option,
    edit_option,
    merge_options,
    set_option_state,
)
from forum_polls.operations.privacy import erase_votes, export_votes
from forum_polls.operations.reminding import (
    REMIND_EVERY,
    REMIND_JOB,
    REMIND_SCHEDULE,
    remind,
    remind_before_end,
    send_reminders,
)
from forum_polls.operations.voting import Voted, vote, withdraw_vote

__all__ = [
    "CLOSE_JOB",
    "INVITE_JOB",
    "LATE_JOB",
    "REMIND_EVERY",
    "REMIND_JOB",
    "REMIND_SCHEDULE",
    "Voted",
    "add_option",
    "bundle_polls",
    "close_by_clock",
    "close_poll",
    "create_poll",
    "edit_option",
    "erase_votes",
    "export_votes",
    "invite",
    "keep_polls",
    "merge_options",
    "merge_votes",
    "move_polls",
    "remind",
    "remind_before_end",
    "reopen_poll",
    "send_invitations",
    "send_reminders",
    "set_option_state",
    "set_results",
    "tell_late",
    "vote",
    "withdraw_vote",
]
