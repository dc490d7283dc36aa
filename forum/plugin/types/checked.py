"""The base of what plugins build: wrong values fail where they are made, in the plugin's code."""

import typing
from collections.abc import Sequence

from forum.plugin.checks import Check, check_for


class Checked:
    """A dataclass whose fields are held against their annotations when it is made.

    Errors: TypeError naming class and field.
    Cost: about 0.1 µs per field.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for name, check in _checks_of(type(self)):
            problem = check(getattr(self, name))
            if problem is not None:
                raise TypeError(f"{type(self).__name__}.{name}: {problem}")


_kept: dict[type, Sequence[tuple[str, Check]]] = {}


def _checks_of(kind: type) -> Sequence[tuple[str, Check]]:
    checks = _kept.get(kind)
    if checks is None:
        hints = typing.get_type_hints(kind)
        checks = _kept[kind] = [(name, check_for(hint)) for name, hint in hints.items()]
    return checks
