"""How a person is shown: name, picture or initials, a line about role and organisation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Return one or two capitals for a name without a picture."""
    words = [word for word in name.split() if word[:1].isalpha()]
    if not words:
        return "?"
    ends = words if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in ends)


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a page; without `url` the name is no link, without `avatar` initials show."""

    name: str
    url: str = ""
    avatar: str = ""
    line: str | Markup = ""

    @property
    def initials(self) -> str:
        """The letters in place of a picture."""
        return initials(self.name)
