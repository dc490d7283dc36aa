"""rq carries ids; the rows decide. Redis may be emptied, away, or full of foreign jobs."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from forum.core.dispatching import Dispatching
from forum.core.jobs import register_job
from forum.core.rq_transport import PREFIX, QUEUED_LEASE, RedisTransport, _Worker
from forum.core.runner import sweep_leases
from tests.forum.core.conftest import list_notes, note
from tests.forum.core.test_jobs import put, state_of

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Give back the signal handlers that an rq worker takes."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A connection to the empty Redis."""
    connection = Redis.from_url(redis_url)
    yield connection
    connection.close()


def work(connection: Redis) -> None:
    """Do what is in the queues, like a worker process, and return."""
    queues = [PREFIX + "default", PREFIX + "slow"]
    worker = _Worker(queues, connection=connection, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")


def test_a_due_job_travels_through_redis(site: Flask, redis: Redis, redis_url: str) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "a"})
    transport = RedisTransport(redis_url)
    assert transport.dispatch() == 1
    assert transport.dispatch() == 0
    assert state_of(job_id) == "queued"
    work(redis)
    assert list_notes() == ["a"]
    assert state_of(job_id) == "done"


def test_nothing_is_pickled(site: Flask, redis: Redis, redis_url: str) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "a"})
    RedisTransport(redis_url).dispatch()
    job = Queue(PREFIX + "default", connection=redis, serializer=JSONSerializer).jobs[0]
    assert job.data == b'["forum.core.rq_transport.perform_job", null, [%d], {}]' % job_id


def test_an_emptied_redis_loses_nothing(site: Flask, redis: Redis, redis_url: str) -> None:
    register_job("note", note)
    put("note", args={"subject": "a"})
    transport = RedisTransport(redis_url)
    transport.dispatch()
    redis.flushall()
    assert transport.dispatch() == 1
    work(redis)
    assert list_notes() == ["a"]


def test_a_job_that_is_in_redis_twice_runs_once(
    site: Flask, redis: Redis, redis_url: str, clock: Callable[[datetime], None]
) -> None:
    register_job("note", note)
    put("note", args={"subject": "a"})
    transport = RedisTransport(redis_url)
    transport.dispatch()
    clock(MOMENT + QUEUED_LEASE + timedelta(seconds=1))
    assert sweep_leases() == 1
    transport.dispatch()
    work(redis)
    assert list_notes() == ["a"]


def test_without_redis_the_worker_runs_the_jobs_itself(site: Flask, redis_url: str) -> None:
    register_job("note", note)
    put("note", args={"subject": "a"})
    with pytest.raises(RedisError):
        RedisTransport("redis://127.0.0.1:1").dispatch()
    dispatching = Dispatching("redis://127.0.0.1:1")
    assert dispatching.step()
    assert not dispatching.step()
    assert list_notes() == ["a"]


def test_what_was_queued_when_redis_went_away_is_run(site: Flask, redis_url: str) -> None:
    register_job("note", note)
    job_id = put("note", args={"subject": "a"})
    RedisTransport(redis_url).dispatch()
    assert state_of(job_id) == "queued"
    assert Dispatching("redis://127.0.0.1:1").step()
    assert state_of(job_id) == "done"


@pytest.mark.parametrize("hook", [False, True])
def test_a_foreign_job_is_not_executed(
    site: Flask, redis: Redis, redis_url: str, tmp_path: Path, hook: bool
) -> None:
    trap = tmp_path / "trap"
    queue = Queue(PREFIX + "default", connection=redis, serializer=JSONSerializer)
    if hook:
        job = queue.enqueue("forum.core.rq_transport.perform_job", 1)
        redis.hset(job.key, "success_callback_name", "pathlib.Path.touch")
    else:
        queue.enqueue("os.mkdir", str(trap))
    work(redis)
    assert not trap.exists()
    assert queue.job_ids == []
    assert redis.keys("rq:job:*") == []
