"""What a plugin hands to `notify` and does not fit is refused where it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.forum.discussions.surfaces import loaded, make_plugin
from tests.forum.notifications.post_office import PostOffice
from tests.forum.notifications.test_notices import TYPES, send


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": "kudos.unheard"}, KeyError),
        ({"kind": "mention"}, KeyError),
        ({"key": ""}, TypeError),
        ({"key": "k" * 81}, TypeError),
        ({"key": "a\nb"}, TypeError),
        ({"area_id": 1}, TypeError),
        ({"topic_id": None}, TypeError),
        ({"values": {"name": "Anke"}}, TypeError),
        ({"values": {"a b": "x"}}, TypeError),
        ({"values": {"a": "x" * 201}}, TypeError),
        ({"values": {"a": "\x00"}}, TypeError),
        ({"values": {"a": 2**60}}, TypeError),
        ({"values": {"a": True}}, TypeError),
        ({"values": {"a": None}}, TypeError),
        ({"values": {f"a{n}": 1 for n in range(11)}}, TypeError),
    ],
)
def test_what_does_not_fit_raises(
    office: PostOffice, changed: Mapping[str, Any], error: type[Exception]
) -> None:
    with loaded(office.world, make_plugin({}, notifications=TYPES)), pytest.raises(error):
        send(office, "anke", **{"topic_id": 1, **changed})
