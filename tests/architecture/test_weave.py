"""Every bundled plugin is woven into every shared surface, or says why it is not."""

from __future__ import annotations

from pathlib import Path

from forum.testing.weave import CELLS, Weave, read_weave
from tests.architecture.tree import ROOT, list_plugin_folders


def test_every_cell_has_a_test_or_a_reason() -> None:
    woven = read_weave(ROOT)
    assert [weave.plugin for weave in woven] == [folder.name for folder in list_plugin_folders()]
    assert [fault for weave in woven for fault in weave.find_faults()] == []


def test_faults_are_named() -> None:
    weave = Weave("kudos", reasons=dict.fromkeys(CELLS, "no") | {"digest": " ", "colour": "no"})
    weave.tests["search"].append("a::b")
    assert [*weave.find_faults()] == [
        "kudos: a test and a reason why there is none for 'search'",
        "kudos: no test and no reason for 'digest'",
        "kudos: 'colour' is no cell of the weave",
    ]


def test_marks_and_reasons_are_read(tmp_path: Path) -> None:
    tests = tmp_path / "plugins" / "kudos" / "tests"
    tests.mkdir(parents=True)
    (tests.parent / "setup.cfg").touch()
    (tests / "test_kudos.py").write_text(
        '@pytest.mark.weave("search", "digest")\ndef test_found(): ...\n'
        "class TestContract(PluginContract):\n"
        '    unwoven: dict = {"moderation": "nothing to hide"}\n'
    )
    journeys = tmp_path / "tests"
    journeys.mkdir()
    (journeys / "test_all.py").write_text(
        '@pytest.mark.weave("demo and canaries", plugin="*")\ndef test_walk(): ...\n'
    )
    [weave] = read_weave(tmp_path)
    found = "plugins/kudos/tests/test_kudos.py"
    assert weave.tests["search"] == weave.tests["digest"] == [f"{found}::test_found"]
    assert weave.tests["demo and canaries"] == ["tests/test_all.py::test_walk"]
    assert f"{found}::TestContract::test_rule[off]" in weave.tests["area on/off"]
    assert weave.reasons == {"moderation": "nothing to hide"}
