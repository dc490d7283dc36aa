"""The pages about accounts: signing in, joining, passwords, profiles, own settings, invitations."""

from __future__ import annotations

from forum.accounts.views import invitations, password, people, register, session, settings
from forum.accounts.views.blueprint import blueprint

__all__ = ["blueprint", "invitations", "password", "people", "register", "session", "settings"]
