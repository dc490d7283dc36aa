"""Areas under names of their own: who gets what there, under which name pages belong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.areas import operations
from forum.areas.events import AreaEdited
from forum.areas.queries import get_scope_by_id, get_system_scope
from forum.core.audit import AuditEntry
from forum.core.database import unit, unscoped
from forum.core.errors import Denied, Invalid
from forum.core.events import EventRow
from forum.core.wall import Viewer, as_viewer
from forum.testing.builders import (
    login,
    make_area,
    make_operator,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.fixtures import BuildOnce
from tests.forum.accounts.visitor import PASSWORD, make_member, read_mail
from tests.forum.discussions.noted import build_site, notes

MakeApp = Callable[..., Flask]
SITE = "https://forum.example.org"
HERE = "https://ni.example.org"
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


def name_host(app: Flask, area_id: int, host: str) -> None:
    with app.app_context(), unit():
        operations.add_host(get_system_scope(area_id), host)


def canonical(answer: TestResponse) -> str:
    found = CANONICAL.findall(answer.text)
    assert len(found) < 2
    return "".join(found)


class Federation:
    """bund → ni (public, ni.example.org) → kreis; nebenan; recht (sealed) below ni."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.mia = make_user(app, "Mia")
        mine: Any = {self.mia: "member"}
        self.root = make_area(app, "Bund", slug="bund", kind="federation")
        self.ni = make_area(app, "Niedersachsen", slug="ni", parent=self.root, members=mine)
        self.kreis = make_area(app, "Kreis", slug="kreis", parent=self.ni, members=mine)
        self.recht = make_area(app, "Recht", slug="recht", parent=self.ni, members=mine)
        self.nebenan = make_area(app, "Nebenan", slug="nebenan", parent=self.root, members=mine)
        name_host(app, self.ni, "ni.example.org")

    def topic(self, area_id: int) -> str:
        made = make_topic(self.app, area_id, author=self.mia, title="Worum es geht")
        return f"/t/{made.topic_id}-worum-es-geht"

    def visit(self, user_id: int | None = None, *, host: str = "") -> FlaskClient:
        client = self.app.test_client()
        return client if user_id is None else login(client, user_id, host=host or "localhost")


@pytest.fixture
def fed(share_app: MakeApp, build_once: BuildOnce) -> Federation:
    return build_once(Federation, on=share_app(public_url=SITE))


def test_the_page_of_the_area_stands_at_the_root_of_its_host(fed: Federation) -> None:
    fed.topic(fed.ni)
    page = fed.visit().get("/", base_url=HERE)
    assert page.status_code == 200
    assert "<h1>Niedersachsen</h1>" in page.text and "Worum es geht" in page.text
    assert "<h1>Bund</h1>" in fed.visit().get("/", base_url=SITE).text
    assert fed.visit().get("/a/kreis/", base_url=HERE).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["NI.Example.ORG", "ni.example.org:443", "ni.example.org:8443", "ni.example.org."],
)
def test_case_port_and_a_last_dot_do_not_matter(fed: Federation, host: str) -> None:
    page = fed.visit().get("/", headers={"Host": host})
    assert "<h1>Niedersachsen</h1>" in page.text
    assert "Zum ganzen Forum" in page.text


def test_a_name_in_other_letters_is_found_as_browsers_send_it(fed: Federation) -> None:
    name_host(fed.app, fed.nebenan, "Münster.Example")
    page = fed.visit().get("/", headers={"Host": "xn--mnster-3ya.example"})
    assert "<h1>Nebenan</h1>" in page.text


@pytest.mark.parametrize(
    "host",
    ["evil.example", "ni.example.org.evil.example", "evil.ni.example.org", "xni.example.org",
     "ni.example.org..", "ni.example.org@evil.example", "ni.example.org,evil.example", "a" * 300,
     "ni.example.org/x", "10.0.0.7", "[::ffff:10.0.0.7]", "münster.example", "ni.example.org:x"],
)  # fmt: skip
def test_other_names_get_a_page_that_names_nothing(fed: Federation, host: str) -> None:
    client = fed.visit(fed.mia)
    for path in ("/", "/a/ni/", "/login", "/none", "/api/v1/areas"):
        answer = client.get(path, headers={"Host": host.encode().decode("latin1")})
        assert answer.status_code == 421, path
        told = answer.text + str(answer.headers)
        words = ("forum.example.org", "ni.example.org", "Chapterhouse", "Niedersachsen", "Mia")
        assert [word for word in words if word in told.replace(host, "")] == [], path
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_only_trusted_proxies_may_say_which_host_was_meant(fed: Federation) -> None:
    told = {"X-Forwarded-Host": "ni.example.org", "Forwarded": "host=ni.example.org"}
    page = fed.visit().get("/", base_url=SITE, headers=told)
    assert "<h1>Bund</h1>" in page.text


