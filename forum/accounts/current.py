"""Who is signed in: the frozen facts about them that every page may need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from forum.core.wall import ANONYMOUS, Viewer
from forum.web.people import Person

Appearance = Literal["auto", "light", "dark"]
SiteRoleName = Literal["operator", "privacy"]


@dataclass(frozen=True, slots=True)
class Access:
    """The access token by which a program came, with what it may: `read`, `write`."""

    id: int
    name: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentUser:
    """The signed-in member, with what Flask-Login asks of a user object.

    `access` is set, and `session_id` 0, where a program speaks for them.
    """

    id: int
    session_id: int
    handle: str
    name: str
    email: str | None
    title: str
    organisation: str
    avatar: str | None
    language: str
    timezone: str
    preferences: Mapping[str, Any]
    unread_notifications: int
    roles: frozenset[str]
    access: Access | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the id as Flask-Login wants it."""
        return str(self.id)

    @property
    def viewer(self) -> Viewer:
        """The one who looks, for queries."""
        return Viewer(self.id)

    @property
    def is_operator(self) -> bool:
        """Whether plugins, settings and registration are this member's business."""
        return "operator" in self.roles

    @property
    def is_privacy_officer(self) -> bool:
        """Whether exports and erasures of others are this member's business."""
        return "privacy" in self.roles

    @property
    def appearance(self) -> Appearance:
        """Light, dark, or as the device says."""
        chosen = self.preferences.get("appearance")
        return chosen if chosen in ("light", "dark") else "auto"

    @property
    def shortcuts(self) -> bool:
        """Whether single keys act (WCAG 2.1.4 asks for the switch)."""
        return self.preferences.get("shortcuts") is not False

    @property
    def person(self) -> Person:
        """The member as people macros show them."""
        return make_person(
            name=self.name,
            handle=self.handle,
            avatar=self.avatar,
            line=join_line(self.title, self.organisation),
        )


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is signed in."""

    is_authenticated = False
    is_active = False
    is_anonymous = True

    def get_id(self) -> None:
        """Nobody has no id."""
        return

    @property
    def viewer(self) -> Viewer:
        """The anonymous viewer."""
        return ANONYMOUS


NOBODY = Nobody()


def make_person(*, name: str, handle: str, avatar: str | None, line: str = "") -> Person:
    """Put together what pages show of a person."""
    return Person(name=name, url=f"/u/{handle}", avatar=avatar_url(avatar), line=line)


def avatar_url(file: str | None) -> str:
    """Return the address of a picture, "" without one; the content's hash is in it."""
    return f"/avatars/{file}" if file else ""


def join_line(title: str, organisation: str) -> str:
    """Return the line under a name."""
    return " · ".join(part for part in (title, organisation) if part)
