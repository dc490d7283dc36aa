"""forum plugin doctor: what is wrong with the installed plugins."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from forum.cli.check import MARKS
from forum.cli.opening import dir_option, open_app
from forum.home.doctor import list_plugin_findings


@click.command("doctor", epilog="Example: forum plugin doctor --dir data")
@dir_option
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(data_dir: Path, *, as_json: bool) -> int:
    """Say what is wrong with plugins and what mends it.

    Looks at what was put aside, migrations, failed and slow calls, settings that no longer fit,
    and at tables, rows and jobs of plugins that are gone. Exit code 1 when there is a problem.
    """
    findings = list_plugin_findings(open_app(data_dir))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        for one in findings:
            remedy = f" → {one.remedy}" if one.remedy else ""
            click.echo(f"{MARKS[one.level]}{one.what}{remedy}")
        if not findings:
            click.echo("Nothing is wrong with the plugins.")
    return int(any(one.level == "problem" for one in findings))


COMMANDS = (doctor,)
