"""Two at once, and killed half way: no name twice, no address twice, no half branch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_chapters.models import FrontPage
from forum_chapters.patterns import get_source
from werkzeug.test import TestResponse

from forum.api.data import unscoped
from forum.areas.models import Area, AreaHost
from forum.core.audit import AuditEntry

if TYPE_CHECKING:
    from conftest import Federation

OPEN = "/a/ni/chapters/new/open"
PARTS = ["neues", "geschaeftsstelle", "vorstand", "recht", "bezirk-nord", "bezirk-sued"]
Act = Callable[[], TestResponse]


def at_once(acts: Sequence[Act]) -> list[TestResponse]:
    """Let all of them begin at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> TestResponse:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def opens(bund: Federation, user: int, address: str = OPEN, **fields: object) -> Act:
    given = {"source": get_source("landesverband"), "where": "here", "step": "open"}
    return lambda: bund.send(user, address, **{**given, "parts": PARTS, **fields})


def count_all(bund: Federation) -> list[int]:
    """Return how many areas, hosts, front pages and entries of the log there are."""
    models = (Area, AreaHost, FrontPage, AuditEntry)
    counted = [sa.select(sa.func.count()).select_from(model) for model in models]
    with bund.app.app_context(), unscoped("tests count") as session:
        return [session.scalar(one) or 0 for one in counted]


def list_slugs(bund: Federation, beginning: str) -> list[str]:
    wanted = sa.select(Area.slug).where(Area.slug.startswith(beginning)).order_by(Area.slug)
    with bund.app.app_context(), unscoped("tests look everywhere") as session:
        return list(session.scalars(wanted))


def test_two_admins_who_open_the_same_address_get_one_branch(bund: Federation) -> None:
    address, fields = "/a/bund/chapters/new/open", {"where": "below", "name": "Saarland"}
    act = opens(bund, bund.georg, address, slug="saarland", host="saarland", **fields)
    answers = at_once([act, act])
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    [refused] = [answer for answer in answers if answer.status_code == 422]
    assert "Diese Adresse gehört schon einem anderen Bereich." in refused.text
    assert 'value="Saarland"' in refused.text
    assert list_slugs(bund, "saarland") == [
        "saarland",
        *(f"saarland-{key}" for key in sorted(PARTS)),
    ]


def test_two_admins_who_furnish_one_branch_leave_each_area_once(bund: Federation) -> None:
    answers = at_once([opens(bund, bund.wiebke), opens(bund, bund.georg)])
    # Who comes second takes what is there, or is told that it is there by now.
    assert {answer.status_code for answer in answers} in ({303}, {303, 422})
    assert list_slugs(bund, "ni-") == [f"ni-{key}" for key in sorted(PARTS)]


def test_two_branches_that_want_one_name_share_no_name(bund: Federation) -> None:
    pairs = ((bund.wiebke, "ni"), (bund.bea, "by"))
    acts = [
        lambda user=user, slug=slug: bund.send(user, f"/a/{slug}/chapters/host", host="nord")
        for user, slug in pairs
    ]
    answers = at_once(acts)
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    [refused] = [answer for answer in answers if answer.status_code == 422]
    assert "nord.example.org ist schon vergeben." in refused.text
    assert 'value="nord"' in refused.text


def test_nobody_gets_a_fourth_name_by_being_quick(bund: Federation) -> None:
    names = ("a1", "a2", "a3", "a4", "a5")
    answers = at_once(
        [
            lambda name=name: bund.send(bund.wiebke, "/a/ni/chapters/host", host=name)
            for name in names
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [303, 303, 303, 422, 422]
    assert count_all(bund)[1] == 3


@pytest.mark.parametrize("table", ["area", "chapters_front_page", "area_host"])
def test_killed_half_way_there_is_no_branch_and_the_next_try_makes_it_whole(
    bund: Federation, tmp_path: Path, table: str
) -> None:
    """The process really dies, with areas written and not committed."""
    before = count_all(bund)
    script, url = Path(__file__).with_name("killed.py"), bund.app.config["FORUM"].url
    kept = {key: value for key, value in os.environ.items() if not key.startswith("FORUM_")}
    arguments = [url, tmp_path, bund.wiebke, bund.ni, table]
    command = [sys.executable, str(script), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=kept, text=True) as process:
        assert process.stdout is not None
        assert any(line == "half\n" for line in process.stdout)
        process.send_signal(signal.SIGKILL)
    assert count_all(bund) == before
    assert opens(bund, bund.wiebke, host="ni")().status_code == 303
    assert list_slugs(bund, "ni-") == [f"ni-{key}" for key in sorted(PARTS)]
    assert (
        "Willkommen im Landesverband"
        in bund.client().get("/", base_url="http://ni.example.org").text
    )
