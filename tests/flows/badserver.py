"""A web server on loopback that behaves well on some paths and badly on the others, and stops by itself."""

from __future__ import annotations

import functools
import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress

Reply = Callable[["Asked"], None]
LONGEST_SECONDS = 30.0       # no handler lives longer


class Asked:
    """One request and the way to answer it."""

    def __init__(self, path: str, headers: dict[str, str], connection: socket.socket, server: BadServer):
        self.path = path
        self.headers = headers
        self.server = server
        self._connection = connection
        self._until = time.monotonic() + LONGEST_SECONDS

    def send(self, data: bytes) -> None:
        if time.monotonic() > self._until or self.server.is_stopped.is_set():
            raise ConnectionError("the server stops by itself")
        self._connection.sendall(data)

    def reply(self, body: bytes = b"", status: str = "200 OK", **headers: str) -> None:
        lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), "Connection": "close"}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body)

    def wait(self, seconds: float) -> None:
        self.server.is_stopped.wait(seconds)


class BadServer:
    """Serves `replies` by path (without the query); what is not there is 404. Remembers what it was asked."""

    def __init__(self, replies: dict[str, Reply | bytes], *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None):
        self.replies = replies
        self.asked: list[Asked] = []
        self.times: list[float] = []
        self.is_stopped = threading.Event()
        self._tls = tls
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._listener.settimeout(0.1)
        self.port = self._listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{shown}:{self.port}"
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> BadServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_stopped.set()
        self._thread.join(5)
        self._listener.close()

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def _listen(self) -> None:
        while not self.is_stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(LONGEST_SECONDS)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            path = first.split(" ")[1]
            asked = Asked(path, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, connection, self)
            self.asked.append(asked)
            self.times.append(time.monotonic())
            reply = self.replies.get(path.partition("?")[0])
            if reply is None:
                asked.reply(b"nothing here", "404 Not Found")
            elif isinstance(reply, bytes):
                asked.reply(reply)
            else:
                reply(asked)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)


def story(title: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>Police raided a house in Tirana on Monday.</p></article></body></html>".encode()


def feed(*links: str, date: str = "Tue, 26 Sep 2023 10:00:00 GMT") -> bytes:
    items = "".join(f"<item><title>Story {number}</title><link>{link.replace('&', '&amp;')}</link><pubDate>{date}</pubDate></item>" for number, link in enumerate(links))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


# bad manners

def slow_body(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        asked.send(b"x")
        asked.wait(0.2)


def slow_headers(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        asked.send(f"X-Slow-{number}: 1\r\n".encode())
        asked.wait(0.2)


def silence(asked: Asked) -> None:
    asked.wait(LONGEST_SECONDS)


def endless_body(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        asked.send(b"<p>more</p>" * 6000)


def endless_header(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        asked.send(b"x" * 65536)


def many_headers(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(5000)) + b"Content-Length: 2\r\n\r\nok")


@functools.cache
def packed_bombs() -> tuple[bytes, bytes]:
    """A gzip bomb and one packed twice; made once and before it is asked for, since packing takes longer than a deadline."""
    packed = bytearray()
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for _ in range(300):
        packed += packer.compress(bytes(1_000_000))
    packed += packer.flush()
    return bytes(packed), gzip.compress(bytes(packed), 9)


def gzip_bomb(asked: Asked) -> None:
    asked.reply(packed_bombs()[0], Content_Encoding="gzip")


def double_bomb(asked: Asked) -> None:
    asked.reply(packed_bombs()[1], Content_Encoding="gzip, gzip")


def torn_gzip(asked: Asked) -> None:
    packed = gzip.compress(story("Torn") * 50)
    asked.reply(packed[:-20], Content_Encoding="gzip")


def wrong_length(asked: Asked) -> None:
    asked.reply(story("Half"), Content_Length="100000")


def negative_length(asked: Asked) -> None:
    asked.reply(story("Less"), Content_Length="-5")


def bad_chunk(asked: Asked) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n")


def dropped(asked: Asked) -> None:
    """Nothing at all: the connection ends."""


def no_http(asked: Asked) -> None:
    asked.send(b"220 mail.example ESMTP ready\r\n")


def busy_for_ever(asked: Asked) -> None:
    asked.reply(b"busy", "429 Too Many Requests", Retry_After="999999999")


def busy_by_date(asked: Asked) -> None:
    asked.reply(b"busy", "429 Too Many Requests", Retry_After="Fri, 31 Dec 2999 23:59:59 GMT")


def busy_oddly(asked: Asked) -> None:
    asked.reply(b"busy", "429 Too Many Requests", Retry_After="soon, my friend")


def down(asked: Asked) -> None:
    asked.reply(b"down", "503 Service Unavailable")


def moved(place: str, status: str = "302 Found") -> Reply:
    return lambda asked: asked.reply(b"", status, Location=place)


def cookies(asked: Asked) -> None:
    asked.reply(story("Cookies"), Set_Cookie="track=me; Path=/")


def unasked_brotli(asked: Asked) -> None:
    asked.reply(b"\x1b\x00\x00", Content_Encoding="br")
