"""Kept pages harmed as a disk or a hand may harm them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bson.binary import Binary
from pymongo.database import Database

Documents = Database[dict[str, Any]]


def flipped(body: bytes, place: int | None = None) -> bytes:
    """Return a body with one bit flipped: in the middle, or at a place."""
    whole = bytearray(body)
    whole[len(whole) // 2 if place is None else place] ^= 1
    return bytes(whole)


HARMS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "bit flipped": flipped,
    "head flipped": lambda body: flipped(body, 0),
    "end flipped": lambda body: flipped(body, len(body) - 1),
    "cut": lambda body: body[: len(body) // 2],
    "empty": lambda _: b"",
    "longer": lambda body: body + b"\0",
    "zeros": lambda body: bytes(len(body)),
}
"""What may become of a body, by name."""


def harm(database: Documents, page: str, change: Callable[[bytes], bytes]) -> None:
    """Change the body of a kept page, past validators and all."""
    document = database["pages"].find_one({"_id": page})
    assert document is not None
    changed = Binary(change(bytes(document["body"])))
    database["pages"].update_one({"_id": page}, {"$set": {"body": changed}}, bypass_document_validation=True)
