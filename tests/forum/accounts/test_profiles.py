"""Profiles, pictures and preferences: what members show and how the site behaves for them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from struct import pack

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from forum.accounts import operations
from forum.accounts.avatars import make_picture
from forum.accounts.models import User
from forum.core.database import unit
from forum.core.errors import Invalid
from forum.core.events import EventRow
from tests.forum.accounts.visitor import Visitor, make_member

PROFILE = "/settings/profile"


@pytest.fixture
def anna(app: Flask, visitor: Visitor) -> Visitor:
    """Anna Müller, signed in."""
    make_member(app)
    visitor.sign_in("anna@example.org")
    return visitor


def photo(
    width: int = 400, height: int = 300, *, kind: str = "JPEG", turned: bool = False
) -> bytes:
    """Return a picture, red at its upper left; `turned` by a mark, as phones do it."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    exif[0x010F] = "GEHEIME-KAMERA"
    if turned:
        exif[0x0112] = 6
    out = BytesIO()
    image.save(out, kind, **({"exif": exif} if kind in ("JPEG", "WEBP", "PNG") else {}))
    return out.getvalue()


def bomb() -> bytes:
    """Return a small PNG that says it is 30,000 pixels square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def upload(visitor: Visitor, content: bytes, name: str = "ich.jpg") -> int:
    tokens = visitor.tokens(PROFILE)
    data = {**tokens, "picture": (BytesIO(content), name)}
    return visitor.client.post("/settings/picture", data=data, buffered=True).status_code


def test_profile_is_for_members(
    app: Flask, visitor: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    make_member(app)
    for handle in ("anna-mueller", "niemand"):
        assert visitor.get(f"/u/{handle}").location == f"/login?next=/u/{handle}"
    make_member(app, "Ben Weiß")
    visitor.sign_in("ben@example.org")
    page = visitor.get("/u/Anna-Mueller")
    assert page.status_code == 200
    assert "<h1>Anna Müller</h1>" in page.text
    assert "anna@example.org" not in page.text
    assert visitor.get("/u/niemand").status_code == 404


def test_member_edits_the_profile(app: Flask, anna: Visitor) -> None:
    sent = {"name": " Anna  Maria Müller ", "title": "Kassenwartin", "organisation": "KV Nord"}
    assert anna.send(PROFILE, **sent, bio="Zeile 1\r\nZeile 2").status_code == 303
    page = anna.get("/u/anna-mueller").text
    assert "<h1>Anna Maria Müller</h1>" in page
    assert "Kassenwartin · KV Nord" in page
    assert "Zeile 1\nZeile 2" in page
    with app.app_context(), unit() as session:
        row = session.execute(sa.select(User.handle, User.name_key)).one()
        events = session.execute(
            sa.select(EventRow.name, EventRow.payload).order_by(EventRow.id)
        ).all()
    assert tuple(row) == ("anna-mueller", "anna maria mueller")
    changed = {"user_id": 1, "fields": ["bio", "name", "organisation", "title"]}
    assert [tuple(event) for event in events[1:]] == [("accounts.user_changed", changed)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x.evil.tld"), ("title", "x" * 81), ("bio", "x" * 1001)],
)
def test_profile_says_what_does_not_fit(anna: Visitor, field: str, value: str) -> None:
    sent = {"name": "Anna", "title": "", "organisation": "", "bio": "", field: value}
    answer = anna.send(PROFILE, **sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert value[:50] in answer.text


def test_markup_in_a_profile_stays_text(anna: Visitor) -> None:
    attack = "<script>alert(1)</script>"
    anna.send(PROFILE, name="Anna", title=attack, organisation='"><img src=x>', bio=attack)
    page = anna.get("/u/anna-mueller").text
    assert "<script>alert" not in page and "<img src=x" not in page


def test_columns_that_are_not_in_the_form_stay(app: Flask, anna: Visitor) -> None:
    def row() -> dict[str, object]:
        with app.app_context(), unit() as session:
            user = session.scalars(sa.select(User)).one()
            return {column.key: getattr(user, column.key) for column in sa.inspect(User).columns}

    before = row()
    more = dict.fromkeys(before, "1") | {"csrf_token": "", "roles": "operator"}
    mine = {"name": "Anna Müller", "title": "", "organisation": "", "bio": ""}
    for path, sent in (
        (PROFILE, mine),
        ("/settings/display", {"language": "de", "timezone": "UTC", "appearance": "auto"}),
        ("/settings/sessions/end-others", {}),
    ):
        tokens = anna.tokens(PROFILE)
        anna.client.post(path, data={**more, **sent, **tokens}, buffered=True)
    after = row()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"timezone", "preferences"}


def test_ghost_says_where_it_comes_from(app: Flask, anna: Visitor) -> None:
    with app.app_context(), unit():
        operations.create_ghosts([operations.Ghost("K. Sommer", "httpd-users <2020>")])
    page = anna.get("/u/ext-k-sommer").text
    assert "<h1>K. Sommer</h1>" in page
    assert "httpd-users &lt;2020&gt;" in page


def test_erased_member_has_no_name(app: Flask, anna: Visitor) -> None:
    user_id = make_member(app, "Ben Weiß")
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).where(User.id == user_id).values(state="erased", bio="B"))
    page = anna.get("/u/ben-weiss")
    assert page.status_code == 200
    assert "Ehemaliges Mitglied" in page.text
    assert "Ben Weiß" not in page.text


def test_picture_is_made_anew_and_upright(app: Flask, anna: Visitor) -> None:
    assert upload(anna, photo(turned=True)) == 303
    with app.app_context(), unit() as session:
        names = session.execute(sa.select(User.portrait, User.avatar)).one()
    sizes = []
    for name in names:
        answer = Visitor(app.test_client()).get(f"/avatars/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert b"GEHEIM" not in answer.data
        image = Image.open(BytesIO(answer.data))
        sizes.append(image.size)
        assert dict(image.getexif()) == {}
    assert sizes == [(256, 256), (64, 64)]
    corner = image.convert("RGB")
    red = [corner.getpixel(at) for at in ((62, 1), (1, 1))]
    assert red[0][1] < 80 < 200 < red[1][1]  # type: ignore[index,operator]


def test_replaced_and_removed_pictures_are_gone(app: Flask, anna: Visitor) -> None:
    def address() -> str:
        page = anna.get("/u/anna-mueller").text
        return page.partition('src="/avatars/')[2].partition('"')[0]

    upload(anna, photo())
    first = address()
    upload(anna, photo(kind="PNG", width=500))
    second = address()
    assert first != second
    assert anna.get(f"/avatars/{first}").status_code == 404
    assert anna.get(f"/avatars/{second}").status_code == 200
    assert anna.send("/settings/picture/remove", page=PROFILE).status_code == 303
    assert anna.get(f"/avatars/{second}").status_code == 404
    assert "/avatars/" not in anna.get("/u/anna-mueller").text
    with app.app_context():
        storage = app.extensions["forum"]["storage"]
        assert [storage.has(name) for name in (first, second)] == [False, False]


def test_picture_two_people_share_stays_for_the_other(
    app: Flask, anna: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    make_member(app, "Ben Weiß")
    ben = new_visitor()
    ben.sign_in("ben@example.org")
    upload(anna, photo())
    upload(ben, photo())
    anna.send("/settings/picture/remove", page=PROFILE)
    page = ben.get("/u/ben-weiss").text
    name = page.partition('src="/avatars/')[2].partition('"')[0]
    assert anna.get(f"/avatars/{name}").status_code == 200


def test_files_that_are_no_pictures_of_people_are_not_served(app: Flask, anna: Visitor) -> None:
    with app.app_context():
        name = app.extensions["forum"]["storage"].put(b"secret attachment", kind="webp")
    assert anna.get(f"/avatars/{name}").status_code == 404
    for path in ("x", "..%2f..%2fforum.db", "a" * 64 + ".webp"):
        assert anna.get(f"/avatars/{path}").status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_four_formats_are_read(kind: str) -> None:
    picture = make_picture(photo(kind=kind))
    assert Image.open(BytesIO(picture.large)).size == (256, 256)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        photo()[:300],
        photo(kind="BMP"),
        photo(kind="TIFF"),
        photo(kind="PPM"),
        bomb(),
        b"GIF89a" + b"\xff" * 100,
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 50,
    ],
)
def test_hostile_files_are_said_at_the_field(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        make_picture(content)
    assert refused.value.field == "picture"


def test_polyglot_loses_its_second_half() -> None:
    picture = make_picture(photo(kind="GIF") + b"<script>alert(1)</script>")
    assert b"script" not in picture.large + picture.small


def test_refused_picture_keeps_the_page(anna: Visitor) -> None:
    assert upload(anna, b"no picture") == 422
    assert upload(anna, b"") == 422


def test_display_is_as_chosen(app: Flask, anna: Visitor) -> None:
    sent = {"language": "de", "timezone": "America/New_York", "appearance": "dark"}
    assert anna.send("/settings/display", **sent).status_code == 303
    page = anna.get("/settings/display").text
    assert 'data-mode="dark"' in page
    assert 'data-keys="off"' in page
    assert '<option selected value="America/New_York">' in page
    anna.send("/settings/display", **{**sent, "appearance": "auto", "shortcuts": "y"})
    page = anna.get("/settings/display").text
    assert "data-mode" not in page and "data-keys" not in page


@pytest.mark.parametrize(
    "wrong",
    [{"timezone": "Mars/Olympus"}, {"appearance": "pink"}, {"language": "tlh"}, {"language": ""}],
)
def test_what_is_not_on_offer_cannot_be_chosen(anna: Visitor, wrong: dict[str, str]) -> None:
    sent = {"language": "de", "timezone": "UTC", "appearance": "auto", **wrong}
    assert anna.send("/settings/display", **sent).status_code == 422


def test_other_preferences_survive(app: Flask, anna: Visitor) -> None:
    with app.app_context(), unit() as session:
        session.execute(sa.update(User).values(preferences={"digest": "weekly"}))
    sent = {"language": "de", "timezone": "UTC", "appearance": "light", "shortcuts": "y"}
    anna.send("/settings/display", **sent)
    with app.app_context(), unit() as session:
        stored = session.scalars(sa.select(User.preferences)).one()
    assert stored == {"digest": "weekly", "appearance": "light", "shortcuts": True}
