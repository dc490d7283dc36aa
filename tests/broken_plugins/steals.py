"""Maps a table of the core as its own."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import Model
from forum.plugin import Manifest

manifest = Manifest(name="steals", title="steals", summary="Kaputt", core=">=1.0,<2", licence="MIT")


class Posts(Model):
    """The posts of everybody."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
