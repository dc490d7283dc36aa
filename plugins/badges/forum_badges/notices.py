"""What badges tell members: that they have earned one, in the words of its version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from forum.api.web import gettext as _
from forum.plugin import NoticeRef, NotificationType
from forum_badges.operations import AWARDED
from forum_badges.queries import list_awards_by_id


def tell_awards(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
    """Return a line for each award that still stands. Cost: one statement."""
    wanted = {notice.id: notice.values.get("award") for notice in notices}
    awards = list_awards_by_id({one for one in wanted.values() if isinstance(one, int)})
    names = {award.id: award.name for award in awards if award.revoked_at is None}
    return {
        number: _("Du hast ein Abzeichen bekommen: %(name)s", name=names[award])
        for number, award in wanted.items()
        if isinstance(award, int) and award in names
    }


TYPES: Final = (
    NotificationType(
        name=AWARDED, label="Ich habe ein Abzeichen bekommen", text=tell_awards, mail="on"
    ),
)
