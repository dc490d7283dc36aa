"""Writes of discussions: they never commit and never see a request."""

from forum.discussions.operations.attributing import Attribution, attribute_posts
from forum.discussions.operations.changing import (
    delete_post,
    edit_post,
    restore_post,
    set_hidden,
)
from forum.discussions.operations.hanging import Hanging, Hung, hang_posts
from forum.discussions.operations.imports import ImportOutcome, ImportRecord, import_batch
from forum.discussions.operations.reacting import react, unreact
from forum.discussions.operations.reading import (
    follow_quietly,
    follow_topic,
    mark_area_read,
    mark_read,
    mark_topic_read,
    mute_topic,
    unfollow_topic,
)
from forum.discussions.operations.rows import recount_topic, touch_topic
from forum.discussions.operations.topics import (
    lock_for_replies,
    move_topic,
    pin_topic,
    unlock_for_replies,
    unpin_topic,
)
from forum.discussions.operations.withdrawing import (
    StandIn,
    Withdrawal,
    Withdrawn,
    withdraw_import,
)
from forum.discussions.operations.writing import NewPost, TopicDraft, reply, start_topic

__all__ = [
    "Attribution",
    "Hanging",
    "Hung",
    "ImportOutcome",
    "ImportRecord",
    "NewPost",
    "StandIn",
    "TopicDraft",
    "Withdrawal",
    "Withdrawn",
    "attribute_posts",
    "delete_post",
    "edit_post",
    "follow_quietly",
    "follow_topic",
    "hang_posts",
    "import_batch",
    "lock_for_replies",
    "mark_area_read",
    "mark_read",
    "mark_topic_read",
    "move_topic",
    "mute_topic",
    "pin_topic",
    "react",
    "recount_topic",
    "reply",
    "restore_post",
    "set_hidden",
    "start_topic",
    "touch_topic",
    "unfollow_topic",
    "unlock_for_replies",
    "unpin_topic",
    "unreact",
    "withdraw_import",
]
