"""Content encodings: a body as it was received, unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, cast

import brotli
import zstandard
from isal import isal_zlib

ACCEPTED: Final = ("gzip", "deflate")
"""What is asked for: ISA-L unpacks both at more than twice the speed of anything else. Others are unpacked if sent."""

_ZSTD_STEP: Final = 1024

_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_BROKEN_GZIP: Final = cast("type[Exception]", isal_zlib.error)  # its stub calls it an instance


MOST_MEMBERS: Final = 100
"""Gzip members in a body, at most: servers send one, and each costs a copy of what is behind it."""


class TooLarge(ValueError):
    """A body would unpack to more than is allowed."""


def unpack(body: bytes, encoding: str | None, max_size: int) -> bytes:
    """Return a body unpacked.

    Args:
        body: As it was received.
        encoding: Names separated by commas, in the order in which they were applied; None or `identity` for none.
        max_size: Bytes that it may unpack to.

    Raises:
        TooLarge: It would unpack to more.
        ValueError: An encoding is unknown, or the body is not in it, or broken off.

    >>> import gzip
    >>> unpack(gzip.compress("文".encode()), "gzip", 100).decode()
    '文'
    """
    names = [name.strip().lower() for name in (encoding or "").split(",")]
    for name in reversed([name for name in names if name and name != "identity"]):
        if name not in _UNPACKERS:
            raise ValueError(f"content encoding {name!r} is unknown")
        body = _UNPACKERS[name](body, max_size)
    return body


def _inflate(body: bytes, window: int, max_size: int) -> bytes:
    members: list[bytes] = []
    size = 0
    try:
        while body:  # several gzip members may follow each other
            if len(members) == MOST_MEMBERS:
                raise TooLarge(f"more than {MOST_MEMBERS} gzip members")
            stream = isal_zlib.decompressobj(window)
            members.append(stream.decompress(body, max_size + 1 - size))
            size += len(members[-1])
            if size > max_size:
                raise TooLarge(f"more than {max_size} bytes unpacked")
            if not stream.eof:
                raise ValueError("packed body is broken off")
            body = stream.unused_data.lstrip(b"\0")
    except _BROKEN_GZIP as error:
        raise ValueError(f"packed body is broken: {error}") from error
    return b"".join(members)  # of one alone, itself


def _unpack_gzip(body: bytes, max_size: int) -> bytes:
    return _inflate(body, _GZIP_OR_ZLIB, max_size)


def _unpack_deflate(body: bytes, max_size: int) -> bytes:
    try:
        return _inflate(body, zlib.MAX_WBITS, max_size)
    except TooLarge:
        raise
    except ValueError:  # some servers send raw deflate without zlib's header
        return _inflate(body, -zlib.MAX_WBITS, max_size)


def _unpack_brotli(body: bytes, max_size: int) -> bytes:
    stream = brotli.Decompressor()
    try:
        unpacked: bytes = stream.process(body, output_buffer_limit=max_size + 1)
    except brotli.error as error:
        raise ValueError(f"packed body is broken: {error}") from error
    if len(unpacked) > max_size:
        raise TooLarge(f"more than {max_size} bytes unpacked")
    if not stream.is_finished():
        raise ValueError("packed body is broken off")
    return unpacked


def _unpack_zstd(body: bytes, max_size: int) -> bytes:
    stream = zstandard.ZstdDecompressor().decompressobj()
    unpacked = bytearray()
    try:
        for start in range(0, len(body), _ZSTD_STEP):
            unpacked += stream.decompress(body[start : start + _ZSTD_STEP])
            if len(unpacked) > max_size:
                raise TooLarge(f"more than {max_size} bytes unpacked")
    except zstandard.ZstdError as error:
        raise ValueError(f"packed body is broken: {error}") from error
    if not stream.eof:
        raise ValueError("packed body is broken off")
    return bytes(unpacked)


_UNPACKERS: Final[dict[str, Callable[[bytes, int], bytes]]] = {
    "gzip": _unpack_gzip,
    "x-gzip": _unpack_gzip,
    "deflate": _unpack_deflate,
    "br": _unpack_brotli,
    "zstd": _unpack_zstd,
}
