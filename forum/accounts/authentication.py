"""Prove by password that somebody is who they say. Reads and hashes, never writes.

Hashing must not hold the write lock: `unlocked()` stands around it in views.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from forum.accounts.addresses import find_address
from forum.accounts.passwords import hash_password, needs_rehash, verify_password
from forum.accounts.queries import find_credentials
from forum.core.database import set_mode


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that fits: `password_hash` is what was verified, `renewed` its successor.

    `suspended` members are known and still not let in.
    """

    user_id: int
    password_hash: str
    renewed: str | None
    suspended: bool


def prove(address: str, password: str) -> Proof | None:
    """Verify address and password; None for whatever is wrong, after the same work.

    Errors: TooMany when too many are hashed at the same time.
    """
    email = find_address(address)
    found = find_credentials(email) if email else None
    stored = found.password_hash if found else None
    if not verify_password(stored, password) or found is None or stored is None:
        return None
    renewed = hash_password(password) if needs_rehash(stored) else None
    return Proof(found.user_id, stored, renewed, found.state == "suspended")


@contextmanager
def unlocked() -> Iterator[None]:
    """Do slow work in the middle of a POST on the read-only connection, then write again.

    Only before the first write of the request: what was read is released, nothing is committed.
    """
    set_mode("read")
    yield
    set_mode("write")
