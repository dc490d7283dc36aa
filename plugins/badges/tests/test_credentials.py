"""Credentials verify as they were signed, and not with any claim changed; time and lists count."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask import Flask
from forum_badges import operations
from forum_badges.models import Credential
from forum_badges.quads import TERMS, canonise
from forum_badges.values import Draft, Forged
from forum_badges.verifying import Checks, verify

from forum.api.data import now, read_unit, unit, unscoped
from forum.testing.builders import looking

if TYPE_CHECKING:
    from conftest import Workshop


def claim(shop: Workshop, **draft: Any) -> bytes:
    """Let a badge be given and claimed; return its document."""
    with shop.acting(shop.admin) as scope:
        said = Draft('Löten "mit" \\ Anke', "Kann löten.\nUnd mehr.", "Dabei sein 🛠.", **draft)
        badge = operations.create_achievement(scope, said)
        operations.give_badge(scope, badge, user_ids=[shop.anke])
    award = next(one for one in shop.awards(shop.anke) if one.achievement_id == badge)
    with shop.app.app_context(), unit():
        return operations.issue(award)


def check(app: Flask, document: Any) -> Checks:
    sent = document if isinstance(document, bytes) else json.dumps(document).encode()
    with app.app_context(), read_unit():
        return verify(sent)


def list_mutations(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Walk over the places of all values."""
    items = said.items() if isinstance(said, dict) else enumerate(said)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from list_mutations(value, (*path, key))
        else:
            yield (*path, key)


def test_every_changed_claim_is_refused(shop: Workshop) -> None:
    document = claim(shop, valid_days=30)
    assert check(shop.app, document).is_valid
    said = json.loads(document)
    places = list(list_mutations(said))
    assert len(places) >= 30
    for place in places:
        forged = copy.deepcopy(said)
        at: Any = forged
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] += "1"
        assert not check(shop.app, forged).is_valid, place
        del at[place[-1]]
        assert not check(shop.app, forged).is_valid, place


def test_the_page_of_a_link_says_what_does_not_hold(
    shop: Workshop, clock: Callable[[datetime], None]
) -> None:
    document = claim(shop, valid_days=30)
    [award] = shop.awards(shop.anke)
    with shop.app.app_context(), unit():
        token = operations.create_share(
            shop.anke, [award.id], title="Lebenslauf", named=False, days=365
        )
        start = now()
    nobody, path = shop.client(), f"/badges/v/{token}"

    def keep(kept: bytes) -> None:
        with shop.app.app_context(), unit(), unscoped("tests forge") as session:
            session.execute(sa.update(Credential).values(document=kept))

    for later, verdict, told in (
        (timedelta(), "Gültig", "gültig bis"),
        (timedelta(days=31), "Abgelaufen", "gültig bis"),
        (-timedelta(days=1), "Noch nicht gültig", "gilt erst ab"),
    ):
        clock(start + later)
        page = nobody.get(path).text
        assert (f"<strong>{verdict}</strong>" in page, told in page) == (True, True)
        assert "Signatur stimmt<" in page
    clock(start)
    said = json.loads(document)
    for place in list_mutations(said):
        forged = copy.deepcopy(said)
        at: Any = forged
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] += "1"
        keep(json.dumps(forged).encode())
        page = nobody.get(path).text
        assert "<strong>Nicht echt</strong>" in page, place
        assert "Signatur stimmt nicht" in page
    keep(document)
    assert "<strong>Gültig</strong>" in nobody.get(path).text


@pytest.mark.parametrize("key", ["endorsementJwt", "jti", "credentialSchema", "evidence", "x"])
def test_a_key_that_nobody_signed_is_refused(shop: Workshop, key: str) -> None:
    said = json.loads(claim(shop))
    for at in (said, said["credentialSubject"], said["credentialSubject"]["achievement"]):
        at[key] = []
        assert check(shop.app, said) == Checks(signed=False, wrong=key)
        del at[key]
    assert check(shop.app, said).is_valid


def test_every_key_has_an_iri(shop: Workshop) -> None:
    said = json.loads(claim(shop, valid_days=1))
    known = {key for terms in TERMS.values() for key in terms}

    def walk(node: Any) -> Iterator[str]:
        for key, value in node.items():
            yield key
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from walk(inner)

    assert set(walk(said)) <= known | {"@context", "id", "type", "proof", "proofValue"}
    assert isinstance(said["proof"], list)
    assert isinstance(said["type"], list)
    assert [] not in said.values()
    assert said["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    with pytest.raises(Forged):
        canonise({**said, "unheard": "of"})


@pytest.mark.parametrize(
    "rubbish", [b"", b"[]", b"{}", b"\xff", b'{"a":1,"a":2}', b"[" * 60_000, b" " * 200_000]
)
def test_rubbish_is_refused(shop: Workshop, rubbish: bytes) -> None:
    assert not check(shop.app, rubbish).signed


def test_an_expired_credential_says_so(shop: Workshop, clock: Callable[[datetime], None]) -> None:
    document = claim(shop, valid_days=1)
    with shop.app.app_context():
        at = now()
    clock(at + timedelta(days=1))
    assert check(shop.app, document).is_valid
    clock(at + timedelta(days=1, seconds=1))
    assert check(shop.app, document) == Checks(signed=True, expired=True)
    clock(at - timedelta(days=1))
    assert check(shop.app, document) == Checks(signed=True, early=True)


def test_a_revoked_credential_says_so_and_the_others_do_not(shop: Workshop) -> None:
    first, second = claim(shop), claim(shop)
    before = shop.client().get("/badges/status/1")
    award = shop.awards(shop.anke)[-1]
    with shop.acting(shop.admin) as scope:
        operations.revoke_award(scope, award.id, reason="Verwechslung")
    after = shop.client().get("/badges/status/1")
    assert before.data != after.data
    assert check(shop.app, first) == Checks(signed=True, revoked=True)
    assert check(shop.app, second).is_valid


@pytest.mark.weave("REST API and feeds")
def test_keys_are_published_and_their_private_halves_are_not(shop: Workshop) -> None:
    said = json.loads(claim(shop))
    answer = shop.client().get("/badges/issuers/1/did.json")
    published = json.loads(answer.data)
    assert published["id"] == said["issuer"]["id"] == "did:web:localhost:badges:issuers:1"
    [method] = published["verificationMethod"]
    assert said["proof"][0]["verificationMethod"] == method["id"]
    assert method["id"].endswith(f"#{method['publicKeyMultibase']}")
    assert published["assertionMethod"] == [method["id"]]
    assert shop.client().get("/badges/issuers/2/did.json").status_code == 404
    assert shop.client().get("/badges/status/9").status_code == 404


def test_an_achievement_is_where_its_id_says(shop: Workshop) -> None:
    said = json.loads(claim(shop))
    page = said["credentialSubject"]["achievement"]["id"].removeprefix("http://localhost")
    with looking(shop.app, None, shop.here):
        assert shop.client().get(page).status_code == 303
    assert shop.client().get(f"{page[:-1]}x").status_code == 404
