"""What moderators do: hide with a reason and undo it. Every step stands in the audit log."""

from __future__ import annotations

from forum.areas.scope import Scope
from forum.core import audit
from forum.core.errors import Conflict
from forum.discussions.operations import set_hidden
from forum.moderation.rules import require_hide
from forum.moderation.settings import HIDE_POST, HIDE_TOPIC, SHOW
from forum.web.i18n import gettext as _


def hide_post(scope: Scope, topic_id: int, *, seq: int, reason: str) -> None:
    """Hide a post from all but moderators; its author is told the reason.

    Errors: Denied, NotFound; Invalid at `reason`; Conflict when it is hidden already.
    """
    _hide(scope, topic_id, seq=seq, reason=reason, whole=False)


def hide_topic(scope: Scope, topic_id: int, *, seq: int, reason: str) -> None:
    """Hide a whole topic with all its replies; the author of its first post is told the reason.

    `seq` is the first post's.
    Errors: Denied, NotFound; Invalid at `reason`; Conflict when it is hidden already.
    """
    _hide(scope, topic_id, seq=seq, reason=reason, whole=True)


def show_again(scope: Scope, topic_id: int, *, seq: int) -> None:
    """Undo hiding: the post shows again, and its topic when that was hidden with it.

    Errors: Denied, NotFound; Conflict when it shows already.
    """
    require_hide(scope)
    if not set_hidden(scope, topic_id, seq=seq, reason=None):
        raise Conflict(_("Das ist schon wieder sichtbar."))
    _note(SHOW, scope, topic_id, seq=seq)


def _hide(scope: Scope, topic_id: int, *, seq: int, reason: str, whole: bool) -> None:
    require_hide(scope)
    if not set_hidden(scope, topic_id, seq=seq, reason=reason, whole=whole):
        raise Conflict(_("Das ist schon ausgeblendet."))
    _note(HIDE_TOPIC if whole else HIDE_POST, scope, topic_id, seq=seq, reason=reason)


def _note(action: str, scope: Scope, topic_id: int, *, seq: int, reason: str = "") -> None:
    audit.record(
        action,
        scope.user_id,
        area_id=scope.area.id,
        subject=f"post:{topic_id}/{seq}",
        reason=" ".join(reason.split()),
    )
