"""Results leave the forum by their rule only: pages, CSV, JSON, posts; the clock seals them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from forum_polls import operations
from forum_polls.results import make_seal, tell_result
from forum_polls.rules import can_see_results

from forum.api.data import unscoped

if TYPE_CHECKING:
    from conftest import Town


def test_rules_of_results_as_a_table() -> None:
    table = {
        "always": (True, True, True, True),
        "after_vote": (False, True, True, False),
        "after_close": (False, False, True, False),
        "team": (False, False, False, True),
    }
    for results, expected in table.items():
        found = (
            can_see_results(results, voted=False, is_open=True),
            can_see_results(results, voted=True, is_open=True),
            can_see_results(results, voted=True, is_open=False),
            can_see_results(results, voted=False, is_open=True, team=True),
        )
        assert found == expected, results


@pytest.mark.parametrize("results", ["after_vote", "after_close", "team"])
def test_hidden_results_leave_by_no_door(town: Town, results: str) -> None:
    full = town.start(results=results)
    town.vote(town.anke, full, "Ja")
    client = town.client(town.deniz)
    path = f"/a/kreis/polls/{full.poll.id}"
    for file in ("export.csv", "export.json"):
        assert client.get(f"{path}/{file}").status_code == 403
    for page in (path, full.poll.url, "/a/kreis/polls/", "/a/kreis/", f"/t/{full.poll.topic_id}"):
        text = client.get(page, follow_redirects=True).get_data(as_text=True)
        assert 'class="votes"' not in text, page
        assert "<progress" not in text, page


def test_numbers_that_were_named_show_with_the_result_only(town: Town) -> None:
    full = town.start(kind="number", results="after_close")
    town.mark(town.deniz, full, number="4711")
    for reader in (None, town.stranger, town.anke, town.chair):
        for page in (f"/a/kreis/polls/{full.poll.id}", f"/t/{full.poll.topic_id}"):
            text = town.client(reader).get(page, follow_redirects=True).get_data(as_text=True)
            assert "4.711" not in text, (reader, page)
    town.close(full)
    assert "4.711" in town.client().get(f"/a/kreis/polls/{full.poll.id}").text


def test_results_for_the_core_team_stay_there_after_the_end(town: Town) -> None:
    full = town.start(results="team")
    town.vote(town.deniz, full, "Ja")
    town.close(full)
    path = f"/a/kreis/polls/{full.poll.id}"
    member, team = town.client(town.deniz), town.client(town.chair)
    assert "Das Ergebnis sieht nur das Kernteam." in member.get(path).text
    assert 'class="votes"' not in member.get(path).text
    assert 'class="votes"' in team.get(path).text
    assert team.get(f"{path}/export.csv").status_code == 200
    csrf = team.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert team.post(f"{path}/announce", data={"csrf_token": csrf}).status_code == 403


def test_csv_keeps_formulas_from_working(town: Town) -> None:
    full = town.start(options='=HYPERLINK("http://x")\nNein; "doch"')
    town.vote(town.deniz, full, full.options[0].text)
    data = town.client(town.anke).get(f"/a/kreis/polls/{full.poll.id}/export.csv").data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert rows == [
        ["Frage", "Antwort", "Stimmen", "zur Not"],
        ["Seid ihr dabei?", '\'=HYPERLINK("http://x")', "1", ""],
        ["Seid ihr dabei?", 'Nein; "doch"', "0", ""],
    ]


def test_json_and_minutes_carry_the_seal_of_what_they_say(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    ended = town.close(full)
    told = json.loads(town.client().get(f"/a/kreis/polls/{full.poll.id}/export.json").data)
    assert told["result"] == json.loads(json.dumps(tell_result(ended)))
    assert told["sha256"] == make_seal(ended) == ended.poll.seal
    page = town.client().get(f"/a/kreis/polls/{full.poll.id}").text
    assert "Abgestimmt haben 1 von 3 Stimmberechtigten." in page


def test_result_becomes_a_post(town: Town) -> None:
    full = town.start(options="*Ja*\nNein [x](http://y)")
    town.vote(town.deniz, full, "*Ja*")
    author = town.client(town.anke)
    path = f"/a/kreis/polls/{full.poll.id}"
    csrf = author.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert author.post(f"{path}/announce", data={"csrf_token": csrf}).status_code == 403
    town.close(full)
    posted = author.post(f"{path}/announce", data={"csrf_token": csrf})
    assert posted.status_code == 303
    page = author.get(posted.location, follow_redirects=True).text
    assert "<strong>Ergebnis: Seid ihr dabei?</strong>" in page
    assert "<li>*Ja*: 1</li>" in page
    assert 'href="http://y"' not in page


def test_clock_ends_counts_and_seals_once(town: Town, clock: Callable[[datetime], None]) -> None:
    full = town.start(ends="2026-11-20T18:00", secret="1")
    town.vote(town.deniz, full, "Ja")
    with town.app.app_context():
        from forum.core.jobs import JobRow

        with unscoped("tests look at the queue") as session:
            job = session.query(JobRow).filter_by(name="polls.close").one()
            assert job.run_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
            args = dict(job.args)
    run(town, args)
    assert town.see(full.poll.id).poll.seal is None
    clock(datetime(2026, 11, 20, 17, 0, 1, tzinfo=UTC))
    assert not town.see(full.poll.id).poll.is_open
    run(town, args)
    sealed = town.see(full.poll.id).poll
    assert (sealed.entitled, len(sealed.seal or "")) == (3, 64)
    run(town, args)
    run(town, {"poll_id": 999_999})
    assert town.see(full.poll.id).poll.seal == sealed.seal


def run(town: Town, args: dict[str, object]) -> None:
    """Run the job as the worker does: in a unit, without a viewer."""
    from forum.api.data import unit

    with town.app.app_context(), unit():
        operations.close_by_clock(args)
