"""PluginContract: what a plugin's own tests inherit; each rule of the kit is a test of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from forum.testing.apps import Workshop
from forum.testing.fixtures import give_up
from forum.testing.kit.bench import RULES, Bench
from forum.testing.kit.rule import Rule
from forum.testing.services import Missing


class PluginContract:
    """Inherit it in a test module, say which plugin, and run pytest.

    `class TestContract(PluginContract): plugin = "kudos"`
    """

    plugin: ClassVar[str]

    @pytest.fixture(scope="class")
    @classmethod
    def bench(cls, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
        """The plugin on the kit's ground."""
        directory = tmp_path_factory.mktemp(f"kit-{cls.plugin}-{workshop.worker}")
        bench = Bench(cls.plugin, directory, open_cluster=workshop.cluster)
        yield bench
        bench.close()

    @pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
    def test_rule(self, bench: Bench, rule: Rule) -> None:
        """Look at one rule; what is missing is said as for every other test."""
        result = bench.run(rule)
        if result.lacks:
            give_up(Missing(result.note))
        if result.state == "unchecked":
            pytest.skip(result.note)
        if result.breaches:
            told = "\n".join(f"  {breach}" for breach in result.breaches)
            pytest.fail(f"rule {rule.name}: {rule.proves}\n{told}", pytrace=False)
