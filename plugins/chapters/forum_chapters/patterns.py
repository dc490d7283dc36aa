"""Templates of branches as data: read from TOML with strict keys, told in words, written again.

What is made of them is in `operations.opening`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from forum.api.data import Invalid
from forum.api.web import gettext as _
from forum_chapters import limits
from forum_chapters.blocks import Block

FOLDER: Final = files("forum_chapters") / "data"
BUNDLED: Final = ("landesverband", "kreisverband", "fachgremium")
SHORT_NAME: Final = "{name}"
"""Stands in texts of a template for the name of the branch."""

Kind = Literal["region", "committee", "topic", "role"]
Visibility = Literal["public", "members", "listed", "hidden"]
Joining = Literal["open", "apply", "invite", "none"]
Writers = Literal["members", "site", "editors"]
PluginName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# TOML writes control characters as escapes: no form lets them in, and no database takes all.
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Lines = Annotated[str, Field(pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$")]
Name = Annotated[Words, Field(min_length=1, max_length=limits.NAME)]
Summary = Annotated[Lines, Field(max_length=limits.SUMMARY)]


class _Strict(BaseModel):
    """A key that is not known is a mistake of whoever wrote it, and told by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Behaviour(_Strict):
    """Who sees an area, how one gets in, who writes there."""

    kind: Kind = "topic"
    visibility: Visibility = "members"
    joining: Joining = "open"
    topics_by: Writers = "members"
    replies_by: Writers = "members"


class Part(Behaviour):
    """An area below the branch; `key` is the end of its address.

    A sealed one has who opens the branch as its admin, until they appoint another chair.
    """

    key: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=limits.KEY)]
    name: Name
    summary: Summary = ""
    sealed: bool = False
    casual: bool = False
    announcements: bool = False


class Look(_Strict):
    """Theme and accent; "" is what is above."""

    theme: Annotated[str, Field(max_length=limits.THEME)] = ""
    accent: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{6})?$")] = ""


class Front(_Strict):
    """The front page."""

    title: Annotated[Words, Field(max_length=limits.TITLE)] = ""
    text: Annotated[Lines, Field(max_length=limits.TEXT)] = ""
    blocks: Annotated[tuple[Block, ...], Field(max_length=8)] = ()


class Pattern(_Strict):
    """A branch as it can be opened."""

    format: Literal[1]
    name: Name
    summary: Summary = ""
    branch: Behaviour = Behaviour(kind="region", visibility="public", joining="apply")
    look: Look = Look()
    front: Front = Front()
    plugins: Annotated[
        dict[PluginName, Literal["on", "off"]], Field(max_length=limits.PLUGINS)
    ] = {}
    areas: Annotated[tuple[Part, ...], Field(max_length=limits.AREAS)] = ()


def list_patterns() -> list[tuple[str, Pattern]]:
    """Return the templates that come with the plugin, by their keys."""
    return [(key, get_pattern(key)) for key in BUNDLED]


@cache
def get_pattern(key: str) -> Pattern:
    """Return a template that comes with the plugin. Errors: KeyError when there is none."""
    return read_pattern(get_source(key))


def get_source(key: str) -> str:
    """Return it as it is written. Errors: KeyError when there is none."""
    if key not in BUNDLED:
        raise KeyError(key)
    return (FOLDER / f"{key}.toml").read_text("utf-8")


def read_pattern(source: str) -> Pattern:
    """Read a template.

    Errors: raises Invalid at `source`, in words that name the line, key or value.
    """
    if len(source) > limits.PATTERN:
        raise Invalid("source", _("Die Vorlage ist zu lang."))
    try:
        given = tomllib.loads(source)
    except ValueError as error:  # what is no TOML, and numbers longer than Python reads
        said = str(error)[:120]
        raise Invalid("source", _("Das ist kein TOML: %(error)s", error=said)) from error
    except RecursionError as error:
        raise Invalid("source", _("Die Vorlage ist zu verschachtelt.")) from error
    try:
        pattern = Pattern.model_validate(given)
    except ValidationError as error:
        raise Invalid("source", _tell(error)) from error
    _require_once(part.key for part in pattern.areas)
    if sum(part.announcements for part in pattern.areas) > 1:
        raise Invalid("source", _("Nur ein Bereich kann der für Ankündigungen sein."))
    return pattern


def write_pattern(pattern: Pattern) -> str:
    """Write a template as TOML; what is as it would be anyway is left out."""
    kept = pattern.model_dump(mode="json", exclude_defaults=True)
    return tomli_w.dumps(kept, multiline_strings=True)


def fill_in(text: str, name: str) -> str:
    """Put the branch's name into a text of a template."""
    return text.replace(SHORT_NAME, name)


def _require_once(keys: Iterable[str]) -> None:
    seen = set[str]()
    for key in keys:
        if key in seen:
            raise Invalid("source", _("Zwei Bereiche haben den Schlüssel „%(key)s“.", key=key))
        seen.add(key)


def _tell(error: ValidationError) -> str:
    """Put the first mistake into words: which key, and what is wrong with it."""
    first = error.errors(include_url=False, include_context=False)[0]
    place = _tell_place(first["loc"])
    if first["type"] == "extra_forbidden":
        return _("Die Angabe „%(key)s“ gibt es in einer Vorlage nicht.", key=place)
    if first["type"] == "missing":
        return _("Die Angabe „%(key)s“ fehlt.", key=place)
    if first["type"] == "too_long":
        return _("„%(key)s“ hat zu viele Einträge.", key=place)
    try:
        given = str(first["input"])[:60]
    except ValueError:  # a hexadecimal number may be longer than Python writes as a decimal
        given = "…"
    return _("„%(key)s“ kann nicht „%(value)s“ sein.", key=place, value=given)


def _tell_place(path: Sequence[Any]) -> str:
    """Return the key with what it stands in, areas counted from one: `areas 2: colour`."""
    words = [str(one + 1) if isinstance(one, int) else str(one)[:60] for one in path]
    return " ".join(words[:-1]) + f": {words[-1]}" if len(words) > 1 else "".join(words)
