"""The conformance kit names each seeded violation by its rule, and no other rule with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from forum.testing.apps import Workshop
from forum.testing.kit.bench import RULES
from tests.broken_plugins import forked
from tests.broken_plugins.seeds import SEEDS
from tests.broken_plugins.variants import GOOD, NAME, Edits, Seed, plant
from tests.forum.cli.conftest import clean_environment

ROOT = Path(__file__).parents[2]
QUICK = [rule.name for rule in RULES if rule.name != "accessibility"]


def check(directory: Path, rules: list[str], cluster: str) -> tuple[int, dict[str, Any]]:
    environ = {**clean_environment(), "PYTHONPATH": f"{directory}:{ROOT}", "TEST_PG_URL": cluster}
    return forked.check(directory, NAME, rules, environ)


def find_breaches(told: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    return {one["rule"]: one["breaches"] for one in told["rules"] if one["state"] == "failed"}


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_each_violation_is_caught_by_its_rule(
    seed: Seed, tmp_path: Path, workshop: Workshop
) -> None:
    code, told = check(plant(seed, tmp_path), [seed.rule], workshop.cluster().admin)
    failed = find_breaches(told)
    assert (code, told["ok"], list(failed)) == (1, False, [seed.rule])
    assert seed.surface in {breach["surface"] for breach in failed[seed.rule]}, failed


@pytest.mark.soak
@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_each_violation_is_caught_by_no_other_rule(
    seed: Seed, tmp_path: Path, workshop: Workshop
) -> None:
    # The browser is slow: it looks at the seed that is its own, and at good plugins.
    rules = [rule.name for rule in RULES if rule.name in (seed.rule, *QUICK)]
    _code, told = check(plant(seed, tmp_path), rules, workshop.cluster().admin)
    assert list(find_breaches(told)) == [seed.rule]


# The journey of a developer runs all rules on the plugin as it is written, from its wheel.
@pytest.mark.soak
@pytest.mark.parametrize("edits", GOOD.values(), ids=GOOD)
def test_a_plugin_without_a_seed_keeps_every_rule(
    edits: Edits, tmp_path: Path, workshop: Workshop
) -> None:
    code, told = check(plant(Seed("", "", edits), tmp_path), [], workshop.cluster().admin)
    broken = [one for one in told["rules"] if one["state"] != "passed"]
    assert (code, told["ok"], broken) == (0, True, [])
    assert [one["rule"] for one in told["rules"]] == [rule.name for rule in RULES]


def test_every_rule_has_a_seed() -> None:
    assert {seed.rule for seed in SEEDS} == {rule.name for rule in RULES}
