"""Addresses below a plugin's own: what routing takes, found out before anything is mounted."""

import re
from collections.abc import Set
from typing import Final

_RULE: Final = re.compile(r"(/([\w.~-]+|<(int:)?[a-z][a-z0-9_]*>))*/?", re.ASCII)
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>")


def find_rule_fault(rule: str, *, taken: Set[str]) -> tuple[str, str] | None:
    """Return what is wrong with a rule and what mends it, None when routing takes it.

    `taken` are the names of variables that core gives itself.
    """
    if not rule.startswith("/") or not _RULE.fullmatch(rule):
        return f"rule {rule!r}", "begin it with a slash, use words, <name> and <int:name>"
    names = _VARIABLE.findall(rule)
    if taken & {*names} or len(names) > len({*names}):
        most = " or ".join(sorted(taken))
        return f"variables {', '.join(names)}", f"name each once, none of them {most}"
    return None
