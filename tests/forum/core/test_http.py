"""The guarded fetch: what it refuses in every spelling, and what it brings from where it may go."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest
from flask import Flask

from forum.core.addresses import is_public, read_host
from forum.core.http import FetchError, FetchFailed, FetchRefused, Guard, fetch
from forum.core.limits import URL
from forum.testing.services.web import HOST, Answer, Web, serving

PUBLIC = "93.184.216.34"

# Addresses in every notation that a resolver, a browser or a C library has ever taken for one.
INWARD = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://0/",
    "http://0.0.0.0/",
    "http://0x/",
    "http://127.0.0.1./",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://172.31.255.255/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xA9FEA9FE/",
    "http://2852039166/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:93.184.216.34]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[2001:db8::1]/",
    "http://[3fff::1]/",
    "http://[5f00::1]/",
    "http://[100::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[2606:2800:220:1::1%25lo]/",
    "http://[fc00::1]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://localhost/",
    "http://LOCALHOST/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://localhost./",
    "http://intranet/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://a.localhost/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://a..example.org/",
    "http://-a.example.org/",
    "http://127.0.0.1%2f.example.org/",
    "http://example.org%00.local/",
    f"http://{'a' * 64}.example.org/",
    f"http://{'a.' * 130}org/",
)
UNFIT = (
    "",
    "example.org",
    "//example.org/",
    "file:///etc/passwd",
    "ftp://example.org/",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/",
    "javascript:alert(1)",
    "data:text/plain,a",
    "http://",
    "http:///path",
    "http://user@example.org/",
    "http://user:password@example.org/",
    "http://example.org@127.0.0.1/",
    "http://:@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1\\.example.org/",
    "http://example.org/\r\nHost: intern",
    "http://example.org/ HTTP/1.1\r\nX: y",
    "http://exa\tmple.org/",
    "http://example.org/a b",
    "\x00http://example.org/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "http://example.org:443/",
    "https://example.org:80/",
    "http://example.org:0/",
    "http://example.org:99999/",
    "http://example.org:8o/",
    "http://[::1/",
    "http://[gg::]/",
    "http://example.org/" + "a" * URL,
)


def answer_with(*found: str) -> Guard:
    """Return a guard whose resolver knows every name, under these addresses."""
    return Guard(resolver=lambda _host, _port: list(found))


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


@pytest.fixture
def guard(web: Web) -> Guard:
    return Guard(agent="Test", allowed=frozenset({(HOST, web.port)}))


def kind_of(error: pytest.ExceptionInfo[FetchError]) -> str:
    return error.value.kind


@pytest.mark.parametrize("url", INWARD)
def test_inward_addresses(url: str) -> None:
    with pytest.raises(FetchRefused) as error:
        # A resolver may read the numbers as it likes: those that reach it are judged by its answer.
        Guard(resolver=lambda host, _port: [host.strip("[]")]).find_target(url)
    assert kind_of(error) in ("address", "url")


@pytest.mark.parametrize("url", UNFIT)
def test_urls_that_are_none_of_ours(url: str) -> None:
    with pytest.raises(FetchRefused):
        answer_with(PUBLIC).find_target(url)


@pytest.mark.parametrize(
    ("found", "is_taken"),
    [
        ([PUBLIC], True),
        (["2606:2800:220:1:248:1893:25c8:1946"], True),
        ([PUBLIC, "127.0.0.1"], False),
        ([PUBLIC, "::1"], False),
        (["::ffff:10.0.0.1"], False),
        (["fe80::1%2"], False),
        (["no address"], False),
    ],
)
def test_one_inward_address_is_enough_to_refuse_a_host(found: list[str], is_taken: bool) -> None:
    if is_taken:
        target = answer_with(*found).find_target("https://Example.ORG/a?b=ü#c")
        assert (target.host, target.address) == ("example.org", found[0])
        assert (target.port, target.path, target.authority) == (443, "/a?b=%C3%BC", "example.org")
        return
    with pytest.raises(FetchRefused):
        answer_with(*found).find_target("https://example.org/")


def test_names_have_one_spelling() -> None:
    assert read_host("Bücher.example") == "xn--bcher-kva.example"
    assert read_host("example.org.") == "example.org"
    assert read_host("93.184.216.34") == PUBLIC
    assert is_public(PUBLIC)


def test_a_name_that_leads_elsewhere_the_second_time(web: Web) -> None:
    """What was checked is what is connected to: the second answer is never asked for."""
    answers = [["203.0.113.9"], [HOST]]
    asked: list[str] = []

    def flip(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    with pytest.raises(FetchRefused):
        Guard(resolver=flip).fetch("http://rebind.example/")
    assert asked == ["rebind.example"]
    asked.clear()
    web.serve("/", b"inward")
    target = Guard(resolver=lambda _host, _port: [PUBLIC]).find_target("http://rebind.example/")
    assert target.address == PUBLIC
    assert web.asked == []


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f000001/",
        "//localhost/",
        "file:///etc/passwd",
        "http://user:password@example.org/",
        "http://127.0.0.1:1/",
    ],
)
def test_redirects_are_looked_at_like_any_address(web: Web, guard: Guard, location: str) -> None:
    url = web.serve("/", b"", status=302, Location=location)
    with pytest.raises(FetchRefused):
        guard.fetch(url)
    assert len(web.asked) == 1


def test_redirects_end(web: Web, guard: Guard) -> None:
    web.serve("/round", b"", status=302, Location="/round")
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.url("/round"))
    assert (kind_of(error), len(web.asked)) == ("redirects", 6)


def test_moved_for_good_is_told_only_where_every_step_is(web: Web, guard: Guard) -> None:
    web.serve("/c", b"here")
    web.serve("/b", b"", status=302, Location="/c")
    web.serve("/a", b"", status=301, Location="b")
    found = guard.fetch(web.url("/a"))
    assert (found.body, found.url, found.moved_to) == (b"here", web.url("/c"), web.url("/b"))
    assert guard.fetch(web.url("/b")).moved_to == ""


def test_no_step_down_from_https() -> None:
    from forum.core.http import _follow

    class Moved:
        def getheader(self, _name: str) -> str:
            return "http://example.org/"

    with pytest.raises(FetchRefused):
        _follow("https://example.org/", Moved())  # type: ignore[arg-type]


def test_what_is_told_of_an_answer(web: Web, guard: Guard) -> None:
    url = web.serve(
        "/feed",
        b"hello",
        Content_Type='application/RSS+xml; charset="ISO-8859-1"',
        ETag='"1"',
        Last_Modified="Mon, 02 Nov 2026 08:00:00 GMT",
        Cache_Control="public, max-age=600",
    )
    found = guard.fetch(url)
    assert (found.status, found.body, found.url) == (200, b"hello", url)
    assert (found.content_type, found.charset) == ("application/rss+xml", "iso-8859-1")
    assert (found.etag, found.last_modified) == ('"1"', "Mon, 02 Nov 2026 08:00:00 GMT")
    assert (found.max_age, found.retry_after) == (timedelta(minutes=10), None)
    web.serve("/wait", b"busy", status=503, Retry_After="120")
    busy = guard.fetch(web.url("/wait"))
    assert (busy.status, busy.body, busy.retry_after) == (503, b"", timedelta(minutes=2))


def test_only_the_forums_name_is_sent(app: Flask, web: Web) -> None:
    url = web.serve("/", b"hello", ETag='"1"')
    config = app.config["FORUM"]
    told = {"fetch_hosts": web.host, "public_url": "https://forum.example"}
    app.config["FORUM"] = config.model_copy(update=told)
    try:
        with app.test_request_context(headers={"Cookie": "a=b", "Authorization": "c"}):
            fetch(url, etag='"0"\r\nX: y', last_modified="yesterday")
            assert fetch(url, etag='"1"').status == 304
    finally:
        app.config["FORUM"] = config
    sent = web.asked[0][1]
    assert sorted(sent) == [
        "Accept",
        "Accept-Encoding",
        "Connection",
        "Host",
        "If-Modified-Since",
        "User-Agent",
    ]
    assert sent["User-Agent"].endswith(" (+https://forum.example)")


def test_nothing_inside_is_fetched_by_default(app: Flask, web: Web) -> None:
    url = web.serve("/", b"inward")
    with app.app_context(), pytest.raises(FetchRefused):
        fetch(url)
    assert web.asked == []


def test_sizes(web: Web, guard: Guard) -> None:
    announced = Answer(headers={"Content-Length": str(10**10)}, pieces=(b"a",))
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.put("/announced", announced))
    assert kind_of(error) == "large"
    endless = Answer(pieces=(b"a" * 65_536,), endless=True)
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.put("/endless", endless), max_bytes=1_000_000)
    assert kind_of(error) == "large"
    assert guard.fetch(web.serve("/just", b"a" * 100), max_bytes=100).body == b"a" * 100


def test_what_is_packed_counts_unpacked(web: Web, guard: Guard) -> None:
    url = web.serve("/packed", gzip.compress(b"hello"), Content_Encoding="gzip")
    assert guard.fetch(url).body == b"hello"
    bomb = gzip.compress(b"\0" * 50_000_000)
    web.serve("/bomb", bomb, Content_Encoding="gzip")
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.url("/bomb"), max_bytes=1_000_000)
    assert kind_of(error) == "large"
    for name, body, encoding, kind in (
        ("cut", gzip.compress(b"hello")[:-9], "gzip", "connection"),
        ("lie", b"hello", "gzip", "encoding"),
        ("other", zlib.compress(b"hello"), "br", "encoding"),
    ):
        web.serve(f"/{name}", body, Content_Encoding=encoding)
        with pytest.raises(FetchFailed) as error:
            guard.fetch(web.url(f"/{name}"))
        assert kind_of(error) == kind


def test_time_is_counted_in_all(web: Web, guard: Guard) -> None:
    web.put("/drip", Answer(pieces=(b"a",), pause=0.05, endless=True))
    began = monotonic()
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.url("/drip"), seconds=0.5)
    assert kind_of(error) == "slow"
    assert monotonic() - began < 2


def test_who_never_answers(guard: Guard) -> None:
    with socket.create_server((HOST, 0)) as silent:
        port = silent.getsockname()[1]
        alone = Guard(allowed=frozenset({(HOST, port)}))
        with pytest.raises(FetchFailed) as error:
            alone.fetch(f"http://{HOST}:{port}/", seconds=0.3)
        assert kind_of(error) == "slow"
    with pytest.raises(FetchFailed) as error:
        alone.fetch(f"http://{HOST}:{port}/", seconds=2)
    assert kind_of(error) == "connection"


def test_answers_that_are_no_http(web: Web, guard: Guard) -> None:
    with pytest.raises(FetchFailed) as error:
        guard.fetch(web.put("/short", Answer(headers={"Content-Length": "10"}, pieces=(b"hello",))))
    assert kind_of(error) == "connection"
    # TLS spoken to a server that has none.
    secure = Guard(allowed=frozenset({(HOST, web.port)}))
    with pytest.raises(FetchFailed) as error:
        secure.fetch(f"https://{HOST}:{web.port}/", seconds=2)
    assert kind_of(error) in ("connection", "slow")


def test_no_such_host() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    for resolver in (unknown, lambda _host, _port: []):
        with pytest.raises(FetchFailed) as error:
            Guard(resolver=resolver).fetch("http://nowhere.example/")
        assert kind_of(error) == "name"
