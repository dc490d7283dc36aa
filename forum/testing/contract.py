"""PluginContract: what a plugin's own tests inherit; each rule of the kit is a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Final, TypeAlias

import pytest

from forum.testing.apps import Workshop
from forum.testing.databases import KINDS, Kind
from forum.testing.fixtures import give_up
from forum.testing.kit.bench import RULES, Bench
from forum.testing.kit.rule import Rule
from forum.testing.services import Missing

Benches: TypeAlias = Callable[[Kind], Bench]
CASES: Final[tuple[tuple[Rule, Kind], ...]] = tuple(
    (rule, kind) for kind in KINDS for rule in RULES if kind == "sqlite" or not rule.once
)
NAMES: Final = [rule.name if kind == "sqlite" else f"{rule.name}-{kind}" for rule, kind in CASES]


class PluginContract:
    """Inherit it in a test module, say which plugin, and run pytest.

    `class TestContract(PluginContract): plugin = "kudos"`
    """

    plugin: ClassVar[str]
    unwoven: ClassVar[Mapping[str, str]] = {}
    """Cells of `forum.testing.weave` that do not apply to the plugin, and why; read, not run."""

    @pytest.fixture(scope="class")
    @classmethod
    def benches(
        cls, workshop: Workshop, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Benches]:
        """The plugin on the kit's ground, on each kind of database that a rule asks for."""
        made: dict[Kind, Bench] = {}

        def find(kind: Kind) -> Bench:
            if kind not in made:
                directory = tmp_path_factory.mktemp(f"kit-{cls.plugin}-{workshop.worker}-{kind}")
                made[kind] = Bench(cls.plugin, directory, open_cluster=workshop.cluster, kind=kind)
            return made[kind]

        yield find
        for bench in made.values():
            bench.close()

    @pytest.mark.parametrize(("rule", "kind"), CASES, ids=NAMES)
    def test_rule(
        self, benches: Benches, rule: Rule, kind: Kind, pytestconfig: pytest.Config
    ) -> None:
        """Look at one rule; what is missing is said as for every other test."""
        asked = pytestconfig.getoption("--database")
        if asked not in ("both", kind):
            pytest.skip(f"--database {asked}")
        result = benches(kind).run(rule)
        if result.lacks:
            give_up(Missing(result.note))
        if result.state == "unchecked":
            pytest.skip(result.note)
        if result.breaches:
            told = "\n".join(f"  {breach}" for breach in result.breaches)
            pytest.fail(f"rule {rule.name}: {rule.proves}\n{told}", pytrace=False)