def test_a_trusted_proxy_says_which_host_was_meant(make_app: MakeApp) -> None:
    fed = Federation(make_app(public_url=SITE, trusted_proxies=1))
    behind = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    for told, status in (("ni.example.org", 200), ("evil.example", 421)):
        headers = {**behind, "X-Forwarded-Host": told}
        page = fed.visit().get("/", base_url="http://127.0.0.1:8000", headers=headers)
        assert (page.status_code, "<h1>Niedersachsen</h1>" in page.text) == (status, status == 200)


@pytest.mark.parametrize(
    ("spec", "anonymous"),
    [
        ({"visibility": "public"}, 200),
        ({"visibility": "members"}, 404),
        ({"visibility": "listed", "summary": "Kennwort"}, 404),
        ({"visibility": "hidden"}, 404),
        ({"visibility": "listed", "sealed": True}, 404),
        ({"visibility": "hidden", "sealed": True}, 404),
    ],
)
def test_everybody_gets_what_the_areas_own_address_gives(
    fed: Federation, spec: dict[str, Any], anonymous: int
) -> None:
    chair: Any = {fed.mia: "admin"}
    where = make_area(fed.app, "Geheimnis", slug="wispern", parent=fed.root, members=chair, **spec)
    name_host(fed.app, where, "wo.example.org")
    stranger = make_user(fed.app, "Silke")
    operator = make_operator(fed.app)
    for who in (None, stranger, operator, fed.mia):
        there, here = (
            fed.visit(who, host="forum.example.org"),
            fed.visit(who, host="wo.example.org"),
        )
        asked = there.get("/a/wispern/", base_url=SITE)
        page = here.get("/", base_url="https://wo.example.org")
        assert page.status_code == asked.status_code, who
        for word in ("Geheimnis", "wispern", "Kennwort"):
            if page.status_code == 404:
                assert word not in page.text + str(page.headers), who
            elif word != "wispern":
                assert (word in page.text) == (word in asked.text), (who, word)
        if who is None:
            assert page.status_code == anonymous
            assert ("/login?next=/" in page.text) == ("/login?next=" in asked.text)
    assert (
        fed.visit(fed.mia, host="wo.example.org")
        .get("/", base_url="https://wo.example.org")
        .status_code
        == 200
    )


def test_pages_say_under_which_name_they_belong(fed: Federation) -> None:
    nobody = fed.visit()
    here, there = fed.topic(fed.kreis), fed.topic(fed.nebenan)
    wanted = {
        (SITE, "/"): "",
        (SITE, "/verzeichnis"): "",
        (SITE, "/a/nebenan/"): "",
        (SITE, "/a/ni/?sort=new"): f"{HERE}/a/ni/?sort=new",
        (SITE, "/a/kreis/"): f"{HERE}/a/kreis/",
        (SITE, here): f"{HERE}{here}",
        (SITE, there): f"{SITE}{there}",
        (SITE, f"{there}?view=flat"): f"{SITE}{there}",
        (HERE, "/"): f"{HERE}/a/ni/",
        (HERE, "/a/ni/"): "",
        (HERE, "/a/kreis/"): "",
        (HERE, here): f"{HERE}{here}",
        (HERE, there): f"{SITE}{there}",
        (HERE, "/a/nebenan/"): f"{SITE}/a/nebenan/",
        (HERE, "/verzeichnis?q=%C3%BC"): f"{SITE}/verzeichnis?q=%C3%BC",
    }
    for _ in range(2):  # made, and kept for everybody
        found = {(base, path): canonical(nobody.get(path, base_url=base)) for base, path in wanted}
        assert found == wanted


def test_a_seal_ends_what_belongs_to_the_name_above(fed: Federation) -> None:
    chair: Any = {fed.mia: "admin"}
    make_area(fed.app, "Rat", slug="rat", parent=fed.ni, members=chair, sealed=True)
    page = fed.visit(fed.mia, host="forum.example.org").get("/a/rat/", base_url=SITE)
    assert (page.status_code, canonical(page)) == (200, "")


