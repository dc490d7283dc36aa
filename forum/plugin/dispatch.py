"""From loaded plugins to calls: a table frozen at start, and the hooks of a set of plugins."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from forum.plugin.api import make_verify
from forum.plugin.checks import Check
from forum.plugin.figures import Stats
from forum.plugin.guard import SKIPPED, CallKind, CallSite, Guard
from forum.plugin.hooks import Hooks, LoadedHooks
from forum.plugin.hookspec import OnError, Verify
from forum.plugin.loader import Loaded, LoadedPlugin
from forum.plugin.specs import SPECS
from forum.plugin.types import (
    EventSpec,
    HostPage,
    HostPath,
    MarkupSpec,
    NotificationType,
    PostDraft,
    PostRef,
    TopicKind,
    TopicRef,
)

KEPT_SETS = 1024
"""How many sets of active plugins keep their hooks; a forum has a few dozen."""

R = TypeVar("R")


class Dispatcher:
    """Delivers hooks to the plugins that are active where something happens."""

    def __init__(self, loaded: Loaded, guard: Guard) -> None:
        self.loaded = loaded
        self.guard = guard
        self._plugins = {plugin.name: plugin for plugin in loaded.plugins}
        self._builtins = frozenset(plugin.name for plugin in loaded.plugins if plugin.builtin)
        self._table = {name: self._sites(name) for name in SPECS}
        self._kinds = {
            kind.name: (plugin.name, kind)
            for plugin in loaded.plugins
            for kind in plugin.contributions.topic_kinds
        }
        self._events = {
            event.name: event for plugin in loaded.plugins for event in plugin.contributions.events
        }
        self._markup = {
            spec.name: (plugin.name, spec)
            for plugin in loaded.plugins
            for spec in plugin.contributions.markup
        }
        self._notifications = {
            one.name: (plugin, one)
            for plugin in loaded.plugins
            for one in plugin.contributions.notifications
        }
        self._kept: dict[tuple[frozenset[str], str | None], Hooks] = {}
        self.everywhere = LoadedHooks(guard, self._pick("loaded", self.loaded.names))

    @property
    def stats(self) -> Stats:
        """What the guard counted in this process."""
        return self.guard.stats

    def for_area(self, active: frozenset[str], *, only: str | None = None) -> Hooks:
        """Give the hooks of an area's active plugins, built-ins always among them.

        `only` narrows to one plugin: consumers deliver events one plugin at a time.
        Cost: a dictionary lookup; names that are not loaded are passed over.
        """
        hooks = self._kept.get((active, only))
        return hooks if hooks is not None else self._keep(active, only)

    def listens(self, hook: str) -> bool:
        """Say whether any loaded plugin implements a hook."""
        return bool(self._table[hook])

    def find_kind(self, name: str, active: frozenset[str]) -> TopicKind | None:
        """Find a topic's kind; None for plain discussions and where the kind's plugin is off."""
        owner, kind = self._kinds.get(name, (None, None))
        return kind if owner in active or owner in self._builtins else None

    def list_kinds(self, active: frozenset[str]) -> list[TopicKind]:
        """List the kinds that can be chosen where these plugins are active."""
        return [kind for name, (_, kind) in self._kinds.items() if self.find_kind(name, active)]

    def find_event(self, name: str) -> EventSpec | None:
        """Find what a loaded plugin says of its event; None for events of the core."""
        return self._events.get(name)

    def list_events(self) -> list[EventSpec]:
        """List what the loaded plugins say of their events."""
        return list(self._events.values())

    def list_markup(self, active: frozenset[str]) -> Mapping[str, tuple[str, MarkupSpec]]:
        """List the directives by name, with their plugins, that work where these are active."""
        names = active | self._builtins
        return {name: found for name, found in self._markup.items() if found[0] in names}

    def list_host_pages(self, path: HostPath, active: frozenset[str]) -> list[tuple[str, HostPage]]:
        """List the pages for a path of an area's host, with their plugins, in their order."""
        names = active | self._builtins
        return [
            (plugin.name, page)
            for plugin in self.loaded.plugins
            if plugin.name in names
            for page in plugin.contributions.hosts
            if page.path == path
        ]

    def list_notifications(self) -> Mapping[str, tuple[LoadedPlugin, NotificationType]]:
        """Return the types of notifications by name, with their plugins, on or off."""
        return self._notifications

    def get_owner(self, kind: str) -> LoadedPlugin:
        """Return the plugin that brings a kind; KeyError for one that no plugin brings."""
        return self._plugins[self._kinds[kind][0]]

    def attach(self, topic: TopicRef, post: PostRef, draft: PostDraft) -> None:
        """Let a new topic's kind store what the composer's fields said.

        Errors: HookFailed; the caller rolls the topic back.
        """
        owner, kind = self._kinds[draft.kind]
        if kind.attach is not None:
            self.run(
                owner,
                f"attach {kind.name}",
                kind.attach,
                (topic, post, draft),
                kind="attach",
                on_error="abort",
                area_id=draft.area.id,
            )

    def run(
        self,
        plugin: str,
        name: str,
        function: Callable[..., R],
        arguments: tuple[Any, ...] = (),
        *,
        kind: CallKind,
        on_error: OnError,
        area_id: int | None,
        check: Check | None = None,
        verify: Verify | None = None,
    ) -> R | None:
        """Run other code of a plugin behind the same guard: its templates, jobs, attachments.

        Return: the result, None when it failed and `on_error` is skip.
        """
        site = CallSite(
            plugin=plugin,
            hook=name,
            kind=kind,
            on_error=on_error,
            function=function,
            check=check,
            verify=verify,
            meter=self.stats.get_meter(plugin, name),
        )
        result = self.guard.call(site, area_id, arguments)
        return None if result is SKIPPED else result

    def _keep(self, active: frozenset[str], only: str | None) -> Hooks:
        names = active | self._builtins
        if only is not None:
            names &= {only}
        if len(self._kept) >= KEPT_SETS:
            self._kept.clear()
        hooks = self._kept[active, only] = Hooks(self.guard, self._pick("area", names))
        return hooks

    def _pick(self, audience: str, names: frozenset[str]) -> Mapping[str, Sequence[CallSite]]:
        return {
            hook: tuple(site for site in sites if site.plugin in names)
            for hook, sites in self._table.items()
            if SPECS[hook].audience == audience
        }

    def _sites(self, hook: str) -> tuple[CallSite, ...]:
        return tuple(
            self._site(hook, plugin)
            for plugin in self.loaded.plugins
            if hook in plugin.implementations
        )

    def _site(self, hook: str, plugin: LoadedPlugin) -> CallSite:
        spec = SPECS[hook]
        return CallSite(
            plugin=plugin.name,
            hook=hook,
            kind=spec.kind,
            on_error=spec.on_error,
            function=plugin.implementations[hook],
            check=spec.check,
            verify=make_verify(hook, plugin.contributions.api) or spec.verify,
            meter=self.stats.get_meter(plugin.name, hook),
        )
