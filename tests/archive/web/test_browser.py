"""All pages in a real Chromium: both languages, light and dark, phone and desk, with a script and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.archive.web.conftest import Served
from tests.support.made_articles import NOW, article, key_of

CHROMIUM = shutil.which("chromium")
PAGES = (
    "/",
    "/search",
    "/search?q=營收",
    f"/articles/{key_of(1)}",
    f"/articles/{key_of(5)}",
    "/tickers",
    "/tickers/AMZN",
    "/sessions/2026-08-28",
    "/corrections",
    "/coverage",
    "/runs",
    "/health",
    "/nowhere",
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


def _with(address: str, **values: str) -> str:
    return address + ("&" if "?" in address else "?") + "&".join(f"{name}={value}" for name, value in values.items())


@pytest.mark.parametrize(
    ("lang", "scheme", "width", "has_script"),
    [("zh", "light", 1280, True), ("en", "dark", 360, True), ("en", "light", 390, False), ("zh", "dark", 1600, False)],
)
def test_each_page_is_whole_and_asks_nobody_else(
    served: Served, browser: Any, lang: str, scheme: str, width: int, has_script: bool
) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, java_script_enabled=has_script
    )
    tab = context.new_page()
    addresses: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: addresses.append(request.url))
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    for address in PAGES:
        answer = tab.goto(served.url + _with(address, lang=lang))
        assert answer.status == (404 if address == "/nowhere" else 200), address
        assert tab.locator("h1").count() == 1, address
        assert tab.title().endswith("Archive of 美股動態" if lang == "en" else "美股動態檔案"), address
        dark = tab.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") if has_script else ""
        assert dark in ("", "rgb(20, 23, 27)" if scheme == "dark" else "rgb(251, 250, 247)")
        if has_script:
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} is wider than its window by {wide}"
    context.close()
    assert [error for error in errors if "404" not in error] == []
    assert [url for url in addresses if not url.startswith(served.url)] == []


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "light", 1280), ("en", "dark", 390)])
def test_axe_finds_nothing_serious(served: Served, browser: Any, lang: str, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    tab = context.new_page()
    violated = {}
    for address in PAGES:
        tab.goto(served.url + _with(address, lang=lang, limit="3"))  # rows are alike
        for details in tab.query_selector_all("details"):
            details.evaluate("element => element.open = true")
        violations = axe.run(tab, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [
            (entry["id"], [node["target"] for node in entry["nodes"]][:3])
            for entry in violations
            if entry["impact"] in {"serious", "critical"}
        ]
        if serious:
            violated[address] = serious
    context.close()
    assert violated == {}


def test_the_keyboard_alone_suffices(served: Served, browser: Any) -> None:
    tab = browser.new_page()
    tab.goto(served.url)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("?")
    assert tab.locator("#keys").evaluate("dialog => dialog.open")
    tab.keyboard.press("Escape")
    tab.keyboard.press("/")
    tab.keyboard.type("營收")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?q=**")
    tab.keyboard.press("j")
    tab.keyboard.press("o")
    tab.wait_for_url("**/articles/**")
    tab.close()


def test_results_come_as_one_types(served: Served, browser: Any) -> None:
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{served.url}/search")
    tab.keyboard.press("/")
    tab.keyboard.type("毛利")
    tab.wait_for_selector("main .row mark")
    tab.keyboard.type("率 -第7篇")
    tab.wait_for_url("**/search?q=*-*")
    assert tab.title().startswith("毛利率 -第7篇")
    assert tab.evaluate("document.activeElement.id") == "q", "one goes on typing"
    tab.keyboard.type(" ticker:")
    tab.wait_for_selector("[role=alert]")
    assert [error for error in errors if "400" not in error] == []
    tab.close()


def test_the_weeks_of_a_ticker_zoom(written: Served, browser: Any) -> None:
    weeks = [NOW - timedelta(weeks=number) for number in range(120)]
    written.archive.writer().save(
        [article(number, page=None, published_at=at) for number, at in enumerate(weeks, 10)], NOW
    )
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    tab.goto(f"{written.url}/tickers/AMZN")
    picture = "document.querySelector('#weeks canvas').toDataURL()"
    tab.wait_for_selector("#weeks canvas")
    tab.wait_for_selector("#weeks button")
    whole = tab.evaluate(picture)
    box = tab.locator("#weeks .u-over").bounding_box()
    tab.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 40, steps=4)
    tab.mouse.up()
    tab.wait_for_function(f"before => {picture} !== before", arg=whole)
    tab.locator("#weeks button").last.click()
    tab.wait_for_function(f"before => {picture} === before", arg=whole)
    assert errors == []
    tab.close()


def test_since_you_were_here(written: Served, browser: Any) -> None:
    tab = browser.new_page()
    with tab.expect_response("**/api/v1/feed*after=latest"):
        tab.goto(written.url)
    tab.wait_for_function("localStorage.getItem('last-visit')")
    now = datetime.now(UTC)
    written.archive.writer().save([article(2, at=now, published_at=now)], now)
    tab.goto(written.url)
    tab.wait_for_selector("#since:not([hidden])")
    assert "第2篇" in tab.locator("#since").inner_text()
    tab.close()


def test_a_readers_own_prices_are_joined_in_the_browser(served: Served, browser: Any) -> None:
    tab = browser.new_page()
    addresses: list[str] = []
    tab.on("request", lambda request: addresses.append(f"{request.method} {request.post_data or ''}"))
    tab.goto(f"{served.url}/tickers/AMZN")
    prices = b"Date,Open,Close\n2026-08-27,1,100\n2026-08-28,1,110\n2026-08-31,1,99\n"
    tab.set_input_files("#prices input", {"name": "prices.csv", "mimeType": "text/csv", "buffer": prices})
    tab.wait_for_selector("#prices tbody tr")
    assert "+10.00%" in tab.locator("#prices tbody").inner_text()
    assert "-10.00%" in tab.locator("#prices tbody").inner_text()
    assert {line.strip() for line in addresses} == {"GET"}, "nothing is sent"
    tab.close()
