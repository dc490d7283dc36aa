"""What others wrote, without a person who has left: another handle, quotes without their text."""

import re
from collections.abc import Collection

from markupsafe import escape

# What names a person: a mention as typed and as a placeholder, the author of a quote, a profile.
_NAMED = r'(?:(?<![^\W_])(?<![.+\-/@=&%#$])@|\bby=|/u/|<x-m h=")'
# Where `read_handle` ends a handle: before anything but punctuation and more of the same word.
_END = r"(?![._-]*[A-Za-z0-9])"
_QUOTE = re.compile(r'<x-q p="([0-9]{1,18})">|</x-q>')


def rename_handle(text: str, old: str, new: str) -> str:
    """Return a source or its stored HTML with mentions of `old` as mentions of `new`.

    What is written about the person without the handle stays: only who wrote it knows who is meant.
    Cost: one pass.
    """
    return re.sub(f"({_NAMED}){re.escape(old)}{_END}", rf"\g<1>{new}", text, flags=re.IGNORECASE)


def empty_quotes(html: str, *, posts: Collection[int], note: str) -> str:
    """Return stored HTML with `note` in place of what is quoted from these posts.

    Cost: one pass.
    """
    parts: list[str] = []
    done = hidden = 0
    for match in _QUOTE.finditer(html):
        post = match[1]
        if hidden:
            hidden += 1 if post else -1
            done = match.start() if not hidden else done
        elif post and int(post) in posts:
            hidden = 1
            parts.append(f"{html[done : match.end()]}\n<p>{escape(note)}</p>\n")
    return "".join(parts) + ("" if hidden else html[done:])
