"""Pages through the real server, each beside the floor of the same round."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks import floors
from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.load import Load, run_load
from benchmarks.paced import run_paced
from benchmarks.peer import switch_plugins
from benchmarks.site import browse, fetch, floor_command, list_worker_memory
from forum.plugin.states import State
from forum.testing.databases import dispose
from forum.testing.services.postgres import free_port
from forum.testing.services.server import HOST, Server, running, serve_command

READY: Final = "/readyz"
STARTS: Final = 3
REQUESTS: Final = 10_000
_POST = re.compile(rb'<article class="post')
_CARD = re.compile(rb'<li class="card')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a run takes. Units: seconds a round."""

    seconds: float
    rounds: int
    requests: int = REQUESTS


@dataclass(frozen=True, slots=True)
class Page:
    """A page to ask for; `cookie` is empty for nobody."""

    path: str
    cookie: str
    bytes: int

    @property
    def headers(self) -> list[str]:
        """What is sent along."""
        return [f"Cookie: {self.cookie}"] if self.cookie else []


def measure_pages(ground: Ground, pace: Pace) -> list[Figure]:
    """Measure everything that needs the server.

    Errors: RuntimeError when a page is not the page it should be.
    """
    port, floor_port = free_port(), free_port()
    floors.fill(ground.floor_url)
    command = serve_command(ground.data, port)
    starts = []
    for _ in range(STARTS):
        with running(command, port, READY, ground.environ) as server:
            starts.append(server.ready)
    floor_run = running(floor_command(ground.floor_url, floor_port), floor_port, "/constant", {})
    with floor_run as floor, running(command, port, READY, ground.environ) as server:
        ground.wait_for_worker()
        pages = _find_pages(server, ground)
        rates = _run_rounds(server, floor, pages, pace)
        return [
            *_tell_ratios(rates, pages),
            _measure_tail(server, pages["topic_member"], rates["topic_member"], pace),
            _measure_plugins(server, ground, pace),
            _measure_memory(server, pages["topic_member"], pace),
            Figure("bytes", (pages["topic_member"].bytes / 1_000,)),
            Figure("start", tuple(starts)),
        ]


def _find_pages(server: Server, ground: Ground) -> dict[str, Page]:
    peer = ground.peer
    cookie = browse(server.url("/"), f"forum-session={peer.token}")
    area = f"/a/{peer.area}/"
    far = area
    for _ in range(39):
        found = _NEXT.search(fetch(server.url(far), cookie)[1].decode())
        if found is None:
            raise RuntimeError(f"{far} has no next page")
        far = found[1].replace("&amp;", "&")
    wanted: dict[str, tuple[str, str, re.Pattern[bytes]]] = {
        "topic_member": (f"/t/{peer.topic}", cookie, _POST),
        "topic_anonymous": (f"/t/{peer.topic}", "", _POST),
        "list_member": (f"{area}?sort=new", cookie, _CARD),
        "home_member": ("/", cookie, _CARD),
        "area_member": (area, cookie, _CARD),
        "page_40": (far, cookie, _CARD),
        "long_first": (f"/t/{peer.long_topic}", cookie, _POST),
        "long_last": (f"/t/{peer.long_topic}?to=end", cookie, _POST),
    }
    return {key: check_page(server, path, who, shows) for key, (path, who, shows) in wanted.items()}


def check_page(server: Server, path: str, cookie: str, shows: re.Pattern[bytes]) -> Page:
    """Make sure that a page is real: whole, 20 entries, signed in or not as it should be.

    Errors: RuntimeError.
    """
    url, body = fetch(server.url(path), cookie)
    count, signed_in = len(shows.findall(body)), b'data-me="' in body
    if count != 20 or signed_in != bool(cookie) or not body.rstrip().endswith(b"</html>"):
        raise RuntimeError(f"{url}: {len(body)} bytes, {count} entries, signed in: {signed_in}")
    return Page(url.removeprefix(server.url("")), cookie, len(body))


