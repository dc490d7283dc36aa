"""What every bundled plugin keeps: prefixed tables, cascades to the core, the same anatomy."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator

import pytest

from forum.plugin.manifest import RESERVED
from tests.architecture.tree import ROOT, Module, dotted, list_modules, list_plugin_folders

NEEDED = ("setup.cfg", "pyproject.toml", "README.md", "tests")


def find_foreign_names(module: Module, prefix: str) -> Iterator[str]:
    """Name tables without the plugin's prefix."""
    for node in ast.walk(module.tree):
        named: ast.expr | None = None
        if isinstance(node, ast.Assign) and "__tablename__" in map(dotted, node.targets):
            named = node.value
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "Table":
            named = node.args[0] if node.args else None
        else:
            continue
        name = _literal(named)
        if not name.startswith(prefix):
            yield f"{module.path}: table {name}"


def find_loose_keys(module: Module, prefix: str) -> Iterator[str]:
    """Name foreign keys to other people's rows that would keep these from being deleted."""
    for call in module.calls():
        if dotted(call.func).rpartition(".")[2] != "ForeignKey":
            continue
        target = _literal(call.args[0])
        options = {option.arg: option.value for option in call.keywords}
        ends = options.get("ondelete")
        safe = isinstance(ends, ast.Constant) and ends.value in {"CASCADE", "SET NULL"}
        if not target.startswith(prefix) and not safe:
            yield f"{module.path}: foreign key to {target} without ondelete"


def _literal(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "(no literal name)"


def _list_plugin_modules() -> list[tuple[Module, str]]:
    return [
        (module, f"{folder.name}_")
        for folder in list_plugin_folders()
        for module in list_modules(f"plugins/{folder.name}/forum_{folder.name}/")
    ]


def test_tables_of_plugins_are_prefixed() -> None:
    found = [find_foreign_names(module, prefix) for module, prefix in _list_plugin_modules()]
    assert [fault for faults in found for fault in faults] == []


def test_rows_of_plugins_go_with_what_they_hang_on() -> None:
    found = [find_loose_keys(module, prefix) for module, prefix in _list_plugin_modules()]
    assert [fault for faults in found for fault in faults] == []


def test_no_plugin_can_have_a_name_that_tables_of_the_core_begin_with() -> None:
    words = {
        column.value.value.partition("_")[0]
        for module in list_modules("forum/")
        for column in ast.walk(module.tree)
        if isinstance(column, ast.Assign)
        and [dotted(target) for target in column.targets] == ["__tablename__"]
        and isinstance(column.value, ast.Constant)
    }
    assert len(words) > 20
    assert words - RESERVED == set()


def test_plugins_are_projects_of_their_own() -> None:
    missing = [
        f"plugins/{folder.name}/{name}"
        for folder in list_plugin_folders()
        for name in (*NEEDED, f"forum_{folder.name}/plugin.py")
        if not (folder / name).exists()
    ]
    assert missing == []


def test_import_contracts_know_every_plugin() -> None:
    """A new plugin is added to root_packages and to the three contracts in setup.cfg."""
    packages = {f"forum_{folder.name}" for folder in list_plugin_folders()}
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    known = [set(config["importlinter"]["root_packages"].split()) - {"forum"}]
    if packages:
        rule = "importlinter:contract:"
        known += [set(config[f"{rule}plugins"]["source_modules"].split())]
        known += [set(config[f"{rule}strangers"]["modules"].split())]
        known += [set(config[f"{rule}names"]["forbidden_modules"].split())]
    assert known == [packages] * len(known)


@pytest.mark.parametrize(
    "sample",
    ['class A(Model):\n    __tablename__ = "vote"', 'sa.Table("vote", metadata)', "Table(name, m)"],
)
def test_table_without_prefix_is_caught(sample: str) -> None:
    assert len(list(find_foreign_names(Module("plugins/x/m.py", sample), "polls_"))) == 1
    kept = sample.replace("vote", "polls_vote").replace("name, m", "'polls_vote', m")
    assert list(find_foreign_names(Module("plugins/x/m.py", kept), "polls_")) == []


def test_key_without_cascade_is_caught() -> None:
    sample = Module("plugins/x/m.py", 'sa.ForeignKey("topic.id")')
    assert len(list(find_loose_keys(sample, "polls_"))) == 1
    kept = 'sa.ForeignKey("topic.id", ondelete="CASCADE")\nsa.ForeignKey("polls_option.id")'
    assert list(find_loose_keys(Module("plugins/x/m.py", kept), "polls_")) == []
