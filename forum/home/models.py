"""Tables of the operator's overview: what plugins cost and what broke, summed over processes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import BigId, Model, UTCDateTime


class PluginFigure(Model):
    """Calls of one hook of one plugin on one day. Units: `time_us` in microseconds."""

    __tablename__ = "plugin_figure"
    __table_args__ = (sa.UniqueConstraint("plugin", "hook", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(sa.String(40))
    hook: Mapped[str] = mapped_column(sa.String(80))
    day: Mapped[date] = mapped_column(sa.Date, index=True)
    calls: Mapped[int] = mapped_column(sa.BigInteger)
    errors: Mapped[int] = mapped_column(sa.BigInteger)
    slow: Mapped[int] = mapped_column(sa.BigInteger)
    time_us: Mapped[int] = mapped_column(sa.BigInteger)
    statements: Mapped[int] = mapped_column(sa.BigInteger)


class PluginTime(Model):
    """How many calls of one hook of one plugin on one day took less than 2**bucket microseconds.

    A call is in its lowest bucket only, so days and processes are summed by adding.
    """

    __tablename__ = "plugin_time"
    __table_args__ = (sa.UniqueConstraint("plugin", "hook", "day", "bucket"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    plugin: Mapped[str] = mapped_column(sa.String(40))
    hook: Mapped[str] = mapped_column(sa.String(80))
    day: Mapped[date] = mapped_column(sa.Date, index=True)
    bucket: Mapped[int]
    calls: Mapped[int] = mapped_column(sa.BigInteger)


class PluginTrouble(Model):
    """A call into a plugin that failed or was slow, with what the operator needs to mend it.

    `kind` is one of `forum.plugin.figures.Told`; `message` is the log's, pages say it in words.
    """

    __tablename__ = "plugin_trouble"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    plugin: Mapped[str] = mapped_column(sa.String(40))
    hook: Mapped[str] = mapped_column(sa.String(80))
    area_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(sa.String(8))
    took_ms: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    message: Mapped[str] = mapped_column(sa.String(500))
    traceback: Mapped[str] = mapped_column(sa.Text)
