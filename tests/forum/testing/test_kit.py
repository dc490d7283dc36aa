"""The kit on what the core brings itself, and what it says when it cannot look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.app import BUILTINS
from forum.core.errors import ConfigError
from forum.testing.apps import Workshop
from forum.testing.kit.bench import RULES, Bench
from forum.testing.kit.reading import HOSTILE, read_page
from forum.testing.kit.rule import Rule
from forum.testing.services import Missing

NAMES = [module.manifest.name for module in BUILTINS]
OF_BUILTINS = [rule for rule in RULES if rule.of_builtins]


@pytest.fixture(scope="module", params=NAMES)
def bench(
    request: pytest.FixtureRequest, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    made = Bench(request.param, tmp_path_factory.mktemp("kit"), open_cluster=workshop.cluster)
    yield made
    made.close()


@pytest.mark.parametrize("rule", OF_BUILTINS, ids=[rule.name for rule in OF_BUILTINS])
def test_the_cores_own_plugins_keep_the_rules(bench: Bench, rule: Rule) -> None:
    result = bench.run(rule)
    assert (result.state, result.breaches) == ("passed", ())


def test_rules_on_tables_are_left_out_for_the_cores_own(bench: Bench) -> None:
    notes = {bench.run(rule).note for rule in RULES if not rule.of_builtins}
    assert notes == {"does not concern built-in plugins"}


def test_a_plugin_that_is_not_installed_is_said_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no plugin nirgends is installed \(installed: .*polls"):
        Bench("nirgends", tmp_path, open_cluster=_have_none)


def test_what_needs_a_service_says_which(tmp_path: Path) -> None:
    bench = Bench("polls", tmp_path, open_cluster=_have_none)
    result = bench.run(next(rule for rule in RULES if rule.name == "migrations"))
    bench.close()
    assert (result.state, result.lacks, result.note) == ("unchecked", True, "no PostgreSQL here")


def test_a_hostile_name_is_found_as_an_element_and_as_an_attribute() -> None:
    escaped = HOSTILE.replace("<", "&lt;").replace('"', "&#34;")
    assert read_page(f'<p title="{escaped}">{escaped}</p>').slips == []
    assert read_page(f"<p>{HOSTILE}</p>").slips == ["<kit-tag>"]
    assert read_page(f'<p title="{HOSTILE}">x</p>').slips != []


def test_forms_are_read_as_a_browser_would_send_them() -> None:
    page = (
        '<form method="post" action="/x"><input name="a" value="1"><input type="radio" name="b"'
        ' value="2"><button name="c" value="3"></form><button formaction="/y" name="d" value="4">'
    )
    found = [(form.action, form.fields) for form in read_page(page).forms]
    assert found == [("/x", {"a": "1"}), ("/y", {"d": "4"})]


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


def _have_none() -> None:
    raise Missing("no PostgreSQL here")
