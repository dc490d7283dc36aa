"""The pages about accounts: signing in, joining, passwords, profiles, settings, own data."""

from __future__ import annotations

from forum.accounts.views import (
    invitations,
    own_data,
    password,
    people,
    privacy,
    register,
    session,
    settings,
    tokens,
)
from forum.accounts.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "invitations",
    "own_data",
    "password",
    "people",
    "privacy",
    "register",
    "session",
    "settings",
    "tokens",
]
