"""The names under which the audit log keeps what moderators do."""

from __future__ import annotations

from typing import Final

HIDE_POST: Final = "moderation.hide_post"
HIDE_TOPIC: Final = "moderation.hide_topic"
SHOW: Final = "moderation.show"
ACTIONS: Final = (HIDE_POST, HIDE_TOPIC, SHOW)
