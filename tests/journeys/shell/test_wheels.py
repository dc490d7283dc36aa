"""The wheels hold everything: built from a clone, unpacked elsewhere, they serve a site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from forum.testing.services.postgres import free_port
from tests.architecture.tree import ROOT, list_tracked_files
from tests.forum.cli.conftest import clean_environment, wait_for

PACKAGES = {path.parent.name: path.parent for path in ROOT.glob("plugins/*/forum_*/__init__.py")}
PACKAGES["forum"] = ROOT / "forum"
# Read by people and by `make catalogs`, not by a running site.
LEFT_OUT = (".md", ".po")


def run_pip(*arguments: object) -> None:
    """Run pip without a network and without what the machine says about registries."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheels(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build every wheel from a clone with compiled catalogues; package → wheel."""
    for catalog in clone.rglob("*.po"):
        command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile"]
        output = [f"--input-file={catalog}", f"--output-file={catalog.with_suffix('.mo')}"]
        subprocess.run([*command, *output], check=True, capture_output=True)
    target = tmp_path_factory.mktemp("dist")
    sources = [clone, *sorted(path.parent for path in clone.glob("plugins/*/setup.cfg"))]
    run_pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, *sources)
    found = {}
    for wheel in target.glob("*.whl"):
        name = wheel.name.split("-")[0]
        found["forum" if name == "chapterhouse" else name] = wheel
    return found


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_wheel_holds_what_the_package_holds(package: str, wheels: dict[str, Path]) -> None:
    folder = PACKAGES[package].relative_to(ROOT)
    tracked = [Path(path) for path in list_tracked_files() if path.startswith(f"{folder}/")]
    if package == "forum":  # themes come in by the link
        tracked += [
            Path("forum", path) for path in list_tracked_files() if path.startswith("themes/")
        ]
    catalogs = [path.with_suffix(".mo") for path in tracked if path.suffix == ".po"]
    wanted = [path for path in tracked if path.suffix not in LEFT_OUT] + catalogs
    with ZipFile(wheels[package]) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {str(path.relative_to(folder.parent)) for path in wanted}


def test_a_site_runs_from_wheels(wheels: dict[str, Path], tmp_path: Path) -> None:
    packages, port = tmp_path / "packages", free_port()
    run_pip("install", "--no-deps", "--no-compile", "--target", packages, *wheels.values())
    environment = {**clean_environment(language="sv"), "PYTHONPATH": str(packages)}
    where = "import forum, forum_polls; print(forum.__file__, forum_polls.__file__, sep='\\n')"
    found = subprocess.check_output(
        [sys.executable, "-c", where], cwd=tmp_path, env=environment, text=True
    )
    assert all(line.startswith(str(packages)) for line in found.splitlines())
    command = ["-m", "forum.cli", "serve", "--dir", "site", "--port", str(port)]
    log = tmp_path / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: "runs at" in log.read_text() or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        with urlopen(f"http://127.0.0.1:{port}/login", timeout=20) as answer:
            page = answer.read().decode()
        assert "Logga in" in page
        assert 'content="#1d5c96"' in page
    finally:
        os.kill(process.pid, signal.SIGINT)
        process.wait(30)
    stands = [sys.executable, "-m", "forum.cli", "db", "check", "--dir", "site"]
    said = subprocess.check_output(stands, cwd=tmp_path, env=environment, text=True)
    lineages = [line.split(":")[0] for line in said.splitlines()]
    assert lineages == ["core", "badges", "chapters", "crosspost", "digest", "polls"]
