"""What the forum brings along keeps the contract, as anybody can check by one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.testing.apps import Workshop
from forum.testing.kit.bench import RULES
from tests.architecture.tree import ROOT
from tests.broken_plugins import forked
from tests.forum.cli.conftest import clean_environment

BUNDLED = sorted(path.parent.name for path in ROOT.glob("plugins/*/setup.cfg"))


# Each rule is a test of each plugin in `make test` as well (`plugins/*/tests/test_contract.py`);
# this is the command, a minute for each.
@pytest.mark.soak
@pytest.mark.parametrize("name", BUNDLED)
def test_forum_plugin_check_passes_every_rule(
    name: str, tmp_path: Path, workshop: Workshop
) -> None:
    environ = {**clean_environment(), "TEST_PG_URL": workshop.cluster().admin}
    code, told = forked.check(tmp_path, name, [], environ)
    broken = [one for one in told["rules"] if one["state"] != "passed"]
    assert (code, told["ok"], broken) == (0, True, [])
    assert [one["rule"] for one in told["rules"]] == [rule.name for rule in RULES]


def test_there_are_five_of_them_and_each_has_its_contract_among_the_tests() -> None:
    assert BUNDLED == ["badges", "chapters", "crosspost", "digest", "polls"]
    for name in BUNDLED:
        contract = (ROOT / "plugins" / name / "tests" / "test_contract.py").read_text("utf-8")
        assert f'plugin = "{name}"' in contract
        assert "PluginContract)" in contract
