"""The operator's page names what went wrong in a plugin, whichever process it happened in."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from forum.core.services import service
from forum.testing.builders import login, make_operator, make_user


def _break(app: Flask, message: str) -> None:
    """Let a call into a plugin fail as the guard sees it."""

    def fail() -> None:
        raise RuntimeError(message)

    with app.app_context():
        service("dispatcher").run(
            "kaputt", "render_post_panels", fail, kind="view", on_error="skip", area_id=None
        )


def test_a_failure_is_named_with_its_plugin(make_app, app: Flask) -> None:
    lenient = make_app(strict=False)
    _break(lenient, "Tabelle <fehlt>")
    client: FlaskClient = lenient.test_client()
    login(client, make_operator(app))
    client.get("/").close()  # any response carries the figures into the rows
    page = client.get("/admin/plugins").get_data(as_text=True)
    assert "kaputt" in page
    assert "RuntimeError: Tabelle &lt;fehlt&gt;" in page
    other: FlaskClient = make_app().test_client()
    login(other, make_operator(app, name="Zweite"))
    assert "RuntimeError" in other.get("/admin/plugins").get_data(as_text=True)


def test_only_operators_see_it(app: Flask, client: FlaskClient) -> None:
    assert client.get("/admin/plugins").status_code == 303
    login(client, make_user(app, "Anke"))
    assert client.get("/admin/plugins").status_code in (403, 404)
