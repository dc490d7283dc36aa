"""forum import: bring content from outside into an area, through a plugin's source."""

from __future__ import annotations

import json
from pathlib import Path

import click

from forum.areas.rules import is_writable
from forum.areas.scope import Scope, area_ref
from forum.cli.opening import dir_option, open_area, open_site
from forum.core.config import current_config
from forum.core.database import read_unit, refresh_statistics, unit
from forum.core.errors import ConfigError, ForumError
from forum.core.services import service
from forum.core.silence import silently
from forum.plugin import ImportJob, ImportReport, SourceSpec
from forum.plugin.loader import Loaded, LoadedPlugin
from forum.web.i18n import speaking

FIGURES = ("topics_new", "posts_new", "posts_changed", "posts_same", "authors_new", "rejected")


@click.command(
    "import", epilog="Example: forum import mbox list.mbox --area bezirk-weser-ems --dir data"
)
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@dir_option
@click.option("--area", required=True, help="Address of the area that takes the content.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON line only.")
def command(
    source: str, file: Path, data_dir: Path, *, area: str, dry_run: bool, as_json: bool
) -> int:
    """Import FILE, written in the format SOURCE; the last line is one JSON object.

    The same file may be imported again: what is there already stays as it is. A run that was
    stopped is continued by the same command, also while a server runs on the directory. Exit
    code 1 when nothing of what is in the file could be taken; an empty file is no error.
    """
    app = open_site(data_dir)
    with app.app_context():
        plugin, spec = _find_source(source)
        scope = _open_target(area, plugin, data_dir)
        place = area_ref(scope)
        with speaking(current_config().language):
            report = _run(plugin, spec, ImportJob(area=place, file=file, dry_run=dry_run))
        if report.posts_new:
            with unit():
                refresh_statistics()
    answer = report.as_dict()
    if not as_json:
        for remark in report.remarks:
            click.echo(f"note {remark.id}: {remark.text}")
        for rejection in report.rejections:
            click.echo(f"rejected {rejection.id}: {rejection.reason}")
        click.echo(", ".join(f"{name.replace('_', ' ')} {answer[name]}" for name in FIGURES))
    click.echo(json.dumps(answer, ensure_ascii=False))
    return _judge(report, file)


def _find_source(name: str) -> tuple[LoadedPlugin, SourceSpec]:
    loaded: Loaded = service("dispatcher").loaded
    known = {s.name: (plugin, s) for plugin in loaded.plugins for s in plugin.contributions.sources}
    if name not in known:
        names = ", ".join(sorted(known)) or "none; is the plugin installed and loaded?"
        raise click.UsageError(f"No source {name}. Known sources: {names}.")
    return known[name]


def _open_target(area: str, plugin: LoadedPlugin, data_dir: Path) -> Scope:
    """Return the area, once it is sure that it takes what the plugin brings."""
    try:
        with read_unit():
            scope = open_area(area)
    except click.ClickException as error:
        raise ConfigError(f"{error.message}; it is the last part of /a/…/") from None
    if not plugin.builtin and plugin.name not in scope.plugins:
        raise ConfigError(
            f"{plugin.name} is off in {area}; switch it on: "
            f"forum plugin on {plugin.name} --area {area} --dir {data_dir}"
        )
    if not is_writable(scope.area):
        raise ConfigError(f"{area} is archived or has ended; choose another area")
    return scope


def _judge(report: ImportReport, file: Path) -> int:
    """Where something was refused and nothing taken, the import has failed: say so in one line."""
    if not report.rejections or report.posts_new + report.posts_changed + report.posts_same:
        return 0
    first = report.rejections[0]
    click.echo(f"forum: nothing imported from {file}: {first.id}: {first.reason}", err=True)
    return 1


def _run(plugin: LoadedPlugin, spec: SourceSpec, job: ImportJob) -> ImportReport:
    """Run the source; a plugin that fails is named in one line, what it committed stays."""
    try:
        with silently():
            return spec.run(job)
    except (ForumError, click.ClickException):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise click.ClickException(
            f"plugin {plugin.name} failed: {what}; the same command goes on from there"
        ) from error
