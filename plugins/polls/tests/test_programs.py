"""Polls in the API: what the page does, for whom it does it, and no result before its rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import TestResponse

from forum.accounts.operations import make_access_token
from forum.api.data import unit
from forum.testing.builders import make_post, make_topic, switch_plugin
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

BOTH = ("read", "write")
SURVEY = "Wie war das Treffen?\n- gut\n- geht so\n\nWas fehlt?"


class Program:
    """Speaks by the token of a member, or for nobody."""

    def __init__(self, town: Town, user: int | None, scopes: Sequence[str] = BOTH) -> None:
        self.app, self.headers = town.app, {}
        if user is not None:
            with town.app.app_context(), unit():
                given: Any = scopes
                token = make_access_token(user, name="Test", scopes=given)
            self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, **kw: Any) -> TestResponse:
        client = self.app.test_client()
        url = f"/api/v1{path}"
        return client.open(url, method=method, headers=self.headers, buffered=True, **kw)

    def get(self, path: str) -> Any:
        return self.send("GET", path).get_json()


def path(full: FullPoll, rest: str = "") -> str:
    return f"/areas/kreis/polls/{full.poll.id}{rest}"


def ids(full: FullPoll, *texts: str) -> list[int]:
    return [option.id for option in full.options if option.text in texts]


def votes(told: Any) -> dict[str, int | None]:
    return {option["text"]: option["votes"] for option in told["options"]}


def ways(town: Town, full: FullPoll, user: int | None) -> Iterator[Any]:
    """Give a poll as each answer of the API has it."""
    program = Program(town, user)
    yield program.get(path(full))
    topic = full.poll.topic_id
    [first] = program.get("/areas/kreis/topics?limit=1")["items"]
    for holder in (
        first,
        program.get(f"/topics/{topic}"),
        program.get(f"/topics/{topic}/posts")["items"][0],
        program.get(f"/topics/{topic}/posts/1"),
    ):
        [told] = holder["plugins"]["polls"]["polls"]
        yield told


@pytest.mark.weave("REST API and feeds")
def test_a_program_reads_votes_changes_and_takes_back(town: Town) -> None:
    full = town.start()
    deniz = Program(town, town.deniz)
    told = deniz.get(path(full))
    assert (told["question"], told["kind"], told["open"]) == ("Seid ihr dabei?", "single", True)
    assert (told["voters"], told["voted"], told["can_vote"]) == (0, False, True)
    cast = deniz.send("PUT", path(full, "/vote"), json={"options": ids(full, "Ja")})
    assert (cast.status_code, cast.json["what"]) == (200, "cast")
    assert votes(cast.json["poll"]) == {"Ja": 1, "Nein": 0, "Noch nicht": 0}
    assert [option["mark"] for option in cast.json["poll"]["options"]] == [1, 0, 0]
    again = deniz.send("PUT", path(full, "/vote"), json={"options": ids(full, "Ja")})
    assert again.json["what"] == "unchanged"
    changed = deniz.send("PUT", path(full, "/vote"), json={"options": ids(full, "Nein")})
    assert (changed.json["what"], town.tally(full.poll.id)["Nein"]) == ("changed", 1)
    gone = deniz.send("DELETE", path(full, "/vote"))
    assert (gone.status_code, gone.json["voted"], gone.json["voters"]) == (200, False, 0)
    assert deniz.send("DELETE", path(full, "/vote")).status_code == 200
    town.recount()


def test_every_kind_is_voted_on(town: Town) -> None:
    deniz = Program(town, town.deniz)

    def put(full: FullPoll, **body: Any) -> Any:
        answer = deniz.send("PUT", path(full, "/vote"), json=body)
        assert answer.status_code == 200, answer.text
        return answer.json["poll"]

    several = town.start(kind="multiple", own="open")
    told = put(several, options=ids(several, "Ja", "Nein"), answer="Vielleicht")
    assert votes(told) == {"Ja": 1, "Nein": 1, "Noch nicht": 0, "Vielleicht": 1}
    ranked = town.start(kind="ranked", options="Bonn\nKiel")
    bonn, kiel = (option.id for option in ranked.options)
    told = put(ranked, marks=[{"option": kiel, "mark": 1}, {"option": bonn, "mark": 2}])
    assert told["result"]["rounds"][0]["votes"] == {"Bonn": 0, "Kiel": 1}
    assert [option["mark"] for option in told["options"]] == [2, 1]
    amount = town.start(kind="number")
    told = put(amount, number="12,5")
    assert (told["number"], told["result"]["figures"]["mean"]) == ("12.5", "12.50")
    dates = town.start(kind="dates", options="24.12.2026 18:00\n25.12.2026 18:00")
    told = put(dates, marks=[{"option": dates.options[0].id, "mark": 1}])
    assert [option["if_need_be"] for option in told["options"]] == [1, 0]
    survey = town.start(kind="survey", options=SURVEY)
    choice, text = survey.questions
    sheet = [
        {"question": choice.poll.id, "options": [choice.options[0].id]},
        {"question": text.poll.id, "text": "Kaffee"},
    ]
    told = put(survey, sheet=sheet)
    assert (told["voted"], told["result"], told["voters"]) == (True, None, 1)
    assert {option["votes"] for option in told["questions"][0]["options"]} == {None}
    town.recount()


def test_refusals_are_those_of_the_page(town: Town) -> None:
    full = town.start(own="open")
    url, yes = path(full, "/vote"), {"options": ids(full, "Ja")}
    deniz = Program(town, town.deniz)
    assert Program(town, None).send("PUT", url, json=yes).status_code == 401
    assert Program(town, town.deniz, ["read"]).send("PUT", url, json=yes).status_code == 403
    assert Program(town, town.deniz, ["read"]).send("DELETE", url).status_code == 403
    assert Program(town, town.stranger).send("PUT", url, json=yes).status_code == 403
    assert deniz.send("PUT", path(full, "9/vote"), json=yes).status_code == 404
    elsewhere = url.replace("kreis", "bund")
    assert deniz.send("PUT", elsewhere, json=yes).status_code == 404
    for body, pointer in (
        ({}, "#/options"),
        ({"options": [2**31 - 1]}, "#/options"),
        ({"options": ids(full, "Ja", "Nein")}, "#/options"),
        ({"options": [2**40]}, "#/options/0"),
        ({"options": ["1"]}, "#/options/0"),
        ({"options": ids(full, "Ja"), "answer": "neu"}, "#/options"),
        ({"answer": "x" * 121}, "#/answer"),
        ({"marks": [{"option": 1, "mark": 0}]}, "#/marks/0/mark"),
        ({"sheet": [{"question": 1, "text": "x" * 1001}]}, "#/sheet/0/text"),
        ({"voter": town.anke}, "#/voter"),
    ):
        refused = deniz.send("PUT", url, json=body)
        assert refused.status_code == 422, body
        assert [one["pointer"] for one in refused.json["errors"]] == [pointer]
    assert town.count_rows()["polls_turnout"] == 0
    assert town.count_rows()["polls_option"] == 3
    town.close(full)
    ended = deniz.send("PUT", url, json=yes)
    assert (ended.status_code, ended.json["detail"][:24]) == (409, "Diese Umfrage ist beende")


def test_a_secret_vote_is_cast_once_and_shown_to_nobody(town: Town) -> None:
    full = town.start(secret="1")
    deniz, url = Program(town, town.deniz), path(full, "/vote")
    assert deniz.send("PUT", url, json={"options": ids(full, "Ja")}).status_code == 200
    assert deniz.send("PUT", url, json={"options": ids(full, "Nein")}).status_code == 409
    assert deniz.send("DELETE", url).status_code == 409
    for reader in (town.deniz, town.anke, town.chair, None):
        for told in ways(town, full, reader):
            assert (told["voters"], told["voted"]) == (1, reader == town.deniz)
            assert set(votes(told).values()) == {None}
            assert {option["mark"] for option in told["options"]} == {0}
            assert told["result"] is None
    town.close(full)
    for told in ways(town, full, None):
        assert votes(told)["Ja"] == 1
        assert {option["mark"] for option in told["options"]} == {0}
        assert len(told["result"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("results", "seen"),
    [
        ("always", ("stranger", "deniz", "chair", None)),
        ("after_vote", ("deniz",)),
        ("after_close", ()),
        ("team", ("chair",)),
    ],
)
def test_tallies_are_told_by_the_rule_of_the_result(
    town: Town, results: str, seen: tuple[str | None, ...]
) -> None:
    full = town.start(results=results)
    town.vote(town.deniz, full, "Ja")
    for name in ("stranger", "deniz", "anke", "chair", None):
        reader = getattr(town, name) if name else None
        shown = name in seen or results == "always"
        for told in ways(town, full, reader):
            assert set(votes(told).values()) == ({1, 0} if shown else {None}), name
            assert (told["result"] is not None) is shown
            mine = [option["text"] for option in told["options"] if option["mark"]]
            assert mine == (["Ja"] if name == "deniz" else [])
    town.close(full)
    for told in ways(town, full, town.anke):
        assert (votes(told)["Ja"] == 1) is (results != "team")
        assert (told["result"] is not None) is (results != "team")


def test_numbers_that_were_named_are_a_result(town: Town) -> None:
    full = town.start(kind="number", results="after_close")
    town.mark(town.deniz, full, number="4711")
    for told in ways(town, full, town.chair):
        assert (told["options"], told["number"]) == ([], None)
    for told in ways(town, full, town.deniz):
        assert (told["options"], told["number"]) == ([], "4711")
    town.close(full)
    for told in ways(town, full, None):
        assert votes(told) == {"4711": 1}


def test_answers_that_wait_or_are_hidden_are_not_told(town: Town) -> None:
    full = town.start(own="review")
    town.vote(town.deniz, full, answer="Lastenrad")
    for reader in (town.deniz, town.chair):
        for told in ways(town, full, reader):
            assert set(votes(told)) == {"Ja", "Nein", "Noch nicht"}


def test_off_means_off(town: Town) -> None:
    full = town.start()
    topic = full.poll.topic_id
    switch_plugin(town.app, town.here, "polls", state="off")
    deniz = Program(town, town.deniz)
    assert deniz.send("GET", path(full)).status_code == 404
    vote = deniz.send("PUT", path(full, "/vote"), json={"options": ids(full, "Ja")})
    assert vote.status_code == 404
    assert deniz.send("DELETE", path(full, "/vote")).status_code == 404
    for address in (f"/topics/{topic}", f"/topics/{topic}/posts/1"):
        assert deniz.get(address)["plugins"] == {}
    assert town.count_rows()["polls_turnout"] == 0


def test_a_page_costs_two_statements_more_whatever_the_number(town: Town) -> None:
    first = town.start()
    program = Program(town, town.deniz)

    def number(address: str) -> int:
        program.get(address)
        with count_statements() as seen:
            program.get(address)
        return len(seen)

    pages = ("/areas/kreis/topics", f"/topics/{first.poll.topic_id}/posts")
    with_one = [number(page) for page in pages]
    switch_plugin(town.app, town.here, "polls", state="off")
    off = [number(page) for page in pages]
    switch_plugin(town.app, town.here, "polls")
    source = ":::poll Kommt ihr?\nJa\nNein\n:::"
    for _ in range(3):
        town.start(kind="motion")
        make_post(town.app, first.poll.topic_id, author=town.anke, source=source)
        make_topic(town.app, town.here, author=town.anke, source=source)
    assert [a - b for a, b in zip(with_one, off, strict=True)] == [2, 2]
    assert [number(page) for page in pages] == with_one
    told = program.get(pages[1])["items"]
    assert [len(post["plugins"]["polls"]["polls"]) for post in told] == [1, 1, 1, 1]


@pytest.mark.weave("REST API and feeds")
def test_it_is_in_the_document(town: Town) -> None:
    document = Program(town, None).get("/openapi.json")
    paths = document["paths"]
    assert set(paths["/api/v1/areas/{slug}/polls/{poll_id}/vote"]) == {"put", "delete"}
    for method in ("put", "delete"):
        security = paths["/api/v1/areas/{slug}/polls/{poll_id}/vote"][method]["security"]
        assert security == [{"token": ["write"]}]
    known = document["components"]["schemas"]
    for shape in ("Topic", "Post"):
        facet = known[shape]["properties"]["plugins"]["properties"]["polls"]
        assert facet == {"$ref": "#/components/schemas/polls.Polls"}
