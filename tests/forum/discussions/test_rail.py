"""The rail of a long topic leads to its beginning, to days on the way and to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from forum.core import clock
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]


def list_steps(page: str) -> list[tuple[str, str, bool]]:
    """Return text, address and whether one is there, from top to bottom."""
    rail = page.partition('<nav class="rail"')[2].partition("</nav>")[0]
    found = re.findall(r'<li><a href="([^"]+)"( aria-current="true")?>([^<]+)</a>', rail)
    return [(text, url.replace("&amp;", "&"), bool(current)) for url, current, text in found]


def fill(world: World, replies: int) -> str:
    """Start a topic on the first of March 2025 and answer it once a day."""
    begin = clock.now().replace(year=2025, month=3, day=1, hour=12)
    with clock.freeze(begin):
        topic = world.start()
    for number in range(1, replies + 1):
        with clock.freeze(begin + timedelta(days=number)):
            world.reply("deniz", topic.topic_id, f"Nr. {number}")
    return f"/t/{topic.topic_id}-beitraege"


def test_a_topic_of_one_page_has_no_rail(world: World, visit: Visit) -> None:
    assert list_steps(visit("petra").open(fill(world, 3))) == []


def test_a_long_topic_names_days_on_the_way(world: World, visit: Visit) -> None:
    url, petra = fill(world, 59), visit("petra")
    steps = list_steps(petra.open(url))
    assert [text for text, _url, _here in steps] == [
        "Anfang, 1. März 2025",
        "11. März 2025",
        "21. März 2025",
        "31. März 2025",
        "10. April 2025",
        "20. April 2025",
        "Ende, 29. April 2025",
    ]
    assert [here for _text, _url, here in steps] == [True, *[False] * 6]
    assert "<p>Nr. 30</p>" in petra.open(steps[3][1])
    assert "Erster neuer Beitrag" in [text for text, _url, _here in list_steps(petra.open(url))]
    assert "<p>Nr. 59</p>" in petra.open(steps[-1][1])


def test_the_rail_says_where_one_is(world: World, visit: Visit) -> None:
    url, petra = fill(world, 59), visit("petra")
    middle = list_steps(petra.open(f"{url}?view=flat&from=31"))
    assert [text for text, _url, here in middle if here] == ["31. März 2025"]
    assert len({text for text, _url, _here in middle}) == len(middle)
    last = list_steps(petra.open(f"{url}?view=flat&from=50"))
    assert [text for text, _url, here in last if here] == ["Ende, 29. April 2025"]
    assert all("view=flat" in url for text, url, _here in last if "neuer" not in text)
