"""Verbs that change the tree, its people and its plugins; they never commit."""

from forum.areas.operations.applications import (
    apply_to_area,
    decide_application,
    withdraw_application,
)
from forum.areas.operations.bulk import (
    NewArea,
    NewMember,
    add_members,
    create_areas,
    rebuild_readers,
)
from forum.areas.operations.copying import Copied, copy_area, make_spec_like
from forum.areas.operations.counters import recall_post, touch_area
from forum.areas.operations.deletion import delete_area
from forum.areas.operations.exporting import export_area
from forum.areas.operations.happening import append_events, enqueue
from forum.areas.operations.hosts import add_host, remove_host
from forum.areas.operations.invitations import (
    AreaVouchers,
    invite,
    redeem_invitation,
    revoke_invitation,
)
from forum.areas.operations.membership import (
    appoint_chair,
    join_area,
    leave_area,
    remove_member,
    set_role,
    settle_grants,
)
from forum.areas.operations.plugins import (
    SettingsRefused,
    set_plugin_settings,
    set_plugin_state,
    sync_plugins,
    to_error,
)
from forum.areas.operations.tree import (
    archive_area,
    archive_ended_areas,
    change_look,
    create_area,
    create_root,
    edit_area,
    move_area,
    reopen_area,
    seal_area,
    unseal_area,
)
from forum.areas.spec import AreaSpec

__all__ = [
    "AreaSpec",
    "AreaVouchers",
    "Copied",
    "NewArea",
    "NewMember",
    "SettingsRefused",
    "add_host",
    "add_members",
    "append_events",
    "apply_to_area",
    "appoint_chair",
    "archive_area",
    "archive_ended_areas",
    "change_look",
    "copy_area",
    "create_area",
    "create_areas",
    "create_root",
    "decide_application",
    "delete_area",
    "edit_area",
    "enqueue",
    "export_area",
    "invite",
    "join_area",
    "leave_area",
    "make_spec_like",
    "move_area",
    "rebuild_readers",
    "recall_post",
    "redeem_invitation",
    "remove_host",
    "remove_member",
    "reopen_area",
    "revoke_invitation",
    "seal_area",
    "set_plugin_settings",
    "set_plugin_state",
    "set_role",
    "settle_grants",
    "sync_plugins",
    "to_error",
    "touch_area",
    "unseal_area",
    "withdraw_application",
]
