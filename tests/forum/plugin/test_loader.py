"""What is loaded, in which order, and what is left out with which reason."""

import logging
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from forum.core.errors import ConfigError
from forum.plugin import BrokenPlugin
from forum.plugin.hookspec import Deprecated
from forum.plugin.loader import GROUP, discover, load_plugins
from forum.plugin.specs import SPECS
from tests.broken_plugins import misspelt, points
from tests.forum.plugin.examples import search
from tests.forum.plugin.samples import examples, load

QUARANTINE = [
    ("badimport", "import", "No module named 'forum_does_not_exist'"),
    ("exitsatimport", "import", "raised SystemExit: 1"),
    ("nomanifest", "manifest", "the module has no `manifest`"),
    ("othername", "name", "the manifest says 'anothername'"),
    ("oldapi", "core", "it wants API >=2, this forum has 1.0"),
    ("misspelt", "hook name", "did you mean 'render_post_panels'?"),
    ("wrongargument", "hook signature", "'pages'"),
    ("unmarked", "hook marker", "validate_post is not marked as a hook"),
    ("pushesahead", "hook options", "filter_post_html is marked with tryfirst"),
    ("wraps", "hook options", "filter_post_html is marked with wrapper"),
    ("coroutine", "hook signature", "filter_post_html is a coroutine function"),
    ("lonely", "requires", "it requires 'nowhere', which is not loaded"),
    ("failsatstart", "register_topic_kinds", "it raised ZeroDivisionError: kaputt"),
    ("registerstwice", "topic kind", "'discussion' belongs to the core already"),
    ("quotestoo", "markup", "'quote' belongs to the core already"),
    ("keepsdata", "personal_data", "it keeps personal data but has no export_user"),
    ("foreigntable", "personal_data", "table 'post' is not the plugin's"),
    ("deaf", "events", "on_event and the manifest's events go together"),
]


@pytest.mark.parametrize(("name", "rule", "reason"), QUARANTINE)
def test_a_broken_plugin_is_left_out_with_one_line(name: str, rule: str, reason: str):
    loaded = load("kudos", broken=(name,))
    assert loaded.names == {"kudos"}
    [quarantined] = loaded.quarantined
    assert (quarantined.name, quarantined.rule) == (name, rule)
    assert reason in quarantined.reason
    assert quarantined.reason.startswith(f"plugin {name!r}, rule {rule}: ")
    assert "\n" not in quarantined.reason


def test_a_circle_is_left_out_with_what_hangs_on_it():
    loaded = load("kudos", broken=("circlea", "circleb", "behindcircle"))
    assert loaded.names == {"kudos"}
    assert [(entry.name, entry.rule) for entry in loaded.quarantined] == [
        ("behindcircle", "requires"),
        ("circlea", "requires"),
        ("circleb", "requires"),
    ]
    assert "circle through 'circleb'" in loaded.quarantined[1].reason


def test_what_requires_a_broken_plugin_is_left_out_too():
    loaded = load(broken=("misspelt", "needsbroken"))
    assert [(entry.name, entry.rule) for entry in loaded.quarantined] == [
        ("misspelt", "hook name"),
        ("needsbroken", "requires"),
    ]
    assert "mend 'misspelt' first" in loaded.quarantined[1].reason


def test_who_wants_an_event_that_nobody_declares_is_left_out():
    core = {"discussions.post_created"}
    found = [*examples("kudos", "thanks"), *points("unheard", "needsunheard")]
    loaded = load_plugins(enabled="kudos,unheard,needsunheard", found=found, core_events=core)
    assert loaded.names == {"kudos"}
    assert [(entry.name, entry.rule) for entry in loaded.quarantined] == [
        ("needsunheard", "requires"),
        ("unheard", "events"),
    ]
    assert loaded.quarantined[1].reason == (
        "plugin 'unheard', rule events: no feature and no loaded plugin has an event "
        "'discussions.post_creatd'; did you mean 'discussions.post_created'?"
    )
    with pytest.raises(BrokenPlugin, match="no feature and no loaded plugin has an event"):
        load_plugins(enabled="unheard", found=found, core_events=core, strict=True)


def test_two_plugins_with_one_name_are_both_left_out():
    twice = [*examples("kudos"), EntryPoint("kudos", "tests.forum.plugin.examples.thanks", GROUP)]
    loaded = load_plugins(enabled="all", found=[*twice, *examples("thanks")])
    assert loaded.names == {"thanks"}
    assert [(entry.name, entry.rule) for entry in loaded.quarantined] == [("kudos", "name")]


