"""Awards as signed credentials: made once when they are claimed, kept as they were signed."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from forum.api.data import Conflict, get_system_scope, now, unscoped
from forum.api.web import gettext as _
from forum.api.web import site_url
from forum_badges import limits
from forum_badges.compiling import upsert
from forum_badges.models import Credential, Issuer, IssuerKey, StatusList
from forum_badges.naming import tell_did
from forum_badges.quads import OB, VC
from forum_badges.queries import AwardRow
from forum_badges.sharing_queries import list_current_keys
from forum_badges.signing import is_open, make_key, sign, tell_moment
from forum_badges.values import Sealed

ENTRIES: Final = 131_072
"""Places of a list, the fewest that the standard allows: one revoked among so many hides."""


def issue(award: AwardRow) -> bytes:
    """Return the credential of an award; the first time it is made and signed.

    The member's name is not in it: its subject is an id of its own, which leads nowhere.
    Errors: Conflict for an award that was taken back, and while the site cannot sign.
    Cost: two statements; nine the first time.
    """
    if award.revoked_at is not None:
        raise Conflict(_("Dieses Abzeichen ist zurückgenommen."))
    with unscoped("badges: a credential is signed by the site") as session:
        kept = find_document(session, award.id)
        if kept is not None:
            return kept
        issuer, key = get_issuer(session)
        _require_open(key)
        listed = _get_list(session, issuer, key)
        place = _draw_place(session, listed.id)
        document = json.dumps(
            _sign(_describe(award, issuer, listed.id, place), issuer, key), ensure_ascii=False
        ).encode()
        row: Mapping[str, Any] = {
            "user_id": award.user_id,
            "award_id": award.id,
            "list_id": listed.id,
            "place": place,
            "document": document,
            "issued_at": now(),
        }
        # Two clicks at once make one: the other finds what was kept.
        session.execute(
            upsert(session, Credential)
            .values(row)
            .on_conflict_do_nothing(index_elements=["award_id"])
        )
        return find_document(session, award.id) or document


def find_document(session: OrmSession, award_id: int) -> bytes | None:
    """Return the credential of an award as it was signed; the session is unscoped."""
    return session.scalar(sa.select(Credential.document).where(Credential.award_id == award_id))


def revoke_credential(award_id: int) -> None:
    """Say on the status list that an award was taken back, where it was ever claimed."""
    with unscoped("badges: a status list is the site's") as session:
        wanted = sa.select(Credential.list_id, Credential.place).where(
            Credential.award_id == award_id
        )
        found = session.execute(wanted).one_or_none()
        if found is None:
            return
        listed = session.scalars(
            sa.select(StatusList).where(StatusList.id == found.list_id).with_for_update()
        ).one()
        bits = bytearray(gzip.decompress(listed.bits))
        bits[found.place // 8] |= 0x80 >> (found.place % 8)
        issuer = session.get_one(Issuer, listed.issuer_id)
        listed.bits = gzip.compress(bytes(bits), mtime=0)
        # Without a key that can sign, pages of this site know of it; others once there is one.
        with suppress(Sealed):
            listed.document = _make_list(listed, issuer, _find_key(session, issuer.id))
        session.flush()


def renew_keys(*, every: bool) -> list[str]:
    """Give issuers that cannot sign, or `every` one, a new key; return their addresses.

    The old keys stay published: what they signed stays good. Status lists are signed anew.
    Cost: one statement, and four for each issuer and one for each of its lists.
    """
    done = []
    with unscoped("badges: keys belong to the site") as session:
        for issuer, old in list_current_keys(session):
            if not every and is_open(old.private):
                continue
            public, private = make_key()
            key = IssuerKey(issuer_id=issuer.id, public=public, private=private, created_at=now())
            old.retired_at = now()
            session.add(key)
            session.flush()
            lists = sa.select(StatusList).where(StatusList.issuer_id == issuer.id)
            for listed in session.scalars(lists.order_by(StatusList.id).with_for_update()):
                listed.document = _make_list(listed, issuer, key)
            session.flush()
            done.append(issuer.base)
    return done


def _require_open(key: IssuerKey) -> None:
    if not is_open(key.private):
        raise Conflict(
            _(
                "Abzeichen können gerade nicht signiert werden: Der Schlüssel des Forums passt"
                " nicht mehr. Wer das Forum betreibt, sieht mit „forum check“, was zu tun ist."
            )
        )


def get_issuer(session: OrmSession) -> tuple[Issuer, IssuerKey]:
    """Return who signs under the site's address and with which key; made when first asked for."""
    base = site_url("")[: limits.URL]
    wanted = sa.select(Issuer).where(Issuer.base == base)
    issuer = session.scalars(wanted).one_or_none()
    if issuer is not None:
        return issuer, _find_key(session, issuer.id)
    row = {"base": base, "name": _name_of_site(), "created_at": now()}
    session.execute(upsert(session, Issuer).values(row).on_conflict_do_nothing())
    issuer = session.scalars(wanted.with_for_update()).one()
    found = session.scalars(_KEY.where(IssuerKey.issuer_id == issuer.id)).first()
    if found is None:
        public, private = make_key()
        found = IssuerKey(issuer_id=issuer.id, public=public, private=private, created_at=now())
        session.add(found)
        session.flush()
    return issuer, found


