"""Own static files: found along the theme chain, hashed at start, served for ever.

A stylesheet's `@import "./x.css"` lines are put in place, a module's `from "./x.js"` imports get
hashed names, so that every address carries the hash of all it brings. Third-party files come
hashed from the build (forum.web.assets) and are served as they are.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

PREFIX = "/static/"
FOREVER = "public, max-age=31536000, immutable"
_CSS_IMPORT = re.compile(r'^@import "\./([\w./-]+\.css)";$', re.MULTILINE)
_JS_IMPORT = re.compile(r'(\bfrom |\bimport )"\./([\w./-]+\.js)"')
_SPACE = re.compile(r"\s*([{};])\s*")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_TEXT = ("text/", "application/json", "image/svg+xml")

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent; `packed` is the gzip form of a text, else empty."""

    body: bytes
    mime: str
    packed: bytes


class StaticFiles:
    """Every static file of every theme and plugin under its hashed address."""

    def __init__(self) -> None:
        self._files: dict[str, StaticFile] = {}
        self._urls: dict[tuple[str, str], str] = {}

    def url(self, theme: str, name: str) -> str:
        """Return the hashed address of a file in a theme, "" when there is no such file."""
        return self._urls.get((theme, name), "")

    def find(self, path: str) -> StaticFile | None:
        """Return the file behind a hashed path (what follows /static/)."""
        return self._files.get(path)

    def add_theme(self, theme: str, folders: Iterable[Path], css: str) -> None:
        """Take in the files of a theme chain, nearest folder first.

        `css` (the theme's tokens) is appended to `css/app.css`.
        """
        layout = _Layout([*folders], appendix={"css/app.css": css})
        for name in layout.names():
            self._add(theme, name, layout.hashed(name), layout.body(name))

    def add_plugin(self, themes: Iterable[str], plugin: str, folder: Path) -> None:
        """Take in a plugin's files as `<plugin>/<file>` for every theme."""
        layout = _Layout([folder], appendix={})
        themes = [*themes]
        for name in layout.names():
            for theme in themes:
                path = f"{plugin}/{layout.hashed(name)}"
                self._add(theme, f"{plugin}/{name}", path, layout.body(name))

    def _add(self, theme: str, name: str, path: str, body: bytes) -> None:
        self._urls[theme, name] = PREFIX + path
        if path not in self._files:
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
            text = mime.startswith(_TEXT) and len(body) > 1024
            self._files[path] = StaticFile(body, mime, gzip.compress(body) if text else b"")


class _Layout:
    """The merged view of a chain of static folders."""

    def __init__(self, folders: list[Path], *, appendix: Mapping[str, str]) -> None:
        self._paths: dict[str, Path] = {}
        for folder in reversed(folders):
            for path in folder.rglob("*"):
                if path.is_file() and "vendor" not in path.relative_to(folder).parts:
                    self._paths[path.relative_to(folder).as_posix()] = path
        self._appendix = appendix
        self._bodies: dict[str, bytes] = {}
        self._hashed: dict[str, str] = {}
        self._vendor(folders)

    def _vendor(self, folders: list[Path]) -> None:
        for folder in folders:
            manifest = folder / "vendor" / "manifest.json"
            if manifest.is_file():
                for name, hashed in json.loads(manifest.read_text("utf-8")).items():
                    self._paths[f"vendor/{name}"] = manifest.parent / hashed
                    self._hashed[f"vendor/{name}"] = f"vendor/{hashed}"

    def names(self) -> list[str]:
        return sorted(self._paths)

    def body(self, name: str) -> bytes:
        if name not in self._bodies:
            raw = self._paths[name].read_bytes()
            rewrite = self._rewriter(name)
            self._bodies[name] = rewrite(name, raw.decode()).encode() if rewrite else raw
        return self._bodies[name]

    def hashed(self, name: str) -> str:
        if name not in self._hashed:
            digest = sha256(self.body(name)).hexdigest()[:8]
            stem, dot, ending = name.rpartition(".")
            self._hashed[name] = f"{stem}.{digest}{dot}{ending}"
        return self._hashed[name]

    def _rewriter(self, name: str) -> Callable[[str, str], str] | None:
        if name.startswith("vendor/"):
            return None
        return {"css": self._css, "js": self._js}.get(name.rpartition(".")[2])

    def _css(self, name: str, text: str) -> str:
        folder = name.rpartition("/")[0]

        def put(found: re.Match[str]) -> str:
            return self.body(f"{folder}/{found.group(1)}".lstrip("/")).decode()

        whole = _CSS_IMPORT.sub(put, text) + self._appendix.get(name, "")
        return _SPACE.sub(r"\1", _COMMENT.sub("", whole)).replace(";}", "}")

    def _js(self, name: str, text: str) -> str:
        folder = name.rpartition("/")[0]

        def put(found: re.Match[str]) -> str:
            target = self.hashed(f"{folder}/{found.group(2)}".lstrip("/"))
            return f'{found.group(1)}"./{target[len(folder) :].lstrip("/")}"'

        return _JS_IMPORT.sub(put, text)


def font_css(vendor: Path) -> str:
    """Return the font faces of the build with absolute addresses, "" when it has not run."""
    manifest = vendor / "manifest.json"
    if not manifest.is_file():
        return ""
    names = json.loads(manifest.read_text("utf-8"))
    sheets = [names[sheet] for sheet in ("fonts.css", "italics.css") if sheet in names]
    texts = [(vendor / sheet).read_text("utf-8") for sheet in sheets]
    return "".join(texts).replace('url("./', f'url("{PREFIX}vendor/')


def warn_without_vendor(files: StaticFiles, theme: str) -> None:
    """Log which command brings the third-party files when they are missing."""
    if not files.url(theme, "vendor/fonts.css"):
        log.warning(
            "assets_missing", effect="system font, plain textarea", fix="forum assets build"
        )
