"""rq as a transport: ids of due jobs go through Redis to worker processes; the rows stay the truth.

Whoever reaches Redis must not run code here: the serializer is JSON, and a worker executes one
function with one integer and nothing else.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from forum.core import clock
from forum.core.database import unit
from forum.core.jobs import QUEUES, JobRegistry, JobRow
from forum.core.runner import release_queued, renew_leases, run_job
from forum.core.services import service

ENTRY: Final = "forum.core.rq_transport.perform_job"
EPOCH: Final = "chapterhouse:epoch"
PREFIX: Final = "chapterhouse-"
QUEUED_LEASE: Final = timedelta(minutes=5)
TIMEOUT_SECONDS: Final = 3_600
BATCH: Final = 200

_log = logging.getLogger(__name__)


def connect_redis(url: str) -> Redis:
    """Return a client that gives up soon when nobody answers."""
    return Redis.from_url(url, socket_connect_timeout=2, health_check_interval=30)


class RedisTransport:
    """Hands due jobs to rq. Every method raises redis.RedisError while Redis is away."""

    def __init__(self, url: str) -> None:
        self._redis = connect_redis(url)
        self._queues = {
            name: Queue(PREFIX + name, connection=self._redis, serializer=JSONSerializer)
            for name in QUEUES
        }

    def dispatch(self) -> int:
        """Hand over what is due and return how many jobs that were.

        After a FLUSHALL the epoch key is missing: then all that Redis was given is taken back.
        """
        if not self._redis.exists(EPOCH):
            release_queued()
            self._redis.set(EPOCH, clock.now().isoformat())
        rows = _take_due()
        if rows:
            try:
                self._send(rows)
            except Exception:
                release_queued()
                raise
        return len(rows)

    def _send(self, rows: list[Any]) -> None:
        for name, queue in self._queues.items():
            datas = [
                Queue.prepare_data(
                    ENTRY,
                    args=[row.id],
                    job_id=f"job-{row.id}-{row.attempts}",
                    timeout=TIMEOUT_SECONDS,
                    result_ttl=0,
                    failure_ttl=60,
                    description=row.name,
                )
                for row in rows
                if row.queue == name
            ]
            if datas:
                queue.enqueue_many(datas)


def _take_due() -> list[Any]:
    registry: JobRegistry = service("jobs")
    now = clock.now()
    due = (
        sa.select(JobRow.id)
        .where(
            JobRow.state == "waiting",
            JobRow.run_at <= now,
            JobRow.name.in_(sorted(registry.handlers)),
        )
        .order_by(JobRow.run_at, JobRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    with unit() as session:
        taken = session.execute(
            sa.update(JobRow)
            .where(JobRow.id.in_(due))
            .values(state="queued", leased_by="rq", lease_until=now + QUEUED_LEASE)
            .returning(JobRow.id, JobRow.name, JobRow.queue, JobRow.attempts)
            .execution_options(synchronize_session=False)
        )
        return sorted(taken.all(), key=lambda row: int(row.id))


def perform_job(job_id: int) -> None:
    """Run one job row inside the app context that `run_rq` opened; called by rq."""
    run_job(job_id)


class _Worker(SimpleWorker):
    """Runs our one function in this process; the supervisor restarts what dies."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Refuse everything that is not `perform_job(<int>)` before rq acts on it."""
        if not _is_ours(job):
            _log.error("refused a job from Redis", extra={"rq_id": job.id})
            job.delete()
            return
        super().execute_job(job, queue)


def _is_ours(job: Job) -> bool:
    try:
        call = (job.func_name, job.instance, len(job.args), job.kwargs)
    except Exception:
        return False
    hooks = (job._success_callback_name, job._failure_callback_name, job._stopped_callback_name)
    return (
        call == (ENTRY, None, 1, {})
        and type(job.args[0]) is int
        and not any(hooks)
        and not job.webhooks
    )


def run_rq(app: Flask, url: str, queues: tuple[str, ...]) -> int:
    """Work on the given queues until SIGTERM, which lets the present job finish."""
    stop = threading.Event()
    threading.Thread(target=_keep_leases, args=(app, stop), daemon=True).start()
    with app.app_context():
        worker = _Worker(
            [PREFIX + name for name in queues],
            connection=connect_redis(url),
            serializer=JSONSerializer,
            default_result_ttl=0,
            worker_ttl=30,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")
    stop.set()
    return 0


def _keep_leases(app: Flask, stop: threading.Event) -> None:
    with app.app_context():
        while not stop.wait(15):
            try:
                renew_leases()
            except Exception:
                _log.exception("leases were not renewed")


def is_redis_up(url: str) -> bool:
    """Tell whether Redis answers, for health checks."""
    try:
        return bool(connect_redis(url).ping())
    except Exception:
        return False
