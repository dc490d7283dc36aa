"""What is switched in one process holds on the next request in another, which is never told."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.cli import main
from forum.cli.opening import open_app
from forum.testing.apps import Workshop
from forum.testing.builders import make_area, make_user, switch_plugin
from forum.testing.databases import Ground, SqliteGround, dispose

ASKER = """
import sys
from pathlib import Path

from forum.cli.opening import open_app

client = open_app(Path(sys.argv[1])).test_client()
for path in sys.stdin:
    print(client.get(path.strip()).status_code, flush=True)
"""


@pytest.fixture
def site(
    any_database: Ground, workshop: Workshop, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A directory with a migrated database of its own."""
    data_dir.mkdir()
    monkeypatch.setenv("FORUM_PUBLIC_URL", "https://forum.example.org")
    name = f"two-{data_dir.parent.name}"[:60]
    postgresql = not isinstance(any_database, SqliteGround)
    if postgresql:
        monkeypatch.setenv("FORUM_DATABASE_URL", workshop.cluster().create(name))
    assert main(["db", "upgrade", "--dir", str(data_dir)]) == 0
    yield data_dir
    if postgresql:
        workshop.cluster().drop(name)


@pytest.fixture
def other(site: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that answers each path on its input with a status."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKER, str(site)],
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def ask(process: subprocess.Popen[str], path: str) -> int:
    """Let the other process make one request."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def test_a_switch_holds_on_the_next_request_of_another_process(
    site: Path, other: subprocess.Popen[str]
) -> None:
    app = open_app(site)
    anke = make_user(app, "Anke")
    root = make_area(app, "Bund", slug="bund", members={anke: "admin"})
    here = make_area(app, "Kreis", slug="kreis", parent=root)
    make_area(app, "Ort", slug="ort", parent=here)
    make_area(app, "Nebenan", slug="nebenan", parent=root)
    paths = [f"/a/{slug}/polls/" for slug in ("bund", "kreis", "ort", "nebenan")]

    def see() -> list[int]:
        return [ask(other, path) for path in paths]

    assert see() == [404, 404, 404, 404]
    switch_plugin(app, here, "polls")
    assert see() == [404, 200, 200, 404]
    switch_plugin(app, root, "polls", state="forbidden")
    assert see() == [404, 404, 404, 404]
    switch_plugin(app, root, "polls", state="inherit")
    assert see() == [404, 200, 200, 404]
    switch_plugin(app, here, "polls", state="off")
    assert see() == [404, 404, 404, 404]
    dispose(app)


def test_a_name_leads_to_its_area_on_the_next_request_of_another_process(
    site: Path, other: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    app = open_app(site)
    root = make_area(app, "Bund", slug="bund")
    make_area(app, "Kreis", slug="kreis", parent=root)
    folder = ["--dir", str(site)]
    urls = ("https://kreis.example.org/", "https://forum.example.org/", "https://a.example.org/")

    def see() -> list[int]:
        return [ask(other, url) for url in urls]

    assert see() == [421, 200, 421]
    assert main(["area", "host", "add", "kreis", "Kreis.example.org.", *folder]) == 0
    assert capsys.readouterr().out.endswith("https://kreis.example.org/ leads to kreis.\n")
    assert see() == [200, 200, 421]
    assert main(["area", "host", "list", *folder]) == 0
    assert capsys.readouterr().out == "kreis.example.org kreis\n"
    assert main(["area", "host", "remove", "kreis", "kreis.example.org", *folder]) == 0
    assert see() == [421, 200, 421]
    dispose(app)
