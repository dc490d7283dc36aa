"""Reads of front pages, under the wall of the bound viewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa

from forum.api.data import Scope, as_viewer, db, get_settings_in_force
from forum_chapters.blocks import BLOCKS, DEFAULT, Block
from forum_chapters.models import FrontPage, Logo
from forum_chapters.settings import Settings

_COLUMNS: Final = (
    "title",
    "text",
    "text_html",
    "blocks",
    "announcements_id",
    "imprint",
    "imprint_html",
    "privacy",
    "privacy_html",
    "changed_at",
)
_PAGE: Final = (
    sa.select(*(getattr(FrontPage, name) for name in _COLUMNS), Logo.digest.label("logo"))
    .outerjoin(Logo, Logo.area_id == FrontPage.area_id)
    .where(FrontPage.area_id == sa.bindparam("area_id"))
)
_LOGO: Final = sa.select(Logo.body).where(Logo.area_id == sa.bindparam("area_id"))
_DIGEST: Final = sa.select(Logo.digest).where(Logo.area_id == sa.bindparam("area_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What an area says on its front page; without a row what every branch begins with."""

    title: str = ""
    text: str = ""
    text_html: str = ""
    blocks: tuple[Block, ...] = DEFAULT
    announcements_id: int | None = None
    imprint: str = ""
    imprint_html: str = ""
    privacy: str = ""
    privacy_html: str = ""
    logo: str | None = None
    changed_at: datetime | None = None

    @property
    def stamp(self) -> str:
        """Tell this state of the page from every other; "" before the first."""
        return make_stamp(self.changed_at)


def make_stamp(changed_at: datetime | None) -> str:
    """Return what tells the state of a page that was changed then from every other."""
    return changed_at.isoformat() if changed_at else ""


def get_front(scope: Scope) -> Front:
    """Return the front page of the area at hand. Cost: one statement."""
    with as_viewer(scope.viewer):
        row = db.session.execute(_PAGE, {"area_id": scope.area.id}).one_or_none()
    if row is None:
        return Front()
    values: dict[str, Any] = {**row._mapping}
    return Front(**{**values, "blocks": _known(values["blocks"])})


def find_logo(scope: Scope) -> bytes | None:
    """Return the logo of the area at hand, a WebP. Cost: one statement."""
    with as_viewer(scope.viewer):
        return cast(bytes | None, db.session.scalar(_LOGO, {"area_id": scope.area.id}))


def find_logo_digest(scope: Scope) -> str:
    """Return what stands in the logo's address, "" when there is none. Cost: one statement."""
    with as_viewer(scope.viewer):
        return db.session.scalar(_DIGEST, {"area_id": scope.area.id}) or ""


def _known(stored: list[str]) -> tuple[Block, ...]:
    """Leave out what an older or newer version of the plugin has written."""
    return tuple(name for name in stored if name in BLOCKS)


def get_settings(scope: Scope) -> Settings:
    """Return the plugin's settings in the area at hand. Cost: one statement."""
    return cast(Settings, get_settings_in_force(scope.area.id, "chapters"))
