"""Forms: sizes, clean text, errors at their fields, what was typed is kept."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from forum.core.errors import Invalid
from forum.web import forms


class Sample(forms.Form):
    title = forms.Line("Titel", most=10)
    text = forms.Text("Text", size=12, required=False)
    age = forms.Number("Alter", low=1, high=120, required=False)
    kind = forms.Choice("Art", [("a", "A"), ("b", "B")])
    areas = forms.Choices("Bereiche", lambda: [(1, "Bund"), (2, "Land")], coerce=int)
    at = forms.Moment("Wann", required=False)


@pytest.fixture
def app(anonymous: Flask) -> Flask:
    return anonymous


def fill(app: Flask, **data: str) -> tuple[bool, Sample]:
    with app.test_request_context("/", method="POST", data={"kind": "a", **data}):
        form = Sample(meta={"csrf": False})
        return form.submitted(), form


def test_text_is_brought_into_one_form(app: Flask) -> None:
    held, form = fill(app, title=" A\u0308 \x00b \u202e c ", text="x\r\ny\x07")
    assert (held, form.title.data, form.text.data) == (True, "Ä b c", "x\ny")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 11}, "title"),
        ({"title": "\u200b \u202e"}, "title"),
        ({"title": "\u2800\u3164"}, "title"),
        ({"title": "x", "text": "ä" * 7}, "text"),
        ({"title": "x", "age": "0"}, "age"),
        ({"title": "x", "age": "١٢٣x"}, "age"),
        ({"title": "x", "kind": "c"}, "kind"),
        ({"title": "x", "areas": "3"}, "areas"),
        ({"title": "x", "at": "0001-01-01T00:00"}, "at"),
        ({"title": "x", "at": "9999-12-31T23:59"}, "at"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(
    app: Flask, data: dict[str, str], field: str
) -> None:
    held, form = fill(app, **data)
    assert (held, [*form.errors]) == (False, [field])


def test_a_choice_that_is_gone_is_told_in_words_and_not_by_its_number(app: Flask) -> None:
    _held, form = fill(app, title="x", areas="3")
    assert form.problems() == [("areas", str(forms.NO_CHOICE))]


def test_choices_come_typed(app: Flask) -> None:
    held, form = fill(app, title="x", areas="2", kind="b")
    assert (held, form.areas.data, form.kind.data) == (True, [2], "b")
    with app.test_request_context("/"):
        assert '<input checked id="areas-1" name="areas" type="checkbox" value="2">' in form.areas()


def test_a_long_text_is_kept(app: Flask) -> None:
    _held, form = fill(app, title="x", text="y" * 50)
    assert form.text.data == "y" * 50


def test_what_an_operation_refuses_stands_at_its_field(app: Flask) -> None:
    _held, form = fill(app, title="x")
    form.refuse(Invalid("title", "Gibt es schon."))
    form.refuse(Invalid("", "Zu schnell."))
    assert form.problems() == [("", "Zu schnell."), ("title", "Gibt es schon.")]


def test_every_form_has_its_own_key_and_keeps_it(app: Flask) -> None:
    with app.test_request_context("/"):
        one, other = Sample(meta={"csrf": False}), Sample(meta={"csrf": False})
    assert one.key.data != other.key.data
    _held, again = fill(app, title="x", key="mine")
    assert again.key.data == "mine"


def test_messages_of_the_library_speak_the_language(app: Flask) -> None:
    _held, form = fill(app, title="x", age="x")
    assert form.age.errors == ["Keine gültige, ganze Zahl."]


def login(app: Flask, **data: str) -> str:
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert token is not None
    return client.post("/login", data={"csrf_token": token[1], **data}).text


def test_errors_are_tied_to_their_fields(app: Flask) -> None:
    page = login(app, email="anke@example.org", password="wrong")
    assert 'aria-describedby="password-error"' in page
    assert 'id="password-error"' in page
    assert '<a href="#password">' in page
    assert 'value="anke@example.org"' in page
    assert "wrong" not in page


def test_hints_and_errors_are_both_described(app: Flask) -> None:
    page = login(app, email="", password="x")
    assert 'aria-describedby="email-hint email-error"' in page
    assert 'aria-invalid="true"' in page
