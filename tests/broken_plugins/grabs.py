"""Maps a table that does not carry its name."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import Model
from forum.plugin import Manifest

manifest = Manifest(name="grabs", title="grabs", summary="Kaputt", core=">=1.0,<2", licence="MIT")


class Notes(Model):
    """Notes without a prefix."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
