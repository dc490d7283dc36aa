"""What feeds and digests say of badges: that an area has a new one, and never who has it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from forum.api.data import unscoped
from forum.api.web import gettext as _
from forum.plugin import DigestItem, DigestWindow
from forum_badges.models import Achievement


def list_news(window: DigestWindow) -> Sequence[DigestItem]:
    """Tell which badges there are since a stretch of time that can still be earned.

    Cost: one statement, whatever the number of areas.
    """
    slugs = {area.id: area.slug for area in window.areas}
    wanted = (
        sa.select(
            Achievement.id,
            Achievement.area_id,
            Achievement.name,
            Achievement.description,
            Achievement.created_at,
        )
        .where(
            Achievement.area_id.in_(slugs),
            Achievement.created_at >= window.since,
            Achievement.created_at < window.until,
            Achievement.retired_at.is_(None),
        )
        .order_by(Achievement.created_at.desc(), Achievement.id.desc())
        .limit(window.limit * len(slugs))
    )
    with unscoped("badges: feeds and digests are collected for nobody") as session:
        rows = session.execute(wanted).all()
    return [
        DigestItem(
            key=f"badge-{row.id}-new",
            area_id=row.area_id,
            at=row.created_at,
            title=_("Neues Abzeichen: %(name)s", name=row.name),
            text=row.description,
            path=f"/a/{slugs[row.area_id]}/badges/{row.id}",
        )
        for row in rows
    ]
