"""forum check: says what is missing and how to mend it."""

from __future__ import annotations

from pathlib import Path

import click

from forum.cli.opening import dir_option, open_app
from forum.core.health import list_findings

MARKS = {"ok": "ok      ", "hint": "hint    ", "problem": "PROBLEM "}


@click.command("check", epilog="Example: forum check --dir data")
@dir_option
def command(data_dir: Path) -> int:
    """Say what is missing and how to mend it.

    Looks at settings, database, worker, jobs, mail and Redis. Exit code 1 when there is a problem.
    """
    app = open_app(data_dir)
    with app.app_context():
        findings = list_findings()
    for finding in findings:
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        click.echo(f"{MARKS[finding.level]}{finding.what}{remedy}")
    return int(any(finding.level == "problem" for finding in findings))
