"""Version ranges of the plugin API, such as ">=1.0,<2"; nothing else about versions."""

import operator
import re
from collections.abc import Callable

API_VERSION = "1.0"
"""Of the contract in this package: the minor number grows with what is added, the major breaks."""

_CLAUSE = re.compile(r"(>=|<=|==|!=|>|<)\s*(\d+(?:\.\d+){0,2})")
_Numbers = tuple[int, ...]
_COMPARE: dict[str, Callable[[_Numbers, _Numbers], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def version_fits(version: str, wanted: str) -> bool:
    """Say whether a version lies in a range of comma-separated clauses.

    Errors: ValueError when the range cannot be read.
    """
    found = _numbers(version)
    clauses = [_CLAUSE.fullmatch(part.strip()) for part in wanted.split(",")]
    if not all(clauses):
        raise ValueError(f"{wanted!r} is no version range")
    return all(
        _COMPARE[clause.group(1)](found, _numbers(clause.group(2))) for clause in clauses if clause
    )


def _numbers(version: str) -> _Numbers:
    parts = [int(part) for part in version.split(".")]
    return tuple(parts + [0] * (3 - len(parts)))
