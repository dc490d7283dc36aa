"""Runs the rules on one plugin, each on the same ground; what cannot be looked at says why."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from forum.plugin import BrokenPlugin
from forum.testing.databases import Kind
from forum.testing.kit.access import check_routes, check_the_wall
from forum.testing.kit.browser import check_accessibility
from forum.testing.kit.events import check_events
from forum.testing.kit.pages import (
    check_escaping,
    check_fields,
    check_kept,
    check_off,
    check_statements,
)
from forum.testing.kit.privacy import check_declared, check_erasure, check_export
from forum.testing.kit.rule import Breach, Result, Rule, Stage
from forum.testing.kit.schema import check_the_migrations, check_the_sample, check_the_uninstall
from forum.testing.kit.shape import (
    check_prefixes,
    check_the_hooks,
    check_the_manifest,
    check_the_texts,
)
from forum.testing.kit.subject import OpenCluster, Subject, find_plugin
from forum.testing.services import Missing

RULES: Final = (
    Rule("manifest", "the manifest keeps every rule, its ranges are closed", check_the_manifest,
         "loaded", of_builtins=True, once=True),
    Rule("hooks", "every hook exists and takes the arguments of its spec", check_the_hooks,
         "loaded", of_builtins=True, once=True),
    Rule("prefixes", "tables, templates and CSS classes carry the plugin's name", check_prefixes,
         "loaded", once=True),
    Rule("texts", "every text is translated, with the same placeholders", check_the_texts,
         "loaded", once=True),
    Rule("migrations", "up, down and up lead to the models on both databases",
         check_the_migrations, "migrated", once=True),
    Rule("sample", "populate(world) fills every table", check_the_sample),
    Rule("fields", "its fields in the composer carry its name", check_fields),
    Rule("off", "where it is off, nothing of it is there or happens", check_off),
    Rule("kept", "off and on again changes no row", check_kept),
    Rule("statements", "a page of fifty posts costs what one of a single post costs",
         check_statements),
    Rule("escaping", "no name, title or text becomes markup", check_escaping, of_builtins=True),
    Rule("routes", "each route, tried by each role, changes nothing without the right",
         check_routes),
    Rule("wall", "nothing of a closed area shows outside", check_the_wall, of_builtins=True),
    Rule("declared", "every table that names members is declared", check_declared),
    Rule("export", "a member's export holds all that the tables hold of them", check_export),
    Rule("erasure", "after an erasure no row and no text of the member is left", check_erasure),
    Rule("events", "every event may come twice and out of order", check_events, of_builtins=True),
    Rule("accessibility", "axe finds nothing serious on its pages and panels",
         check_accessibility, once=True),
    Rule("uninstall", "its tables go without a trace, the core stays as it is",
         check_the_uninstall),
)  # fmt: skip
BY_THE_LOADER: Final = {"tables": "prefixes", "topic kind": "prefixes", "job": "prefixes"}
"""Rules of the loader, told as the kit calls them; hooks by their first word, all else manifest."""
BEFORE: Final[dict[Stage, str]] = {"migrated": "migrations", "filled": "sample"}
"""Which rule fails when a stage cannot be reached."""


class Bench:
    """One plugin on the kit's ground. `run` may be called for any rules in any order."""

    def __init__(
        self, name: str, directory: Path, *, open_cluster: OpenCluster, kind: Kind = "sqlite"
    ) -> None:
        """Load the plugin; `kind` is the database of its forum.

        Errors: ConfigError when it is not installed.
        """
        self.name = name
        self.stuck: dict[Stage, BaseException] = {}
        self.subject: Subject | None = None
        try:
            plugin = find_plugin(name)
        except BrokenPlugin as error:
            self.stuck["loaded"] = error
        else:
            self.subject = Subject(plugin, directory, open_cluster, kind)

    def run(self, rule: Rule) -> Result:
        """Look at one rule and put everything back."""
        reached = self._reach(rule.stage)
        if reached is not None:
            return self._tell_stuck(rule, reached)
        assert self.subject is not None
        if self.subject.plugin.builtin and not rule.of_builtins:
            return Result(rule, "unchecked", note="does not concern built-in plugins")
        try:
            breaches = tuple(rule.check(self.subject))
        except Missing as missing:
            return Result(rule, "unchecked", note=str(missing), lacks=True)
        except (Exception, SystemExit) as error:
            breaches = (Breach("kit", _tell(error)),)
        finally:
            self.subject.restore()
        return Result(rule, "failed" if breaches else "passed", breaches)

    def close(self) -> None:
        """Give connections back."""
        if self.subject is not None:
            self.subject.close()

    def _reach(self, stage: Stage) -> Stage | None:
        """Bring the plugin so far; return the stage that cannot be reached."""
        steps: dict[Stage, str] = {"loaded": "plugin", "migrated": "app", "filled": "world"}
        for step, attribute in steps.items():
            if step not in self.stuck and self.subject is not None:
                try:
                    getattr(self.subject, attribute)
                except (Exception, SystemExit) as error:
                    self.stuck[step] = error
            if step in self.stuck:
                return step
            if step == stage:
                break
        return None

    def _tell_stuck(self, rule: Rule, stage: Stage) -> Result:
        error = self.stuck[stage]
        if isinstance(error, Missing):
            return Result(rule, "unchecked", note=str(error), lacks=True)
        owner = BEFORE.get(stage, "")
        if isinstance(error, BrokenPlugin):
            word = error.rule.partition(" ")[0]
            owner = BY_THE_LOADER.get(error.rule, "hooks" if word == "hook" else "manifest")
        if rule.name == owner:
            return Result(rule, "failed", (Breach(stage, _tell(error)),))
        return Result(rule, "unchecked", note=f"rule {owner} comes first")


def _tell(error: BaseException) -> str:
    """Return an error on one line, with what the guard wraps."""
    cause = error.__cause__ or error
    first = str(cause).strip().splitlines()
    return f"{type(cause).__name__}: {first[0] if first else ''}".rstrip(": ")