_KEY: Final = sa.select(IssuerKey).where(IssuerKey.retired_at.is_(None)).order_by(IssuerKey.id)


def _find_key(session: OrmSession, issuer_id: int) -> IssuerKey:
    return session.scalars(_KEY.where(IssuerKey.issuer_id == issuer_id).limit(1)).one()


def _name_of_site() -> str:
    """Return what the root area is called: the association that the site is of."""
    return get_system_scope(None).area.name[: limits.NAME]


def _describe(award: AwardRow, issuer: Issuer, list_id: int, place: int) -> dict[str, Any]:
    status = f"{issuer.base}/badges/status/{list_id}"
    page = f"{issuer.base}/badges/achievements/{award.uuid}"
    found: dict[str, Any] = {
        "@context": [VC, OB],
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _plain(award.name),
        "issuer": {
            "id": tell_did(issuer),
            "type": ["Profile"],
            "name": _plain(issuer.name),
            "url": f"{issuer.base}/",
        },
        "validFrom": tell_moment(award.event_at),
        "credentialSubject": {
            "id": f"urn:uuid:{uuid4()}",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": page,
                "type": ["Achievement"],
                "achievementType": "Badge",
                "name": _plain(award.name),
                "description": _plain(award.description),
                "criteria": {"id": f"{page}#criteria", "narrative": _plain(award.narrative)},
            },
        },
        "credentialStatus": {
            "id": f"{status}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place),
            "statusListCredential": status,
        },
    }
    if award.ends_at is not None:
        found["validUntil"] = tell_moment(award.ends_at)
    return found


def _sign(document: dict[str, Any], issuer: Issuer, key: IssuerKey) -> dict[str, Any]:
    method = f"{tell_did(issuer)}#{key.public}"
    return sign(document, method=method, private=key.private, at=now())


def _get_list(session: OrmSession, issuer: Issuer, key: IssuerKey) -> StatusList:
    wanted = sa.select(StatusList).where(StatusList.issuer_id == issuer.id)
    newest = session.scalars(wanted.order_by(StatusList.id.desc()).limit(1)).one_or_none()
    if newest is not None:
        taken = sa.select(sa.func.count()).select_from(Credential)
        if (session.scalar(taken.where(Credential.list_id == newest.id)) or 0) < ENTRIES // 2:
            return newest
    made = StatusList(
        issuer_id=issuer.id, bits=gzip.compress(bytes(ENTRIES // 8), mtime=0), document=b""
    )
    session.add(made)
    session.flush()
    made.document = _make_list(made, issuer, key)
    session.flush()
    return made


def _draw_place(session: OrmSession, list_id: int) -> int:
    """Draw a free place: its number must not tell when the credential was made."""
    while True:
        place = secrets.randbelow(ENTRIES)
        taken = sa.select(Credential.id).where(
            Credential.list_id == list_id, Credential.place == place
        )
        if session.scalar(taken) is None:
            return place


def _make_list(listed: StatusList, issuer: Issuer, key: IssuerKey) -> bytes:
    address = f"{issuer.base}/badges/status/{listed.id}"
    encoded = base64.urlsafe_b64encode(listed.bits).decode().rstrip("=")
    document = {
        "@context": [VC],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": tell_did(issuer),
        "validFrom": tell_moment(now()),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{encoded}",
        },
    }
    return json.dumps(_sign(document, issuer, key)).encode()


def _plain(text: str) -> str:
    """Return text without control characters but for newlines: quads have no way to write them."""
    return "".join(sign for sign in text.replace("\t", " ") if sign == "\n" or ord(sign) >= 32)
