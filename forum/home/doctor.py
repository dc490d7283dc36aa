"""What is wrong with the installed plugins, and with what plugins have left behind."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

from forum.areas.queries import count_plugin_areas, list_misfits
from forum.core.consumers import list_lags
from forum.core.database import read_unit
from forum.core.health import Finding
from forum.core.jobs import list_unknown_jobs
from forum.core.migrations import list_standings
from forum.core.remains import list_kept_names, list_orphan_tables
from forum.home.troubles import DAYS, list_paused, list_troubles
from forum.plugin.loader import Loaded


def list_plugin_findings(app: Flask) -> list[Finding]:
    """Return what to mend, the worst first; never raises over a plugin's fault.

    Cost: some dozen statements.
    """
    loaded: Loaded = app.extensions["forum"]["dispatcher"].loaded
    findings = list(_check_loading(loaded))
    standings = list_standings(app)
    for standing in standings:
        if standing.lineage != "core" and not standing.is_current:
            findings.append(_tell_standing(standing.lineage, known=standing.known))
    with app.app_context():
        if all(s.is_current for s in standings if s.lineage == "core"):
            with read_unit():
                findings += [*_check_rows(loaded), *_check_calls()]
        else:
            findings.append(
                Finding("problem", "the database lacks migrations of the core", "forum db upgrade")
            )
        findings += _check_tables(loaded)
    return sorted(findings, key=lambda one: ("problem", "hint", "ok").index(one.level))


def _list_installed(loaded: Loaded) -> set[str]:
    return {*loaded.names, *loaded.available, *(broken.name for broken in loaded.quarantined)}


def _check_loading(loaded: Loaded) -> Iterator[Finding]:
    for broken in loaded.quarantined:
        yield Finding(
            "problem", f"{broken.name} is put aside, {broken.rule}: {broken.what}", broken.mend
        )
    if loaded.safe_mode:
        yield Finding("hint", "safe mode: no plugin is loaded", "unset FORUM_SAFE_MODE, restart")
    for name in loaded.available:
        yield Finding("hint", f"{name} is installed and not loaded", "add it to FORUM_PLUGINS")


def _tell_standing(name: str, *, known: bool) -> Finding:
    if known:
        return Finding("problem", f"the database lacks migrations of {name}", "forum db upgrade")
    what = f"the database is newer than this version of {name}"
    return Finding("problem", what, "install the newer version or restore a backup")


def _check_rows(loaded: Loaded) -> Iterator[Finding]:
    installed = _list_installed(loaded)
    for name in sorted(list_kept_names() - installed):
        what = f"areas or figures still name {name}, which is not installed"
        yield Finding("hint", what, f"install it again, then: forum plugin uninstall {name}")
    for name, count in sorted(count_plugin_areas().items()):
        if name not in loaded.names:
            what = f"{name} is on in {count} areas and not loaded"
            yield Finding("hint", what, "load it, or restart the server so that areas learn of it")
    for one in list_misfits():
        what = (
            f"{one.plugin} in {one.area}: {', '.join(one.keys)} no longer fits, the default holds"
        )
        yield Finding("hint", what, f"save the settings anew: /a/{one.area}/plugins/{one.plugin}")
    for job, count in list_unknown_jobs().items():
        what = f"{count} jobs {job} wait for a plugin that is not loaded"
        yield Finding("hint", what, "load it again, or uninstall it")


def _check_calls() -> Iterator[Finding]:
    for pause in list_paused():
        where = f"area {pause.area_id}" if pause.area_id else "no area"
        what = f"{pause.plugin}.{pause.hook} is left alone in {where} until {pause.until:%T} UTC"
        yield Finding("problem", what, "see /admin/plugins; switch it off there or mend it")
    for one in list_troubles():
        if one.kind in ("error", "result"):
            what = f"{one.plugin}.{one.hook} failed {one.count} times in {DAYS} days: {one.message}"
            yield Finding("problem", what, "see /admin/plugins for the traceback")
        elif one.kind == "slow":
            what = f"{one.plugin}.{one.hook} held up pages {one.count} times, last {one.took_ms} ms"
            yield Finding("hint", what, "see /admin/plugins for its times")
    for lag in list_lags():
        if lag.name.startswith("plugin.") and lag.skipped:
            what = f"{lag.name.removeprefix('plugin.')} has skipped {lag.skipped} events"
            yield Finding("problem", what, "forum queue list; then: forum queue retry event ID")


def _check_tables(loaded: Loaded) -> Iterator[Finding]:
    for name, tables in list_orphan_tables(_list_installed(loaded)).items():
        what = f"tables of {name}, which is not installed: {', '.join(tables) or 'its version'}"
        remedy = f"keep them, or install it again, then: forum plugin uninstall {name}"
        yield Finding("hint", what, remedy)
