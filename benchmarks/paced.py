"""Load at a given rate, in the open loop: a late answer delays nobody else's request.

Latency counts from the moment a request was due, so a stall of the server shows in all that
waited for it. Source: G. Tene, "How NOT to Measure Latency" (coordinated omission).
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

CONNECTIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Paced:
    """Units: milliseconds from the time a request was due to the end of its answer."""

    p50: float
    p99: float
    requests: int


def run_paced(
    host: str, port: int, path: str, *, headers: Sequence[str], rate: float, seconds: float
) -> Paced:
    """Ask for a page `rate` times a second.

    Errors: RuntimeError when an answer was not 200.
    """
    request = "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}:{port}", *headers, "", ""])
    took = asyncio.run(_run(host, port, request.encode(), rate=rate, seconds=seconds))
    centiles = statistics.quantiles(took, n=100, method="inclusive")
    return Paced(centiles[49], centiles[98], len(took))


async def _run(host: str, port: int, request: bytes, *, rate: float, seconds: float) -> list[float]:
    loop = asyncio.get_running_loop()
    due: asyncio.Queue[float | None] = asyncio.Queue()
    took: list[float] = []

    async def serve() -> None:
        reader, writer = await asyncio.open_connection(host, port)
        while (at := await due.get()) is not None:
            writer.write(request)
            await _read_page(reader)
            took.append((loop.time() - at) * 1_000)
        writer.close()

    workers = [asyncio.create_task(serve()) for _ in range(CONNECTIONS)]
    start = loop.time() + 0.2
    for number in range(int(rate * seconds)):
        at = start + number / rate
        if (wait := at - loop.time()) > 0:
            await asyncio.sleep(wait)
        due.put_nowait(at)
    for _ in workers:
        due.put_nowait(None)
    await asyncio.gather(*workers)
    return took


async def _read_page(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"not a page: {head[:200]!r}")
    lower = head.lower()
    start = lower.index(b"content-length:") + len(b"content-length:")
    await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
