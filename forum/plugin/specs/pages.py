"""Hooks called while a page is made: read-only, once per page with everything on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from forum.plugin.hookspec import hookspec
from forum.plugin.types import AreaPage, Panel, SitePage, Slot, TopicPage


def _own_templates(plugin: str, panels: Sequence[Panel], slots: frozenset[Slot]) -> str | None:
    folder = f"{plugin}/"
    for panel in panels:
        if not panel.template.startswith(folder):
            return f"template {panel.template!r} is not under {folder}"
        if panel.slot not in slots:
            return f"slot {panel.slot!r} is not on this page"
    return None


_UNDER_POSTS = frozenset({Slot.POST})


def _fits_topic_page(
    plugin: str, _arguments: tuple[Any, ...], result: Mapping[int, Sequence[Panel]]
) -> str | None:
    for panels in result.values():
        problem = _own_templates(plugin, panels, _UNDER_POSTS)
        if problem is not None:
            return problem
    return None


_IN_TEXTS = frozenset({Slot.TEXT})


def fit_into_texts(
    plugin: str, _arguments: tuple[Any, ...], result: Mapping[Any, Panel]
) -> str | None:
    """Say what is wrong with panels for directives, as other panels are held against their page."""
    return _own_templates(plugin, tuple(result.values()), _IN_TEXTS)


def _fits_area_page(plugin: str, arguments: tuple[Any, ...], result: Sequence[Panel]) -> str | None:
    return _own_templates(plugin, result, arguments[0].slots) if result else None


@hookspec(audience="area", on_error="skip", verify=_fits_topic_page)
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Give panels that stand under posts.

    When: a page of a topic is shown, after core has read everything that it needs itself.
    Not sent for: feeds, mails, the API, search results; hidden posts are not in `page.posts`.
    Return: panels for slot POST by post id; posts without panels may be left out.
    Errors: the page is shown without them.
    Cost: once per page with the whole list, so at most two statements whatever its length.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip", verify=_fits_area_page)
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    """Give panels for the page's other slots.

    When: an area's home, its settings, a topic or the form for a new one in it is shown.
    Not sent for: pages that join several areas, such as home and directory; see
        `render_site_panels` for those that have slots.
    Return: panels for slots out of `page.slots`.
    Errors: the page is shown without them.
    Cost: once per page; at most two statements.
    """
    raise NotImplementedError


@hookspec(audience="area", on_error="skip", verify=_fits_area_page)
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    """Give panels for pages that belong to no area.

    When: a member's profile is shown, to plugins that are on in any area that the viewer reads;
        the member's own page of mails, to plugins that are on in the root; the operator's page of
        plugins, to every loaded plugin.
    Not sent for: profiles of former members. What is shown of areas has to be what the viewer
        reads there: the wall sees to that for the plugin's tables that hang on topics and posts;
        and of areas where the plugin is on.
    Return: panels for slots out of `page.slots`.
    Errors: the page is shown without them.
    Cost: once per page; at most two statements.
    """
    raise NotImplementedError
