"""Every hook is declared in full, and core can call every one of them."""

import inspect

import pytest

from forum.plugin.dispatch import Hooks, LoadedHooks
from forum.plugin.hookspec import hookspec
from forum.plugin.specs import MODULES, SPECS


def test_the_first_set_of_hooks():
    assert {name: (spec.audience, spec.on_error) for name, spec in SPECS.items()} == {
        "register_topic_kinds": ("start", "abort"),
        "register_blueprints": ("start", "abort"),
        "register_markup": ("start", "abort"),
        "register_notifications": ("start", "abort"),
        "register_hosts": ("start", "abort"),
        "register_sources": ("start", "abort"),
        "register_jobs": ("start", "abort"),
        "register_schedules": ("start", "abort"),
        "register_mail_guards": ("start", "abort"),
        "register_checks": ("start", "abort"),
        "register_events": ("start", "abort"),
        "validate_post": ("area", "abort"),
        "validate_topic": ("area", "abort"),
        "filter_post_source": ("area", "skip"),
        "filter_post_html": ("area", "skip"),
        "render_post_panels": ("area", "skip"),
        "render_area_panels": ("area", "skip"),
        "register_api": ("start", "abort"),
        "collect_topic_fields": ("area", "skip"),
        "collect_post_fields": ("area", "skip"),
        "collect_search_documents": ("loaded", "skip"),
        "collect_digest_items": ("area", "skip"),
        "render_site_panels": ("area", "skip"),
        "on_event": ("area", "abort"),
        "move_topic": ("loaded", "abort"),
        "move_area": ("loaded", "abort"),
        "copy_area": ("loaded", "abort"),
        "export_area": ("loaded", "abort"),
        "delete_area": ("loaded", "abort"),
        "erase_user": ("loaded", "abort"),
        "export_user": ("loaded", "abort"),
        "merge_users": ("loaded", "abort"),
        "seed_demo": ("loaded", "abort"),
    }


@pytest.mark.parametrize("name", SPECS)
def test_a_hook_says_what_it_promises(name: str):
    function = next(vars(module)[name] for module in MODULES if name in vars(module))
    lines = [line.strip() for line in (inspect.getdoc(function) or "").splitlines()]
    for promise in ("When:", "Not sent for:", "Return:", "Errors:", "Cost:"):
        assert sum(line.startswith(promise) for line in lines) == 1, promise


@pytest.mark.parametrize(("audience", "caller"), [("area", Hooks), ("loaded", LoadedHooks)])
def test_core_calls_hooks_by_their_own_name_and_arguments(audience: str, caller: type):
    methods = {
        name: tuple(inspect.signature(method).parameters)[1:]
        for name, method in vars(caller).items()
        if not name.startswith("_")
    }
    arguments = {name: spec.arguments for name, spec in SPECS.items() if spec.audience == audience}
    if "export_area" in arguments:
        arguments["export_area"] = ("area", "make_bundle")  # a folder of its own for each
    if "seed_demo" in arguments:
        arguments["seed_demo"] = ("make_world",)  # every plugin gets a world of its own
    assert methods == arguments


def test_a_spec_cannot_contradict_its_verb():
    def validate_mood() -> None: ...
    def render_mood() -> None: ...
    def enjoy_mood() -> None: ...

    with pytest.raises(TypeError, match="validate hooks fail closed"):
        hookspec(audience="area", on_error="skip")(validate_mood)
    with pytest.raises(TypeError, match="render hooks have audience area"):
        hookspec(audience="loaded", on_error="skip")(render_mood)
    with pytest.raises(TypeError, match="'enjoy' is no kind of hook"):
        hookspec(audience="area", on_error="skip")(enjoy_mood)
