"""A failed run is told: to the log, to a command, to an address; and telling it can fail without hiding it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.fetch.webhook import WebhookError, post_json
from flows.pipeline import notify

FLOW = SimpleNamespace(name="nightly")
RUN = SimpleNamespace(name="brave-otter")
STATE = SimpleNamespace(name="Failed", message="tiny 2023-10-01: failed: the site is down")


class Hook:
    """A real HTTP server on loopback that keeps what it was sent and answers as it is told."""

    def __init__(self) -> None:
        self.answer = 204
        self.got: list[tuple[str, dict[str, str]]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(hook.answer)
                if hook.answer == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/secret-token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_failed_run_is_posted_to_the_address_and_given_to_the_command(hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_WEBHOOK", hook.url)
    monkeypatch.setenv("DATELINE_NOTIFY", f"tee '{tmp_path / 'told.txt'}'")
    notify(FLOW, RUN, STATE)
    [(path, sent)] = hook.got
    assert path == "/hook/secret-token"
    assert sent == {"text": "dateline: nightly 'brave-otter' ended as Failed: tiny 2023-10-01: failed: the site is down",
                    "flow": "nightly", "run": "brave-otter", "state": "Failed"}
    assert (tmp_path / "told.txt").read_text() == sent["text"]


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_a_hook_that_refuses_is_told_in_the_log_without_its_secret(hook: Hook, answer: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    hook.answer = answer
    monkeypatch.setenv("DATELINE_WEBHOOK", hook.url)
    monkeypatch.setenv("DATELINE_NOTIFY", "/no/such/command")
    notify(FLOW, RUN, STATE)
    assert f"the webhook at 127.0.0.1 answered HTTP {answer}" in caplog.text and "the site is down" in caplog.text
    assert "DATELINE_NOTIFY could not be run" in caplog.text
    assert "secret-token" not in caplog.text
    assert len(hook.got) == 1, "no redirect is followed"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "hooks.example.org/x", "http://", "http://[::1", "http://127.0.0.1:1/secret-token"])
def test_what_is_no_address_or_answers_nothing_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(WebhookError, match="webhook") as told:
        post_json(url, {"text": "x"})
    assert "secret-token" not in str(told.value)
