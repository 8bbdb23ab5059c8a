"""A request in Redis is plain values in a declared form; anything else is refused, and runs nothing."""

from __future__ import annotations

import contextlib
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.utils.request import request_from_dict

from crawler.distributed.offers import LARGEST, OFFER, dumps, loads

GOOD = {"key": "notes:1", "by": "run-1", "url": "https://www.cmoney.tw/notes/note-detail.aspx?nid=1", "priority": 5}


def written(**changes: object) -> bytes:
    return json.dumps(GOOD | changes).encode()


def test_an_offer_comes_back_with_nothing_but_what_it_stands_for() -> None:
    request = Request(GOOD["url"], priority=5, headers={"Cookie": "x"}, meta={OFFER: {"key": "notes:1", "by": "run-1"}})  # type: ignore[arg-type]
    data = dumps(request.to_dict())
    assert data == dumps(request.to_dict())
    back = request_from_dict(loads(data))
    assert (back.url, back.priority, back.meta) == (request.url, 5, request.meta)
    assert back.callback is None
    assert back.errback is None
    assert not back.headers


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"[" * LARGEST,
        b"\xff",
        pickle.dumps(GOOD),
        written(_class="os.system"),
        written(callback="close_run"),
        written(url="file:///etc/passwd"),
        written(url=None),
        written(priority="1"),
        written(key=["notes:1"]),
        written(key="n" * 201),
        b" " * LARGEST + written(),
        json.dumps({"url": GOOD["url"]}).encode(),
    ],
)
def test_what_is_not_in_the_form_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each has a reason of its own
        loads(data)


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert loads(data).keys() == {"url", "priority", "meta"}
