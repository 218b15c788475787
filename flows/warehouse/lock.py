"""One run at a time: a file lock that the kernel gives back when its holder dies, and a line that says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flows.warehouse.errors import WarehouseBusyError, WarehouseError


@contextlib.contextmanager
def hold_lock(data: Path, what: str, *, now: datetime, wait_seconds: float = 0.0) -> Iterator[None]:
    """Keeps every other run out of the data folder until the block ends or the process dies.

    Raises WarehouseBusyError that names the holder when the lock is not free within `wait_seconds`, and
    WarehouseError when the folder cannot be written.
    """
    path = data / "run.lock"
    try:
        data.mkdir(parents=True, exist_ok=True)
        # opened without truncation: the holder's line must stay readable for those who wait
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WarehouseError(
            f"{data}: cannot be written ({error.strerror}); free or mount the disk, or name another folder with --data"
        ) from error
    try:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise WarehouseBusyError(f"{data}: {_holder(path)}; wait for it to end, or stop it") from None
                time.sleep(0.1)
        line = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "what": what,
                           "since": now.isoformat(timespec="seconds")})
        # a full disk cannot name the holder, but the lock itself holds
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, line.encode(), 0)
        yield
    finally:
        os.close(handle)  # closing gives the lock back


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return (f"another run is at work ('{told['what']}', process {told['pid']} on {told['host']}, "
                f"since {told['since']})")
    except (OSError, ValueError, KeyError):
        return "another run is at work"
