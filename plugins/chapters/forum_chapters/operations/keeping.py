"""What happens to front pages when areas are copied, moved or exported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from forum.api.data import now, unscoped
from forum.plugin import AreaBundle
from forum_chapters.models import FrontPage
from forum_chapters.operations.pages import store_front

_COPIED: Final = (
    "title",
    "text",
    "text_html",
    "blocks",
    "imprint",
    "imprint_html",
    "privacy",
    "privacy_html",
)
_BUNDLED: Final = ("title", "text", "blocks", "imprint", "privacy", "changed_at")


def copy_front(source_id: int, target_id: int) -> int:
    """Give a new area the front page of another one, without its announcements: they are there.

    Return how many rows were made.
    """
    columns = [getattr(FrontPage, name) for name in _COPIED]
    found = sa.select(*columns).where(FrontPage.area_id == source_id)
    with unscoped("chapters: an area is copied by its admins, whatever the wall says") as session:
        row = session.execute(found).one_or_none()
    if row is None:
        return 0
    store_front(target_id, {**row._mapping, "announcements_id": None, "changed_at": now()})
    return 1


def forget_announcements(area_ids: Sequence[int]) -> None:
    """Let front pages outside of moved areas no longer name one of these as their announcements."""
    moved = sorted(area_ids)
    with unscoped("chapters: a move reaches front pages of hidden areas too") as session:
        session.execute(
            sa.update(FrontPage)
            .where(FrontPage.announcements_id.in_(moved), FrontPage.area_id.not_in(moved))
            .values(announcements_id=None)
            .execution_options(synchronize_session=False)
        )


def bundle_front(area_id: int, bundle: AreaBundle) -> None:
    """Write the front page of an area to its bundle."""
    columns = [getattr(FrontPage, name) for name in _BUNDLED]
    found = sa.select(*columns).where(FrontPage.area_id == area_id)
    with unscoped("chapters: a bundle holds the area whole, whoever asks") as session:
        rows = [dict(row) for row in session.execute(found).mappings()]
    bundle.write("front_page", rows)
