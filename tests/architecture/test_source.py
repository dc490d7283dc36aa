"""Every Python file keeps the rules, and every rule catches a sample that breaks it."""

from __future__ import annotations

import ast

import pytest

from tests.architecture import source_rules as rules
from tests.architecture.tree import Module, list_modules, list_product_modules

HEAD = '"""What belongs here."""\n'
# Rule, path of the sample, text that breaks the rule, text that keeps it.
SAMPLES: list[tuple[rules.Rule, str, str, str]] = [
    (rules.keep_files_small, "forum/x/views.py", HEAD + "x = 1\n" * 400, HEAD + "x = 1\n" * 399),
    (rules.say_what_belongs_here, "forum/x/views.py", "x = 1\n", HEAD),
    (rules.say_what_belongs_here, "forum/x/views.py", '"""a\nb\nc\nd\ne\n"""\n', ""),
    (rules.take_time_from_the_clock, "forum/x/a.py", "t = datetime.now(UTC)", "t = clock.now()"),
    (rules.take_time_from_the_clock, "forum/x/a.py", "t = datetime.datetime.utcnow()", "t = 1"),
    (rules.take_time_from_the_clock, "forum/x/a.py", "t = date.today()", "t = now()"),
    (rules.print_only_in_commands, "forum/x/a.py", "print(1)", "log.info(1)"),
    (rules.fetch_through_the_guard, "forum/x/a.py", "import urllib.request", "import urllib.parse"),
    (rules.fetch_through_the_guard, "plugins/x/a.py", "from http import client", "import http"),
    (rules.fetch_through_the_guard, "forum/x/a.py", "from httpx import get", "import httpxy"),
    (
        rules.begin_with_the_verb,
        "forum/areas/queries.py",
        "def topics(v): return s.execute(v)",
        "def list_topics(v): return s.execute(v)\ndef columns(v): ...",
    ),
    (
        rules.begin_with_the_verb,
        "forum/areas/rules/posting.py",
        "def may_post(v) -> bool: ...",
        "def can_post(v) -> bool: ...\ndef tell_role(v) -> str: ...",
    ),
    (
        rules.begin_with_the_verb,
        "forum/areas/operations.py",
        "def get_x(v): ...",
        "def reply(v): ...",
    ),
    (
        rules.name_arguments,
        "forum/areas/queries.py",
        "def list_x(a, b, c): ...",
        "def list_x(a, b, *, c): ...\ndef _x(a, b, c): ...",
    ),
    (
        rules.name_arguments,
        "plugins/x/forum_x/operations.py",
        "def close(a, why: bool): ...",
        "def close(a, *, why: bool): ...",
    ),
    (
        rules.leave_the_end_to_the_caller,
        "forum/areas/operations.py",
        "db.session.commit()",
        "db.session.flush()",
    ),
    (
        rules.respect_other_rooms,
        "forum/home/queries.py",
        "from forum.areas.models import Area",
        "from forum.home.models import Feed",
    ),
    (
        rules.respect_other_rooms,
        "forum/home/views.py",
        "from forum.areas import models",
        "from forum.areas import queries",
    ),
]


def test_every_module_keeps_the_rules() -> None:
    """One walk for all rules: reading the tree anew for each of them takes longer than they do."""
    faults = [fault for one in list_modules() for rule in rules.EVERYWHERE for fault in rule(one)]
    assert faults == []


def test_every_shipped_module_keeps_the_rules() -> None:
    modules = list_product_modules()
    assert [fault for one in modules for rule in rules.IN_THE_PRODUCT for fault in rule(one)] == []


@pytest.mark.parametrize(("rule", "path", "bad", "good"), SAMPLES)
def test_rule_catches_its_sample(rule: rules.Rule, path: str, bad: str, good: str) -> None:
    assert len(list(rule(Module(path, bad)))) == 1
    assert list(rule(Module(path, good))) == []


@pytest.mark.parametrize("path", ["forum/x/utils.py", "forum/helpers/x.py", "forum/x/common.py"])
def test_vague_names_are_caught(path: str) -> None:
    assert len(list(rules.name_what_it_is(Module(path, HEAD)))) == 1


def test_every_rule_has_a_sample() -> None:
    shown = {rule for rule, *_ in SAMPLES} | {rules.name_what_it_is}
    assert shown == {*rules.EVERYWHERE, *rules.IN_THE_PRODUCT}


def test_no_exception_is_stale() -> None:
    names = {
        node.name
        for module in list_product_modules()
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    }
    assert rules.EXCEPTIONS - names == set()
