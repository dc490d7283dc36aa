"""Archives handed in on a page: looked at first, taken over on demand, nothing half done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from forum_crosspost import limits
from forum_crosspost.operations import importing, uploads

from forum.core import clock
from forum.core.runner import run_all
from forum.core.schedules import enqueue_due
from forum.testing.builders import add_member, login, make_user, switch_plugin

if TYPE_CHECKING:
    from conftest import Lists

BASE = "/a/kreis/crosspost/files"
BLOG = (
    b"<rss><channel><title>Blog</title><link>https://blog.example</link><item><title>Eins</title>"
    b"<wp:post_id>1</wp:post_id><wp:post_date_gmt>2020-07-01 08:00:00</wp:post_date_gmt>"
    b"<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>"
)


@dataclass
class Desk:
    """The area's admin before the page of files."""

    lists: Lists
    client: FlaskClient
    turns: int = 0

    def send(self, path: str = "", **form: Any) -> tuple[int, str]:
        """Send a form; return the status, and where it leads or what it shows."""
        page = self.client.get(BASE).get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        answer = self.client.post(f"{BASE}{path}", data={"csrf_token": token[1], **form})
        where = answer.headers.get("Location", "")
        return answer.status_code, where or unescape(answer.get_data(as_text=True))

    def hand_in(self, data: bytes, **form: str) -> tuple[int, str]:
        """Upload a file of a mailing list, if nothing else is said."""
        named = {"kind": "mbox", "basis": "list-terms", **form}
        return self.send(file=(BytesIO(data), "../liste <b>.mbox"), **named)

    def work(self) -> None:
        """Let the worker do what waits."""
        with self.lists.app.app_context():
            run_all()

    def resume(self) -> None:
        """Let the schedule have its next turn, and the worker do what it gives."""
        self.turns += 1
        later = clock.now() + uploads.EVERY * 2 * self.turns
        with self.lists.app.app_context(), clock.freeze(later):
            enqueue_due()
            run_all()

    def see(self, where: str) -> str:
        """Return a page."""
        return unescape(self.client.get(where).get_data(as_text=True))

    def stored(self) -> list[Path]:
        """Return what lies in quarantine."""
        folder = Path(self.lists.app.config["FORUM"].data_dir, "quarantine")
        return [*folder.iterdir()] if folder.is_dir() else []


@pytest.fixture
def desk(lists: Lists) -> Iterator[Desk]:
    admin = make_user(lists.app, "Ada Admin")
    add_member(lists.app, lists.area, admin, role="admin")
    client = lists.app.test_client()
    login(client, admin)
    desk = Desk(lists, client)
    yield desk
    for path in desk.stored():
        path.unlink()


@pytest.mark.weave("moderation", "theme and no-JS")
def test_looked_at_then_taken_over_then_taken_back(desk: Desk, archive: list[bytes]) -> None:
    lists, refused = desk.lists, archive[3]
    status, where = desk.hand_in(b"".join([*archive, refused]))
    assert (status, len(desk.stored())) == (303, 1)
    assert "Die Datei wird gerade geprüft." in desk.see(where)
    before = lists.dump("job", "crosspost_upload", "heartbeat", "lease")
    desk.work()
    assert lists.dump("job", "crosspost_upload", "heartbeat", "lease") == before
    page = desk.see(where)
    for words in ("neue Themen", "<td>41</td>", "<td>108</td>", "diese Kennung kommt mehrmals vor"):
        assert words in page, words
    assert b"<b>" not in desk.client.get(where).data
    assert desk.send(f"{where.removeprefix(BASE)}/take")[0] == 303
    assert "Die Datei wird gerade übernommen." in desk.see(where)
    assert '<progress id="crosspost-progress" max="100" value="0">' in desk.see(where)
    desk.work()
    assert (len(lists.forest()), desk.stored()) == (108, [])
    page = desk.see(where)
    assert "Die Datei ist übernommen und hier gelöscht." in page
    run = re.search(r"/a/kreis/crosspost/runs/\d+", page)
    assert run is not None
    assert "<td>108</td>" in desk.see(run[0])
    assert lists.rows("SELECT basis, basis_by_id IS NULL FROM crosspost_source") == [
        ("list-terms", False)
    ]
    actions = lists.rows("SELECT action FROM audit_entry WHERE action LIKE '%upload%' ORDER BY id")
    assert actions == [("crosspost.upload_added",), ("crosspost.upload_taken",)]
    # Again it brings nothing, and the dry run says so.
    where = desk.hand_in(b"".join(archive))[1]
    desk.work()
    assert lists.rows("SELECT state FROM crosspost_upload ORDER BY id") == [("done",), ("looked",)]
    assert "<td>108</td>" in desk.see(where)
    assert desk.send(f"{where.removeprefix(BASE)}/drop")[0] == 303
    assert (desk.stored(), lists.scalar("SELECT count(*) FROM crosspost_upload")) == ([], 1)
    assert len(lists.forest()) == 108


