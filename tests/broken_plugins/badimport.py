"""Cannot be imported."""

import forum_does_not_exist  # noqa: F401
