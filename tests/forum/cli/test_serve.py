"""forum serve with real processes: creates, refuses, restarts, ends, and loses no job."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import db, read_unit, unit
from forum.core.heartbeat import Heartbeat
from forum.core.jobs import JobRow, enqueue
from forum.home.legal import LEGAL_PAGES
from forum.testing.databases import PostgresGround
from tests.forum.cli.conftest import Serve, Server, is_alive, list_descendants, run_forum, wait_for

JOB = "keys.forget"


def open_site(data_dir: Path, **settings: str) -> Flask:
    return create_app(load_config(data_dir, {}, **settings))


def put_job(app: Flask) -> int:
    with app.app_context(), unit():
        return enqueue(JOB)


def state_of(app: Flask, job_id: int) -> str:
    with app.app_context(), read_unit() as session:
        return session.execute(sa.select(JobRow.state).where(JobRow.id == job_id)).scalar_one()


def run_one(app: Flask) -> None:
    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")


def close(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_it_creates_what_is_missing_and_ends_in_order(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    assert server.get("/no-such-page") == 404
    assert {path.name for path in data_dir.iterdir()} >= {"forum.db", "secret.key"}
    assert data_dir.stat().st_mode & 0o777 == 0o700
    wait_for(lambda: "runs at" in server.log.read_text())
    pids = list_descendants(server.process.pid)
    server.process.terminate()
    assert server.process.wait(20) == 0
    assert not any(map(is_alive, pids))
    line = f"Chapterhouse runs at http://127.0.0.1:{server.port} (Ctrl-C stops it)"
    assert server.log.read_text().splitlines().count(line) == 1


def test_the_first_admins_link_is_printed_until_there_is_one(serve: Serve, data_dir: Path) -> None:
    first = serve(data_dir)
    wait_for(lambda: "runs at" in first.log.read_text())
    link = f"http://127.0.0.1:{first.port}/setup?token="
    assert first.log.read_text().count(f"Set it up here, as its first admin: {link}") == 1
    first.process.terminate()
    first.process.wait(20)
    made = run_forum(
        "user", "create", "a@example.org", "--name", "Anna", "--role", "operator", "--dir", data_dir
    )
    assert made.returncode == 0
    assert f"http://127.0.0.1:{first.port}/" in made.stdout
    second = serve(data_dir)
    wait_for(lambda: "runs at" in second.log.read_text())
    assert "Set it up" not in second.log.read_text()


def test_a_second_server_on_the_same_directory_is_refused(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    second = run_forum("serve", "--dir", data_dir, "--port", server.port + 1)
    assert second.returncode == 2
    assert second.stderr == (
        f"forum: {data_dir}: another server uses this directory (process {server.process.pid}); "
        "stop it or choose another --dir\n"
    )


def test_roles_share_a_directory(serve: Serve, data_dir: Path) -> None:
    web = serve(data_dir, "--role", "web")
    worker = serve(data_dir, "--role", "worker", ready=False)
    app = open_site(data_dir)
    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")
    close(app)
    assert len(web.children()) == 1
    assert len(worker.children()) == 1
    again = run_forum("serve", "--dir", data_dir, "--port", web.port + 1, "--role", "worker")
    assert again.returncode == 2


def test_a_taken_port_is_said_in_one_line(kept_socket: int, data_dir: Path) -> None:
    answer = run_forum("serve", "--dir", data_dir, "--port", kept_socket)
    assert answer.returncode == 2
    assert answer.stderr == (
        f"forum: 127.0.0.1:{kept_socket}: Address already in use; choose another --port or "
        "--host, or stop what listens there\n"
    )


def test_a_directory_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = run_forum("serve", "--dir", tmp_path / "file" / "data")
    assert answer.returncode == 2
    assert answer.stderr == (
        f"forum: {tmp_path}/file/data: not writable (Not a directory); "
        "choose another --dir or mend its rights\n"
    )


def test_a_database_newer_than_the_code_is_refused(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    server.process.terminate()
    server.process.wait(20)
    app = open_site(data_dir)
    with app.app_context(), db.engines[None].begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    close(app)
    answer = run_forum("serve", "--dir", data_dir, "--port", server.port)
    assert answer.returncode == 2
    said = answer.stderr.splitlines()[-1]
    assert said.startswith("forum: the database is newer than this version of core")
    assert "Traceback" not in answer.stderr


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_starts(
    serve: Serve, data_dir: Path
) -> None:
    server = serve(data_dir)
    wait_for(lambda: len(server.web_workers()) == 2)
    pids = list_descendants(server.process.pid)
    server.pids = set(pids)
    assert len(pids) >= 4
    server.process.kill()
    server.process.wait()
    again = serve(data_dir, port=server.port, ready=False)
    wait_for(lambda: not any(map(is_alive, pids)))
    wait_for(lambda: again.get("/no-such-page") == 404)


def test_a_killed_web_process_is_replaced(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    wait_for(lambda: len(server.web_workers()) == 2)
    killed: set[int] = set()
    for number in range(3):  # again and again, at once: granian alone would give up
        victim = server.web_workers()[0]
        killed.add(victim)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: len(set(server.web_workers()) - killed) == 2)
        assert server.get("/no-such-page") == 404
        assert len(killed) == number + 1
    assert server.process.poll() is None


def test_a_killed_web_server_is_replaced(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    wait_for(lambda: len(server.web_workers()) == 2)
    orphans = server.web_workers()
    os.kill(server.children()[0], signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, orphans)))
    wait_for(lambda: server.get("/no-such-page") == 404)


def test_a_killed_worker_is_replaced_and_its_work_is_done(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    worker = server.children()[1]
    os.kill(worker, signal.SIGKILL)
    app = open_site(data_dir)
    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")
    close(app)
    assert worker not in server.children()


def test_jobs_begin_at_once(serve: Serve, data_dir: Path) -> None:
    server = serve(data_dir)
    app = open_site(data_dir)
    run_one(app)
    times = []
    for _ in range(5):
        began = time.monotonic()
        run_one(app)
        times.append(time.monotonic() - began)
    close(app)
    assert min(times) < 0.5  # the bell; polling alone takes up to a second
    assert server.process.poll() is None


def test_a_server_in_good_health_checks_well(serve: Serve, data_dir: Path) -> None:
    serve(data_dir, smtp_url="smtp://localhost", public_url="https://forum.example.org")
    (data_dir / "pages").mkdir()
    for name in LEGAL_PAGES:
        (data_dir / "pages" / f"{name}.md").write_text("Verbund Zukunftskommunen e. V.")
    app = open_site(data_dir)

    def beats() -> bool:
        with app.app_context(), read_unit() as session:
            return session.scalar(sa.select(Heartbeat.process)) is not None

    wait_for(beats)
    close(app)
    answer = run_forum(
        "check", "--dir", data_dir, smtp_url="smtp://localhost", public_url="https://x.example.org"
    )
    assert answer.returncode == 0
    assert {line.split()[0] for line in answer.stdout.splitlines()} == {"ok"}


def run_with_redis(server: Server, app: Flask, redis_url: str) -> None:
    from redis import Redis

    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")
    redis = Redis.from_url(redis_url)
    jobs = []
    for _ in range(10):
        jobs.append(put_job(app))
        redis.flushall()
    redis.close()
    wait_for(lambda: {state_of(app, one) for one in jobs} == {"done"})
    rq = server.children()[2]
    os.kill(rq, signal.SIGKILL)
    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")


def test_jobs_go_through_redis_and_survive_its_loss(
    serve: Serve, data_dir: Path, redis_url: str
) -> None:
    server = serve(data_dir, redis_url=redis_url)
    wait_for(lambda: len(server.children()) == 4)
    app = open_site(data_dir)
    run_with_redis(server, app, redis_url)
    close(app)
    server.process.terminate()
    assert server.process.wait(30) == 0


@pytest.mark.database("postgresql")
def test_it_serves_from_postgresql_with_redis(
    serve: Serve, data_dir: Path, redis_url: str, any_database: PostgresGround
) -> None:
    name = f"serve-{data_dir.parent.name}"[:60]
    url = any_database.cluster.create(name)
    server = serve(data_dir, redis_url=redis_url, database_url=url)
    assert server.get("/no-such-page") == 404
    app = open_site(data_dir, database_url=url)
    run_with_redis(server, app, redis_url)
    close(app)
    server.process.terminate()
    assert server.process.wait(30) == 0
    any_database.cluster.drop(name)


def test_without_redis_jobs_are_done_all_the_same(serve: Serve, data_dir: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{closed.getsockname()[1]}"
    serve(data_dir, redis_url=url)
    app = open_site(data_dir)
    job_id = put_job(app)
    wait_for(lambda: state_of(app, job_id) == "done")
    close(app)
    answer = run_forum("check", "--dir", data_dir, redis_url=url)
    assert answer.returncode == 1
    assert "PROBLEM Redis does not answer → start it or unset FORUM_REDIS_URL" in answer.stdout
