"""A small message to a person's own address: the one thing that this project sends, and only when it was told where to."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

TIMEOUT_SECONDS = 20.0


class WebhookError(RuntimeError):
    """The message did not arrive. The text names the host only: such addresses carry secrets in their path."""


def post_json(url: str, message: Mapping[str, str]) -> None:
    """POSTs an object as JSON, following no redirect; raises WebhookError when nobody took it.

    The operator chose the address, so it may be a private one: unlike the pages' door this one checks no network.
    """
    try:
        told = urllib.parse.urlsplit(url)
        host = told.hostname or ""
    except ValueError:
        raise WebhookError("the webhook's address is no URL; use one such as https://hooks.example.org/...") from None
    if told.scheme not in ("http", "https") or not host:
        raise WebhookError("the webhook's address is no http or https URL; use one such as https://hooks.example.org/...")
    try:
        request = urllib.request.Request(url, data=json.dumps(message, ensure_ascii=False).encode(), method="POST",
                                         headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "dateline"})
        # no proxy from the environment and no redirect: the message goes where it was sent
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        raise WebhookError(f"the webhook at {host} answered HTTP {error.code}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise WebhookError(f"the webhook at {host} was not reached ({type(reason).__name__})") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object, **named: object) -> None:
        return None
