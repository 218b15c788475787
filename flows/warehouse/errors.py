"""What can stop the warehouse; each message is one sentence that says what, where, and how to mend it."""

from __future__ import annotations


class WarehouseError(RuntimeError):
    """The warehouse cannot be used as it is; a person must act."""


class WarehouseBusyError(WarehouseError):
    """Somebody else holds the warehouse; waiting helps."""


class QueryError(ValueError):
    """A question that cannot be asked of the published database."""


class MisuseError(ValueError):
    """A command that was called with options that mean nothing."""
