"""Reads of the plugin: where the posts of a page came from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from forum.api.data import among, db
from forum_crosspost.models import Origin


@dataclass(frozen=True, slots=True)
class OriginRow:
    """Where a post came from; without `url` the source has no page for it."""

    post_id: int
    kind: str
    label: str
    url: str
    at: datetime


_ORIGINS: Final = sa.select(*(getattr(Origin, name) for name in OriginRow.__slots__)).where(
    among(Origin.post_id, "post_ids")
)


def list_origins(post_ids: Collection[int]) -> list[OriginRow]:
    """Return where these posts came from; the others are left out.

    Cost: one statement.
    """
    rows = db.session.execute(_ORIGINS, {"post_ids": list(post_ids)})
    return [OriginRow(*row) for row in rows]
