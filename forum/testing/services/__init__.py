"""Real servers for tests and benchmarks: PostgreSQL, Redis, a mail sink, Chromium.

Each module finds its service in a fixed order and raises `Missing` with one line when none is
there. What a missing service means for a test is decided in `forum.testing.fixtures`.
"""


class Missing(Exception):
    """A service is not there; the message says what was looked for and how to get it."""
