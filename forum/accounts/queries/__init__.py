"""What one may ask about people: one module per noun, all of it offered here."""

from forum.accounts.queries.access import (
    Credentials,
    InvitationRow,
    SessionRow,
    find_credentials,
    find_credentials_of,
    has_operator,
    list_invitations,
    list_sessions,
    list_site_duties,
)
from forum.accounts.queries.people import (
    Profile,
    Recipient,
    Suggestion,
    find_handles,
    find_people,
    find_picture,
    find_user_id,
    get_profile,
    list_recipients,
    suggest_people,
)

__all__ = [
    "Credentials",
    "InvitationRow",
    "Profile",
    "Recipient",
    "SessionRow",
    "Suggestion",
    "find_credentials",
    "find_credentials_of",
    "find_handles",
    "find_people",
    "find_picture",
    "find_user_id",
    "get_profile",
    "has_operator",
    "list_invitations",
    "list_recipients",
    "list_sessions",
    "list_site_duties",
    "suggest_people",
]
