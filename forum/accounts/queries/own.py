"""Everything accounts and the core keep about a person, for the person alone. Never a secret."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.accounts.keepers import to_records
from forum.accounts.models import (
    AccessToken,
    FeedKey,
    LoginSession,
    MailToken,
    SiteInvitation,
    SiteRole,
    User,
)
from forum.core import audit, events, mail
from forum.core.database import db
from forum.plugin.types import ExportPart
from forum.web.i18n import gettext as _

_PROFILE = (
    User.handle,
    User.name,
    User.email,
    User.email_verified_at,
    User.state,
    User.source,
    User.title,
    User.organisation,
    User.bio,
    User.language,
    User.timezone,
    User.preferences,
    User.created_at,
    User.last_seen_at,
)
_SESSIONS = (
    LoginSession.user_agent,
    LoginSession.address,
    LoginSession.created_at,
    LoginSession.last_seen_at,
    LoginSession.expires_at,
)
_ACCESS = (
    AccessToken.name,
    AccessToken.scopes,
    AccessToken.created_at,
    AccessToken.last_used_at,
    AccessToken.expires_at,
    AccessToken.revoked_at,
)
_INVITATIONS = (
    SiteInvitation.email,
    SiteInvitation.uses,
    SiteInvitation.max_uses,
    SiteInvitation.created_at,
    SiteInvitation.expires_at,
    SiteInvitation.revoked_at,
)
_TOKENS = (MailToken.purpose, MailToken.email, MailToken.created_at, MailToken.expires_at)


def list_account_parts(user_id: int) -> list[ExportPart]:
    """Return the account's part of an export. Cost: ten statements, one a scan of the log."""
    roles = sa.select(SiteRole.role, SiteRole.created_at).where(SiteRole.user_id == user_id)
    return [
        _part("profile", _("Dein Profil"), sa.select(*_PROFILE).where(User.id == user_id)),
        _part("site_roles", _("Deine Rollen auf der Seite"), roles),
        _part(
            "devices",
            _("Wo du angemeldet bist"),
            sa.select(*_SESSIONS).where(LoginSession.user_id == user_id).order_by(LoginSession.id),
        ),
        _part(
            "access_tokens",
            _("Zugänge für Programme"),
            sa.select(*_ACCESS).where(AccessToken.user_id == user_id).order_by(AccessToken.id),
        ),
        _part(
            "invitations",
            _("Wen du auf die Seite eingeladen hast"),
            sa.select(*_INVITATIONS)
            .where(SiteInvitation.created_by_id == user_id)
            .order_by(SiteInvitation.id),
        ),
        _part(
            "links",
            _("Links, die wir dir geschickt haben"),
            sa.select(*_TOKENS).where(MailToken.user_id == user_id).order_by(MailToken.id),
        ),
        _part(
            "feed_key",
            _("Dein Schlüssel für Feeds"),
            sa.select(FeedKey.created_at).where(FeedKey.user_id == user_id),
        ),
        ExportPart("mails", to_records(mail.list_mail_of(user_id)), _("Mails an dich")),
        ExportPart("log", to_records(audit.list_entries_of(user_id)), _("Protokoll")),
        ExportPart(
            "activity", to_records(events.list_events_of(user_id)), _("Was du wann getan hast")
        ),
    ]


def _part(name: str, title: str, statement: Any) -> ExportPart:
    return ExportPart(name, to_records(db.session.execute(statement).mappings()), title)
