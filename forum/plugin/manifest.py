"""The rules that a manifest has to keep, one function each; broken ones name rule and mend."""

import re
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from forum.plugin.checks import Check, check_for
from forum.plugin.errors import BrokenPlugin
from forum.plugin.fields import describe_fields
from forum.plugin.types import Manifest
from forum.plugin.versions import API_VERSION, version_fits

NAME = re.compile(r"[a-z][a-z0-9]{1,29}")
"""Without underscore, so that `<plugin>_` is a prefix no other plugin's tables can share."""

RESERVED = frozenset(
    "about access accounts admin api area areas assets audit bookmarks check core data db "
    "demo discussions erasure event feed forum healthz heartbeat home idempotency import "
    "invite job join lease leave login logout mail markup members merged moderation new "
    "notification notifications password plugin plugins post queue read readyz register "
    "reindex rest roles schedule search serve settings site stamp static t testing topic "
    "topics u upgrade user web".split()
)
"""Names of core features, of addresses, of commands and of tables beside those of plugins."""

OF_PLUGINS_ONLY = frozenset({"reserved", "personal_data"})
"""Rules that built-ins need not keep: they are the core, its names and tables are theirs."""

_PERMISSION = re.compile(r"[a-z][a-z_]*")
_EVENT = re.compile(r"\*|[a-z][a-z0-9]*\.[a-z][a-z0-9_]*")

Broken = tuple[str, str]
"""What is wrong, and what mends it."""
Rule = Callable[[Manifest], Broken | None]


def check_manifest(manifest: object, *, name: str, builtin: bool) -> Manifest:
    """Give the manifest back when it keeps every rule.

    `name` is the entry point's. Errors: BrokenPlugin with the first broken rule.
    """
    if not isinstance(manifest, Manifest):
        raise BrokenPlugin(
            name,
            "manifest",
            what="the module has no `manifest`",
            mend="add `manifest = Manifest(name=…, …)` to the module that the entry point names",
        )
    for rule, check in RULES.items():
        broken = None if builtin and rule in OF_PLUGINS_ONLY else check(manifest)
        if broken is not None:
            raise BrokenPlugin(name, rule, what=broken[0], mend=broken[1])
    if manifest.name != name:
        raise BrokenPlugin(
            name,
            "name",
            what=f"the manifest says {manifest.name!r}",
            mend="give entry point and manifest the same name",
        )
    return manifest


def _types(manifest: Manifest) -> Broken | None:
    for field, check in _field_checks().items():
        problem = check(getattr(manifest, field))
        if problem is not None:
            return f"{field}: {problem}", "see the types of `forum.plugin.Manifest`"
    return None


@lru_cache(maxsize=1)
def _field_checks() -> dict[str, Check]:
    return {name: check_for(hint) for name, hint in typing.get_type_hints(Manifest).items()}


def _pattern(manifest: Manifest) -> Broken | None:
    if NAME.fullmatch(manifest.name):
        return None
    return f"{manifest.name!r} is no name", "use 2 to 30 of a–z and 0–9, a letter first"


def _reserved(manifest: Manifest) -> Broken | None:
    if manifest.name not in RESERVED:
        return None
    return f"{manifest.name!r} belongs to the core", "choose another name"


def _core(manifest: Manifest) -> Broken | None:
    try:
        fits = version_fits(API_VERSION, manifest.core)
    except ValueError as error:
        return f"core: {error}", 'write it like ">=1.0,<2"'
    if fits:
        return None
    return (
        f"it wants API {manifest.core}, this forum has {API_VERSION}",
        "install a version of the plugin made for this forum",
    )


def _texts(manifest: Manifest) -> Broken | None:
    for field in ("title", "summary", "licence"):
        if not getattr(manifest, field).strip():
            return f"{field} is empty", "say it in one line"
    if manifest.homepage and not manifest.homepage.startswith(("https://", "http://")):
        return f"homepage {manifest.homepage!r} is no address", "begin it with https://"
    return None


def _scopes(manifest: Manifest) -> Broken | None:
    if not manifest.scopes:
        return "scopes is empty", 'name "area", "site" or both'
    if manifest.restricts and manifest.site_only:
        return "restricts concerns areas, but scopes does not", 'add "area" to scopes'
    return None


def _requires(manifest: Manifest) -> Broken | None:
    if manifest.name in manifest.requires:
        return "it requires itself", "take its own name out of requires"
    if len(set(manifest.requires)) != len(manifest.requires):
        return "requires names a plugin twice", "name each once"
    return None


def _events(manifest: Manifest) -> Broken | None:
    for event in manifest.events:
        if not _EVENT.fullmatch(event):
            return f"{event!r} is no event name", "write it like discussions.post_created"
    return None


def _permissions(manifest: Manifest) -> Broken | None:
    names = [permission.name for permission in manifest.permissions]
    if len(set(names)) != len(names):
        return "two permissions have one name", "rename one of them"
    for name in names:
        if not _PERMISSION.fullmatch(name):
            return f"{name!r} is no permission name", "use a–z and underscores"
    return None


def _personal_data(manifest: Manifest) -> Broken | None:
    for entry in manifest.personal_data:
        if not entry.table.startswith(f"{manifest.name}_"):
            return (
                f"table {entry.table!r} is not the plugin's",
                f"declare only tables beginning with {manifest.name}_",
            )
        if not all(text.strip() for text in (entry.what, entry.purpose, entry.retention)):
            return f"table {entry.table!r}: a text is empty", "say what, what for and how long"
    return None


def _settings(manifest: Manifest) -> Broken | None:
    if manifest.settings is None:
        return None
    try:
        describe_fields(manifest.settings)
        manifest.settings()
    except Exception as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        return f"settings: {first}", "declare fields with forum.plugin.setting and valid defaults"
    return None


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "types": _types,
        "pattern": _pattern,
        "reserved": _reserved,
        "core": _core,
        "texts": _texts,
        "scopes": _scopes,
        "requires": _requires,
        "events": _events,
        "permissions": _permissions,
        "personal_data": _personal_data,
        "settings": _settings,
    }
)
