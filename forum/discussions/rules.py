"""Who may do what with topics and posts; what the area itself allows stands in `areas.rules`."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from forum.areas.rules import can_moderate, can_reply, can_start_topic, is_writable
from forum.areas.scope import Scope
from forum.core.errors import Denied
from forum.web.i18n import gettext as _

REACTIONS: Final = ("like", "thanks", "agree", "celebrate")
KINDS: Final = ("discussion", "question", "announcement")


class Lockable(Protocol):
    """A topic as far as rules ask."""

    @property
    def locked_at(self) -> datetime | None: ...
    @property
    def deleted_at(self) -> datetime | None: ...


class Written(Protocol):
    """A post as far as rules ask."""

    @property
    def author_id(self) -> int: ...
    @property
    def deleted_at(self) -> datetime | None: ...
    @property
    def deleted_by_id(self) -> int | None: ...
    @property
    def hidden_at(self) -> datetime | None: ...


def can_start(scope: Scope, kind: str = "discussion") -> bool:
    """Tell whether the viewer may start a topic of this kind; the core team announces."""
    return can_start_topic(scope) and (kind != "announcement" or scope.has_role("editor"))


def can_answer(scope: Scope, topic: Lockable) -> bool:
    """Tell whether the viewer may reply; in a locked topic only moderators may."""
    open_ = topic.deleted_at is None and (topic.locked_at is None or can_moderate(scope))
    return can_reply(scope) and open_


def can_react(scope: Scope, post: Written) -> bool:
    """Tell whether the viewer may react: to what others wrote and everybody sees."""
    return (
        scope.user_id is not None
        and scope.reads
        and is_writable(scope.area)
        and post.author_id != scope.user_id
        and post.deleted_at is None
        and post.hidden_at is None
    )


def can_edit(scope: Scope, topic: Lockable, post: Written) -> bool:
    """Tell whether the viewer may change the text: authors while replies are open, moderators."""
    if post.deleted_at is not None:
        return False
    own = post.author_id == scope.user_id and post.hidden_at is None
    return (own and can_answer(scope, topic)) or _moderates(scope)


def can_delete(scope: Scope, topic: Lockable, post: Written) -> bool:
    """Tell whether the viewer may delete the post."""
    return can_edit(scope, topic, post)


def can_restore(scope: Scope, topic: Lockable, post: Written) -> bool:
    """Tell whether the viewer may undo a deletion: who deleted it, or a moderator.

    What nobody deleted went with its author's account: there is no text to come back.
    """
    if post.deleted_at is None or post.deleted_by_id is None:
        return False
    own = scope.user_id is not None and post.deleted_by_id == scope.user_id
    return (own and can_reply(scope) and topic.locked_at is None) or _moderates(scope)


def can_hide(scope: Scope) -> bool:
    """Tell whether the viewer may hide posts and sees hidden ones."""
    return _moderates(scope)


def can_lock(scope: Scope) -> bool:
    """Tell whether the viewer may close and open topics."""
    return _moderates(scope)


def can_pin(scope: Scope) -> bool:
    """Tell whether the viewer may pin topics: the core team."""
    return scope.reads and is_writable(scope.area) and scope.has_role("editor")


def can_move(scope: Scope, target: Scope | None = None) -> bool:
    """Tell whether the viewer may move topics away, and into `target` when it is given."""
    return _moderates(scope) and (target is None or _moderates(target))


def require(allowed: bool) -> None:
    """Raise Denied unless a rule allows.

    Errors: Denied.
    """
    if not allowed:
        raise Denied(_("Dazu fehlt dir hier die Berechtigung."))


def require_answer(scope: Scope, topic: Lockable) -> None:
    """Raise Denied with the reason when the viewer may not reply."""
    if topic.locked_at is not None and not can_answer(scope, topic):
        raise Denied(_("Dieses Thema ist geschlossen, neue Antworten sind nicht möglich."))
    require(can_answer(scope, topic))


def _moderates(scope: Scope) -> bool:
    return scope.reads and is_writable(scope.area) and can_moderate(scope)
