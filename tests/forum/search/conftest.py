"""The small federation of the tests of discussions, to search in."""

from tests.forum.discussions.conftest import world as world
