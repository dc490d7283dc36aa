"""Reads of links and of what is published of issuers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from forum.api.data import NotFound, find_people, now, unscoped
from forum_badges.models import Credential, Issuer, IssuerKey, Share, StatusList
from forum_badges.naming import hash_token, tell_did
from forum_badges.queries import AwardRow, list_own
from forum_badges.signing import is_open

TOKEN = 64
"""Signs of a token at most."""


@dataclass(frozen=True, slots=True)
class SharedLine:
    """An award behind a link, with its credential as it was signed."""

    award: AwardRow
    document: bytes

    @property
    def issuer(self) -> str:
        """Who issued it, as it was signed; for a document whose signature holds."""
        return str(json.loads(self.document)["issuer"]["name"])


@dataclass(frozen=True, slots=True)
class SharedPage:
    """What a link leads to; no name unless the member put it there."""

    title: str
    name: str
    expires_at: datetime
    lines: tuple[SharedLine, ...]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """An own link, as its maker sees it."""

    id: int
    title: str
    number: int
    expires_at: datetime
    revoked_at: datetime | None


def find_share(token: str) -> SharedPage | None:
    """Return what a token leads to; None for an unknown, ended or expired one.

    Cost: five statements.
    """
    if len(token) > TOKEN:
        return None
    with unscoped("badges: whoever has a link reads what its maker chose") as session:
        share = session.scalars(
            sa.select(Share).where(
                Share.token_hash == hash_token(token),
                Share.revoked_at.is_(None),
                Share.expires_at > now(),
            )
        ).one_or_none()
        if share is None:
            return None
        own = {award.id: award for award in list_own(share.user_id)}
        wanted = [award_id for award_id in share.awards if award_id in own]
        rows = session.execute(
            sa.select(Credential.award_id, Credential.document).where(
                Credential.award_id.in_(wanted)
            )
        )
        documents = {row.award_id: row.document for row in rows}
    people = find_people([share.user_id]) if share.named else {}
    return SharedPage(
        title=share.title,
        name=people[share.user_id].name if share.user_id in people else "",
        expires_at=share.expires_at,
        lines=tuple(SharedLine(own[one], documents[one]) for one in wanted if one in documents),
    )


def list_shares(user_id: int) -> list[ShareRow]:
    """Return a member's own links, newest first. Cost: one statement."""
    wanted = sa.select(Share).where(Share.user_id == user_id)
    with unscoped("badges: own links are one's own") as session:
        rows = session.scalars(wanted.order_by(Share.id.desc()).limit(50)).all()
        return [
            ShareRow(one.id, one.title, len(one.awards), one.expires_at, one.revoked_at)
            for one in rows
        ]


def describe_issuer(issuer_id: int) -> dict[str, Any]:
    """Return the DID document of an issuer: all its keys, retired ones too.

    Errors: NotFound.
    """
    with unscoped("badges: keys are public") as session:
        issuer = session.get(Issuer, issuer_id)
        if issuer is None:
            raise NotFound
        keys = session.scalars(
            sa.select(IssuerKey.public)
            .where(IssuerKey.issuer_id == issuer_id)
            .order_by(IssuerKey.id)
        ).all()
        did = tell_did(issuer)
    methods = [
        {
            "id": f"{did}#{public}",
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": public,
        }
        for public in keys
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def get_list(list_id: int) -> bytes:
    """Return a status list as it was signed.

    Errors: NotFound.
    """
    with unscoped("badges: status lists are public") as session:
        found = session.scalar(sa.select(StatusList.document).where(StatusList.id == list_id))
    if not found:
        raise NotFound
    return found


def list_sealed() -> list[str]:
    """Return the addresses of issuers that cannot sign: the site's secret is another one now.

    Cost: one statement.
    """
    with unscoped("badges: keys belong to the site") as session:
        return [
            issuer.base for issuer, key in list_current_keys(session) if not is_open(key.private)
        ]


def list_current_keys(session: OrmSession) -> list[tuple[Issuer, IssuerKey]]:
    """Return every issuer with the key it signs with; the session is unscoped."""
    wanted = sa.select(Issuer, IssuerKey).join(IssuerKey, IssuerKey.issuer_id == Issuer.id)
    rows = session.execute(wanted.where(IssuerKey.retired_at.is_(None)).order_by(IssuerKey.id))
    return [(row[0], row[1]) for row in rows]
