"""forum plugin check: run the rules of the contract on an installed plugin."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Final

import click

from forum.core.log import configure_logging
from forum.testing.databases import KINDS, Kind
from forum.testing.kit.bench import RULES, Bench
from forum.testing.kit.rule import Result
from forum.testing.services.postgres import Cluster, open_cluster
from forum.testing.services.run import begin_run, end_run

MARKS: Final = {"passed": "passed   ", "failed": "FAILED   ", "unchecked": "unchecked"}


@click.command("check", epilog="Example: forum plugin check kudos --json")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.option(
    "--rule",
    "chosen",
    multiple=True,
    type=click.Choice([rule.name for rule in RULES]),
    metavar="RULE",
    help="Look at this rule only; may be given more than once.",
)
@click.option(
    "--database",
    type=click.Choice(KINDS),
    default=KINDS[0],
    show_default=True,
    help="The kind of database under the forum that it is looked at in.",
)
def check(name: str, *, as_json: bool, chosen: tuple[str, ...], database: Kind) -> int:
    """Say which rules of the contract an installed plugin keeps, and what breaks the others.

    Works in a directory of its own and touches no site. Exit code 1 when a rule fails. What needs
    PostgreSQL or Chromium says so where they are missing.
    """
    configure_logging("critical")
    results = run_rules(name, chosen, kind=database)
    failed = [result for result in results if result.state == "failed"]
    if as_json:
        told = {"plugin": name, "ok": not failed, "rules": [one.as_dict() for one in results]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return int(bool(failed))
    for result in results:
        note = f" ({result.note})" if result.note else ""
        click.echo(f"{MARKS[result.state]} {result.rule.name:14} {result.rule.proves}{note}")
        for breach in result.breaches:
            click.echo(f"          → {breach}")
    unchecked = sum(result.state == "unchecked" for result in results)
    passed = len(results) - len(failed) - unchecked
    click.echo(f"{name}: {passed} passed, {len(failed)} failed, {unchecked} unchecked")
    return int(bool(failed))


def run_rules(name: str, chosen: Collection[str] = (), *, kind: Kind = "sqlite") -> list[Result]:
    """Run these rules, or all, on a plugin in a directory that is gone afterwards.

    Errors: ConfigError when it is not installed.
    """
    run = begin_run()

    @cache
    def cluster() -> Cluster:
        return open_cluster(run, "postgres-kit")

    try:
        with tempfile.TemporaryDirectory(prefix="forum-kit-") as directory:
            bench = Bench(name, Path(directory), open_cluster=cluster, kind=kind)
            try:
                return [bench.run(rule) for rule in RULES if not chosen or rule.name in chosen]
            finally:
                bench.close()
    finally:
        end_run(run)
