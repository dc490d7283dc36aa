"""Settings of plugins for programs: typed by the plugin's model, inherited, locked, refused."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.core.audit import AuditEntry
from forum.core.database import unscoped
from forum.testing.builders import add_member, make_area, set_settings
from tests.forum.rest.program import Program, Town

PATH = "/areas/recht/plugins/polls/settings"


def put(program: Program, body: Any, path: str = PATH) -> Any:
    return program.send("PUT", path, json=body)


def make_admin(town: Town) -> Program:
    """Somebody becomes admin of `recht`, where polls need not be on."""
    add_member(town.app, town.areas["recht"], town.people["fremd"], role="admin")
    return town.program("fremd")


def test_values_are_set_inherited_again_and_audited(town: Town) -> None:
    admin = make_admin(town)
    before = admin.get(PATH).json
    assert before["own"] == before["locked"] == before["closed"] == []
    assert before["values"]["max_options"] > 7
    body = {"values": {"max_options": 7, "templates": ["Ja oder Nein: Ja | Nein"]}}
    after = put(admin, {**body, "locked": ["max_options"]})
    assert after.status_code == 200, after.text
    assert (after.json["own"], after.json["locked"]) == (
        ["max_options", "templates"],
        ["max_options"],
    )
    assert after.json["values"] == {**before["values"], **body["values"]}
    assert admin.get(PATH).json == after.json
    assert put(admin, {}).json == before
    with town.app.app_context(), unscoped("tests read the audit log") as session:
        asked = sa.select(AuditEntry.actor_id).where(
            AuditEntry.action == "areas.set_plugin_settings"
        )
        assert list(session.scalars(asked)) == [town.people["fremd"]] * 2


def test_what_does_not_hold_is_said_at_its_value_and_nothing_is_kept(town: Town) -> None:
    admin = make_admin(town)
    before = admin.get(PATH).json
    for values, pointer in (
        ({"max_options": 1}, "#/values/max_options"),
        ({"max_options": "7"}, "#/values/max_options"),
        ({"max_options": True}, "#/values/max_options"),
        ({"max_options": None}, "#/values/max_options"),
        ({"results": "bald"}, "#/values/results"),
        ({"templates": ["keine"] * 2_000}, "#/values/templates"),
        ({"nichts": 1}, "#/values/nichts"),
    ):
        refused = put(admin, {"values": values})
        assert refused.status_code == 422, values
        assert [one["pointer"] for one in refused.json["errors"]] == [pointer]
    assert put(admin, {"values": [], "locked": "x"}).status_code == 422
    assert admin.get(PATH).json == before


def test_a_lock_above_is_shown_and_holds(town: Town) -> None:
    make_area(
        town.app,
        "Unten",
        slug="unten",
        parent=town.areas["recht"],
        members={town.people["moderatorin"]: "admin"},
    )
    set_settings(town.app, town.areas["recht"], "polls", max_options=9)
    assert put(make_admin(town), {"values": {"max_options": 9}, "locked": ["max_options"]}).json
    program, path = town.program("moderatorin"), "/areas/unten/plugins/polls/settings"
    shown = program.get(path).json
    assert (shown["closed"], shown["own"], shown["values"]["max_options"]) == (
        ["max_options"],
        [],
        9,
    )
    refused = put(program, {"values": {"max_options": 8}}, path)
    assert refused.json["errors"] == [
        {"detail": "Das ist weiter oben festgelegt.", "pointer": "#/values/max_options"}
    ]


def test_only_who_may_switch_plugins_there(town: Town) -> None:
    assert town.program().get(PATH).status_code == 401
    for name, status in (("anke", 403), ("moderatorin", 403), ("fremd", 403)):
        program = town.program(name)
        assert (program.get(PATH).status_code, put(program, {}).status_code) == (status, status)
    closed = "/areas/zu/plugins/polls/settings"
    assert town.program("fremd").get(closed).status_code == 404
    assert put(town.program("fremd"), {}, closed).status_code == 404
    make_admin(town)
    assert put(town.program("fremd", ["read"]), {}).status_code == 403
    assert town.program("fremd").get("/areas/recht/plugins/nichts/settings").status_code == 404
