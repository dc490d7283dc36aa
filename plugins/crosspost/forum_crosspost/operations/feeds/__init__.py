"""Feeds: sources that are fetched again and again, and feeds in files."""

from forum_crosspost.operations.feeds.files import import_feed, make_importer
from forum_crosspost.operations.feeds.managing import (
    BASES,
    POLICIES,
    POLL_JOB,
    NewFeed,
    add_feed,
    fetch_feed_now,
    remove_feed,
    set_feed_state,
    visit_feed,
)
from forum_crosspost.operations.feeds.polling import EVERY, SCHEDULE, poll_due, poll_now
from forum_crosspost.operations.feeds.taking import take_feed

__all__ = [
    "BASES",
    "EVERY",
    "POLICIES",
    "POLL_JOB",
    "SCHEDULE",
    "NewFeed",
    "add_feed",
    "fetch_feed_now",
    "import_feed",
    "make_importer",
    "poll_due",
    "poll_now",
    "remove_feed",
    "set_feed_state",
    "take_feed",
    "visit_feed",
]