Rates = Mapping[str, Sequence[Load]]


def _run_rounds(server: Server, floor: Server, pages: Mapping[str, Page], pace: Pace) -> Rates:
    """Go round all pages several times, so that a busy minute of the machine hits them all."""
    floor_paths = {"constant": "/constant", "core": "/core/7"}
    asks = {name: (floor.url(path), list[str]()) for name, path in floor_paths.items()}
    asks |= {name: (server.url(page.path), page.headers) for name, page in pages.items()}
    for url, headers in asks.values():
        run_load(url, headers, seconds=2)
    rounds = [
        {
            name: run_load(url, headers, seconds=pace.seconds)
            for name, (url, headers) in asks.items()
        }
        for _ in range(pace.rounds)
    ]
    return {name: [one[name] for one in rounds] for name in asks}


def _tell_ratios(rates: Rates, pages: Mapping[str, Page]) -> list[Figure]:
    floor = [load.rate for load in rates["core"]]
    figures = []
    for key in ("topic_member", "topic_anonymous", "list_member", "home_member", "area_member"):
        note = f"{median(load.rate for load in rates[key]):.0f}/s, {pages[key].bytes / 1000:.0f} kB"
        raw = {
            "rate": [load.rate for load in rates[key]],
            "core": floor,
            "constant": [load.rate for load in rates["constant"]],
        }
        figures.append(Figure(key, _ratio(rates, key, "core"), note, raw))
    figures.append(Figure("last_page", _ratio(rates, "long_last", "long_first")))
    figures.append(Figure("page_40", _ratio(rates, "page_40", "area_member")))
    figures[0].raw["p50"] = [load.p50 for load in rates["topic_member"]]
    return figures


def _ratio(rates: Rates, key: str, to: str) -> tuple[float, ...]:
    pairs = zip(rates[key], rates[to], strict=True)
    return tuple(one.rate / other.rate for one, other in pairs)


def _measure_tail(server: Server, page: Page, peak: Sequence[Load], pace: Pace) -> Figure:
    rate = median(load.rate for load in peak) / 2
    runs = [
        run_paced(
            HOST, server.port, page.path, headers=page.headers, rate=rate, seconds=pace.seconds
        )
        for _ in range(pace.rounds)
    ]
    p50, p99 = median(run.p50 for run in runs), median(run.p99 for run in runs)
    note = f"{rate:.0f}/s: p50 {p50:.1f} ms, p99 {p99:.1f} ms"
    return Figure("p99", tuple(run.p99 / run.p50 for run in runs), note)


def _measure_plugins(server: Server, ground: Ground, pace: Pace) -> Figure:
    """Switch all plugins off and on in turn while the server runs. Units: % of time a page."""
    app = ground.make_app()
    cookie = browse(server.url("/"), f"forum-session={ground.peer.token}")
    page = check_page(server, f"/t/{ground.peer.poll_topic}", cookie, _POST)
    costs = []
    for _ in range(pace.rounds):
        rates = {}
        for state in (State.OFF, State.ON):
            with app.app_context():
                switch_plugins(state)
            shown = b"polls" in fetch(server.url(page.path), cookie)[1]
            if shown != (state is State.ON):
                raise RuntimeError(f"plugins are {state.value}, but the poll is shown: {shown}")
            rates[state] = run_load(server.url(page.path), page.headers, seconds=pace.seconds).rate
        costs.append((rates[State.OFF] / rates[State.ON] - 1) * 100)
    dispose(app)
    return Figure("plugins", tuple(costs))


def _measure_memory(server: Server, page: Page, pace: Pace) -> Figure:
    """Ask once more until each worker has had its share of requests."""
    asked = 0
    while asked < pace.requests:
        asked += run_load(server.url(page.path), page.headers, seconds=pace.seconds).requests
    memory = list_worker_memory(server)
    note = f"the largest; after {asked} further requests"
    return Figure("memory", (memory[-1],), note, {"workers": memory})
