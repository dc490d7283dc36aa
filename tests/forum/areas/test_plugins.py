"""Plugin states and settings end to end: rows, resolved sets, locks, refusals, what stays shut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from forum.areas import operations, queries, rules
from forum.areas.models import PluginSettings, PluginState
from forum.areas.operations import SettingsRefused
from forum.core.audit import AuditEntry
from forum.core.errors import Denied, Invalid, NotFound
from forum.core.events import EventRow
from forum.plugin.states import State
from forum.testing.fixtures import BuildOnce
from tests.forum.areas import samples
from tests.forum.areas.town import Town


@pytest.fixture
def land(app: Flask, build_once: BuildOnce) -> Iterator[Town]:
    """bund → ni → kreis → ort, and by beside ni; admins of bund, ni and kreis."""
    services = app.extensions["forum"]
    before = services["dispatcher"]
    services["dispatcher"] = samples.load(*samples.ALL)
    yield build_once(found_land)
    services["dispatcher"] = before


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ni", "kreis", "mia")
    town.found("root")
    with town.writing():
        operations.sync_plugins()
    for slug, below in (("ni", "bund"), ("by", "bund"), ("kreis", "ni"), ("ort", "kreis")):
        town.add_area(slug, below)
    town.grant("ni", "ni", "admin")
    town.grant("kreis", "kreis", "admin")
    town.grant("mia", "ort")
    return town


def switch(town: Town, who: str, slug: str, plugin: str, state: str, **kw: Any) -> None:
    with town.writing(who) as viewer:
        standing = queries.get_standing(viewer, operator=kw.pop("operator", False))
        scope = queries.get_scope(viewer, slug, standing=standing)
        operations.set_plugin_state(scope, plugin, state=State(state), **kw)


def active(town: Town, plugin: str) -> list[str]:
    return [s for s in ("bund", "ni", "by", "kreis", "ort") if plugin in town.area(s).plugins]


def test_new_areas_inherit(land: Town) -> None:
    assert active(land, "dates") == ["bund", "ni", "by", "kreis", "ort"]
    assert active(land, "votes") == []


def test_on_reaches_the_subtree_and_nobody_else(land: Town) -> None:
    switch(land, "kreis", "kreis", "votes", "on", reason="Pilot")
    assert active(land, "votes") == ["kreis", "ort"]
    area_id, actor = land.area("kreis").id, land.users["kreis"]
    rows = land.all(PluginState.area_id, PluginState.state, PluginState.reason)
    assert rows == [(area_id, "on", "Pilot")]
    columns = (EventRow.area_id, EventRow.actor_id, EventRow.payload)
    assert land.all(*columns, where=EventRow.name == "areas.plugin_state_set") == [
        (area_id, actor, {"plugin": "votes", "before": "inherit", "after": "on"})
    ]
    details = land.all(AuditEntry.details, where=AuditEntry.action == "areas.set_plugin_state")
    assert details == [({"before": "inherit", "after": "on"},)]


def test_the_nearest_word_counts_and_taking_it_back_inherits_again(land: Town) -> None:
    switch(land, "ni", "ni", "votes", "on")
    switch(land, "kreis", "kreis", "votes", "off")
    assert active(land, "votes") == ["ni"]
    switch(land, "kreis", "kreis", "votes", "inherit")
    assert active(land, "votes") == ["ni", "kreis", "ort"]
    assert len(land.all(PluginState.id)) == 1


@pytest.mark.parametrize(("lock", "here"), [("forced", "off"), ("forbidden", "on")])
def test_a_lock_above_cannot_be_undone(land: Town, lock: str, here: str) -> None:
    switch(land, "kreis", "kreis", "votes", here)
    switch(land, "ni", "ni", "votes", lock)
    assert active(land, "votes") == (["ni", "kreis", "ort"] if lock == "forced" else [])
    for state in ("on", "off", "forced", "forbidden"):
        with pytest.raises(Denied):
            switch(land, "kreis", "kreis", "votes", state)
    switch(land, "kreis", "kreis", "votes", "inherit")


def test_moving_changes_what_is_inherited(land: Town) -> None:
    switch(land, "ni", "ni", "votes", "on")
    with land.writing("root") as viewer:
        target = queries.get_scope(viewer, "by")
        operations.move_area(queries.get_scope(viewer, "kreis"), target)
    assert active(land, "votes") == ["ni"]


@pytest.mark.parametrize(("who", "slug"), [("kreis", "ni"), ("kreis", "by"), ("mia", "ort")])
def test_switching_takes_an_admin(land: Town, who: str, slug: str) -> None:
    with pytest.raises(Denied):
        switch(land, who, slug, "votes", "on")


def test_restricted_plugins_are_the_operator_s(land: Town) -> None:
    with pytest.raises(Denied):
        switch(land, "root", "bund", "gate", "on")
    switch(land, "mia", "ort", "gate", "on", operator=True)
    assert active(land, "gate") == ["ort"]


def test_what_is_required_comes_along_and_does_not_go_alone(land: Town) -> None:
    switch(land, "ni", "ni", "tally", "on")
    assert active(land, "votes") == ["ni", "kreis", "ort"]
    with pytest.raises(Invalid):
        switch(land, "ni", "ni", "votes", "off")


def test_unknown_plugins_are_not_there(land: Town) -> None:
    with pytest.raises(NotFound):
        switch(land, "root", "bund", "nothing", "on")


def test_what_is_not_loaded_any_more_is_off_and_comes_back(land: Town) -> None:
    switch(land, "ni", "ni", "votes", "on")
    reload(land, samples.DATES)
    assert active(land, "votes") == []
    reload(land, *samples.ALL)
    assert active(land, "votes") == ["ni", "kreis", "ort"]


def reload(town: Town, *plugins: Any) -> None:
    town.app.extensions["forum"]["dispatcher"] = samples.load(*plugins)
    with town.writing():
        operations.sync_plugins()


def test_what_a_lacking_plugin_restricts_stays_shut(land: Town) -> None:
    switch(land, "root", "kreis", "gate", "on", operator=True)
    switch(land, "ni", "ni", "calm", "on")
    assert land.reads("mia", "ort")
    rows = land.reader_rows()
    reload(land, samples.VOTES)
    assert [land.area(s).closed for s in ("bund", "ni", "kreis", "ort")] == [
        "",
        "posting",
        "visibility",
        "visibility",
    ]
    assert [land.reads("mia", slug) for slug in ("ni", "kreis", "ort")] == [True, False, False]
    assert not land.reads("root", "kreis")
    assert not rules.can_reply(land.scope("ni", "ni"))
    with pytest.raises(NotFound):
        land.do("root", "kreis", rules.require_moderate)
    reload(land, *samples.ALL)
    assert land.reader_rows() == rows
    assert land.area("ni").closed == ""


def set_values(town: Town, who: str, slug: str, *, operator: bool = False, **kw: Any) -> None:
    locked = kw.pop("locked", ())
    with town.writing(who) as viewer:
        standing = queries.get_standing(viewer, operator=operator)
        scope = queries.get_scope(viewer, slug, standing=standing)
        operations.set_plugin_settings(scope, "votes", values=kw, locked=locked)


def values(town: Town, slug: str) -> dict[str, Any]:
    with town.reading("root") as viewer:
        scope = queries.get_scope(viewer, slug)
        return queries.get_plugin_settings(scope, "votes").values.model_dump()


def test_settings_are_inherited(land: Town) -> None:
    set_values(land, "ni", "ni", most=5)
    set_values(land, "kreis", "kreis", own=False)
    assert values(land, "ort") == {"most": 5, "own": False, "secret": ""}
    assert values(land, "by") == {"most": 20, "own": True, "secret": ""}
    set_values(land, "kreis", "kreis")
    assert values(land, "ort")["own"] is True


def test_settings_can_be_locked(land: Town) -> None:
    set_values(land, "ni", "ni", most=5, locked=["most", "nonsense"])
    with pytest.raises(SettingsRefused) as refused:
        set_values(land, "kreis", "kreis", most=6)
    assert {key: p.code for key, p in refused.value.problems.items()} == {"most": "locked"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"most": 1}, {"most": "greater_than_equal"}),
        ({"most": "viele"}, {"most": "int_parsing"}),
        ({"other": 1}, {"other": "unknown"}),
        ({"secret": "x"}, {"secret": "operator_only"}),
    ],
)
def test_bad_values_are_refused(land: Town, given: dict[str, Any], code: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused) as refused:
        set_values(land, "ni", "ni", **given)
    assert {key: p.code for key, p in refused.value.problems.items()} == code
    assert values(land, "ni")["most"] == 20


def test_the_operator_sets_more(land: Town) -> None:
    set_values(land, "root", "bund", operator=True, secret="s")
    assert values(land, "ort")["secret"] == "s"


def test_what_only_the_operator_sets_stays_when_somebody_else_saves(land: Town) -> None:
    set_values(land, "root", "ni", operator=True, secret="s", most=5, locked=["secret"])
    set_values(land, "ni", "ni", own=False, locked=["own", "secret"])
    assert values(land, "kreis") == {"most": 20, "own": False, "secret": "s"}
    locked = land.all(PluginSettings.locked)
    assert locked == [(["own", "secret"],)]
    set_values(land, "ni", "ni")
    assert values(land, "kreis") == {"most": 20, "own": True, "secret": "s"}
    assert land.all(PluginSettings.locked) == [(["secret"],)]
    set_values(land, "root", "ni", operator=True)
    assert values(land, "kreis")["secret"] == ""


def test_nobody_but_the_operator_locks_what_is_the_operators(land: Town) -> None:
    set_values(land, "ni", "ni", locked=["secret"])
    assert land.all(PluginSettings.locked) == [([],)]


def line(town: Town, who: str, slug: str, plugin: str, *, operator: bool = False) -> Any:
    with town.reading(who) as viewer:
        standing = queries.get_standing(viewer, operator=operator)
        scope = queries.get_scope(viewer, slug, standing=standing)
        return {row.name: row for row in queries.list_plugin_states(scope)}[plugin]


def test_the_page_knows_what_comes_from_where(land: Town) -> None:
    switch(land, "ni", "ni", "votes", "forbidden", reason="Erst nach Prüfung.")
    row = line(land, "kreis", "kreis", "votes")
    assert (row.active, row.own, row.locked, row.reason) == (False, "inherit", True, "locked")
    assert (row.source.name, row.why, row.by.name) == ("Ni", "Erst nach Prüfung.", "Ni")
    assert row.since is not None
    own = line(land, "ni", "ni", "votes")
    assert (own.own, own.locked, own.reason, own.source) == ("forbidden", False, "explicit", None)
    default = line(land, "ni", "ni", "dates")
    assert (default.active, default.reason, default.source) == (True, "default", None)
    assert not line(land, "root", "bund", "gate").may_set
    assert line(land, "root", "bund", "gate", operator=True).may_set


def test_the_page_says_how_far_a_switch_reaches(land: Town) -> None:
    assert line(land, "root", "bund", "votes").reach == 4
    switch(land, "kreis", "kreis", "votes", "off")
    assert line(land, "root", "bund", "votes").reach == 2
    assert line(land, "root", "bund", "dates").reach == 4


def test_a_source_one_may_not_know_of_has_no_name(land: Town) -> None:
    land.add_area("geheim", visibility="hidden", sealed=True, chair="root")
    land.add_area("drin", "geheim")
    land.grant("kreis", "drin", "admin")
    switch(land, "root", "geheim", "votes", "forced", reason="intern")
    row = line(land, "kreis", "drin", "votes")
    assert (row.active, row.locked, row.source, row.why, row.by) == (True, True, None, "", None)
