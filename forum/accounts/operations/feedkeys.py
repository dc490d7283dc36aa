"""Keys for feed readers: one per member, shown once, kept as a hash.

The member ends them at will; they end with the password.
"""

from __future__ import annotations

import sqlalchemy as sa

from forum.accounts.models import FeedKey
from forum.accounts.tokens import new_token
from forum.core import clock
from forum.core.database import db


def renew_feed_key(user_id: int) -> str:
    """Give the member a new key and return it; the one before ends."""
    revoke_feed_key(user_id)
    key, key_hash = new_token()
    db.session.add(FeedKey(user_id=user_id, key_hash=key_hash, created_at=clock.now()))
    db.session.flush()
    return key


def revoke_feed_key(user_id: int) -> None:
    """End the member's key; addresses with it in them are answered no more."""
    db.session.execute(sa.delete(FeedKey).where(FeedKey.user_id == user_id))
