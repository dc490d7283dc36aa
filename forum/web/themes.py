"""Themes: theme.cfg, tokens, the lookup order of templates and static files, accent stylesheets.

A theme is a folder from the operator (a template is code); areas choose a theme and an accent.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from forum.core.errors import ConfigError
from forum.web.colour import Grounds, accent_tokens, contrast_ratio, is_hex

__all__ = ["Theme", "Themes", "accent_css", "contrast_ratio", "load_themes"]

CORE = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_VALUE = re.compile(r"[#\w .,%()/'\"-]{1,200}")

# The grounds of static/css/tokens.css; a theme that changes them does so in theme.cfg.
LIGHT = {"paper": "#faf8f4", "surface": "#ffffff", "sunken": "#f2efe8", "accent": "#1d5c96"}
DARK = {"paper": "#15171a", "surface": "#1c1f23", "sunken": "#121416"}


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme as read from its folder; `base` names the theme it builds on."""

    name: str
    title: str
    folder: Path | None = None
    base: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Themes:
    """All themes known at start."""

    by_name: Mapping[str, Theme]
    default: str = ""

    def chain(self, name: str) -> tuple[Theme, ...]:
        """Return the theme and its bases, nearest first; an unknown name means the default."""
        found: list[Theme] = []
        at = name if name in self.by_name else self.default
        while at in self.by_name and self.by_name[at] not in found:
            found.append(self.by_name[at])
            at = self.by_name[at].base
        return tuple(found)

    def templates(self, name: str) -> list[Path]:
        """Return the template folders of a theme, nearest first, the core's last."""
        return [*_folders(self.chain(name), "templates"), CORE / "templates"]

    def static(self, name: str) -> list[Path]:
        """Return the static folders of a theme, nearest first, the core's last."""
        return [*_folders(self.chain(name), "static"), CORE / "static"]

    def tokens(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the tokens of a theme over its bases: (light, dark)."""
        light, dark = dict[str, str](), dict[str, str]()
        for theme in reversed(self.chain(name)):
            light.update(theme.tokens)
            dark.update(theme.dark)
        return light, dark

    def grounds(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return what text stands on in a theme: (light, dark)."""
        light, dark = self.tokens(name)
        return {**LIGHT, **light}, {**DARK, **dark}

    def accents(self, name: str, accent: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the tokens made from an accent in a theme: (light, dark)."""
        return _accent_pair(accent, *self.tokens(name))

    def css(self, name: str) -> str:
        """Return the stylesheet of a theme's tokens, accent tokens computed."""
        light, dark = self.tokens(name)
        accent = light.get("accent", LIGHT["accent"])
        light_accent, dark_accent = _accent_pair(accent, light, dark)
        return _rules("theme", {**light, **light_accent}, {**dark, **dark_accent})

    def accent_sheet(self, name: str, accent: str) -> str:
        """Return the stylesheet that colours a page in an area's accent."""
        light, dark = self.tokens(name)
        return accent_css(accent, tuple(sorted(light.items())), tuple(sorted(dark.items())))

    def accent_version(self, name: str, accent: str) -> str:
        """Return the content hash that stands in the sheet's address."""
        return sha256(self.accent_sheet(name, accent).encode()).hexdigest()[:8]


@lru_cache(maxsize=1024)
def accent_css(
    accent: str, light: tuple[tuple[str, str], ...], dark: tuple[tuple[str, str], ...]
) -> str:
    """Return the accent stylesheet over a theme's tokens; the same input gives the same text."""
    return _rules("accent", *_accent_pair(accent, dict(light), dict(dark)))


def load_themes(roots: Iterable[Path], *, default: str = "") -> Themes:
    """Read every theme below the roots; of two with the same name the first root wins.

    Errors: ConfigError for a broken theme.cfg, an unknown base, a circle or an unknown default.
    """
    found: dict[str, Theme] = {}
    for root in roots:
        for config in sorted(root.glob("*/theme.cfg")):
            theme = _read(config)
            found.setdefault(theme.name, theme)
    for theme in found.values():
        _check_bases(theme, found)
    if default and default not in found:
        raise ConfigError(f"theme {default!r} is not installed; found: {', '.join(found) or '–'}")
    return Themes(by_name=found, default=default)


def _read(config: Path) -> Theme:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(config, encoding="utf-8")
        head = parser["theme"]
    except (configparser.Error, KeyError) as error:
        raise ConfigError(f"{config}: {error}") from error
    name = config.parent.name
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{config}: the folder's name must match {_NAME.pattern}")
    return Theme(
        name=name,
        title=head.get("title", name),
        folder=config.parent,
        base=head.get("base", ""),
        tokens=_token_section(parser, "tokens", config),
        dark=_token_section(parser, "tokens.dark", config),
    )


def _token_section(
    parser: configparser.ConfigParser, section: str, config: Path
) -> Mapping[str, str]:
    if not parser.has_section(section):
        return {}
    tokens = dict(parser[section])
    for key, value in tokens.items():
        if not _NAME.fullmatch(key) or not _VALUE.fullmatch(value):
            raise ConfigError(f"{config}: [{section}] {key} = {value!r} is not a token")
    colours = {
        key: tokens[key] for key in ("accent", "paper", "surface", "sunken") if key in tokens
    }
    for key, value in colours.items():
        if not is_hex(value):
            raise ConfigError(f"{config}: [{section}] {key} must be a hex colour")
    return tokens


def _check_bases(theme: Theme, found: Mapping[str, Theme]) -> None:
    seen = [theme.name]
    at = theme
    while at.base:
        if at.base not in found:
            raise ConfigError(f"theme {at.name!r} builds on {at.base!r}, which is not installed")
        if at.base in seen:
            raise ConfigError(f"themes build on each other in a circle: {' → '.join(seen)}")
        seen.append(at.base)
        at = found[at.base]


def _folders(chain: Iterable[Theme], kind: str) -> list[Path]:
    folders = [theme.folder / kind for theme in chain if theme.folder is not None]
    return [folder for folder in folders if folder.is_dir()]


def _accent_pair(
    accent: str, light: Mapping[str, str], dark: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    day, night = {**LIGHT, **light}, {**DARK, **dark}
    by_day = Grounds(day["paper"], day["surface"], day["sunken"], tint=0.09)
    by_night = Grounds(night["paper"], night["surface"], night["sunken"], tint=0.24)
    return accent_tokens(accent, by_day), accent_tokens(accent, by_night)


def _rules(layer: str, light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    day, night = _declarations(light), _declarations(dark)
    return (
        f"@layer {layer}{{:root{{{day}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-mode=light]){{{night}}}}}"
        f":root[data-mode=dark]{{{night}}}"
        f"@media print{{:root:root:root{{{day}}}}}}}\n"
    )


def _declarations(tokens: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in tokens.items())
