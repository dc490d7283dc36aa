"""Each kind from the composer's fields to its result: ranks, dates, numbers, scales, surveys."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from forum_polls import operations
from forum_polls.dates import read_date
from forum_polls.results import find_figures, list_best_dates, tell_result
from forum_polls.values import Ballot

from forum.api.data import Invalid

if TYPE_CHECKING:
    from conftest import Town

BERLIN = ZoneInfo("Europe/Berlin")
SURVEY = """Wie war das Treffen?
- gut
- geht so

Was willst du öfter?
+ Vorträge
+ Gespräche
+ Essen

Wie zufrieden bist du?
1-5

Was fehlt?"""


def test_ranked_votes_are_counted_round_by_round(town: Town) -> None:
    full = town.start(kind="ranked", options="Bonn\nKiel\nUlm")
    voters = [town.anke, town.deniz, town.chair, *town.make_members(2)]
    rankings = [("Bonn", "Ulm"), ("Bonn",), ("Kiel", "Ulm"), ("Kiel",), ("Ulm", "Kiel")]
    for voter, ranking in zip(voters, rankings, strict=True):
        marks = {text: rank for rank, text in enumerate(ranking, 1)}
        town.mark(voter, full, marks=marks)
    told = tell_result(town.see(full.poll.id))
    assert [one["votes"] for one in told["rounds"]] == [
        {"Bonn": 2, "Kiel": 2, "Ulm": 1},
        {"Bonn": 2, "Kiel": 3},
    ]
    assert (told["winner"], told["tied"]) == ("Kiel", [])
    town.mark(voters[4], full, marks={"Ulm": 1, "Bonn": 2})
    assert tell_result(town.see(full.poll.id))["winner"] == "Bonn"
    town.recount()


def test_ranks_with_gaps_or_twice_are_refused(town: Town) -> None:
    full = town.start(kind="ranked")
    for marks in ({"Ja": 2}, {"Ja": 1, "Nein": 1}, {"Ja": 1, "Nein": 3}, {}):
        with pytest.raises(Invalid):
            town.mark(town.deniz, full, marks=marks)
    assert town.count_rows()["polls_vote"] == 0


@pytest.mark.parametrize(
    ("line", "starts", "minutes"),
    [
        ("24.12.2026 18:00", datetime(2026, 12, 24, 17, tzinfo=UTC), None),
        ("2026-12-24T18:00", datetime(2026, 12, 24, 17, tzinfo=UTC), None),
        ("Do, 24.12.2026, 18:00-20:30 Uhr", datetime(2026, 12, 24, 17, tzinfo=UTC), 150),
        ("24. 12. 2026 22-1", datetime(2026, 12, 24, 21, tzinfo=UTC), 180),
        ("24.12.2026", datetime(2026, 12, 24, tzinfo=UTC), 1440),
        ("1.7.2026 9", datetime(2026, 7, 1, 7, tzinfo=UTC), None),
        # Summer time begins: 02:30 does not exist, the moment after it is 03:30 there.
        ("28.3.2027 02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), None),
        # Summer time ends while the meeting lasts: an hour more.
        ("25.10.2026 01:00-04:00", datetime(2026, 10, 24, 23, tzinfo=UTC), 240),
    ],
)
def test_dates_are_read_as_people_write_them(line, starts, minutes) -> None:
    option = read_date(line, zone=BERLIN)
    assert option is not None
    assert (option.starts_at, option.minutes) == (starts, minutes)


@pytest.mark.parametrize(
    "line",
    [
        "31.2.2026",
        "morgen",
        "24.12.2026 25:00",
        "1.1.26",
        "24.12.2026x",
        "1.1.0001 10:00",
        "31.12.9999 23:30",
        "31.12.9999",
    ],
)
def test_what_is_no_date_is_none(line: str) -> None:
    assert read_date(line, zone=BERLIN) is None


def test_dates_show_in_the_readers_zone_and_the_best_is_marked(town: Town) -> None:
    full = town.start(kind="dates", options="24.12.2026 18:00-20:00\n25.12.2026")
    first, second = (option.text for option in full.options)
    town.mark(town.anke, full, marks={first: 2, second: 1})
    town.mark(town.deniz, full, marks={first: 2, second: 2})
    town.mark(town.chair, full, marks={second: 1})
    seen = town.see(full.poll.id)
    assert [(o.votes, o.maybes) for o in seen.options] == [(2, 0), (1, 2)]
    assert list_best_dates(seen) == [seen.options[0].id]
    page = town.client(town.deniz).get(f"/a/kreis/polls/{full.poll.id}").get_data(as_text=True)
    assert "Do, 24. Dezember 2026, 18:00 Uhr bis 20:00" in page
    assert "Fr, 25. Dezember" in page
    town.recount()


def test_a_date_that_nothing_was_said_about_is_no_no(town: Town) -> None:
    full = town.start(kind="dates", options="24.12.2026\n25.12.2026\n26.12.2026", results="always")
    path, page = f"/a/kreis/polls/{full.poll.id}", f"/a/kreis/polls/{full.poll.id}/vote"
    first, second, third = (option.id for option in full.options)
    browser = town.client(town.deniz)
    fresh = browser.get(path).get_data(as_text=True)
    for option_id in (first, second, third):
        assert fresh.count(f'name="mark-{option_id}" value="0" checked') == 1
    assert fresh.count(" checked") == 3
    csrf = fresh.partition('name="csrf_token" value="')[2].partition('"')[0]
    nothing = {f"mark-{option_id}": "0" for option_id in (first, second, third)}
    assert browser.post(page, data={"csrf_token": csrf, **nothing}).status_code == 422
    assert town.count_rows()["polls_turnout"] == 0
    said = {**nothing, f"mark-{first}": "3", f"mark-{second}": "2"}
    assert browser.post(page, data={"csrf_token": csrf, **said}).status_code == 303
    seen = town.see(full.poll.id, town.deniz)
    assert [option.mark for option in seen.options] == [3, 2, 0]
    assert [(option.votes, option.maybes) for option in seen.options] == [(0, 0), (1, 0), (0, 0)]
    again = browser.get(path).get_data(as_text=True)
    assert f'name="mark-{first}" value="3" checked' in again
    assert f'name="mark-{third}" value="0" checked' in again
    # Who can come on none of the days can say so.
    town.mark(town.anke, full, marks={option.text: 3 for option in full.options})
    assert town.see(full.poll.id).poll.voters == 2
    town.recount()
    with town.acting(town.chair):
        votes = operations.export_votes(town.deniz)[0]
    assert [one["answers"] for one in votes.records] == [["2026-12-24: nein", "2026-12-25: passt"]]
    bad = {"csrf_token": csrf, f"mark-{first}": "4"}
    assert browser.post(page, data=bad).status_code == 422


def test_equal_dates_written_differently_are_refused(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        town.start(kind="dates", options="24.12.2026 18:00\n2026-12-24T18:00")
    assert refused.value.field == "polls_options"
    with pytest.raises(Invalid) as refused:
        town.start(kind="dates", options="24.12.2026 18:00")
    assert "mindestens zwei Termine" in refused.value.message


def test_numbers_have_a_mean_and_a_median(town: Town) -> None:
    full = town.start(kind="number", options="", low="0", high="100")
    for voter, number in ((town.anke, "10"), (town.deniz, "12,5"), (town.chair, "10")):
        town.mark(voter, full, number=number)
    figures = find_figures(town.see(full.poll.id))
    assert figures is not None
    assert (str(figures.mean), str(figures.median)) == ("10.83", "10")
    for wrong in ("101", "-1", "viel", "1e3", "", "1.234", "٣", "nan", "1" * 30):
        with pytest.raises(Invalid) as refused:
            town.mark(town.deniz, full, number=wrong)
        assert refused.value.field == "number"
    page = town.client(town.deniz).get(full.poll.url, follow_redirects=True).text
    assert 'value="12,5"' in page
    town.mark(town.deniz, full, number="10,0")
    assert [(o.text, o.votes) for o in town.see(full.poll.id).options] == [("10", 3), ("12.5", 0)]
    town.recount()


def test_scale_names_its_ends_and_has_a_mean(town: Town) -> None:
    full = town.start(kind="scale", options="gar nicht\nsehr")
    assert [o.text for o in full.options] == ["1 – gar nicht", "2", "3", "4", "5 – sehr"]
    town.vote(town.anke, full, "2")
    town.vote(town.deniz, full, "5 – sehr")
    figures = find_figures(town.see(full.poll.id))
    assert figures is not None
    assert str(figures.mean) == "3.50"


def test_survey_is_answered_once_and_tallied_by_question(town: Town) -> None:
    full = town.start(kind="survey", options=SURVEY)
    kinds = [(one.poll.question, one.poll.kind, len(one.options)) for one in full.questions]
    assert kinds == [
        ("Wie war das Treffen?", "single", 2),
        ("Was willst du öfter?", "multiple", 3),
        ("Wie zufrieden bist du?", "scale", 5),
        ("Was fehlt?", "text", 0),
    ]
    one, several, _scale, text = full.questions
    sheet = {
        one.poll.id: frozenset({one.options[0].id}),
        several.poll.id: frozenset(o.id for o in several.options[:2]),
        text.poll.id: "Kaffee",
    }
    client = town.client(town.deniz)
    voters = [town.deniz, *town.make_members(3)]
    for voter in voters:
        town.mark(voter, full, sheet=sheet)
    assert town.see(full.poll.id).poll.voters == 4
    town.close(full)
    export = json.loads(client.get(f"/a/kreis/polls/{full.poll.id}/export.json").data)
    assert "sheets" not in export
    assert "questions" not in export["result"]
    page = client.get(f"/a/kreis/polls/{full.poll.id}").get_data(as_text=True)
    assert "Das Ergebnis erscheint ab fünf Antworten" in page


def test_survey_of_five_is_told_without_names(town: Town) -> None:
    full = town.start(kind="survey", options=SURVEY)
    one, _several, _scale, text = full.questions
    for number, voter in enumerate(town.make_members(5)):
        chosen = frozenset({one.options[number % 2].id})
        town.mark(voter, full, sheet={one.poll.id: chosen, text.poll.id: f"Wunsch {number}"})
    town.close(full)
    client = town.client(town.anke)
    export = json.loads(client.get(f"/a/kreis/polls/{full.poll.id}/export.json").data)
    assert len(export["sheets"]) == 5
    assert {sheet["Was fehlt?"] for sheet in export["sheets"]} == {f"Wunsch {i}" for i in range(5)}
    assert [o["votes"] for o in export["result"]["questions"][0]["options"]] == [3, 2]
    assert "Mitglied" not in json.dumps(export)


@pytest.mark.parametrize(
    "options",
    ["", "- ja\n- nein", "Frage?\n- nur eine", "Frage?\n- a\n- A ", "Frage?\n- \n- b", "x" * 200],
)
def test_surveys_that_do_not_hold_are_refused(town: Town, options: str) -> None:
    with pytest.raises(Invalid) as refused:
        town.start(kind="survey", options=options)
    assert refused.value.field == "polls_options"
    assert town.count_rows()["polls_poll"] == 0


def test_sheets_that_do_not_fit_are_refused(town: Town) -> None:
    full, other = (town.start(kind="survey", options=SURVEY) for _ in range(2))
    one, _several, _scale, text = full.questions
    sheets = [
        {},
        {one.poll.id: frozenset()},
        {one.poll.id: frozenset(o.id for o in one.options)},
        {one.poll.id: "Text"},
        {text.poll.id: frozenset({one.options[0].id})},
        {one.poll.id: frozenset({other.questions[0].options[0].id})},
        {other.questions[0].poll.id: frozenset()},
    ]
    for sheet in sheets:
        with pytest.raises(Invalid):
            town.mark(town.deniz, full, **vars_of(Ballot(sheet=sheet)))
    assert town.count_rows()["polls_turnout"] == 0


def vars_of(ballot: Ballot) -> dict[str, object]:
    return {"sheet": ballot.sheet}
