"""Tests of `crawler.pages.html.timestamps`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.time_zones import TAIPEI
from crawler.pages.html.timestamps import FIRST_MOMENT, can_be, epoch_moment, read_moment

FIRST = int(datetime(2005, 1, 2, tzinfo=UTC).timestamp())
MOMENTS = st.integers(FIRST, FIRST + 30 * 365 * 86_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-08-14T15:50:00+08:00", "2025-08-14T07:50:00"),
        ("2025-08-14T15:50:00+0800", "2025-08-14T07:50:00"),
        ("2025-08-14T07:50:00Z", "2025-08-14T07:50:00"),
        ("2025-08-14T07:50:00.123Z", "2025-08-14T07:50:00"),
        ("2025-08-14T15:50:00", "2025-08-14T07:50:00"),
        ("2025-08-14 15:50", "2025-08-14T07:50:00"),
        ("2025-08-14 15:50 13,086", "2025-08-14T07:50:00"),
        ("2025/8/14 下午 03:50:12", "2025-08-14T07:50:12"),
        ("2025/08/14 03:50 PM", "2025-08-14T07:50:00"),
        ("2025/08/14 (四) 15:50", "2025-08-14T07:50:00"),
        ("2025年8月14日 上午 12:05", "2025-08-13T16:05:00"),
        ("2025 年 8 月 14 日 15時50分30秒", "2025-08-14T07:50:30"),
        ("發布時間：２０２５－０８－１４　１５：５０", "2025-08-14T07:50:00"),
        ("2025.08.14", "2025-08-13T16:00:00"),
        ("民國114年8月14日", "2025-08-13T16:00:00"),
        ("114年8月14日 15:50", "2025-08-14T07:50:00"),
        ("114/08/14 15:50", "2025-08-14T07:50:00"),
        ("發布日期：114-08-14", "2025-08-13T16:00:00"),
        ("Thu, 14 Aug 2025 07:50:00 GMT", "2025-08-14T07:50:00"),
        ("Thu Aug 14 2025 15:50:00 GMT+0800 (台北標準時間)", "2025-08-14T07:50:00"),
        ("Thu, 14 Aug 2025 04:20:00 UTC-0330", "2025-08-14T07:50:00"),
        ("2025-08-14T23:59", "2025-08-14T15:59:00"),
        ("1755157800", "2025-08-14T07:50:00"),
        ("1755157800000", "2025-08-14T07:50:00"),
    ],
)
def test_own_formats_are_read(text: str, expected: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3 小時前",
        "昨天 15:50",
        "98/3/5",
        "113.3.5",
        "1130/3/5",
        "02-113-3-5",
        "113/3-5",
        "113/13/5",
        "2025-02-30",
        "2025-13-01",
        "2025-08-14 25:00",
        "2025-08-14 上午 13:00",
        "2025-08-14T15:50:00+99:00",
        "2025-08-14T15:50:00+24:00",
        "2025-08-14T15:50:00+08:60",
        "2025-08-14T24:00",
        "Thu, 14 Aug 2025 07:50:00 GMT+0860",
        "Thu, 14 Aug 2025 07:50:00 +2400",
        "Thu, 31 Jun 2025 07:50:00 GMT",
        "Thu, 14 Mon 2025 07:50:00 GMT",
        "08/14/2025",
        "8月14日",
        "2025年",
        "2025/08-14",
        "2024-01-01 至 2024-02-01",
        "20250814",
        "9999999999999",
        "x" * 500,
    ],
)
def test_anything_else_is_no_moment(text: str) -> None:
    assert read_moment(text) is None


@pytest.mark.parametrize("text", ["2025-08-14", "2025年8月14日", "2025-08-14T00:00:00+08:00", "2025-08-14 00:00"])
def test_a_day_or_midnight_is_only_a_day(text: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert moment.day_only
    assert moment.day.isoformat() == "2025-08-14"


@given(MOMENTS, st.integers(-12, 14))
def test_every_iso_moment_with_a_zone_is_itself(moment: datetime, hours: int) -> None:
    local = moment.astimezone(TAIPEI).replace(tzinfo=None) + timedelta(hours=hours - 8)
    read = read_moment(f"{local.isoformat()}{hours:+03d}:00")
    assert read is not None
    assert read.at == moment


@given(
    MOMENTS, st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
)
def test_a_moment_without_a_zone_is_taipei_s(moment: datetime, form: str) -> None:
    read = read_moment(moment.astimezone(TAIPEI).strftime(form))
    assert read is not None
    assert read.at == moment


@given(st.text(max_size=60))
def test_no_text_is_more_than_a_moment_or_none(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or moment.at.tzinfo is UTC


@given(MOMENTS)
def test_epochs_in_seconds_and_milliseconds_are_one(moment: datetime) -> None:
    seconds = epoch_moment(moment.timestamp())
    assert seconds is not None
    assert seconds == epoch_moment(moment.timestamp() * 1000)
    assert seconds.at == moment


@pytest.mark.parametrize("number", [0, -1, 12345, 1e20, 9e8])
def test_other_numbers_are_no_epochs(number: float) -> None:
    assert epoch_moment(number) is None


@pytest.mark.parametrize(
    ("number", "year"),
    [(1104537600, 2005), (1104537599, None), (1e10 - 1, 2286), (1e10, None), (1e13 - 1, 2286), (1e13, None)],
)
def test_an_epoch_is_after_2005_and_has_so_many_digits(number: float, year: int | None) -> None:
    moment = epoch_moment(number)
    assert (moment.at.year if moment else None) == year


@pytest.mark.parametrize(("length", "is_read"), [(120, True), (121, False)])
def test_a_text_with_a_moment_is_short(length: int, *, is_read: bool) -> None:
    assert (read_moment("2025-08-14 15:50".center(length - 2).join("於發")) is not None) is is_read


@pytest.mark.parametrize(("minutes", "expected"), [(-1, True), (1, False)])
def test_a_moment_can_be_a_day_ahead(minutes: int, *, expected: bool) -> None:
    assert can_be(datetime.now(UTC) + timedelta(days=1, minutes=minutes)) is expected


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [("2026/5/27 11:10 +0800", 3, 10), ("2026/5/27 11:10-05:00", 16, 10), ("2026年5月27日 11:10 UTC-0930", 20, 40)],
)
def test_the_sign_of_a_zone_is_that_of_its_offset(text: str, hour: int, minute: int) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert (moment.at.day, moment.at.hour, moment.at.minute) == (27, hour, minute)


@pytest.mark.parametrize(
    ("text", "expected", "is_day_only", "is_zoned"),
    [
        ("100/1/1", "2010-12-31T16:00:00", True, False),
        ("2025-08-14 15:50 -05:30", "2025-08-14T21:20:00", False, True),
        ("2025-08-14 15:50 +23:59", "2025-08-13T15:51:00", False, True),
        ("2025-08-14 12:30 am", "2025-08-13T16:30:00", False, False),
        ("2025-08-14 12:30 pm", "2025-08-14T04:30:00", False, False),
        ("2025-08-14 13:00 am", None, False, False),
        ("2025-08-14 00:00:01", "2025-08-13T16:00:01", False, False),
        ("2025年8月14日 下午 02:30", "2025-08-14T06:30:00", False, False),
        ("２０２５／０８／１４", "2025-08-13T16:00:00", True, False),
        ("14 Aug 2025", "2025-08-13T16:00:00", True, False),
        ("2025-08-14 15:50 +08:00、2025-08-14 07:50 UTC", "2025-08-14T07:50:00", False, True),
        ("Thu, 14 Aug 2025 15:50:00 GMT", "2025-08-14T15:50:00", False, True),
        ("2025-8/14", None, False, False),
        ("2025-08-14 15:50" + "x" * 104, "2025-08-14T07:50:00", False, False),
        ("2025-08-14 15:50" + "x" * 105, None, False, False),
    ],
)
def test_a_text_states_a_moment_in_its_zone(text: str, expected: str | None, is_day_only: bool, is_zoned: bool) -> None:
    moment = read_moment(text)
    assert (moment and moment.at.isoformat().removesuffix("+00:00")) == expected
    if moment:
        assert (moment.day_only, moment.is_zoned) == (is_day_only, is_zoned)


@pytest.mark.parametrize(
    ("number", "year"),
    [(1104537599, None), (1104537600, 2005), (1e10, None), (1e10 - 1, 2286), (1e13 - 1, 2286), (1e13, None)],
)
def test_an_epoch_time_lies_between_its_bounds(number: float, year: int | None) -> None:
    moment = epoch_moment(number)
    assert (moment and moment.at.year) == year


def test_the_days_from_2005_to_tomorrow_can_be() -> None:
    assert can_be(FIRST_MOMENT)
    assert not can_be(FIRST_MOMENT - timedelta(seconds=1))
    assert can_be(datetime.now(UTC) + timedelta(hours=23))
    assert not can_be(datetime.now(UTC) + timedelta(hours=25))
