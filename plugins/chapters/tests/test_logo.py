"""The logo of a branch: taken, shown, refused, taken away, copied."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from forum.api.data import AreaSpec, get_scope_by_id
from forum.areas import operations as areas

if TYPE_CHECKING:
    from conftest import Federation

EDIT = "/a/ni/chapters/logo/edit"


def draw() -> tuple[BytesIO, str]:
    raw = BytesIO()
    Image.new("RGB", (300, 200), "#0d6b50").save(raw, "PNG")
    raw.seek(0)
    return raw, "logo.png"


def test_a_logo_is_written_anew_and_shown_in_the_own_branch_only(bund: Federation) -> None:
    assert bund.client().get("/a/ni/chapters/logo").status_code == 404
    assert bund.send(bund.wiebke, EDIT, logo=draw()).status_code == 303
    sent = bund.client().get("/a/ni/chapters/logo")
    assert sent.mimetype == "image/webp"
    assert Image.open(BytesIO(sent.data)).size == (256, 256)
    assert 'class="chapters-logo"' in bund.client().get("/a/ni/chapters/").text
    assert 'class="chapters-logo"' not in bund.client().get("/a/by/chapters/").text
    assert bund.send(bund.wiebke, EDIT, remove="1").status_code == 303
    assert bund.client().get("/a/ni/chapters/logo").status_code == 404


@pytest.mark.parametrize("role", ["anke", "bea", "ben"])
def test_nobody_else_sets_it(bund: Federation, role: str) -> None:
    assert bund.send(getattr(bund, role), EDIT, logo=draw()).status_code == 403
    assert bund.client().get("/a/ni/chapters/logo").status_code == 404


@pytest.mark.parametrize("raw", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n" + b"x" * 99])
def test_what_is_no_picture_is_refused_at_the_field(bund: Federation, raw: bytes) -> None:
    answer = bund.send(bund.wiebke, EDIT, logo=(BytesIO(raw), "logo.png"))
    assert answer.status_code == 422
    assert "Das ist kein Bild" in answer.text


def test_a_copy_has_the_logo_too(bund: Federation) -> None:
    bund.send(bund.wiebke, EDIT, logo=draw())
    with bund.acting(bund.georg, bund.ni) as scope:
        roof = get_scope_by_id(scope.viewer, bund.root)
        areas.copy_area(scope, roof, spec=AreaSpec(name="Hessen", slug="he", kind="region"))
    assert bund.client(bund.georg).get("/a/he/chapters/logo").status_code == 200
