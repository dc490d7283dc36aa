"""Settings for all tests of the core; the fixtures come from `forum.testing.fixtures`."""

from __future__ import annotations

import hypothesis

# A busy machine is no failure, and a failure must come again when one looks for it.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")
