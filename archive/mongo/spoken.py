"""Methods that speak to MongoDB and raise the archive's own errors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from pymongo.database import Database

from archive.mongo.faults import speaking_to

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Desk:
    """The archive's database, and how to speak of it in errors.

    Attributes:
        database: Where the archive is.
        uri: Its server's address, with password: shown only redacted.
    """

    def __init__(self, database: Database[dict[str, Any]], uri: str) -> None:
        self.database = database
        self.uri = uri


class AtDesk(Protocol):
    """Whatever does its work at a desk."""

    desk: Desk


Worker = TypeVar("Worker", bound=AtDesk)


def spoken(
    method: Callable[Concatenate[Worker, Parameters], Answer],
) -> Callable[Concatenate[Worker, Parameters], Answer]:
    """Return a method that raises errors of `archive.errors` where the driver raises its own."""

    @functools.wraps(method)
    def speak(self: Worker, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
        with speaking_to(self.desk.uri):
            return method(self, *args, **kwargs)

    return speak
