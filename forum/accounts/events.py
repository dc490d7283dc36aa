"""What happens to people, as the event log tells it. Never a password, never an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from forum.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """Somebody has become a member of the site; `invited` when they came by a link."""

    name: ClassVar[str] = "accounts.user_registered"
    user_id: int
    invited: bool


@dataclass(frozen=True, kw_only=True)
class UserChanged(Event):
    """A profile or its picture has changed; `fields` names the columns."""

    name: ClassVar[str] = "accounts.user_changed"
    user_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A password was changed or reset; all other sessions have ended."""

    name: ClassVar[str] = "accounts.password_changed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AddressChanged(Event):
    """A member has confirmed another mail address."""

    name: ClassVar[str] = "accounts.address_changed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class GhostsCreated(Event):
    """An importer has brought authors who have no account here."""

    name: ClassVar[str] = "accounts.ghosts_created"
    user_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class UserErased(Event):
    """A person is gone from everywhere; their id stands for a former member from now on."""

    name: ClassVar[str] = "accounts.user_erased"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class UsersMerged(Event):
    """One person's account went into another: what was the source's is the target's now."""

    name: ClassVar[str] = "accounts.users_merged"
    source_id: int
    target_id: int
