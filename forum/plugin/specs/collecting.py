"""Hooks called to collect what plugins know, in batches: read-only, the same for all readers."""

import re
from collections.abc import Sequence
from typing import Any

from forum.core import limits
from forum.plugin.hookspec import hookspec
from forum.plugin.types import DigestItem, DigestWindow, PostRef, SearchDocument

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
# One slash and no second: an address of this site can never lead elsewhere.
_PATH = re.compile(r"/(?![/\\])[^\s\\]*")


def _fits_window(
    _plugin: str, arguments: tuple[Any, ...], result: Sequence[DigestItem]
) -> str | None:
    window: DigestWindow = arguments[0]
    areas = {area.id for area in window.areas}
    for item in result:
        problem = _look_at(item, window, areas)
        if problem is not None:
            return f"item {item.key!r} {problem}"
    return None


def _look_at(item: DigestItem, window: DigestWindow, areas: set[int]) -> str | None:
    if item.area_id not in areas:
        return "is of an area that was not asked for"
    if not window.since <= item.at < window.until:
        return "is not of the time that was asked for"
    if not _KEY.fullmatch(item.key):
        return "has no key of a–z, 0–9, dot, dash and underscore"
    if not item.title or len(item.title) > limits.TITLE or "\n" in item.title:
        return f"needs a title of one line and {limits.TITLE} signs at most"
    if len(item.text) > limits.SUMMARY:
        return f"says more than {limits.SUMMARY} signs"
    if item.path and (len(item.path) > limits.URL or not _PATH.fullmatch(item.path)):
        return "leads to no page of this site"
    if item.post_id is not None and item.topic_id is None:
        return "names a post without its topic"
    return None


def _fits_posts(
    _plugin: str, arguments: tuple[Any, ...], result: Sequence[SearchDocument]
) -> str | None:
    asked = {post.id for post in arguments[0]}
    for document in result:
        if document.post_id not in asked:
            return f"post {document.post_id} was not asked for"
        if len(document.text) > limits.BODY_BYTES:
            return f"the text of post {document.post_id} has more than {limits.BODY_BYTES} signs"
    found = [document.post_id for document in result]
    return "there are two texts for one post" if len(found) > len(set(found)) else None


@hookspec(audience="area", on_error="skip", verify=_fits_window)
def collect_digest_items(window: DigestWindow) -> Sequence[DigestItem]:
    """Tell what was new in areas, beside their topics and posts.

    Nobody is looking when this is called: read past the wall (`forum.api.data.unscoped`) and say
    what every reader of the area may know. Core asks again who may read area, topic and post, and
    whether the plugin is still on, when the line is shown or sent.
    When: a feed of an area is asked for, a digest is composed; once for all areas at hand.
    Not sent for: areas where the plugin is off; pages.
    Return: the items, the newest first.
    Errors: the feed or digest goes out without them.
    Cost: a fixed number of statements, whatever the number of areas.
    """
    raise NotImplementedError


@hookspec(audience="loaded", on_error="skip", verify=_fits_posts)
def collect_search_documents(posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
    """Give the texts by which posts are to be found, beside what stands in them.

    Nobody is looking when this is called: read past the wall (`forum.api.data.unscoped`), and
    give only what every reader of the area may know. Core keeps the text with the post and its
    area, finds it for readers of the area, and only where the plugin is on at that moment; so it
    is asked for posts of all areas, and switching on needs no new index.
    When: posts are brought into the index, in batches, and when the index is built anew. What
    changes such a text says so with `forum.api.data.mark_for_search`.
    Not sent for: posts that are hidden or deleted.
    Return: at most one text per post; posts without one are left out.
    Errors: the posts are indexed without.
    Cost: outside of requests; a fixed number of statements per batch.
    """
    raise NotImplementedError