def test_one_plugin_found_twice_is_one_plugin():
    loaded = load_plugins(enabled="all", found=examples("kudos", "kudos"))
    assert [plugin.name for plugin in loaded.plugins] == ["kudos"]


def test_of_two_plugins_with_one_topic_kind_the_first_stays():
    loaded = load("thanks", "kudos")
    assert loaded.names == {"kudos"}
    assert "'thanks' belongs to kudos already" in loaded.quarantined[0].reason


def test_order_is_built_ins_then_requirements_then_names():
    loaded = load("thanks", "applause", "kudos", broken=("vetoes", "deaf"), builtin=True)
    assert [plugin.name for plugin in loaded.plugins] == ["search", "kudos", "applause", "vetoes"]


def test_a_plugin_cannot_take_the_name_of_a_built_in():
    point = EntryPoint("kudos", "tests.forum.plugin.examples.kudos", GROUP)
    loaded = load_plugins(enabled="all", found=[point], builtins=[point.load()])
    assert [(plugin.name, plugin.builtin) for plugin in loaded.plugins] == [("kudos", True)]
    assert "a built-in plugin has this name" in loaded.quarantined[0].reason


def test_the_operators_list_decides():
    found = examples("kudos", "applause", "thanks")
    loaded = load_plugins(enabled=" kudos, applause,", found=found)
    assert loaded.names == {"kudos", "applause"}
    assert loaded.available == ("thanks",)
    assert load_plugins(enabled="", found=found).names == frozenset()


def test_a_requirement_off_the_list_is_not_loaded_silently():
    loaded = load_plugins(enabled="applause", found=examples("kudos", "applause"))
    assert loaded.plugins == ()
    assert "add it to the list of plugins" in loaded.quarantined[0].reason


def test_an_unknown_name_stops_the_start():
    with pytest.raises(ConfigError) as caught:
        load_plugins(enabled="kudos,badges", found=examples("kudos"))
    assert str(caught.value) == (
        "unknown plugin 'badges' in the list of plugins to load; "
        "install it or take it out (installed: kudos)"
    )


def test_safe_mode_loads_built_ins_only():
    loaded = load_plugins(enabled="all", found=examples("kudos"), builtins=[search], safe_mode=True)
    assert (loaded.names, loaded.safe_mode) == (frozenset({"search"}), True)


def test_a_broken_built_in_stops_the_start():
    with pytest.raises(BrokenPlugin, match="there is no hook 'render_post_panel'"):
        load_plugins(enabled="all", found=[], builtins=[misspelt])


def test_strict_raises_instead_of_leaving_out():
    with pytest.raises(BrokenPlugin, match="rule hook marker"):
        load_plugins(enabled="all", found=points("unmarked"), strict=True)


def test_what_a_plugin_registers_is_frozen_at_start():
    [kudos] = load("kudos").plugins
    found = kudos.contributions
    assert [kind.name for kind in found.topic_kinds] == ["thanks"]
    assert [route.endpoint for group in found.routes for route in group.routes] == ["give", "back"]
    assert [source.name for source in found.sources] == ["kudos_csv"]
    assert [job.name for job in found.jobs] == ["kudos.forget"]


def test_installed_distributions_are_found_with_their_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    info = tmp_path / "forum_hello-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forum-hello\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nhello = forum_hello\n")
    (tmp_path / "forum_hello.py").write_text(
        "from forum.plugin import Manifest\n"
        "manifest = Manifest(name='hello', title='Hallo', summary='Grüßt', core='>=1',"
        " licence='MIT')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    loaded = load_plugins(enabled="hello", found=discover())
    assert [(plugin.name, plugin.version) for plugin in loaded.plugins] == [("hello", "2.5")]


def test_a_plugin_that_uses_a_hook_that_goes_is_told_so_at_the_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone = Deprecated(since="1.1", until="2.0", instead="use another")
    spec = replace(SPECS["filter_post_html"], deprecated=gone)
    monkeypatch.setattr("forum.plugin.loader.SPECS", {**SPECS, "filter_post_html": spec})
    with caplog.at_level(logging.WARNING, logger="forum.plugin.loader"):
        load_plugins(enabled="all", found=points("writes"))
    said = "plugin writes uses filter_post_html, deprecated since 1.1, gone with 2.0: use another"
    assert said in caplog.text
