"""What happens in the tree, as the event log keeps it. `area_id` is always the area's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from forum.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AreaCreated(Event):
    """A new area stands."""

    name: ClassVar = "areas.area_created"
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class AreaEdited(Event):
    """Something an area says of itself has changed; `fields` names what."""

    name: ClassVar = "areas.area_edited"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class AreaMoved(Event):
    """An area hangs elsewhere, with everything below it."""

    name: ClassVar = "areas.area_moved"
    source_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class AreaArchived(Event):
    """An area can only be read from now on."""

    name: ClassVar = "areas.area_archived"


@dataclass(frozen=True, kw_only=True)
class AreaReopened(Event):
    """An archived area lives again."""

    name: ClassVar = "areas.area_reopened"


@dataclass(frozen=True, kw_only=True)
class AreaDeleted(Event):
    """An area is gone, with all that stood in it; what was kept by its id has to go too."""

    name: ClassVar = "areas.area_deleted"
    slug: str


@dataclass(frozen=True, kw_only=True)
class AreaSealed(Event):
    """Roles from above stop here."""

    name: ClassVar = "areas.area_sealed"


@dataclass(frozen=True, kw_only=True)
class AreaUnsealed(Event):
    """Roles from above flow in again."""

    name: ClassVar = "areas.area_unsealed"


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """Somebody belongs to an area who did not before; `source` as in the grant."""

    name: ClassVar = "areas.member_joined"
    user_id: int
    source: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """Somebody no longer belongs: left, was removed, or the time was over.

    `why`: left, removed, ended.
    """

    name: ClassVar = "areas.member_left"
    user_id: int
    why: str


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    """A member's highest own role in an area is another one."""

    name: ClassVar = "areas.role_changed"
    user_id: int
    role: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationMade(Event):
    """Somebody asks to join."""

    name: ClassVar = "areas.application_made"
    application_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(Event):
    """Somebody no longer asks."""

    name: ClassVar = "areas.application_withdrawn"
    application_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ApplicationDecided(Event):
    """The core team has answered; the applicant is to be told, the text is with the row."""

    name: ClassVar = "areas.application_decided"
    application_id: int
    user_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class InvitationMade(Event):
    """A link to join exists; its token is not in the log."""

    name: ClassVar = "areas.invitation_made"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """A link no longer works."""

    name: ClassVar = "areas.invitation_revoked"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class PluginStateSet(Event):
    """An admin has said something about a plugin in an area and below."""

    name: ClassVar = "areas.plugin_state_set"
    plugin: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class PluginSettingsSet(Event):
    """An admin has set values for a plugin in an area and below."""

    name: ClassVar = "areas.plugin_settings_set"
    plugin: str
    keys: list[str]
