"""Whether a digest that was made may still leave: asked by the outbox for each mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    RECIPIENTS,
    Viewer,
    as_viewer,
    db,
    find_places,
    list_plugin_areas,
    list_readable_ids,
    now,
)
from forum_digest import limits, values
from forum_digest.links import name_address
from forum_digest.models import Issue, Pref, SentItem, Suppression
from forum_digest.queries import NAME, find_root

GUARD: Final = "digest.issue"

_ISSUE: Final = (
    sa.select(Issue.id, Issue.items, Issue.tries, Pref.paused_until, RECIPIENTS.c.email)
    .join(Pref, Pref.user_id == Issue.user_id)
    .join(RECIPIENTS, RECIPIENTS.c.user_id == Issue.user_id)
    .where(
        Issue.id == sa.bindparam("issue", type_=sa.BigInteger),
        Issue.state == values.COMPOSED,
        Pref.freq != values.OFF,
    )
)
_ITEMS: Final = sa.select(SentItem.area_id, SentItem.topic_id, SentItem.plugin).where(
    SentItem.issue_id == sa.bindparam("issue", type_=sa.BigInteger)
)


def can_still_leave(user_id: int, ref: str) -> bool:
    """Tell whether a digest may leave now: still wanted, and all that it tells still permitted.

    `ref` is what `name_mail` made. Cost: seven statements at most.
    """
    issue_id, _dot, tries = ref.partition(".")
    viewer = Viewer(user_id)
    with as_viewer(viewer):
        issue = db.session.execute(_ISSUE, {"issue": int(issue_id)}).one_or_none()
        if issue is None or issue.tries != int(tries) or find_root() is None:
            return False
        if issue.paused_until is not None and issue.paused_until > now():
            return False
        if is_suppressed(issue.email):
            return False
        items = db.session.execute(_ITEMS, {"issue": issue.id}).all()
        # What was deleted took its row along: then one is missing.
        return len(items) == issue.items and can_tell(viewer, items)


def can_tell(viewer: Viewer, items: Sequence[Any]) -> bool:
    """Tell whether the viewer may be told all of this now, where digest and plugin are on."""
    readable = list_readable_ids(viewer)
    areas = list_plugin_areas({item.area_id for item in items} & readable)
    places = find_places({item.topic_id for item in items if item.topic_id is not None})
    for item in items:
        area = areas.get(item.area_id)
        if area is None or not {NAME, item.plugin or NAME} <= area.plugins:
            return False
        if item.topic_id is not None and places.get(item.topic_id) != item.area_id:
            return False
    return True


def is_suppressed(email: str) -> bool:
    """Tell whether an address has refused so often that it is left alone for a while."""
    wanted = sa.select(Suppression.until).where(
        Suppression.address_key == name_address(email),
        Suppression.points >= limits.ENOUGH,
        Suppression.until > now(),
    )
    return db.session.scalar(wanted) is not None
