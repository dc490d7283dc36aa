"""Calls to hooks, typed for core: one method per spec, results with the name of their plugin."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from forum.plugin.guard import SKIPPED, CallSite, Guard
from forum.plugin.types import (
    AreaBundle,
    AreaPage,
    AreaRef,
    DemoWorld,
    DigestItem,
    DigestWindow,
    EventRef,
    ExportPart,
    Panel,
    PostDraft,
    PostRef,
    SearchDocument,
    SitePage,
    Texts,
    TopicList,
    TopicPage,
    TopicProposal,
    TopicRef,
    Veto,
)

Given = list[tuple[str, Any]]


class _Caller:
    """Calls the implementations of a hook one by one, each behind the guard."""

    def __init__(self, guard: Guard, sites: Mapping[str, Sequence[CallSite]]) -> None:
        self._call = guard.call
        self._call_all = guard.call_all
        self._sites = sites

    def _collect(self, hook: str, area_id: int | None, *arguments: Any) -> Given:
        sites = self._sites[hook]
        return self._call_all(sites, area_id, arguments) if sites else []

    def _vetoes(self, hook: str, area_id: int, *arguments: Any) -> list[tuple[str, Veto]]:
        given = self._collect(hook, area_id, *arguments)
        return [(plugin, veto) for plugin, veto in given if veto is not None]


class Hooks(_Caller):
    """The hooks that only active plugins get; made by `Dispatcher.for_area`."""

    def validate_post(self, draft: PostDraft) -> list[tuple[str, Veto]]:
        """Ask every active plugin; any veto refuses the post.

        Errors: HookFailed when a validator fails: refuse the post then too.
        """
        return self._vetoes("validate_post", draft.area.id, draft)

    def validate_topic(self, proposal: TopicProposal) -> list[tuple[str, Veto]]:
        """Ask every active plugin about a new topic or title; any veto refuses it.

        Errors: HookFailed when a validator fails: refuse it then too.
        """
        return self._vetoes("validate_topic", proposal.area.id, proposal)

    def filter_post_source(self, source: str, draft: PostDraft) -> str:
        """Pass the Markdown through every active plugin in turn."""
        for site in self._sites["filter_post_source"]:
            result = self._call(site, draft.area.id, (source, draft))
            if result is not SKIPPED:
                source = result
        return source

    def filter_post_html(self, html: str, draft: PostDraft) -> str:
        """Pass the HTML through every active plugin in turn."""
        for site in self._sites["filter_post_html"]:
            result = self._call(site, draft.area.id, (html, draft))
            if result is not SKIPPED:
                html = result
        return html

    def render_post_panels(
        self, page: TopicPage
    ) -> list[tuple[str, Mapping[int, Sequence[Panel]]]]:
        """Collect the panels under the posts of a page."""
        return self._collect("render_post_panels", page.area.id, page)

    def render_area_panels(self, page: AreaPage) -> list[tuple[str, Sequence[Panel]]]:
        """Collect the panels of a page's other slots."""
        return self._collect("render_area_panels", page.area.id, page)

    def collect_topic_fields(self, page: TopicList) -> list[tuple[str, Mapping[int, BaseModel]]]:
        """Collect what programs are told beside topics."""
        return self._collect("collect_topic_fields", page.area.id, page)

    def collect_post_fields(self, page: TopicPage) -> list[tuple[str, Mapping[int, BaseModel]]]:
        """Collect what programs are told beside posts."""
        return self._collect("collect_post_fields", page.area.id, page)

    def collect_digest_items(self, window: DigestWindow) -> list[tuple[str, Sequence[DigestItem]]]:
        """Collect what plugins tell as new; call with hooks narrowed to one plugin."""
        area_id = window.areas[0].id if len(window.areas) == 1 else None
        return self._collect("collect_digest_items", area_id, window)

    def render_site_panels(self, page: SitePage) -> list[tuple[str, Sequence[Panel]]]:
        """Collect the panels of a page that belongs to no area."""
        return self._collect("render_site_panels", None, page)

    def on_event(self, event: EventRef) -> None:
        """Deliver an event; call with hooks narrowed to one plugin, whose cursor then moves.

        Errors: HookFailed: the cursor stays.
        """
        self._collect("on_event", event.area_id, event)


class LoadedHooks(_Caller):
    """The hooks that every loaded plugin gets, active or not: `Dispatcher.everywhere`."""

    def move_topic(
        self, topic: TopicRef, source: AreaRef, target: AreaRef
    ) -> list[tuple[str, Veto]]:
        """Let every plugin move its rows; any veto undoes the move.

        Errors: HookFailed: undo the move.
        """
        return self._vetoes("move_topic", target.id, topic, source, target)

    def move_area(
        self, area: AreaRef, source: AreaRef, target: AreaRef, area_ids: Sequence[int]
    ) -> list[tuple[str, Veto]]:
        """Let every plugin follow an area to its new place; any veto undoes the move.

        Errors: HookFailed: undo the move.
        """
        return self._vetoes("move_area", area.id, area, source, target, area_ids)

    def copy_area(self, source: AreaRef, target: AreaRef) -> list[tuple[str, Mapping[str, int]]]:
        """Let every plugin copy its arrangements into a new area.

        Errors: HookFailed: do not make the area.
        """
        return self._collect("copy_area", target.id, source, target)

    def export_area(self, area: AreaRef, make_bundle: Callable[[str], AreaBundle]) -> None:
        """Let every plugin write its part of an area, each to a folder of its own.

        Errors: HookFailed: hand out nothing.
        """
        for site in self._sites["export_area"]:
            self._call(site, area.id, (area, make_bundle(site.plugin)))

    def delete_area(self, area: AreaRef) -> list[tuple[str, Veto | Mapping[str, int]]]:
        """Let every plugin delete its part of an area; any veto undoes the deletion.

        Errors: HookFailed: undo the deletion.
        """
        return self._collect("delete_area", area.id, area)

    def collect_search_documents(
        self, posts: Sequence[PostRef]
    ) -> list[tuple[str, Sequence[SearchDocument]]]:
        """Collect the texts by which posts are found where each plugin is on."""
        return self._collect("collect_search_documents", None, posts)

    def erase_user(
        self, user_id: int, texts: Texts = "keep"
    ) -> list[tuple[str, Mapping[str, int]]]:
        """Let every plugin erase; gives the rows by table for the record.

        Errors: HookFailed: undo the erasure.
        """
        return self._collect("erase_user", None, user_id, texts)

    def export_user(self, user_id: int) -> list[tuple[str, Sequence[ExportPart]]]:
        """Collect every plugin's part of a member's export.

        Errors: HookFailed: hand out nothing.
        """
        return self._collect("export_user", None, user_id)

    def merge_users(self, source_id: int, target_id: int) -> list[tuple[str, Mapping[str, int]]]:
        """Let every plugin make one person's rows another's; gives the rows by table for the log.

        Errors: HookFailed: undo the merge.
        """
        return self._collect("merge_users", None, source_id, target_id)

    def seed_demo(self, make_world: Callable[[str], DemoWorld]) -> None:
        """Let every plugin seed the demo, each in a world made for it by name.

        Errors: HookFailed: the demo is not made.
        """
        for site in self._sites["seed_demo"]:
            self._call(site, None, (make_world(site.plugin),))
