"""Bodies as they are received: every encoding, broken off, broken, and bombs."""

from __future__ import annotations

import contextlib
import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from archive.pages.content_encoding import MOST_MEMBERS, TooLarge, unpack

BODY = "美股動態。".encode() * 2000
LIMIT = len(BODY)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": gzip.compress(BODY),
    "x-gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_encoding_is_unpacked(encoding: str) -> None:
    assert unpack(PACKED[encoding], encoding, LIMIT) == BODY
    assert unpack(PACKED[encoding], encoding.upper(), LIMIT) == BODY


def test_deflate_without_its_header_is_unpacked_too() -> None:
    assert unpack(raw_deflate(BODY), "deflate", LIMIT) == BODY


def test_encodings_are_taken_off_in_reverse() -> None:
    assert unpack(gzip.compress(zlib.compress(BODY)), "deflate, gzip", LIMIT) == BODY


def test_gzip_members_may_follow_each_other() -> None:
    assert unpack(gzip.compress(BODY) + gzip.compress(BODY), "gzip", 2 * LIMIT) == BODY * 2


def test_a_body_has_at_most_a_hundred_gzip_members() -> None:
    member = gzip.compress(b"x")
    assert unpack(member * MOST_MEMBERS, "gzip", LIMIT) == b"x" * MOST_MEMBERS
    with pytest.raises(TooLarge, match="100 gzip members"):
        unpack(member * (MOST_MEMBERS + 1), "gzip", LIMIT)


@pytest.mark.parametrize("encoding", [None, "", "identity"])
def test_a_plain_body_stays(encoding: str | None) -> None:
    assert unpack(BODY, encoding, LIMIT) == BODY


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_is_refused(encoding: str) -> None:
    with pytest.raises(TooLarge, match=str(LIMIT - 1)):
        unpack(PACKED[encoding], encoding, LIMIT - 1)


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_body_that_is_broken_off_is_refused(encoding: str, share: float) -> None:
    packed = PACKED[encoding]
    with pytest.raises(ValueError, match="broken"):
        unpack(packed[: int(len(packed) * share)], encoding, LIMIT)


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="'compress' is unknown"):
        unpack(BODY, "compress", LIMIT)


@given(st.binary(max_size=200), st.sampled_from(sorted(PACKED)))
def test_garbage_is_a_value_error_or_bytes(body: bytes, encoding: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(unpack(body, encoding, 10_000), bytes)
