"""Links to a MINT-Lebenslauf: a member chooses awards and their order, and may end the link."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from forum.api.data import Conflict, Invalid, NotFound, now, unscoped
from forum.api.web import gettext as _
from forum_badges import limits
from forum_badges.models import Share
from forum_badges.naming import hash_token
from forum_badges.operations.issuing import issue
from forum_badges.queries import list_own

_BYTES = 24
"""192 bits: nobody guesses an address."""


def create_share(
    user_id: int, award_ids: Sequence[int], *, title: str, named: bool, days: int
) -> str:
    """Make a link to own awards in this order, sign what was never signed; return its token.

    Errors: Invalid without awards or with somebody else's; Conflict when there are too many links.
    """
    own = {award.id: award for award in list_own(user_id) if award.revoked_at is None}
    chosen = list(dict.fromkeys(award_ids))
    if not chosen:
        raise Invalid("awards", _("Bitte wähle mindestens ein Abzeichen."))
    if len(chosen) > limits.SHARED or set(chosen) - own.keys():
        raise Invalid("awards", _("Diese Auswahl passt nicht zu deinen Abzeichen."))
    with unscoped("badges: links of one's own are one's own") as session:
        kept = sa.select(sa.func.count()).select_from(Share)
        live = kept.where(
            Share.user_id == user_id, Share.revoked_at.is_(None), Share.expires_at > now()
        )
        if (session.scalar(live) or 0) >= limits.SHARES:
            raise Conflict(_("Du hast schon viele Links. Beende erst einen davon."))
        for award_id in chosen:
            issue(own[award_id])
        token = secrets.token_urlsafe(_BYTES)
        session.add(
            Share(
                user_id=user_id,
                token_hash=hash_token(token),
                title=title,
                named=named,
                awards=chosen,
                created_at=now(),
                expires_at=now() + timedelta(days=days),
            )
        )
        session.flush()
    return token


def revoke_share(user_id: int, share_id: int) -> None:
    """End an own link; the badges stay valid. Twice is as once.

    Errors: NotFound.
    """
    with unscoped("badges: links of one's own are one's own") as session:
        share = session.scalars(
            sa.select(Share).where(Share.id == share_id, Share.user_id == user_id)
        ).one_or_none()
        if share is None:
            raise NotFound
        if share.revoked_at is None:
            share.revoked_at = now()
            session.flush()
