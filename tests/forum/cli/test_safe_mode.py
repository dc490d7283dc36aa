"""A site that starts without its plugins keeps closed what they closed, and opens it with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.cli import main
from forum.cli.opening import open_app
from forum.testing.builders import make_area, make_topic, make_user
from forum.testing.databases import dispose
from tests.forum.cli.conftest import Serve, Server

GATE = """
from forum.plugin import Manifest

manifest = Manifest(
    name="gate",
    title="Pforte",
    summary="Lässt nicht jeden hinein",
    core=">=1.0,<2",
    licence="MIT",
    restricts="visibility",
)
"""


@pytest.fixture
def site(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two public areas; in one of them a plugin is on that says who may come in."""
    folder = tmp_path / "packages"
    info = folder / "forum_gate-0.1.dist-info"
    info.mkdir(parents=True)
    (folder / "forum_gate.py").write_text(GATE, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forum-gate\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[forum.plugins]\ngate = forum_gate\n")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    data_dir.mkdir()
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    app = open_app(data_dir)
    anke = make_user(app, "Anke")
    root = make_area(app, "Bund", slug="bund", members={anke: "admin"})
    area = make_area(app, "Kreis", slug="kreis", parent=root)
    make_topic(app, root, author=anke)
    make_topic(app, area, author=anke, title="Innen")
    dispose(app)
    assert main(["plugin", "on", "gate", "--area", "kreis", "--dir", str(data_dir)]) == 0
    return data_dir


def look(server: Server) -> tuple[int, int]:
    """Ask for a topic of each area as a stranger, then stop the server in order."""
    found = server.get("/t/1-haushalt-2027"), server.get("/t/2-innen")
    server.process.terminate()
    server.process.wait(30)
    return found


def test_safe_mode_and_a_shorter_list_keep_closed_what_a_plugin_closed(
    serve: Serve, site: Path
) -> None:
    assert look(serve(site)) == (200, 200)
    assert look(serve(site, safe_mode="1")) == (200, 404)
    assert look(serve(site, plugins="polls")) == (200, 404)
    assert look(serve(site)) == (200, 200)