def test_progress_of_an_import_that_was_interrupted_and_goes_on(
    desk: Desk, archive: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_MESSAGES", 20)
    where = desk.hand_in(b"".join(archive))[1]
    desk.work()
    desk.send(f"{where.removeprefix(BASE)}/take")
    write, left = importing.write_batch, [2]

    def die(*arguments: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return write(*arguments)

    monkeypatch.setattr(importing, "write_batch", die)
    upload = {"area_id": desk.lists.area, "upload_id": int(where.rsplit("/", 1)[1])}
    with pytest.raises(KeyboardInterrupt), desk.lists.app.app_context():
        uploads.import_upload(upload)
    monkeypatch.setattr(importing, "write_batch", write)
    percent = re.search(r'max="100" value="(\d+)"', desk.see(where))
    assert percent is not None
    assert 20 < int(percent[1]) < 60
    desk.work()
    assert len(desk.lists.forest()) == 108
    assert desk.lists.rows("SELECT state FROM crosspost_run") == [("done",)]


def test_what_is_wrong_stands_at_its_field(
    desk: Desk, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 2_000)
    good, large = mail("a"), mail("a", text="x" * 2_000)
    asked = desk.send(basis="list-terms")[1]
    assert ">Was ist das für eine Datei? Bitte wähle etwas aus.</a>" in asked
    for status, words, data, form in (
        (422, "Bitte fülle dieses Feld aus.", None, {}),
        (422, "Die Datei ist leer.", b"", {}),
        (422, "Die Datei ist zu groß (höchstens 10 MB).", large, {}),
        (422, "wenn du sagst, worauf das beruht", good, {"basis": ""}),
        (422, "", good, {"kind": "exe"}),
    ):
        if data is None:
            found = desk.send(kind="mbox", basis="list-terms")
        else:
            found = desk.hand_in(data, **form)
        assert (found[0], words in found[1]) == (status, True), words
    assert desk.stored() == []
    assert desk.lists.scalar("SELECT count(*) FROM crosspost_upload") == 0


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("mbox", BLOG, "keine Mail: In einer mbox-Datei beginnt jede mit einer Zeile „From “"),
        ("mbox", b"PK\x03\x04" + bytes(range(256)) * 50, "keine Mail"),
        ("wxr", b"\x1f\x8b" + b"\0" * 5_000, "kein WordPress-Export: Darin steht kein Eintrag"),
        ("wxr", BLOG[:-60], "die Datei bricht darin ab"),
        (
            "wxr",
            b'<!DOCTYPE rss [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
            + BLOG.replace(b"Eins", b"&b;"),
            "eine DTD wird nicht gelesen",
        ),
        ("wxr", BLOG.replace(b"Eins", b"<![CDATA[Eins"), "die Datei bricht darin ab"),
    ],
)
def test_files_that_are_none_tell_why_and_bring_nothing(
    desk: Desk, kind: str, data: bytes, words: str
) -> None:
    where = desk.hand_in(data, kind=kind)[1]
    desk.work()
    page = desk.see(where)
    assert words in page
    desk.send(f"{where.removeprefix(BASE)}/take")
    desk.work()
    assert desk.lists.scalar("SELECT count(*) FROM post") == 0
    assert desk.lists.rows("SELECT state FROM crosspost_upload") == [("done",)]


def test_two_clicks_a_lost_file_and_an_area_that_is_closed(desk: Desk, mail: Any) -> None:
    where = desk.hand_in(mail("a"))[1]
    path = where.removeprefix(BASE)
    assert desk.send(f"{path}/take")[0] == 303
    assert "Das geht erst, wenn die Datei geprüft ist." in desk.see(where)
    desk.work()
    for _click in range(2):
        desk.send(f"{path}/take")
    assert desk.send(f"{path}/drop")[1] == where  # not while it is taken over
    desk.stored()[0].unlink()
    desk.work()
    assert "Die Datei ist nicht mehr da. Lade sie noch einmal hoch." in desk.see(where)
    assert desk.lists.scalar("SELECT count(*) FROM post") == 0


@pytest.mark.weave("permission", "area on/off")
def test_only_admins_and_only_where_it_is_on(desk: Desk, mail: Any) -> None:
    lists = desk.lists
    where = desk.hand_in(mail("a"))[1]
    member = lists.app.test_client()
    login(member, lists.anke)
    assert {member.get(path).status_code for path in (BASE, where)} == {403}
    switch_plugin(lists.app, lists.area, "crosspost", state="off")
    desk.work()
    assert {desk.client.get(path).status_code for path in (BASE, where)} == {404}
    assert lists.rows("SELECT state FROM crosspost_upload") == [("waiting",)]
    switch_plugin(lists.app, lists.area, "crosspost")
    desk.resume()
    assert lists.rows("SELECT state FROM crosspost_upload") == [("looked",)]


def test_an_import_whose_turn_came_while_it_was_off_goes_on(desk: Desk, mail: Any) -> None:
    lists = desk.lists
    where = desk.hand_in(mail("a"))[1]
    desk.work()
    desk.send(f"{where.removeprefix(BASE)}/take")
    switch_plugin(lists.app, lists.area, "crosspost", state="off")
    desk.resume()
    assert lists.rows("SELECT state FROM crosspost_upload") == [("queued",)]
    switch_plugin(lists.app, lists.area, "crosspost")
    desk.resume()
    assert lists.rows("SELECT state FROM crosspost_upload") == [("done",)]
    desk.resume()
    assert lists.scalar("SELECT count(*) FROM post") == 1
