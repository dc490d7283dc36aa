"""The members with mailboxes of the tests of notifications, to moderate among."""

from tests.forum.notifications.conftest import office as office
