"""Checking credentials: each part by itself, against what this site has signed and published."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from forum.api.data import now, unscoped
from forum_badges.models import Issuer, IssuerKey, StatusList
from forum_badges.naming import tell_did
from forum_badges.signing import check
from forum_badges.values import Forged

MOST: Final = 100_000
"""Bytes of a credential at most."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What holds of a credential, each by itself; `wrong` is the part that is not as signed."""

    signed: bool
    revoked: bool = False
    expired: bool = False
    early: bool = False
    wrong: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether everything holds."""
        return self.signed and not (self.revoked or self.expired or self.early)


def verify(document: bytes) -> Checks:
    """Check a credential of this site, as anybody may have it: nothing in it is trusted.

    Cost: three statements.
    """
    try:
        said = _read(document)
        with unscoped("badges: whoever has a credential may have it checked") as session:
            check(said, _list_keys(session))
            revoked = _is_revoked(session, said)
        begins, ends = _moment(said.get("validFrom")), _moment(said.get("validUntil"))
    except Forged as error:
        return Checks(signed=False, wrong=str(error))
    at = now()
    return Checks(
        signed=True,
        revoked=revoked,
        expired=ends is not None and ends < at,
        early=begins is not None and begins > at,
    )


def _read(document: bytes) -> Mapping[str, Any]:
    if len(document) > MOST:
        raise Forged("size")
    try:
        said = json.loads(document, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Forged("json") from error
    if not isinstance(said, dict):
        raise Forged("json")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse keys that stand twice: others might read the other value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Forged("json")
    return found


def _list_keys(session: OrmSession) -> dict[str, str]:
    rows = session.execute(
        sa.select(Issuer, IssuerKey.public).join(IssuerKey, IssuerKey.issuer_id == Issuer.id)
    )
    return {f"{tell_did(issuer)}#{public}": public for issuer, public in rows}


def _is_revoked(session: OrmSession, said: Mapping[str, Any]) -> bool:
    status = said.get("credentialStatus")
    if not isinstance(status, Mapping):
        raise Forged("credentialStatus")
    address, place = str(status.get("statusListCredential")), str(status.get("statusListIndex"))
    number = address.rpartition("/")[2]
    if not (number.isascii() and number.isdigit() and place.isascii() and place.isdigit()):
        raise Forged("credentialStatus")
    if len(number) > 9 or len(place) > 9:
        raise Forged("credentialStatus")
    packed = session.scalar(sa.select(StatusList.bits).where(StatusList.id == int(number)))
    bits = gzip.decompress(packed) if packed else b""
    if int(place) >= len(bits) * 8:
        raise Forged("credentialStatus")
    return bool(bits[int(place) // 8] & (0x80 >> (int(place) % 8)))


def _moment(said: object) -> datetime | None:
    if said is None:
        return None
    try:
        return datetime.strptime(str(said), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Forged("validFrom") from error
