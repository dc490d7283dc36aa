"""What one mail is about: a topic, or an area itself."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from forum.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic, or with `area_id` an area itself."""

    topic_id: int | None = None
    area_id: int | None = None

    @property
    def name(self) -> str:
        """The word that stands for it in keys of jobs and mails: a topic's id, or `a` and an id."""
        return str(self.topic_id) if self.topic_id is not None else f"a{self.area_id}"

    @classmethod
    def named(cls, name: str) -> Subject:
        """Return what `name` says."""
        return cls(area_id=int(name[1:])) if name.startswith("a") else cls(topic_id=int(name))

    def covers(self) -> sa.ColumnElement[bool]:
        """Return the condition for what was told about it."""
        if self.topic_id is not None:
            return Notification.topic_id == self.topic_id
        return sa.and_(Notification.topic_id.is_(None), Notification.area_id == self.area_id)
