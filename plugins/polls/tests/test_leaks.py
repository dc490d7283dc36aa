"""Results that are not to be seen yet, looked for wherever somebody may look.

Every poll gets numbers that stand nowhere else, by hand: found anywhere, they have leaked.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_polls.models import Option, Poll

from forum.accounts.operations import collect_data, make_access_token
from forum.accounts.queries import list_recipients
from forum.api.data import Model, read_unit, touch_topic, unit, unscoped
from forum.areas.operations import export_area
from forum.areas.queries import get_system_scope
from forum.core.consumers import run_consumers
from forum.core.runner import run_all
from forum.discussions.queries import list_post_lines
from forum.notifications.letters import Told, compose_letter
from forum.notifications.subjects import Subject
from forum.plugin import AreaRef, DigestWindow, PostRef
from forum.testing.builders import looking
from forum.testing.fixtures import MOMENT

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

# Of 6,000: 78.5 % and 21.5 %. Written with any separator or none, and not inside a token.
VOTES, REST, VOTERS = 4_711, 1_289, 6_000
_RESULT = re.compile(
    r"(?<![\w/+-])(?:4[.,\s\u00a0\u202f]?711|1[.,\s\u00a0\u202f]?289)(?![\w/+-])|78,5|\b79\s?%|7,89"
    r"|Vorn liegt|vorn: |Angenommen|winner"
)
KINDS = {
    "single": "Apfel\nBirne",
    "multiple": "Apfel\nBirne",
    "scale": "sauer\nsüß",
    "motion": "",
    "ranked": "Apfel\nBirne",
    "dates": "24.12.2026\n25.12.2026",
}
READERS = ("nobody", "stranger", "anke", "deniz", "chair")
SEES = {"after_vote": {"deniz"}, "after_close": set[str](), "team": {"chair"}}


def start_all(town: Town, results: str) -> list[FullPoll]:
    """Start a poll of every kind; one member votes, and then the numbers are made great."""
    polls = [
        town.start(kind=kind, options=text, results=results, quorum="10")
        for kind, text in KINDS.items()
    ]
    for full in polls:
        first, second = full.options[:2]
        if full.poll.kind in {"ranked", "dates"}:
            town.mark(town.deniz, full, marks={first.text: 2, second.text: 1})
        else:
            town.vote(town.deniz, full, first.text)
        with town.app.app_context(), unit(), unscoped("tests forge tallies") as session:
            of = sa.update(Option).where(Option.poll_id == full.poll.id)
            session.execute(of.values(votes=REST, maybes=REST))
            session.execute(of.where(Option.id == first.id).values(votes=VOTES))
            row = sa.update(Poll).where(Poll.id == full.poll.id)
            session.execute(row.values(voters=VOTERS))
            touch_topic(full.poll.topic_id, session=session)
    number = town.start(kind="number", results=results, options="")
    town.mark(*town.make_members(1), number, number=str(VOTES))
    town.mark(town.deniz, number, number="5")
    return [*polls, number]


def look(town: Town, name: str, polls: list[FullPoll]) -> Iterator[tuple[str, str]]:
    """Open everything that a reader can open; what is asked of no reader is in `overhear`."""
    user = None if name == "nobody" else getattr(town, name)
    client = town.client(user)
    program = town.app.test_client()
    headers = {}
    if user is not None:
        with town.app.app_context(), unit():
            token = make_access_token(user, name="Test", scopes=("read",))
        headers = {"Authorization": f"Bearer {token}"}
    area = ["/", "/a/kreis/", "/a/kreis/polls/", "/a/kreis/feed.atom", "/verzeichnis"]
    found = [f"/search?q={word}" for word in ("dabei", "Apfel", "Angenommen", str(VOTES))]
    for path in (*area, *found, "/notifications", "/a/kreis/log"):
        yield path, client.get(path, follow_redirects=True).text
    yield "API topics", program.get("/api/v1/areas/kreis/topics", headers=headers).text
    for full in polls:
        poll, kind = full.poll, full.poll.kind
        here = f"/a/kreis/polls/{poll.id}"
        pages = [f"/t/{poll.topic_id}", f"/t/{poll.topic_id}?view=flat", here]
        files = [f"/t/{poll.topic_id}/feed.atom", f"{here}/export.csv", f"{here}/export.json"]
        for path in (*pages, *files):
            yield f"{kind} {without_ids(path)}", client.get(path, follow_redirects=True).text
        topic = f"/api/v1/topics/{poll.topic_id}"
        for path in (topic, f"{topic}/posts", f"{topic}/posts/1", f"/api/v1/areas/kreis{here[8:]}"):
            yield f"{kind} {without_ids(path)}", program.get(path, headers=headers).text
        if user is not None:
            yield f"{kind} mail", write_letter(town, user, full)


def without_ids(path: str) -> str:
    return re.sub(r"(?<=/)\d+", "N", path)


def write_letter(town: Town, user: int, full: FullPoll) -> str:
    """Write the mail that tells of the post under which a poll stands."""
    with town.app.test_request_context(), looking(town.app, user, town.here) as scope:
        [recipient] = list_recipients([user])
        lines = list_post_lines([full.poll.post_id])
        news = [Told("mention", lines[full.poll.post_id], None, 1)]
        subject = Subject(topic_id=full.poll.topic_id)
        letter = compose_letter(scope.viewer, recipient, subject, news)
    return f"{letter.text}\n{letter.html}"


def overhear(town: Town, polls: list[FullPoll], folder: Path) -> Iterator[tuple[str, str]]:
    """Give what goes out without being asked for, to whoever gets it."""
    here = AreaRef(town.here, "kreis", "Kreis")
    hour = timedelta(hours=1)
    window = DigestWindow(areas=(here,), since=MOMENT - hour, until=MOMENT + hour, limit=100)
    posts = [PostRef(full.poll.post_id, full.poll.topic_id, town.anke, 1) for full in polls]
    dispatcher = town.app.extensions["forum"]["dispatcher"]
    with town.app.test_request_context():
        hooks = dispatcher.for_area(frozenset({"polls"}))
        yield "digest", repr(hooks.collect_digest_items(window))
        yield "search documents", repr(dispatcher.everywhere.collect_search_documents(posts))
    with town.app.app_context():
        while run_consumers():
            pass
        run_all()
    for user in (town.anke, town.chair):
        with town.app.app_context():
            yield "export of a member", unpack(io.BytesIO(collect_data(user)))
    with town.app.app_context(), read_unit():
        export_area(get_system_scope(town.here), folder / "area.zip")
    yield "bundle of the area", unpack(folder / "area.zip")
    tables = town.read_all()
    for name in ("event", "audit_entry", "notification", "mail", "job"):
        assert name in Model.metadata.tables, name
        # Where the database puts a row, "(7,89)", looks like a result and is none.
        rows = [{key: row[key] for key in row.keys() - {"place_", "xmin_"}} for row in tables[name]]
        yield f"table {name}", json.dumps(rows, default=str)


def unpack(file: Path | io.BytesIO) -> str:
    with zipfile.ZipFile(file) as bundle:
        return "\n".join(bundle.read(name).decode() for name in bundle.namelist())


@pytest.mark.parametrize("results", SEES)
def test_hidden_results_are_nowhere(town: Town, tmp_path: Path, results: str) -> None:
    polls = start_all(town, results)
    leaks = [
        (name, place, said[0])
        for name in READERS
        if name not in SEES[results]
        for place, text in look(town, name, polls)
        if (said := _RESULT.search(text)) and f"q={said[0]}" not in place
    ]
    leaks += [
        ("", place, said[0])
        for place, text in overhear(town, polls, tmp_path)
        if (said := _RESULT.search(text))
    ]
    assert leaks == []


@pytest.mark.parametrize("results", ["after_vote", "team", "always"])
def test_who_may_see_a_result_finds_it_where_it_was_looked_for(town: Town, results: str) -> None:
    polls = start_all(town, results)
    for name in SEES.get(results, {"nobody", "deniz", "chair"}):
        seen = {place for place, text in look(town, name, polls) if _RESULT.search(text)}
        for kind in (*KINDS, "number"):
            for place in ("/t/N", "/a/kreis/polls/N", "/a/kreis/polls/N/export.csv"):
                assert f"{kind} {place}" in seen, (name, kind, place)
            assert f"{kind} /api/v1/areas/kreis/polls/N" in seen, (name, kind)
