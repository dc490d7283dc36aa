"""Another secret of the site: badges say that they cannot be signed, and a command mends it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from click.testing import CliRunner
from forum_badges import operations
from forum_badges.commands import command
from forum_badges.verifying import Checks, verify
from pydantic import SecretStr

from forum.api.data import read_unit
from forum.core.health import Finding, list_findings

if TYPE_CHECKING:
    from conftest import Workshop


@contextmanager
def another_secret(shop: Workshop) -> Iterator[None]:
    """Let the site have another secret key, as after a move that forgot the file."""
    before = shop.app.config["FORUM"]
    changed = {"secret_key": SecretStr("ein anderes Geheimnis, lang genug für alles hier")}
    shop.app.config["FORUM"] = before.model_copy(update=changed)
    try:
        yield
    finally:
        shop.app.config["FORUM"] = before


def find(shop: Workshop) -> list[Finding]:
    with shop.app.app_context():
        return [one for one in list_findings() if "badges" in one.what]


def check(shop: Workshop, document: bytes) -> Checks:
    with shop.app.app_context(), read_unit():
        return verify(document)


def renew(shop: Workshop, *options: str) -> str:
    with shop.app.app_context():
        done = CliRunner().invoke(command, ["renew-keys", *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_another_secret_is_named_and_a_new_key_lets_the_old_ones_verify(shop: Workshop) -> None:
    shop.give(shop.make(name="Eins"), shop.anke)
    shop.give(shop.make(name="Zwei"), shop.anke)
    ids = {one.name: one.id for one in shop.awards(shop.anke)}
    anke = shop.client(shop.anke)
    old = shop.post(anke, f"/badges/awards/{ids['Eins']}/claim").data
    stale = anke.get("/badges/status/1").data
    assert find(shop) == [Finding("ok", "badges can be signed")]
    with another_secret(shop):
        page = shop.post(anke, f"/badges/awards/{ids['Zwei']}/claim")
        assert "können gerade nicht signiert werden" in page.text
        page = shop.post(anke, "/badges/share", title="x", days="7", award=str(ids["Zwei"]))
        assert (page.status_code, "nicht signiert werden" in page.text) == (422, True)
        [told] = find(shop)
        assert (told.level, "http://localhost" in told.what) == ("problem", True)
        assert "forum badges renew-keys" in told.remedy
        # What was signed verifies, and can be taken back.
        assert check(shop, old).is_valid
        with shop.acting(shop.admin) as scope:
            operations.revoke_award(scope, ids["Eins"], reason="Verwechslung")
        assert check(shop, old) == Checks(signed=True, revoked=True)
        assert anke.get("/badges/status/1").data == stale
        assert "http://localhost are signed with a new key" in renew(shop)
        assert find(shop) == [Finding("ok", "badges can be signed")]
        assert "nothing was changed" in renew(shop)
        new = shop.post(anke, f"/badges/awards/{ids['Zwei']}/claim").data
        assert check(shop, new).is_valid
        assert check(shop, old) == Checks(signed=True, revoked=True)
        status = anke.get("/badges/status/1").data
        assert status != stale
        published = json.loads(anke.get("/badges/issuers/1/did.json").data)["assertionMethod"]
        used = [json.loads(one)["proof"][0]["verificationMethod"] for one in (old, new, status)]
        assert published == [used[0], used[1]]
        assert used[2] == used[1]


def test_a_key_can_be_renewed_before_it_has_to_be(shop: Workshop) -> None:
    shop.give(shop.make(), shop.anke)
    [award] = shop.awards(shop.anke)
    document = shop.post(shop.client(shop.anke), f"/badges/awards/{award.id}/claim").data
    assert "nothing was changed" in renew(shop)
    assert "signed with a new key" in renew(shop, "--all")
    assert check(shop, document).is_valid
