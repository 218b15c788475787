"""A hostile server on loopback: each trick ends within its deadline with a reject that says why; the good pages arrive."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.fetch.acquire import acquire
from flows.fetch.address import RefusedError, admitted, read_target
from flows.fetch.door import ask
from flows.fetch.visitor import Turns, Visitor
from schemas.records import Reason, Reject
from schemas.source import Politeness, Source, SourceKind
from tests.flows import badserver
from tests.flows.badserver import BadServer, Reply, feed, moved, story

NOW = datetime(2023, 9, 27, 3, tzinfo=UTC)
HOSTILE = Path(__file__).parents[2].parent / "shared" / "eval" / "hostile"
DEADLINE_SECONDS = 2.0
NESTED = b"<html><body>" + b"<div>" * 300 + b"<p>Police raided a house in Tirana on Monday.</p>" + b"</div>" * 300 + b"</body></html>"

# path -> what the server does, and the reason that must be told
TRICKS: dict[str, tuple[Reply, Reason]] = {
    "/slow-body": (badserver.slow_body, Reason.TIMED_OUT),
    "/slow-headers": (badserver.slow_headers, Reason.TIMED_OUT),
    "/silence": (badserver.silence, Reason.TIMED_OUT),
    "/endless-body": (badserver.endless_body, Reason.TOO_LARGE),
    "/endless-header": (badserver.endless_header, Reason.TOO_LARGE),
    "/many-headers": (badserver.many_headers, Reason.TOO_LARGE),
    "/gzip-bomb": (badserver.gzip_bomb, Reason.TOO_LARGE),
    "/double-bomb": (badserver.double_bomb, Reason.TOO_LARGE),
    "/torn-gzip": (badserver.torn_gzip, Reason.FETCH_FAILED),
    "/wrong-length": (badserver.wrong_length, Reason.FETCH_FAILED),
    "/negative-length": (badserver.negative_length, Reason.FETCH_FAILED),
    "/bad-chunk": (badserver.bad_chunk, Reason.FETCH_FAILED),
    "/dropped": (badserver.dropped, Reason.FETCH_FAILED),
    "/no-http": (badserver.no_http, Reason.FETCH_FAILED),
    "/unasked-brotli": (badserver.unasked_brotli, Reason.FETCH_FAILED),
    "/loop": (moved("/loop2"), Reason.BAD_REDIRECT),
    "/loop2": (moved("/loop"), Reason.BAD_REDIRECT),
    "/to-file": (moved("file:///etc/passwd"), Reason.BAD_REDIRECT),
    "/to-nowhere": (lambda asked: asked.reply(b"", "302 Found"), Reason.BAD_REDIRECT),
    "/to-private": (moved("http://10.0.0.1/"), Reason.BLOCKED_ADDRESS),
    "/to-metadata": (moved("http://169.254.169.254/latest/meta-data/"), Reason.BLOCKED_ADDRESS),
    "/to-disguise": (moved("http://0x7f000001/"), Reason.BLOCKED_ADDRESS),
    "/to-user": (moved("http://example.com@127.0.0.1/"), Reason.BAD_REDIRECT),
    "/busy-for-ever": (badserver.busy_for_ever, Reason.RATE_LIMITED),
    "/busy-by-date": (badserver.busy_by_date, Reason.RATE_LIMITED),
    "/busy-oddly": (badserver.busy_oddly, Reason.RATE_LIMITED),
    "/down": (badserver.down, Reason.FETCH_FAILED),
    "/gone": (lambda asked: asked.reply(b"gone", "410 Gone"), Reason.GONE),
}
# what arrives: cleaning says what it is worth
GOOD: dict[str, Reply | bytes] = {
    "/good-1": story("Good 1"), "/good-2": story("Good 2"), "/good-3": story("Good 3"),
    "/nested": NESTED,
    "/binary": lambda asked: asked.reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
    "/wrong-charset": lambda asked: asked.reply("Полиција је претресла кућу".encode("windows-1251"), Content_Type="text/html; charset=utf-8"),
    "/moved-once": moved("/good-moved"), "/good-moved": story("Moved"),
    "/packed": lambda asked: asked.reply(__import__("gzip").compress(story("Packed")), Content_Encoding="gzip"),
    "/bare-deflate": lambda asked: asked.reply(__import__("zlib").compress(story("Bare"))[2:-4], Content_Encoding="deflate"),
    "/cookies": badserver.cookies,
}


def source(location: str, kind: SourceKind = SourceKind.FEED, allowed: tuple[str, ...] = ("127.0.0.1/32",), **politeness: float) -> Source:
    limits = {"min_interval_seconds": 0.0, "deadline_seconds": DEADLINE_SECONDS, "max_bytes": 1_000_000, "max_retries": 1} | politeness
    return Source("lantern", "The Lantern Post", kind, location, "en", "RS", "Europe/Belgrade", contact="press@example.org",
                  allow_addresses=allowed, politeness=Politeness(**limits))  # type: ignore[arg-type]


@pytest.fixture
def hostile() -> Iterator[BadServer]:
    badserver.packed_bombs()
    with BadServer({path: reply for path, (reply, _) in TRICKS.items()} | GOOD) as server:
        yield server


@pytest.mark.parametrize("path", TRICKS)
def test_a_trick_ends_in_time_with_its_reason(hostile: BadServer, path: str) -> None:
    began = time.monotonic()
    got = Visitor(source(hostile.url), now=NOW, turns=Turns()).visit(hostile.url + path)
    # a second and a half of grace: the machine may be shared
    assert time.monotonic() - began < DEADLINE_SECONDS + 1.5
    assert isinstance(got, Reject) and got.reason is TRICKS[path][1], got
    assert got.detail and got.ref == hostile.url + path


def test_the_good_pages_beside_the_bad_ones_all_arrive_and_memory_stays_small(hostile: BadServer, tmp_path: Path) -> None:
    paths = [path for pair in zip(TRICKS, [*GOOD, *([""] * 50)], strict=False) for path in pair if path and path != "/good-moved"]
    hostile.replies["/feed"] = feed(*(hostile.url + path for path in paths))
    child = subprocess.run([sys.executable, "-c", _CHILD, hostile.url + "/feed", str(tmp_path)], capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(child.stdout)
    pages = {url.removeprefix(hostile.url) for url in told["pages"]}
    assert pages == GOOD.keys() - {"/good-moved"}
    assert {url.removeprefix(hostile.url): reason for url, reason in told["rejects"]} == {path: reason for path, (_, reason) in TRICKS.items()}
    assert told["megabytes"] < 200


_CHILD = """
import datetime, json, pathlib, re, resource, sys
from flows.fetch.acquire import acquire
from schemas.records import Page
from tests.flows.test_hostile import source
found = list(acquire(source(sys.argv[1]), known=lambda url: None, now=datetime.datetime.now(datetime.UTC), archive=pathlib.Path(sys.argv[2])))
# the kernel's own mark of this process: what getrusage says may be the parent's, from before exec
status = pathlib.Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) if status.exists() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "pages": [each.url for each in found if isinstance(each, Page)],
    "rejects": [(each.ref, each.reason) for each in found if not isinstance(each, Page)],
    "megabytes": peak / 1024,
}))
"""


def test_no_cookie_is_sent_back(hostile: BadServer) -> None:
    visitor = Visitor(source(hostile.url), now=NOW, turns=Turns())
    visitor.visit(hostile.url + "/cookies")
    visitor.visit(hostile.url + "/cookies")
    assert all("cookie" not in asked.headers for asked in hostile.asked)


def test_proxies_of_the_environment_are_not_used(hostile: BadServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert not isinstance(Visitor(source(hostile.url), now=NOW, turns=Turns()).visit(hostile.url + "/good-1"), Reject)


def test_a_feed_that_is_a_path_or_an_address_is_text(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_bytes(feed("http://stolen.example/"))
    with BadServer({"/a": str(secret).encode(), "/b": secret.as_uri().encode()}) as server:
        for path in ("/a", "/b"):
            found = list(acquire(source(server.url + path), known=lambda url: None, now=NOW))
            assert [each.reason for each in found if isinstance(each, Reject)] == [Reason.BAD_FEED] and len(found) == 1


def test_a_certificate_that_nobody_vouches_for_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    with BadServer({"/": story("Forged")}, tls=_own_certificate(tmp_path)) as server:
        got = Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/")
    assert isinstance(got, Reject) and "certificate" in got.detail


def test_from_https_nobody_is_led_to_http(tmp_path: Path) -> None:
    import ssl

    pytest.importorskip("cryptography")
    trust = ssl.create_default_context()
    context = _own_certificate(tmp_path)
    trust.load_verify_locations(tmp_path / "cert.pem")
    with BadServer({"/page": story("Safe"), "/down": moved("http://127.0.0.1/")}, tls=context) as server:
        visitor = Visitor(source(server.url), now=NOW, turns=Turns(), trust=trust)
        good, bad = visitor.visit(server.url + "/page"), visitor.visit(server.url + "/down")
    assert not isinstance(good, Reject) and isinstance(bad, Reject) and bad.reason is Reason.BAD_REDIRECT


def _own_certificate(folder: Path) -> object:
    import ssl
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    start = datetime.now(UTC) - dt.timedelta(days=1)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
            .not_valid_before(start).not_valid_after(start + dt.timedelta(days=3))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False).sign(key, hashes.SHA256()))
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


# addresses

@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "http://127.9.9.9/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://[::1]/",
    "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[2002:a00:1::]/", "http://[fe80::1]/", "http://[fd12::1]/",
    "http://169.254.169.254/", "http://100.64.0.1/", "http://0.0.0.0/", "http://224.0.0.5/", "http://192.168.0.1/", "http://10.1.2.3:8080/",
    "http://localhost/", "http://db.internal/", "http://printer/", "http://１９２.168.0.1/", "http://user@192.0.2.1/", "http://a.example:22/",
    "http://a.example\\@10.0.0.1/", "http:/10.0.0.1/", "file:///etc/passwd", "ftp://a.example/", "", "http://a.example:port/",
])
def test_an_address_that_is_not_of_the_open_web_is_not_asked(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        _reach(url, ["93.184.215.14"])
    assert caught.value.reason in (Reason.BLOCKED_ADDRESS, Reason.BAD_URL)


@pytest.mark.parametrize("url", ["http://a.example/", "https://a.example:443/x?u=http://127.0.0.1/", "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
                                 "http://BÜCHER.example/", "http://[64:ff9b::93.184.215.14]/"])
def test_an_address_of_the_open_web_is_asked(url: str) -> None:
    assert _reach(url, ["93.184.215.14"])


def _reach(url: str, answers: list[str]) -> list[str]:
    """The addresses that would be connected to, on a network where every name has the same addresses."""
    from flows.fetch.address import check_name

    target = read_target(url)
    check_name(target, ())
    return [str(each) for each in admitted(target.host, target.port, (), lambda *_: answers, 1.0)]


def test_a_name_with_one_private_address_is_refused_whole() -> None:
    with pytest.raises(RefusedError, match=r"192\.168\.1\.1"):
        _reach("http://two.example/", ["93.184.215.14", "192.168.1.1"])


def test_a_name_that_changes_its_mind_gets_no_second_look() -> None:
    """DNS rebinding: the connection goes to the address that was checked."""
    asked: list[str] = []

    def rebinding(host: str, port: int, seconds: float) -> list[str]:
        asked.append(host)
        return ["127.0.0.1" if len(asked) == 1 else "10.0.0.1"]

    with BadServer({"/": story("First look")}) as server:
        import ipaddress

        target = read_target(f"http://rebind.example:{server.port}/")
        got = ask(target, headers=(), deadline=time.monotonic() + 5, max_bytes=10_000, allowed=(ipaddress.ip_network("127.0.0.1/32"),), resolve=rebinding)
        assert got.status == 200 and asked == ["rebind.example"] and server.asked[0].headers["host"] == f"rebind.example:{server.port}"


# the shared sets

def rows(name: str) -> list[dict[str, object]]:
    path = HOSTILE / name
    if not path.exists():
        pytest.skip(f"../shared/eval/hostile/{name} is not here")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_shared_address_to_be_blocked_is_blocked_and_the_others_are_not() -> None:
    wrong = []
    for row in rows("ssrf_urls.jsonl"):
        if "needs a fake resolver" in str(row["why"]):
            continue         # those names are played below
        try:
            _reach(str(row["url"]), ["93.184.215.14"])
            got = "allow"
        except RefusedError as refused:
            assert refused.reason in (Reason.BLOCKED_ADDRESS, Reason.BAD_URL)
            got = "block"
        if got != row["expect"]:
            wrong.append(row)
    assert wrong == []


def test_the_shared_names_that_need_a_server_reach_nothing_private() -> None:
    with BadServer({"/robots.txt": b"", "/": moved("http://169.254.169.254/")}) as meta, BadServer({"/robots.txt": b"", "/": moved("file:///etc/passwd")}) as file:
        for row in rows("ssrf_urls.jsonl"):
            if "needs a fake resolver" not in str(row["why"]):
                continue
            host = read_target(str(row["url"])).host
            if host.startswith("redirects-to"):
                server = file if "file" in host else meta
                got = Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/")
                assert isinstance(got, Reject) and got.reason in (Reason.BLOCKED_ADDRESS, Reason.BAD_REDIRECT)
            else:
                answers = ["93.184.215.14", "10.0.0.1"] if host.startswith("two") else ["127.0.0.1"]
                with pytest.raises(RefusedError):
                    _reach(str(row["url"]), answers)


