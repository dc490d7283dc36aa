"""A form sent twice acts once: the key is inserted first, in the transaction of the write."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock, limits
from forum.core.database import BigId, Model, UTCDateTime, db
from forum.core.errors import Invalid

KEPT = timedelta(hours=24)


class KeyReused(Invalid):
    """A form was sent with the key of another one: somebody went back and wrote something else."""

    def __init__(self) -> None:
        super().__init__("", "key reused with another content")


class UsedKey(Model):
    """A key one member has used on one route, what was sent with it and where it led.

    `answer` is what an endpoint without an address of its own answered; it may name others, so it
    goes whenever anybody is erased.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (sa.UniqueConstraint("user_id", "route", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    route: Mapped[str] = mapped_column(sa.String(120))
    key: Mapped[str] = mapped_column(sa.String(64))
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str | None] = mapped_column(sa.String(400))
    answer: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


def claim_key(user_id: int, route: str, *, key: str, body: str) -> str | None:
    """Insert the key; return where the first request led when this is a repeat, else None.

    Errors: raises KeyReused when the same key comes with another body.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    row = UsedKey(
        user_id=user_id, route=route, key=key[:64], body_hash=digest, created_at=clock.now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        found = db.session.execute(
            sa.select(UsedKey.body_hash, UsedKey.location).where(
                UsedKey.user_id == user_id, UsedKey.route == route, UsedKey.key == key[:64]
            )
        ).one()
        if found.body_hash != digest:
            raise KeyReused from None
        return found.location or "/"
    return None


def store_location(user_id: int, route: str, *, key: str, location: str) -> None:
    """Remember where the request with this key led, for its repeats."""
    db.session.execute(
        sa.update(UsedKey)
        .where(UsedKey.user_id == user_id, UsedKey.route == route, UsedKey.key == key[:64])
        .values(location=location[:400])
    )


def find_answer(user_id: int, route: str, *, key: str) -> str | None:
    """Return what `store_answer` kept; None for what was too long, or is forgotten."""
    return db.session.scalar(
        sa.select(UsedKey.answer).where(
            UsedKey.user_id == user_id, UsedKey.route == route, UsedKey.key == key[:64]
        )
    )


def store_answer(user_id: int, route: str, *, key: str, answer: str) -> None:
    """Keep what the request with this key was answered, for its repeats, unless it is long."""
    if len(answer) > limits.BODY_BYTES:
        return
    db.session.execute(
        sa.update(UsedKey)
        .where(UsedKey.user_id == user_id, UsedKey.route == route, UsedKey.key == key[:64])
        .values(answer=answer)
    )


def forget_old_keys() -> int:
    """Delete keys older than a day; return how many."""
    result = db.session.execute(sa.delete(UsedKey).where(UsedKey.created_at < clock.now() - KEPT))
    return int(result.rowcount)  # type: ignore[attr-defined]


def forget_keys_of(user_id: int) -> int:
    """Delete the keys of somebody who leaves, and all answers, which may name them.

    Return: how many keys. Cost: two statements.
    """
    named = UsedKey.answer.is_not(None)
    db.session.execute(sa.update(UsedKey).where(named).values(answer=None))
    result = db.session.execute(sa.delete(UsedKey).where(UsedKey.user_id == user_id))
    return int(result.rowcount)  # type: ignore[attr-defined]
