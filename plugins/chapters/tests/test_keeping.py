"""What happens to front pages when areas are copied, moved, exported and deleted."""

from __future__ import annotations

import json
import zipfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from forum_chapters.models import FrontPage
from PIL import Image

from forum.api.data import AreaSpec, get_scope_by_id, get_system_scope, read_unit, unscoped
from forum.areas import operations as areas
from forum.core.audit import AuditEntry
from forum.testing.builders import make_area

if TYPE_CHECKING:
    from conftest import Federation


def read_fronts(bund: Federation) -> dict[int, Any]:
    with bund.app.app_context(), unscoped("tests look everywhere") as session:
        return {row.area_id: row for row in session.scalars(sa.select(FrontPage))}


def draw() -> tuple[BytesIO, str]:
    raw = BytesIO()
    Image.new("RGB", (30, 20), "#0d6b50").save(raw, "PNG")
    raw.seek(0)
    return raw, "logo.png"


def write(bund: Federation) -> int:
    news = make_area(bund.app, "Neues", slug="ni-neues", parent=bund.ni)
    fields = {"title": "Moin", "block_1": "hero", "announcements": "ni-neues", "imprint": "Wir"}
    fields |= {f"block_{place}": "" for place in range(2, 6)}
    assert bund.send(bund.wiebke, "/a/ni/chapters/edit", **fields).status_code == 303
    return news


def test_a_copy_takes_the_front_page_along_without_its_announcements(bund: Federation) -> None:
    write(bund)
    with bund.acting(bund.georg, bund.ni) as scope:
        roof = get_scope_by_id(scope.viewer, bund.root)
        spec = AreaSpec(name="Hessen", slug="he", kind="region")
        made = areas.copy_area(scope, roof, spec=spec).area_id
    front = read_fronts(bund)[made]
    assert (front.title, front.blocks, front.imprint) == ("Moin", ["hero"], "Wir")
    assert front.announcements_id is None


def test_announcements_that_move_away_are_no_longer_named(bund: Federation) -> None:
    news = write(bund)
    with bund.acting(bund.georg, bund.ni) as scope:
        target = get_scope_by_id(scope.viewer, bund.by)
        areas.move_area(scope, target)
    assert read_fronts(bund)[bund.ni].announcements_id == news
    with bund.acting(bund.georg, news) as scope:
        areas.move_area(scope, get_scope_by_id(scope.viewer, bund.root))
    assert read_fronts(bund)[bund.ni].announcements_id is None


@pytest.mark.weave("export and erasure")
def test_an_export_holds_the_front_page_and_the_logo(bund: Federation, tmp_path: Path) -> None:
    write(bund)
    assert bund.send(bund.wiebke, "/a/ni/chapters/logo/edit", logo=draw()).status_code == 303
    shown = bund.client().get("/a/ni/chapters/logo").data
    with bund.app.app_context():
        with read_unit():
            scope = get_system_scope(bund.ni)
        areas.export_area(scope, tmp_path / "ni.zip")
    with zipfile.ZipFile(tmp_path / "ni.zip") as bundle:
        [name] = [one for one in bundle.namelist() if "front_page" in one]
        [line] = bundle.read(name).decode().splitlines()
        [logo] = bundle.read(name.replace("front_page", "logo")).decode().splitlines()
    assert json.loads(line)["title"] == "Moin"
    told = json.loads(logo)
    assert (told["type"], b64decode(told["base64"])) == ("image/webp", shown)


def test_a_deleted_area_takes_its_front_page_and_name_along(bund: Federation) -> None:
    bund.send(bund.bea, "/a/by/chapters/host", host="by")
    bund.send(bund.bea, "/a/by/chapters/edit", title="Servus", block_1="hero")
    with bund.acting(bund.georg, bund.by) as scope:
        areas.delete_area(scope, confirm="by", reason="Test")
    assert read_fronts(bund) == {}
    assert "Servus" not in bund.client().get("/", base_url="http://by.example.org").text


@pytest.mark.weave("moderation")
def test_the_log_of_the_area_says_who_did_what(bund: Federation) -> None:
    write(bund)
    bund.send(bund.wiebke, "/a/ni/chapters/host", host="ni")
    with bund.app.app_context(), unscoped("tests look everywhere") as session:
        wanted = sa.select(AuditEntry.action).where(
            AuditEntry.area_id == bund.ni, AuditEntry.actor_id == bund.wiebke
        )
        assert list(session.scalars(wanted.order_by(AuditEntry.id))) == [
            "chapters.write_front",
            "areas.add_host",
        ]
