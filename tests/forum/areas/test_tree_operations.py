"""Making, editing, moving, sealing, archiving and deleting: effects, refusals, log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.areas import operations, queries
from forum.areas.models import Area, AreaSlug
from forum.areas.operations import AreaSpec
from forum.core import clock as core_clock
from forum.core.audit import AuditEntry
from forum.core.errors import Conflict, Denied, Invalid, NotFound
from forum.core.events import EventRow
from forum.testing.fixtures import BuildOnce
from tests.forum.areas.town import Town


@pytest.fixture
def land(build_once: BuildOnce) -> Town:
    return build_once(found_land)


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ni", "by", "out")
    town.found("root", visibility="public", accent="1d5c96")
    town.add_area("ni", kind="region")
    town.add_area("by", kind="region", theme="sued", accent="7a2d84")
    town.add_area("kreis", "ni")
    town.grant("ni", "ni", "admin")
    town.grant("by", "by", "admin")
    return town


def events(town: Town, name: str) -> list[tuple[Any, ...]]:
    columns = (EventRow.area_id, EventRow.actor_id, EventRow.payload)
    return town.all(*columns, where=EventRow.name == name)


def audit(town: Town, action: str) -> list[tuple[Any, ...]]:
    return town.all(AuditEntry.area_id, AuditEntry.reason, where=AuditEntry.action == action)


def test_there_is_one_root(land: Town) -> None:
    with pytest.raises(Conflict), land.writing("root"):
        operations.create_root(AreaSpec(name="Noch eine"), admin_id=None)


def test_a_new_area_has_its_place_and_tells(land: Town) -> None:
    area_id = land.add_area("ort", "kreis", by="ni", name="Ort")
    area, parent = land.area("ort"), land.area("kreis")
    assert (area.path[:-6], area.depth, area.flow) == (parent.path, 3, (*parent.flow, area_id))
    assert (area.accent, area.language) == ("1d5c96", "de")
    assert events(land, "areas.area_created")[-1] == (
        area_id,
        land.users["ni"],
        {"parent_id": parent.id},
    )


@pytest.mark.parametrize(("who", "error"), [("out", Denied), ("by", Denied)])
def test_making_below_takes_an_admin_there(land: Town, who: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        land.add_area("x", "ni", by=who)
    assert "x" not in land.slugs()


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "   "}),
        ("name", {"name": "x" * 81}),
        ("summary", {"summary": "x" * 301}),
        ("slug", {"slug": "Mit Leerzeichen"}),
        ("slug", {"slug": "a--b"}),
        ("slug", {"slug": "admin"}),
        ("slug", {"slug": "kreis"}),
        ("slug", {"slug": "x" * 81}),
        ("kind", {"kind": "galaxy"}),
        ("visibility", {"visibility": "secret"}),
        ("joining", {"joining": ""}),
        ("language", {"language": "xx"}),
        ("accent", {"accent": "red"}),
        ("accent", {"accent": "abc"}),
        ("ends_at", {"kind": "topic", "ends_at": datetime.fromisoformat("2030-01-01T00:00Z")}),
    ],
)
def test_bad_input_is_refused_at_its_field(
    land: Town, field: str, values: dict[str, object]
) -> None:
    before = land.slugs()
    with pytest.raises(Invalid) as refused:
        land.add_area(**{"slug": "neu-hier", "name": "Neu", "below": "ni", **values})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert land.slugs() == before


def test_weak_contrast_is_refused_with_the_measured_ratio(land: Town) -> None:
    with pytest.raises(Invalid) as refused:
        land.add_area("x", "ni", accent="ffcc00")
    assert refused.value.field == "accent"
    assert re.search(r"1,5 : 1", refused.value.message)


def test_addresses_are_made_from_names(land: Town) -> None:
    for expected in ("strassen-fuesse", "strassen-fuesse-2"):
        with land.writing("ni") as viewer:
            spec = AreaSpec(name="Straßen & Füße")
            operations.create_area(queries.get_scope(viewer, "ni"), spec)
        assert expected in land.slugs()
    with land.writing("ni") as viewer:
        operations.create_area(queries.get_scope(viewer, "ni"), AreaSpec(name="日本"))
    assert "bereich" in land.slugs()


def test_only_the_root_s_admins_take_everybody_in(land: Town) -> None:
    with pytest.raises(Invalid) as refused:
        land.add_area("x", "ni", by="ni", everyone=True)
    assert refused.value.field == "everyone"
    land.add_area("alle", by="root", everyone=True)
    assert land.scope("out", "alle").member


def test_editing_what_is_inherited_reaches_the_subtree(land: Town) -> None:
    spec = AreaSpec(name="Niedersachsen", kind="region", accent="0d6b50", theme="nord")
    land.do("ni", "ni", operations.edit_area, spec)
    kreis = land.area("kreis")
    assert (kreis.accent, kreis.theme) == ("0d6b50", "nord")
    assert events(land, "areas.area_edited")[-1][2] == {
        "fields": ["name", "own_accent", "own_theme"]
    }


def test_versions_grow_with_what_changes(land: Town) -> None:
    before = land.area("kreis").version
    land.do("ni", "ni", operations.edit_area, AreaSpec(name="Ni", kind="region", accent="0d6b50"))
    assert land.area("kreis").version == before + 1


def test_nothing_is_told_when_nothing_changes(land: Town) -> None:
    land.do("ni", "ni", operations.edit_area, AreaSpec(name="Ni", kind="region"))
    assert events(land, "areas.area_edited") == []


def test_an_address_can_be_taken_back_and_old_ones_are_not_given_away(land: Town) -> None:
    land.do("ni", "kreis", operations.edit_area, AreaSpec(name="Kreis", slug="os"))
    with pytest.raises(Invalid):
        land.add_area("kreis", "by", by="by")
    land.do("ni", "os", operations.edit_area, AreaSpec(name="Kreis", slug="kreis"))
    assert land.all(AreaSlug.slug) == [("os",)]


def move(town: Town, who: str, slug: str, target: str) -> None:
    with town.writing(who) as viewer:
        source, goal = queries.get_scope(viewer, slug), queries.get_scope(viewer, target)
        operations.move_area(source, goal)


def test_moving_takes_everything_along(land: Town) -> None:
    land.add_area("ort", "kreis")
    move(land, "root", "kreis", "by")
    ort = land.area("ort")
    ids = (land.area("bund").id, land.area("by").id, land.area("kreis").id, ort.id)
    assert (ort.flow, ort.depth, ort.theme, ort.accent) == (ids, 3, "sued", "7a2d84")
    assert land.reads("by", "ort")
    assert land.scope("by", "ort").role == "admin"
    assert land.scope("ni", "ort").role is None
    assert len(audit(land, "areas.move")) == 3
    assert events(land, "areas.area_moved")[-1][2] == {
        "source_id": land.area("ni").id,
        "target_id": land.area("by").id,
    }


def test_a_closed_area_stays_closed_in_the_open(land: Town) -> None:
    land.add_area("geheim", "ni", visibility="hidden")
    move(land, "root", "geheim", "bund")
    assert not land.reads("out", "geheim")
    move(land, "root", "kreis", "geheim")
    assert not land.reads("out", "kreis")
    assert land.area("kreis").effective == "hidden"


def test_cycles_are_refused(land: Town) -> None:
    land.add_area("ort", "kreis")
    for target in ("ni", "kreis", "ort"):
        with pytest.raises(Invalid) as refused:
            move(land, "root", "ni", target)
        assert refused.value.field == "parent"


def test_the_root_does_not_move_and_others_need_roles(land: Town) -> None:
    for who, slug, target in (
        ("root", "bund", "ni"),
        ("ni", "kreis", "by"),
        ("by", "kreis", "by"),
        ("out", "kreis", "by"),
    ):
        with pytest.raises(Denied):
            move(land, who, slug, target)


def test_too_deep_a_tree_is_refused(land: Town) -> None:
    below = "kreis"
    with pytest.raises(Invalid) as refused:
        for level in range(25):
            land.add_area(f"l{level}", below)
            below = f"l{level}"
    assert (refused.value.field, below) == ("parent", "l16")


def test_sealing_needs_an_own_admin_and_only_they_unseal(land: Town) -> None:
    with pytest.raises(Invalid):
        land.do("ni", "kreis", operations.seal_area)
    land.grant("out", "kreis", "admin")
    land.do("ni", "kreis", operations.seal_area, reason="Personalfragen")
    assert land.scope("out", "kreis").role == "admin"
    assert land.scope("ni", "kreis").role is None
    with pytest.raises(Denied):
        land.do("ni", "kreis", operations.unseal_area)
    land.do("out", "kreis", operations.unseal_area)
    assert land.scope("ni", "kreis").role == "admin"
    assert audit(land, "areas.seal") == [(land.area("kreis").id, "Personalfragen")]


def test_sealed_and_hidden_is_not_there_for_who_does_not_oversee_it(land: Town) -> None:
    land.add_area("recht", "ni", sealed=True, visibility="hidden", chair="out")
    with pytest.raises(NotFound):
        land.do("by", "recht", operations.archive_area)
    with pytest.raises(NotFound):
        land.do("ni", "recht", operations.edit_area, AreaSpec(name="Recht"))
    land.do("ni", "recht", operations.archive_area, reason="ruht")
    assert land.area("recht").archived_at is not None
    land.do("ni", "recht", operations.reopen_area)
    assert land.area("recht").archived_at is None


def test_areas_of_a_time_are_archived_when_it_is_over(
    land: Town, clock: Callable[[datetime], None]
) -> None:
    end = core_clock.now() + timedelta(days=3)
    land.add_area("wahl", kind="adhoc", ends_at=end)
    with land.writing():
        assert operations.archive_ended_areas() == 0
    clock(end)
    with land.writing():
        assert operations.archive_ended_areas() == 1
        assert operations.archive_ended_areas() == 0
    assert land.area("wahl").archived_at == end
    assert land.all(Area.archived_at, where=Area.slug == "kreis") == [(None,)]
