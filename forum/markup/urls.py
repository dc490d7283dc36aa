"""Which addresses a text may link to or show as an image; used by both walls."""

from forum.markup.limits import URL_CHARS

SCHEMES = frozenset({"http", "https", "mailto"})


def is_linkable(url: str) -> bool:
    """Tell whether a normalised address is relative or has one of the allowed schemes."""
    if len(url) > URL_CHARS:
        return False
    head = url
    for stop in "/?#":
        head = head.partition(stop)[0]
    scheme, colon, _ = head.partition(":")
    return not colon or scheme.strip().lower() in SCHEMES


def is_own_image(url: str, prefixes: tuple[str, ...]) -> bool:
    """Tell whether an image is one of our own: below a given path, without a way out of it."""
    if not url.startswith(prefixes) or not url.startswith("/") or url.startswith(("//", "/\\")):
        return False
    path = url.lower().replace("%2e", ".")
    return ".." not in path and "\\" not in path and "%5c" not in path
