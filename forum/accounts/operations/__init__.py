"""What can be done with people: one module per noun, all of it offered here."""

from forum.accounts.operations.access_tokens import make_access_token, revoke_access_token
from forum.accounts.operations.administration import (
    create_first_admin,
    create_user,
    promote_user,
    reset_link,
)
from forum.accounts.operations.credentials import (
    change_password,
    confirm_address,
    request_address_change,
    request_reset,
    reset_password,
)
from forum.accounts.operations.erasing import (
    Farewell,
    erase_user,
    keep_account,
    reapply_erasure,
    request_erasure,
)
from forum.accounts.operations.exporting import collect_data, request_export
from forum.accounts.operations.feedkeys import renew_feed_key, revoke_feed_key
from forum.accounts.operations.ghosts import (
    Ghost,
    create_ghosts,
    pseudonymise_ghosts,
    remove_ghosts,
)
from forum.accounts.operations.invitations import (
    create_invitation,
    invite_by_mail,
    revoke_invitation,
)
from forum.accounts.operations.merging import merge_users
from forum.accounts.operations.people import (
    remove_avatar,
    set_avatar,
    set_preferences,
    update_profile,
)
from forum.accounts.operations.registration import complete_registration, request_registration
from forum.accounts.operations.sessions import close_other_sessions, end_session

__all__ = [
    "Farewell",
    "Ghost",
    "change_password",
    "close_other_sessions",
    "collect_data",
    "complete_registration",
    "confirm_address",
    "create_first_admin",
    "create_ghosts",
    "create_invitation",
    "create_user",
    "end_session",
    "erase_user",
    "invite_by_mail",
    "keep_account",
    "make_access_token",
    "merge_users",
    "promote_user",
    "pseudonymise_ghosts",
    "reapply_erasure",
    "remove_avatar",
    "remove_ghosts",
    "renew_feed_key",
    "request_address_change",
    "request_erasure",
    "request_export",
    "request_registration",
    "request_reset",
    "reset_link",
    "reset_password",
    "revoke_access_token",
    "revoke_feed_key",
    "revoke_invitation",
    "set_avatar",
    "set_preferences",
    "update_profile",
]
