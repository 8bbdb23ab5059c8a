"""Who may ask, what a page may do, and what becomes of hostile pages in a real browser."""

from __future__ import annotations

import gzip
import re
import shutil

import pytest

from archive.web.pages.raw import harmless
from tests.archive.web.conftest import RAW, Served
from tests.support.made_articles import key_of

CHROMIUM = shutil.which("chromium")


def raw_address(served: Served) -> str:
    match = re.search(r'src="(/raw/[^"]+)"', served.get(f"/articles/{key_of(4)}").text)
    assert match
    return match[1]


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "a@127.0.0.1", "", "[::1"])
def test_another_host_is_refused(served: Served, host: str) -> None:
    assert served.get("/", host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80"])
def test_loopback_is_served(served: Served, host: str) -> None:
    assert served.get("/search", host=host).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_written(served: Served, method: str) -> None:
    assert served.get("/", method=method).status == 405


def test_a_page_may_run_nothing_of_its_own(served: Served) -> None:
    answer = served.get("/search")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert not re.search(r"<script(?![^>]*src=)|style=|\son[a-z]+=", answer.text)


def test_a_kept_page_has_no_powers(served: Served) -> None:
    answer = served.get(raw_address(served))
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert "原文仍在" in answer.text
    received = served.get(f"{raw_address(served)}.bytes")
    assert received.headers["content-type"] == "application/octet-stream"
    assert gzip.decompress(received.body) == RAW.encode(), "as it was received"


def test_what_runs_or_asks_is_taken_out() -> None:
    html = harmless(RAW.encode())
    for name in (
        "<script",
        "<link",
        "<base",
        "http-equiv",
        "<iframe",
        "<form",
        "<svg",
        "<math",
        "onload",
        "javascript:",
        "src=",
    ):
        assert name not in html
    assert "原文仍在" in html


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_in_a_browser_nothing_runs_and_nothing_reaches_out(served: Served) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    requests: list[str] = []
    hostile = {"url": "javascript:window.ran=1"}
    served.archive.database["articles"].update_one({"_id": key_of(4)}, {"$set": hostile})
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_default_timeout(120_000)  # milliseconds: the machine may have much else to do
        tab.on("request", lambda request: requests.append(request.url))
        for address in ("/", f"/articles/{key_of(4)}", "/search?q=window", raw_address(served)):
            tab.goto(served.url + address)
            for details in tab.query_selector_all("details"):
                details.evaluate("element => element.open = true")
            tab.wait_for_load_state("networkidle")
            assert tab.evaluate("window.ran") is None
        tab.goto(served.url)
        tab.keyboard.press("j")
        tab.keyboard.press("j")
        assert tab.evaluate("document.querySelectorAll('.chosen').length") == 1
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/articles/**")
        browser.close()
    assert [visit for visit in requests if not visit.startswith(served.url)] == []
