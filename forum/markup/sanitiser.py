"""The second wall: an allow-list over finished HTML, whoever wrote it."""

from functools import lru_cache

import nh3

from forum.markup.languages import LANGUAGES
from forum.markup.urls import SCHEMES, is_own_image

_TAG_NAMES = """
a blockquote br code del details em h3 h4 h5 h6 hr li ol p pre s span strong summary table
tbody td th thead tr ul x-e x-m x-q
"""
TAGS = frozenset(_TAG_NAMES.split())
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "ol": {"start"},
    "x-e": {"k"},
    "x-m": {"h"},
    "x-q": {"p"},
}
IMAGE_ATTRIBUTES = {"src", "alt", "loading"}
ALIGNMENTS = {"left", "center", "right"}
CLASSES: dict[str, set[str]] = {
    "code": {f"language-{name}" for name in LANGUAGES},
    "li": {"task", "done"},
    "span": {"box"},
    "td": ALIGNMENTS,
    "th": ALIGNMENTS,
}
LINK_REL = "nofollow ugc noopener"


@lru_cache(maxsize=8)
def _get_cleaner(images: tuple[str, ...]) -> nh3.Cleaner:
    def check_image(tag: str, attribute: str, value: str) -> str | None:
        foreign = tag == "img" and attribute == "src" and not is_own_image(value, images)
        return None if foreign else value

    return nh3.Cleaner(
        tags=TAGS | {"img"} if images else TAGS,
        attributes={**ATTRIBUTES, "img": IMAGE_ATTRIBUTES} if images else ATTRIBUTES,
        attribute_filter=check_image if images else None,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel=LINK_REL,
    )


def sanitise(html: str, *, images: tuple[str, ...] = ()) -> str:
    """Reduce HTML to what a text may hold; placeholders pass.

    Shapes: `images` are the path prefixes below which `<img>` may point; none by default.
    """
    return _get_cleaner(images).clean(html)