def test_of_several_names_the_shortest_stands_in_links(fed: Federation) -> None:
    name_host(fed.app, fed.ni, "www.ni.example.org")
    page = fed.visit().get("/a/ni/", base_url="https://www.ni.example.org")
    assert canonical(page) == f"{HERE}/a/ni/"


def test_one_can_log_in_under_every_name_and_each_has_cookies_of_its_own(
    make_app: MakeApp,
) -> None:
    fed = Federation(make_app(public_url=SITE))
    email = "nina@example.org"
    make_member(fed.app, "Nina", email=email)
    client = fed.app.test_client()
    page = client.get("/login?next=/", base_url=HERE)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    form = {"email": email, "password": PASSWORD, "csrf_token": token[1]}
    headers = {"Origin": HERE}
    answer = client.post("/login?next=/", base_url=HERE, data=form, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookies = answer.headers.getlist("Set-Cookie")
    names = [cookie.partition("=")[0] for cookie in cookies]
    assert "__Host-forum-session" in names
    for cookie in cookies:
        assert cookie.startswith("__Host-") and "Domain" not in cookie
        assert "Secure" in cookie and "Path=/" in cookie
    assert 'action="/logout"' in client.get("/", base_url=HERE).text
    assert 'action="/logout"' not in client.get("/", base_url=SITE).text
    # A form of one name cannot be sent to another.
    foreign = client.post("/login", base_url=SITE, data=form, headers=headers)
    assert foreign.status_code == 403


def test_mails_lead_to_the_configured_address_whatever_name_was_asked(fed: Federation) -> None:
    make_user(fed.app, "Nina", email="nina@example.org")
    for host in ("ni.example.org", "evil.example"):
        client = fed.app.test_client()
        page = client.get("/password/forgot", headers={"Host": host}, base_url=HERE)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        form = {"email": "nina@example.org", "csrf_token": token[1] if token else ""}
        told = {"Host": host, "X-Forwarded-Host": "evil.example"}
        answer = client.post("/password/forgot", base_url=HERE, data=form, headers=told)
        assert answer.status_code == (421 if host == "evil.example" else 200)
    [mail] = read_mail(fed.app)
    assert "ni.example.org" not in mail.text + mail.html and "evil" not in mail.text + mail.html
    assert f"{SITE}/password/reset?token=" in mail.text


def test_what_is_no_name_or_not_to_be_had_is_refused(fed: Federation) -> None:
    bad = ["", "localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::1]", "::1",
           "https://x.example", "x.example:80", "x.example/", "*.example.org", "-a.example",
           "a..example", "x_y.example", "straße.example", "a\nb.example", "a." * 130 + "example",
           "ｘ.example", "x.example..", "forum.example.org", "Forum.Example.org.",
           "ni.example.org", "NI.example.org."]  # fmt: skip
    for name in bad:
        with pytest.raises(Invalid) as refused:
            name_host(fed.app, fed.nebenan, name)
        assert refused.value.field == "host", name


def test_only_who_runs_the_site_gives_names(fed: Federation) -> None:
    with fed.app.app_context(), unit():
        operations.add_members(
            [operations.NewMember(area_id=fed.root, user_id=fed.mia, role="admin")]
        )
        viewer = Viewer(fed.mia)
        with as_viewer(viewer):
            scope = get_scope_by_id(viewer, fed.ni)
            for act in (operations.add_host, operations.remove_host):
                with pytest.raises(Denied):
                    act(scope, "ni.example.org")


def test_giving_and_taking_is_in_the_log(fed: Federation) -> None:
    with fed.app.app_context(), unit():
        operations.remove_host(get_system_scope(fed.ni), "NI.example.org.", reason="umgezogen")
    with fed.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        entries = [
            (entry.action, entry.area_id, entry.reason, entry.details)
            for entry in session.query(AuditEntry).order_by(AuditEntry.id)
            if "host" in entry.action
        ]
        events = session.query(EventRow).filter_by(name=AreaEdited.name).all()
    assert entries == [
        ("areas.add_host", fed.ni, "", {"host": "ni.example.org"}),
        ("areas.remove_host", fed.ni, "umgezogen", {"host": "ni.example.org"}),
    ]
    assert [event.payload["fields"] for event in events] == [["hosts"], ["hosts"]]
    assert fed.visit().get("/", base_url=HERE).status_code == 421


def test_a_name_goes_with_its_area(fed: Federation) -> None:
    name_host(fed.app, fed.nebenan, "nebenan.example.org")
    with fed.app.app_context(), unit():
        operations.delete_area(get_system_scope(fed.nebenan), reason="weg", confirm="nebenan")
    assert fed.visit().get("/", base_url="https://nebenan.example.org").status_code == 421
    name_host(fed.app, fed.ni, "nebenan.example.org")


def test_a_page_costs_the_same_under_every_name(
    fed: Federation, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    topic = fed.topic(fed.ni)
    for who in (None, fed.mia):
        here, there = (
            fed.visit(who, host="ni.example.org"),
            fed.visit(who, host="forum.example.org"),
        )

        def cost(client: FlaskClient, path: str, base: str) -> int:
            return len(statements(lambda: client.get(path, base_url=base)))

        for path in ("/a/ni/", "/verzeichnis", topic, "/impressum"):
            # Pages without the stamp ask for it there: whether the name still leads here.
            more = 1 if who is None and path != "/a/ni/" else 0
            assert cost(here, path, HERE) == cost(there, path, SITE) + more, (who, path)
        assert cost(here, "/", HERE) == cost(there, "/a/ni/", SITE)


def test_a_plugin_shapes_the_front_page_where_it_is_on(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = build_site(make_app, tmp_path, monkeypatch)
    make_area(site.app, "Dort", slug="dort")
    name_host(site.app, site.here, "hier.example.org")
    for state in ("on", "off", "on"):
        switch_plugin(site.app, site.here, "notes", state=state)
        notes.asked.clear()
        page = site.app.test_client().get("/", base_url="http://hier.example.org")
        shown = "<h1>Willkommen bei Hier</h1>" in page.text
        assert (page.status_code, shown) == (200, state == "on")
        assert ("Worum es geht" in page.text) == (state == "off")
        assert notes.asked == ([("front", "hier")] if state == "on" else [])
    assert "&lt;script&gt;" in page.text and canonical(page) == ""
    # At its own address the area keeps its topics, under every name; the site keeps its page.
    for base in ("http://hier.example.org", "http://localhost"):
        assert "Worum es geht" in site.app.test_client().get("/a/hier/", base_url=base).text
    assert "Willkommen bei" not in site.app.test_client().get("/").text


def test_a_plugin_is_not_asked_for_who_may_not_read(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = build_site(make_app, tmp_path, monkeypatch)
    members: Any = {site.deniz: "member"}
    for slug, seen, status in (("zu", "hidden", 404), ("halb", "listed", 200)):
        where = make_area(site.app, "Zu", slug=slug, visibility=seen, members=members)
        switch_plugin(site.app, where, "notes")
        name_host(site.app, where, f"{slug}.example.org")
        base = f"http://{slug}.example.org"
        stranger = login(site.app.test_client(), make_user(site.app), host=f"{slug}.example.org")
        notes.asked.clear()
        answers = [stranger.get(path, base_url=base) for path in ("/", "/impressum")]
        assert [answer.status_code for answer in answers] == [status, 200]
        assert notes.asked == []
        deniz = login(site.app.test_client(), site.deniz, host=f"{slug}.example.org")
        for path in ("/", "/impressum"):
            assert "Willkommen bei Zu" in deniz.get(path, base_url=base).text
            assert "Willkommen bei" not in login(deniz, site.deniz).get(path).text


def test_where_a_plugin_has_no_page_or_fails_the_cores_stands(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = build_site(make_app, tmp_path, monkeypatch)
    where = make_area(site.app, "Kaputt", slug="kaputt")
    switch_plugin(site.app, where, "notes")
    name_host(site.app, where, "kaputt.example.org")
    client, base = site.app.test_client(), "http://kaputt.example.org"
    page = client.get("/", base_url=base)
    assert page.status_code == 200 and "<h1>Kaputt</h1>" in page.text
    assert client.get("/impressum", base_url=base).text.count("Impressum") > 1
    stats = site.app.extensions["forum"]["dispatcher"].stats.snapshot()
    figures = {(row.hook, row.area_id): (row.calls, row.errors) for row in stats.areas}
    assert figures["host /", where] == (1, 1)
    assert figures["host /impressum", where] == (1, 0)
