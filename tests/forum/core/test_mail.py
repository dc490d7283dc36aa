"""Mail: written with the transaction, delivered to a real server, refused when it is unsafe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from forum.accounts.operations import create_user
from forum.core import mail
from forum.core.database import db, read_unit, unit
from forum.core.delivery import deliver_mail
from forum.core.errors import ConfigError, NotFound
from forum.core.jobs import register_job
from forum.core.mail import Mail, send_mail
from forum.core.runner import run_all
from forum.core.smtp import parse_smtp_url
from forum.testing.services.smtp import Sink

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
Move = Callable[[datetime], None]


@pytest.fixture
def post(site: Flask, smtp_sink: Sink) -> Iterator[Sink]:
    """A site with a mail server."""
    config = site.config["FORUM"]
    register_job(mail.JOB, deliver_mail, queue="mail", transaction=False)
    site.config["FORUM"] = type(config)(
        **{**config.model_dump(), "smtp_url": smtp_sink.url, "mail_from": "forum@example.org"}
    )
    yield smtp_sink
    site.config["FORUM"] = config


@pytest.fixture
def no_post(site: Flask) -> Flask:
    """A site without a mail server."""
    register_job(mail.JOB, deliver_mail, queue="mail", transaction=False)
    return site


def write(to: str = "anna@example.org", subject: str = "Grüße", **options: object) -> int:
    with unit():
        return send_mail(to, subject, "Hallo", "<p>Hallo</p>", **options)  # type: ignore[arg-type]


def row_of(mail_id: int) -> Mail:
    with read_unit() as session:
        row = session.get(Mail, mail_id)
        assert row is not None
        session.expunge(row)
        return row


def make_user() -> int:
    with unit():
        return create_user("Anna", "anna@example.org")


def test_a_mail_arrives_as_text_and_html_with_its_headers(post: Sink) -> None:
    mail_id = write(headers={"List-Unsubscribe": "<https://example.org/u/1>"})
    run_all()
    (message,) = post.wait_for(1)
    assert post.recipients == [("anna@example.org",)]
    assert message["Subject"] == "Grüße"
    assert message["From"] == "Chapterhouse <forum@example.org>"
    assert message["To"] == "anna@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<https://example.org/u/1>"
    assert message["Message-ID"] == row_of(mail_id).message_id
    assert message["Message-ID"].endswith("@example.org>")
    parts = [part.get_content().strip() for part in message.iter_parts()]
    assert parts == ["Hallo", "<p>Hallo</p>"]


def test_what_was_sent_is_not_kept(post: Sink) -> None:
    mail_id = write(headers={"Reply-To": "r+secret@example.org"})
    run_all()
    row = row_of(mail_id)
    assert (row.state, row.text, row.html, row.headers) == ("sent", "", "", {})


def test_a_mail_of_a_rolled_back_transaction_is_never_sent(post: Sink) -> None:
    def fail() -> None:
        with unit():
            send_mail("anna@example.org", "x", "x")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    run_all()
    assert post.messages == []


@pytest.mark.parametrize(
    "to",
    [
        "anna@example.org\r\nBcc: eve@example.org",
        "anna@example.org\n",
        "anna@example.org, eve@example.org",
        "Anna <anna@example.org>",
        "anna",
        "",
        "a@" + "x" * 300,
    ],
)
def test_an_address_that_is_more_than_one_is_refused(post: Sink, to: str) -> None:
    with pytest.raises(ValueError, match="address"):
        write(to=to)
    assert run_all() == 0


@pytest.mark.parametrize("end", ["\r\nBcc: eve@example.org", "\n", "\x00", "\u2028x", "\x85"])
def test_no_header_can_be_smuggled_in(post: Sink, end: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        write(subject="Hallo" + end)
    with pytest.raises(ValueError, match="control character"):
        write(headers={"Reply-To": "a@example.org" + end})
    assert run_all() == 0


@pytest.mark.parametrize("name", ["Bcc", "To", "From", "Content-Type", "X\r\nBcc"])
def test_only_known_headers_may_be_set(post: Sink, name: str) -> None:
    with pytest.raises(ValueError, match="may not be set"):
        write(headers={name: "eve@example.org"})


def test_the_guard_is_asked_when_the_mail_leaves(post: Sink) -> None:
    user_id = make_user()
    asked = []

    def may_send(person: int, ref: str) -> bool:
        asked.append((person, ref))
        return ref == "1"

    mail.register_guard("topic", may_send)
    allowed = write(user_id=user_id, guard=("topic", 1))
    withheld = write(user_id=user_id, guard=("topic", 2))
    assert asked == []
    run_all()
    assert asked == [(user_id, "1"), (user_id, "2")]
    assert [row_of(allowed).state, row_of(withheld).state] == ["sent", "withheld"]
    assert row_of(withheld).text == ""
    assert len(post.wait_for(1)) == 1


def test_an_unknown_guard_is_refused(post: Sink) -> None:
    with pytest.raises(ValueError, match="guard"):
        write(user_id=1, guard=("nobody", 1))
    mail.register_guard("topic", lambda _person, _ref: True)
    with pytest.raises(ValueError, match="guard"):
        write(guard=("topic", 1))


def test_a_mail_whose_guard_is_not_loaded_waits(post: Sink, site: Flask) -> None:
    user_id = make_user()
    mail.register_guard("topic", lambda _person, _ref: True)
    mail_id = write(user_id=user_id, guard=("topic", 1))
    del site.extensions["forum"]["mail_guards"].guards["topic"]
    run_all()
    assert row_of(mail_id).state == "waiting"
    assert post.messages == []


def test_a_temporary_no_is_tried_again(post: Sink, clock: Move) -> None:
    mail_id = write()
    post.refusal = "451 come back later"
    run_all()
    row = row_of(mail_id)
    assert (row.state, row.attempts) == ("waiting", 1)
    first_id = row.message_id
    post.refusal = None
    clock(MOMENT + timedelta(seconds=7))
    run_all()
    assert row_of(mail_id).state == "sent"
    assert [m["Message-ID"] for m in post.wait_for(1)] == [first_id]


def test_a_permanent_no_is_final_and_visible(post: Sink) -> None:
    mail_id = write()
    post.refusal = "550 no such user anna@example.org"
    run_all()
    row = row_of(mail_id)
    assert (row.state, row.error) == ("failed", "550 no such user [hidden]")
    post.refusal = None
    with unit():
        mail.retry_mail(mail_id)
    run_all()
    assert row_of(mail_id).state == "sent"
    with pytest.raises(NotFound), unit():
        mail.retry_mail(mail_id)


def test_a_server_that_is_away_costs_attempts_and_in_the_end_the_mail(
    post: Sink, site: Flask, clock: Move
) -> None:
    config = site.config["FORUM"]
    site.config["FORUM"] = type(config)(**{**config.model_dump(), "smtp_url": "smtp://127.0.0.1:1"})
    mail_id = write()
    moment = MOMENT
    for _ in range(mail.TRIES):
        run_all()
        moment += timedelta(hours=2)
        clock(moment)
    row = row_of(mail_id)
    assert row.state == "failed"
    assert row.error is not None
    assert row.error.startswith("ConnectionRefusedError")


def test_without_a_server_mail_waits_and_leaves_when_there_is_one(
    no_post: Flask, smtp_sink: Sink
) -> None:
    config = no_post.config["FORUM"]
    mail_id = write()
    assert run_all() == 0
    assert row_of(mail_id).state == "waiting"
    with read_unit():
        assert mail.get_mail_figures().waiting == 1
    with unit():
        assert mail.resume_mail() == 0
    no_post.config["FORUM"] = type(config)(**{**config.model_dump(), "smtp_url": smtp_sink.url})
    try:
        with unit():
            assert mail.resume_mail() == 1
        run_all()
    finally:
        no_post.config["FORUM"] = config
    assert row_of(mail_id).state == "sent"
    assert len(smtp_sink.wait_for(1)) == 1


def test_old_news_is_not_sent(post: Sink, clock: Move) -> None:
    mail_id = write()
    clock(MOMENT + timedelta(days=8))
    run_all()
    assert row_of(mail_id).state == "expired"
    assert post.messages == []


def test_mail_is_forgotten_with_its_person_and_with_time(post: Sink, clock: Move) -> None:
    user_id = make_user()
    write(user_id=user_id)
    old = write()
    with unit():
        assert mail.forget_mail_of(user_id) == 1
    run_all()
    clock(MOMENT + timedelta(days=31))
    with unit():
        assert mail.forget_old_mail() == 1
    with read_unit():
        assert db.session.get(Mail, old) is None


@pytest.mark.parametrize(
    "url", ["http://x", "smtp://", "smtp://host:port", "host:25", "smtps://host:99999"]
)
def test_a_wrong_server_url_is_said_in_one_line(url: str) -> None:
    with pytest.raises(ConfigError, match=r"^FORUM_SMTP_URL: [^\n]+$"):
        parse_smtp_url(url)


def test_a_server_url_is_read() -> None:
    server = parse_smtp_url("smtp://an%40na:p%3Aw@mail.example.org")
    assert (server.host, server.port, server.tls) == ("mail.example.org", 587, False)
    assert (server.user, server.password) == ("an@na", "p:w")
    assert parse_smtp_url("smtps://mail.example.org").port == 465
    assert parse_smtp_url("smtp://localhost").port == 25


def test_what_is_deleted_while_the_server_is_asked_does_not_leave(post: Sink, site: Flask) -> None:
    user_id = make_user()
    write(user_id=user_id)

    def forget() -> None:
        with site.app_context(), unit():
            mail.forget_mail_of(user_id)

    post.on_recipient = forget
    run_all()
    assert post.messages == []
    with read_unit():
        assert mail.get_mail_figures().waiting == 0


def test_the_guard_has_its_say_until_the_text_goes_out(post: Sink) -> None:
    user_id, forbidden = make_user(), threading.Event()
    mail.register_guard("topic", lambda _person, _ref: not forbidden.is_set())
    mail_id = write(user_id=user_id, guard=("topic", 1))
    post.on_recipient = forbidden.set
    run_all()
    assert post.messages == []
    assert row_of(mail_id).state == "withheld"


def test_what_was_handed_over_is_known_and_what_was_refused_is_not(
    post: Sink, site: Flask, clock: Move
) -> None:
    mail_id, seen = write(), []

    def look() -> None:
        with site.app_context():
            seen.append(row_of(mail_id).handed_at)

    post.on_arrival = look
    post.refusal = "451 come back later"
    run_all()
    assert row_of(mail_id).handed_at is None
    post.refusal = None
    clock(MOMENT + timedelta(seconds=7))
    run_all()
    assert seen[0] is not None
    assert row_of(mail_id).state == "sent"
