"""A stranger's plugin: scaffolded, built, installed beside the forum's wheel, switched on, pressed.

Also what such a developer meets: a leak named by surface, tables that come and go.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from forum.testing.apps import Workshop
from forum.testing.services.postgres import free_port
from tests.broken_plugins.leaks import LEAKS, Leak
from tests.broken_plugins.test_kit import check
from tests.broken_plugins.variants import plant
from tests.forum.cli.conftest import Server, clean_environment, wait_for
from tests.journeys.shell.test_wheels import run_pip

SETUP = """
import os
import sys
from pathlib import Path
from forum.accounts import operations as accounts
from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import open_session
from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import unit
from forum.testing.builders import make_area, make_topic, make_user
app = create_app(load_config(Path(sys.argv[1]), os.environ))
anke, deniz = make_user(app, "Anke Albers"), make_user(app, "Deniz Kaya")
area = make_area(app, "Kreis", slug="kreis", members={anke: "admin", deniz: "member"})
topic = make_topic(app, area, author=deniz, title="Werkzeug")
with app.app_context(), unit():
    token = open_session(anke, proven_by=None, user_agent="test", address="::1")
    print(topic.topic_id, cookie_name(), token)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory, clone: Path) -> Path:
    """The wheels of the forum and of a scaffolded plugin, unpacked where no checkout is."""
    folder = tmp_path_factory.mktemp("stranger")
    run_forum(folder, folder, "plugin", "new", "kudos", "--into", str(folder))
    wheels, target = folder / "wheels", folder / "packages"
    sources = [clone, folder / "forum-kudos"]
    run_pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, *sources)
    run_pip("install", "--no-deps", "--no-compile", "--target", target, *wheels.glob("*.whl"))
    return target


def make_environment(packages: Path, **settings: str) -> dict[str, str]:
    """Return an environment in which the forum and the plugin are those of the wheels."""
    return {**clean_environment(plugins="kudos", **settings), "PYTHONPATH": str(packages)}


def run_forum(packages: Path, cwd: Path, *arguments: str, **settings: str) -> str:
    """Run a command to its end; it succeeds."""
    known = packages / "forum"
    path = {"PYTHONPATH": str(packages)} if known.exists() else {}
    done = subprocess.run(
        [sys.executable, "-m", "forum.cli", *arguments],
        cwd=cwd,
        env={**clean_environment(**settings), **path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_dev1_its_own_tests_and_the_rules_pass_beside_the_wheel(
    packages: Path, workshop: Workshop
) -> None:
    project = packages.parent / "forum-kudos"
    where = [sys.executable, "-c", "import forum, forum_kudos; print(forum_kudos.__file__)"]
    environment = {**make_environment(packages), "TEST_PG_URL": workshop.cluster().admin}
    environment.pop("CHAPTERHOUSE_TEST_RUN", None)
    found = subprocess.check_output(where, cwd=project.parent, env=environment, text=True)
    assert found.startswith(str(packages))
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(
        tests,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_dev1_it_is_switched_on_in_one_area_and_pressed(
    packages: Path, chromium: Browser, tmp_path: Path
) -> None:
    port, site = free_port(), tmp_path / "site"
    url = f"http://127.0.0.1:{port}"
    environment = make_environment(packages, public_url=url)
    site.mkdir()
    run_forum(packages, tmp_path, "db", "upgrade", "--dir", str(site), plugins="kudos")
    made = [sys.executable, "-c", SETUP, str(site)]
    said = subprocess.check_output(made, cwd=tmp_path, env=environment, text=True)
    topic, name, token = said.splitlines()[-1].split()
    log = tmp_path / "log"
    command = [sys.executable, "-m", "forum.cli", "serve", "--dir", str(site), "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(process, port, log)
    try:
        wait_for(lambda: server.get("/readyz") == 200 or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        context = chromium.new_context(locale="de-DE", base_url=url)
        context.add_cookies([{"name": name, "value": token, "url": url}])
        page = context.new_page()
        page.goto("/a/kreis/plugins")
        page.get_by_role("switch", name="Kudos in diesem Bereich").click()
        expect(page.locator("#status")).to_contain_text("Eingeschaltet.")
        page.goto(f"/t/{topic}")
        page.get_by_role("button", name="Danke", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text("1 Mitglied dankt")
        context.close()
    finally:
        server.kill()


@pytest.mark.parametrize("leak", LEAKS, ids=str)
def test_dev2_a_leak_is_named_by_its_surface(
    leak: Leak, tmp_path: Path, workshop: Workshop
) -> None:
    code, told = check(plant(leak.seed, tmp_path), ["wall"], workshop.cluster().admin)
    [rule] = told["rules"]
    assert (code, rule["rule"], rule["state"]) == (1, "wall", "failed")
    assert {breach["surface"] for breach in rule["breaches"]} == leak.surfaces, rule
    assert all("of a closed area" in breach["what"] for breach in rule["breaches"])


def test_dev4_its_tables_come_and_go_and_the_core_stays(packages: Path, tmp_path: Path) -> None:
    site = str(tmp_path / "site")
    Path(site).mkdir()
    first = run_forum(packages, tmp_path, "db", "upgrade", "--dir", site, plugins="")
    assert first.split() == ["Upgraded", "core."]
    second = run_forum(packages, tmp_path, "db", "upgrade", "--dir", site, plugins="kudos")
    assert second.split() == ["Upgraded", "kudos."]
    gone = ("plugin", "uninstall", "kudos", "--yes", "--dir", site)
    assert "kudos is gone" in run_forum(packages, tmp_path, *gone, plugins="kudos")
    stands = run_forum(packages, tmp_path, "db", "check", "--dir", site, plugins="")
    assert [line.split(",")[1] for line in stands.splitlines()] == [" up to date"]
    again = run_forum(packages, tmp_path, "db", "upgrade", "--dir", site, plugins="kudos")
    assert again.split() == ["Upgraded", "kudos."]
