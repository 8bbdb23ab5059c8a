"""Own settings under a former name: they work, with one line of warning."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from archive.settings import declaration
from crawler import own_settings
from crawler.addresses import STOCK_URL
from crawler.errors import WrongUsage
from crawler.own_settings import from_environment, read, sites

OLD, NEW = "FRONTIER_REDIS_URL", "DISTRIBUTED_REDIS_URL"


FIRST, SECOND = "redis://first/0", "redis://second/0"


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    declaration._warn_of_old_name.cache_clear()


def test_a_former_name_in_the_environment_works_and_warns_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert from_environment({OLD: FIRST})[NEW] == FIRST
    assert capsys.readouterr().err.splitlines() == [
        f"warning: {OLD} is now named {NEW}; the old name works in this version only"
    ]


def test_a_file_may_be_named_under_the_former_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "redis_url"
    file.write_text(f"{FIRST}\n", encoding="utf-8")
    assert from_environment({f"{OLD}_FILE": str(file)})[NEW] == FIRST
    assert OLD in capsys.readouterr().err


def test_the_present_name_outranks_the_former_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert from_environment({OLD: FIRST, NEW: SECOND})[NEW] == SECOND
    assert read({OLD: FIRST, NEW: SECOND}, NEW) == SECOND
    assert not capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "stock"),
    [
        ({}, STOCK_URL),
        ({"CMONEY_NEWS_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        ({"CMONEY_NEWS_URL": "http://127.0.0.1:1", "CMONEY_STOCK_URL": "http://127.0.0.1:2/"}, "http://127.0.0.1:2"),
        ({"CMONEY_STOCK_URL": "http://127.0.0.1:2"}, "http://127.0.0.1:2"),
    ],
)
def test_a_copy_of_the_new_site_is_not_mixed_with_the_real_third_one(given: dict[str, str], stock: str) -> None:
    assert sites(from_environment(given)).stock == stock


def test_a_former_name_among_the_settings_works_where_the_present_one_is_at_its_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        read(
            {"FRONTIER_REDIS_OUTAGE_LIMIT": "7", "DISTRIBUTED_REDIS_OUTAGE_LIMIT": 300},
            "DISTRIBUTED_REDIS_OUTAGE_LIMIT",
        )
        == 7
    )
    assert read({}, "DISTRIBUTED_REDIS_OUTAGE_LIMIT") == 300
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("password", ["p/w", "p#w", "p?w", "12/34#56"])
def test_an_address_of_redis_that_is_not_well_formed_is_refused_and_not_shown(password: str) -> None:
    url = f"redis://:{password}@queue.example:6379/0"
    with pytest.raises(WrongUsage) as refused:
        own_settings.read({"DISTRIBUTED_REDIS_URL": url}, "DISTRIBUTED_REDIS_URL")
    shown = "".join(traceback.format_exception(refused.value))
    assert password not in shown
    assert password.split("/", maxsplit=1)[0].split("#", maxsplit=1)[0].split("?", maxsplit=1)[0] + "'" not in shown
    whole = "redis://:p%2Fw%23@queue.example:6379/0"
    assert own_settings.read({"DISTRIBUTED_REDIS_URL": whole}, "DISTRIBUTED_REDIS_URL") == whole
