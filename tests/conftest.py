"""Settings for all tests of the core; the fixtures come from `forum.testing.fixtures`."""

from __future__ import annotations

from typing import Final

import hypothesis
import pytest

# A busy machine is no failure, and a failure must come again when one looks for it.
# Nothing is timed here: a slow machine is no reason to fail.
hypothesis.settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("repeatable")

# What takes longest and looks at the same once more: `make soak` runs it, so that `make test` stays
# within its time. Each has a sibling that stays: the other database, another plugin, another look.
LONG: Final = (
    (
        "TestContract::test_rule[",
        ("routes-postgresql]", "sample-postgresql]", "escaping-postgresql]"),
    ),
    ("TestContract::test_rule[", ("declared-postgresql]", "statements-postgresql]")),
    ("crosspost/tests/test_contract.py::", ("-postgresql]",)),
    ("journeys/test_authorization.py::", ("[postgresql",)),
    ("journeys/test_hostile_input.py::", ("[postgresql",)),
    ("journeys/test_what_is_written.py::", ("[postgresql",)),
    ("journeys/test_headers.py::", ("[postgresql",)),
    ("journeys/test_leaving.py::", ("[postgresql",)),
    ("journeys/test_merging.py::", ("[postgresql",)),
    ("journeys/test_second_references.py::", ("[postgresql",)),
    ("/test_repliers.py::", ("[sqlite",)),
    ("/test_hosts.py::", ("[sqlite",)),
    ("/test_leaks.py::", ("[sqlite",)),
    ("/test_attack.py::", ("[sqlite",)),
    ("crosspost/tests/test_feed_races.py::test_kill_9", ("[sqlite",)),
    ("crosspost/tests/test_resume.py::test_kill_9", ("[postgresql",)),
    ("chapters/tests/test_races.py::test_killed_", ("[sqlite",)),
    ("digest/tests/test_races.py::test_three_kills", ("[sqlite",)),
    (
        "/test_accessibility.py::",
        ("[lv-niedersachsen", "[betrieb-dark", "[kreis-osnabrueck-dark", "_polls[dark"),
    ),
    ("::test_dev2_", ("[profile]", "[area page]", "[topic page]", "[page of", "[export, mail")),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(part in item.nodeid and _has(item.nodeid, cases) for part, cases in LONG):
            item.add_marker(pytest.mark.soak)


def _has(nodeid: str, cases: tuple[str, ...]) -> bool:
    return any(case in nodeid for case in cases)
