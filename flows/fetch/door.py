"""One request, bounded on every side: where it goes, how long it takes, how much comes back.

It stands on httpcore2, the engine of httpx2, for one reason: there the address that is checked is the address that is
connected to, and the deadline holds for name, connection, handshake, headers and body alike. There are no cookies, no
proxies from the environment, no redirects by themselves, and no connection outlives its request.
"""

from __future__ import annotations

import functools
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpcore2

from flows.fetch.address import Network, RefusedError, Resolve, Target, admitted, check_name, look_up
from flows.fetch.inflate import inflated
from schemas.records import Reason

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5"
MAX_HEADERS = 256
_ERROR_BODY = 65536          # of an error page no more than this is read


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: the body decoded, the headers as they came."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The first value of a header, "" where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@functools.cache
def tls() -> ssl.SSLContext:
    """The system's trusted authorities; a certificate that they do not vouch for is an error."""
    return httpcore2.default_ssl_context()


def ask(target: Target, *, headers: Iterable[tuple[str, str]], deadline: float, max_bytes: int, allowed: tuple[Network, ...] = (),
        resolve: Resolve = look_up, is_cut: bool = False, trust: ssl.SSLContext | None = None) -> Answer:
    """Asks once and follows nothing. `deadline` is an instant of time.monotonic(), `max_bytes` counts decoded bytes.

    `is_cut`: a longer body is cut there instead of refused. Raises RefusedError, and nothing else that a server can cause.
    """
    check_name(target, allowed)
    backend = _CheckedBackend(allowed, resolve, deadline)
    url = httpcore2.URL(scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode("ascii"))
    lines = [(b"Host", target.authority.encode()), (b"Accept", ACCEPT.encode()), (b"Accept-Encoding", b"gzip, deflate"),
             *((key.encode("latin-1"), value.encode("latin-1", "replace")) for key, value in headers)]
    try:
        with (httpcore2.ConnectionPool(ssl_context=trust or tls(), max_connections=1, max_keepalive_connections=0, network_backend=backend) as pool,
              pool.stream("GET", url, headers=lines) as response):
            told = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers)
            if len(told) > MAX_HEADERS:
                raise RefusedError(Reason.TOO_LARGE, f"{len(told)} headers")
            answer = Answer(target.url, response.status, told, b"")
            is_error = response.status >= 300
            body = _body(response, answer.header("Content-Encoding"), deadline, min(max_bytes, _ERROR_BODY) if is_error else max_bytes,
                         is_cut or is_error)
            return Answer(target.url, response.status, told, body)
    except httpcore2.TimeoutException as error:
        raise RefusedError(Reason.TIMED_OUT, f"the time allowed ran out ({type(error).__name__})") from error
    except httpcore2.ConnectError as error:
        if isinstance(error.__cause__, ssl.SSLError):
            raise RefusedError(Reason.FETCH_FAILED, f"TLS: {error}"[:300]) from error
        raise RefusedError(Reason.FETCH_FAILED, f"no connection: {error}"[:300], is_passing=True, is_of_host=True) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        if "Receive buffer too long" in str(error):
            raise RefusedError(Reason.TOO_LARGE, "the headers are larger than 100 KB") from error
        raise RefusedError(Reason.FETCH_FAILED, f"{type(error).__name__}: {error}"[:300], is_passing=True) from error


def _body(response: httpcore2.Response, encoding: str, deadline: float, limit: int, is_cut: bool) -> bytes:
    pieces: Iterator[bytes] = response.iter_stream()
    codings = [each.strip().lower() for each in encoding.split(",") if each.strip() and each.strip().lower() != "identity"]
    if len(codings) > 2 or any(each not in ("gzip", "x-gzip", "deflate") for each in codings):
        raise RefusedError(Reason.FETCH_FAILED, f"encoded as '{encoding[:60]}', which was not asked for")
    for coding in reversed(codings):
        pieces = inflated(pieces, is_gzip=coding != "deflate")
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > limit:
                if is_cut:
                    return bytes(body[:limit])
                raise RefusedError(Reason.TOO_LARGE, f"more than {limit} bytes")
            # a fast server that never ends does not run into the socket's own timeout
            if time.monotonic() > deadline:
                raise RefusedError(Reason.TIMED_OUT, f"not whole in time, {len(body)} bytes came")
    except zlib.error as error:
        raise RefusedError(Reason.FETCH_FAILED, f"its {encoding[:60]} encoding is damaged: {error}", is_passing=True) from error
    return bytes(body)


class _CheckedBackend(httpcore2.NetworkBackend):
    """Resolves once, checks every address, and connects to a checked one: a name cannot change its mind in between."""

    def __init__(self, allowed: tuple[Network, ...], resolve: Resolve, deadline: float):
        self._allowed = allowed
        self._resolve = resolve
        self._deadline = deadline

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Any = None) -> httpcore2.NetworkStream:
        found = admitted(host, port, self._allowed, self._resolve, _left(self._deadline))
        trouble: Exception | None = None
        for number, address in enumerate(found[:4]):
            seconds = _left(self._deadline) / (min(4, len(found)) - number)      # the rest get their share
            try:
                stream = httpcore2.SyncBackend().connect_tcp(str(address), port, seconds, socket_options=socket_options or [])
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                trouble = error
        assert trouble is not None
        raise trouble

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> httpcore2.NetworkStream:
        raise RefusedError(Reason.BLOCKED_ADDRESS, "a socket file is no web server")


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every read and write may take only what is left until the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float):
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        with suppress(OSError):
            self._stream.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore2.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("deadline")
    return left
