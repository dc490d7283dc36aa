"""From installed distributions to loaded plugins: discovery, checks, quarantine, order."""

import difflib
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from types import MappingProxyType, ModuleType
from typing import Protocol

from forum.core.errors import ConfigError
from forum.plugin.contributions import PLAIN_KIND, Contributions, collect_contributions
from forum.plugin.errors import BrokenPlugin
from forum.plugin.implementations import Implementation, find_implementations
from forum.plugin.manifest import check_manifest
from forum.plugin.order import sort_by_requires
from forum.plugin.specs import SPECS
from forum.plugin.types import Manifest
from forum.plugin.versions import API_VERSION

GROUP = "forum.plugins"
CORE_DIRECTIVES = frozenset({"quote", "details"})
"""What `forum.markup` itself reads between `:::` and `:::`."""
EVERY_EVENT = "*"
"""In the place of names in a manifest's `events`: whatever happens, for criteria and reports."""
ListTables = Callable[[str], Collection[str]]
"""Names the tables that the modules of a package have mapped."""
log = logging.getLogger(__name__)


class EntryPoint(Protocol):
    """The part of importlib.metadata.EntryPoint that the loader needs."""

    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str: ...
    def load(self) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPlugin:
    """A plugin that passed every check; its hooks take all arguments of their specs."""

    manifest: Manifest
    version: str
    module: ModuleType
    builtin: bool
    implementations: Mapping[str, Implementation]
    contributions: Contributions

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A plugin that the forum runs without: `reason` is one line that says why and what mends it.

    `what` and `mend` are its two halves, for pages that say the rule in words of their own.
    """

    name: str
    rule: str
    reason: str
    what: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The frozen outcome, in the order in which hooks are called.

    `available` names what is installed but not on the operator's list.
    """

    plugins: tuple[LoadedPlugin, ...]
    quarantined: tuple[Quarantined, ...] = ()
    available: tuple[str, ...] = ()
    safe_mode: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of all loaded plugins."""
        return frozenset(plugin.name for plugin in self.plugins)


def _list_no_tables(_package: str) -> Collection[str]:
    return ()


def discover() -> Sequence[EntryPoint]:
    """List the entry points of installed plugins."""
    return tuple(metadata.entry_points(group=GROUP))


def load_plugins(
    *,
    enabled: str,
    found: Iterable[EntryPoint],
    builtins: Sequence[ModuleType] = (),
    safe_mode: bool = False,
    strict: bool = False,
    list_tables: ListTables = _list_no_tables,
    core_events: Collection[str] | None = None,
) -> Loaded:
    """Load built-ins, then what the operator enabled, without what is broken.

    `enabled` is the operator's list: `all`, or names with commas, or nothing; `list_tables` says
    which tables the modules of a package have mapped; `core_events` are the names that manifests
    may want beside those of loaded plugins, None takes every name.

    Errors: ConfigError when the operator names what is not installed; BrokenPlugin for a broken
        built-in, and with `strict` for the first broken plugin.
    """
    installed = _by_name(found)
    names = _choose(enabled, installed)
    run = _Run(strict=strict, list_tables=list_tables)
    for module in builtins:
        run.add_builtin(module)
    if not safe_mode:
        run.add_all({name: installed[name] for name in sorted(names)})
    if core_events is not None:
        run.put_aside_deaf(core_events)
    return Loaded(
        plugins=tuple(run.plugins),
        quarantined=tuple(sorted(run.quarantined, key=lambda entry: entry.name)),
        available=tuple(sorted(set(installed) - set(names))),
        safe_mode=safe_mode,
    )


def _by_name(found: Iterable[EntryPoint]) -> dict[str, list[EntryPoint]]:
    installed: dict[str, list[EntryPoint]] = {}
    for point in found:
        same = installed.setdefault(point.name, [])
        # An editable install beside its own folder on the path is one plugin, seen twice.
        if all(other.value != point.value for other in same):
            same.append(point)
    return installed


def _choose(enabled: str, installed: Mapping[str, object]) -> Collection[str]:
    if enabled.strip() == "all":
        return list(installed)
    wanted = {name.strip() for name in enabled.split(",")} - {""}
    unknown = sorted(wanted - set(installed))
    if unknown:
        there = ", ".join(sorted(installed)) or "none"
        raise ConfigError(
            f"unknown plugin {', '.join(map(repr, unknown))} in the list of plugins to load; "
            f"install it or take it out (installed: {there})"
        )
    return wanted


@dataclass(frozen=True, slots=True)
class _Opened:
    manifest: Manifest
    module: ModuleType
    version: str


class _Run:
    """One run of the loader: what is loaded so far and what is put aside."""

    def __init__(self, *, strict: bool, list_tables: ListTables) -> None:
        self.strict = strict
        self.list_tables = list_tables
        self.plugins: list[LoadedPlugin] = []
        self.quarantined: list[Quarantined] = []

    @property
    def builtins(self) -> frozenset[str]:
        return frozenset(plugin.name for plugin in self.plugins if plugin.builtin)

    def add_builtin(self, module: ModuleType) -> None:
        manifest = getattr(module, "manifest", None)
        name = manifest.name if isinstance(manifest, Manifest) else module.__name__
        manifest = check_manifest(manifest, name=name, builtin=True)
        self._add(_Opened(manifest, module, API_VERSION), builtin=True)

    def add_all(self, points: Mapping[str, Sequence[EntryPoint]]) -> None:
        ready: dict[str, _Opened] = {}
        for name, same in points.items():
            try:
                ready[name] = _open(name, same)
            except BrokenPlugin as error:
                self._put_aside(error)
        builtins = {plugin.name: plugin.manifest for plugin in self.plugins}
        manifests = {name: opened.manifest for name, opened in ready.items()}
        order, broken = sort_by_requires(manifests, builtins)
        for stuck in broken:
            self._put_aside(stuck)
        for name in order:
            try:
                self._add(ready[name], builtin=False)
            except BrokenPlugin as error:
                self._put_aside(error)

    def put_aside_deaf(self, core_events: Collection[str]) -> None:
        """Leave out who wants events that nobody declares, and whoever that leaves stranded."""
        while deaf := self._find_deaf(core_events):
            for error in deaf:
                if error.plugin in self.builtins:
                    raise error
                self._put_aside(error)
            gone = {error.plugin for error in deaf}
            self.plugins = [plugin for plugin in self.plugins if plugin.name not in gone]

    def _find_deaf(self, core_events: Collection[str]) -> list[BrokenPlugin]:
        known = {EVERY_EVENT, *core_events}
        known |= {event.name for plugin in self.plugins for event in plugin.contributions.events}
        names = {plugin.name for plugin in self.plugins}
        found = []
        for plugin in self.plugins:
            unmet = [name for name in plugin.manifest.requires if name not in names]
            strange = [name for name in plugin.manifest.events if name not in known]
            if unmet:
                found.append(_stranded(plugin.name, unmet[0]))
            elif strange:
                found.append(_unheard_of(plugin.name, strange[0], known))
        return found

    def _put_aside(self, error: BrokenPlugin) -> None:
        if self.strict:
            raise error
        log.error("plugin %s is left out: %s", error.plugin, error, exc_info=error.__cause__)
        self.quarantined.append(
            Quarantined(error.plugin, error.rule, str(error), error.what, error.mend)
        )

    def _add(self, opened: _Opened, *, builtin: bool) -> None:
        manifest = opened.manifest
        self._check_loaded(manifest)
        implementations = find_implementations(opened.module, manifest.name)
        if not builtin:
            _check_tables(manifest.name, self.list_tables(_package_of(opened.module)))
        _check_duties(manifest, implementations)
        _tell_deprecated(manifest.name, implementations)
        contributions = collect_contributions(manifest, implementations)
        self._check_taken(manifest.name, contributions)
        self.plugins.append(
            LoadedPlugin(
                manifest=manifest,
                version=opened.version,
                module=opened.module,
                builtin=builtin,
                implementations=MappingProxyType(implementations),
                contributions=contributions,
            )
        )

    def _check_loaded(self, manifest: Manifest) -> None:
        there = {plugin.name for plugin in self.plugins}
        if manifest.name in there:
            raise BrokenPlugin(
                manifest.name,
                "name",
                what="a built-in plugin has this name",
                mend="rename the plugin",
            )
        for required in manifest.requires:
            if required not in there:
                raise _stranded(manifest.name, required)

    def _check_taken(self, name: str, contributions: Contributions) -> None:
        kinds = {PLAIN_KIND: "the core"}
        sources: dict[str, str] = {}
        directives = dict.fromkeys(CORE_DIRECTIVES, "the core")
        for plugin in self.plugins:
            kinds |= dict.fromkeys([k.name for k in plugin.contributions.topic_kinds], plugin.name)
            sources |= dict.fromkeys([s.name for s in plugin.contributions.sources], plugin.name)
            directives |= dict.fromkeys([m.name for m in plugin.contributions.markup], plugin.name)
        _refuse_taken(name, "markup", [m.name for m in contributions.markup], directives)
        _refuse_taken(name, "topic kind", [k.name for k in contributions.topic_kinds], kinds)
        _refuse_taken(name, "import source", [s.name for s in contributions.sources], sources)


def _open(name: str, same: Sequence[EntryPoint]) -> _Opened:
    """Import the module of an entry point and check its manifest."""
    if len(same) > 1:
        raise BrokenPlugin(
            name,
            "name",
            what=f"two plugins have it: {' and '.join(sorted(point.value for point in same))}",
            mend="uninstall one of them",
        )
    try:
        module = same[0].load()
    except (Exception, SystemExit) as error:
        first = f"{type(error).__name__}: {error}".splitlines()[0]
        raise BrokenPlugin(
            name,
            "import",
            what=f"importing {same[0].value} raised {first}",
            mend="reinstall the plugin, or mend its imports",
        ) from error
    if not isinstance(module, ModuleType):
        raise BrokenPlugin(
            name,
            "entry point",
            what=f"{same[0].value} is no module",
            mend="let the entry point name the module that holds `manifest`",
        )
    manifest = check_manifest(getattr(module, "manifest", None), name=name, builtin=False)
    distribution = getattr(same[0], "dist", None)
    return _Opened(manifest, module, distribution.version if distribution is not None else "")


def _stranded(name: str, required: str) -> BrokenPlugin:
    return BrokenPlugin(
        name,
        "requires",
        what=f"it requires {required!r}, which is in quarantine",
        mend=f"mend {required!r} first",
    )


def _unheard_of(name: str, event: str, known: Collection[str]) -> BrokenPlugin:
    near = difflib.get_close_matches(event, known, n=1, cutoff=0.8)
    return BrokenPlugin(
        name,
        "events",
        what=f"no feature and no loaded plugin has an event {event!r}",
        mend=f"did you mean {near[0]!r}?" if near else "see docs/events.md, or load its plugin",
    )


def _package_of(module: ModuleType) -> str:
    """Return what a plugin consists of: the package around `plugin.py`, else the module alone."""
    return module.__name__.removesuffix(".plugin")


def _check_tables(name: str, tables: Collection[str]) -> None:
    for table in sorted(tables):
        if not table.startswith(f"{name}_"):
            raise BrokenPlugin(
                name,
                "tables",
                what=f"table {table!r} does not begin with '{name}_'",
                mend="rename the table",
            )


def _check_duties(manifest: Manifest, implementations: Mapping[str, Implementation]) -> None:
    for hook in ("erase_user", "export_user"):
        if manifest.personal_data and hook not in implementations:
            raise BrokenPlugin(
                manifest.name,
                "personal_data",
                what=f"it keeps personal data but has no {hook}",
                mend="implement it",
            )
    if ("on_event" in implementations) != bool(manifest.events):
        raise BrokenPlugin(
            manifest.name,
            "events",
            what="on_event and the manifest's events go together",
            mend="name the events that on_event wants, or take both out",
        )


def _tell_deprecated(name: str, implementations: Mapping[str, Implementation]) -> None:
    for hook in implementations:
        gone = SPECS[hook].deprecated
        if gone is not None:
            since, until, instead = gone.since, gone.until, gone.instead
            told = "plugin %s uses %s, deprecated since %s, gone with %s: %s"
            log.warning(told, name, hook, since, until, instead)


def _refuse_taken(name: str, rule: str, wanted: Sequence[str], taken: Mapping[str, str]) -> None:
    for word in wanted:
        if word in taken:
            raise BrokenPlugin(
                name, rule, what=f"{word!r} belongs to {taken[word]} already", mend="rename it"
            )
