"""What the kit's rules are made of: a rule, what breaks it, and how a run of it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from forum.testing.kit.subject import Subject

Stage = Literal["loaded", "migrated", "filled"]
"""What has to stand before a rule can look: the plugin, its tables, rows in all of them."""
State = Literal["passed", "failed", "unchecked"]


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that breaks a rule: where (a surface, a table, a route …) and what."""

    surface: str
    what: str

    def __str__(self) -> str:
        return f"{self.surface}: {self.what}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the contract: its name, what it proves, and the function that looks.

    `check` yields what it finds; what it raises is a breach too. Rules with `of_builtins` hold for
    the core's own plugins as well; rules that look `once` find the same on every database.
    """

    name: str
    proves: str
    check: Callable[[Subject], Iterable[Breach]]
    stage: Stage = "filled"
    of_builtins: bool = False
    once: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How a rule ended; `note` says why it was not checked, `lacks` that a service is missing."""

    rule: Rule
    state: State
    breaches: tuple[Breach, ...] = ()
    note: str = ""
    lacks: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what `forum plugin check --json` prints of it."""
        found = [{"surface": one.surface, "what": one.what} for one in self.breaches]
        told = {"rule": self.rule.name, "proves": self.rule.proves, "state": self.state}
        return {**told, "breaches": found, "note": self.note}
