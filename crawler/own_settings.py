"""The project's own settings: name, default, kind and meaning, each declared once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from archive.model.time_zones import TAIPEI
from crawler.addresses import IMPORTS, NEWS_URL, NOTES_URL, STOCK_URL, Sites, TimeSpan, read_base
from crawler.errors import WrongUsage
from crawler.site_file import site

if TYPE_CHECKING:
    from archive.archive import Archive

Values = Mapping[str, Any]
"""Settings by name: Scrapy's, or a plain dictionary."""

SettingKind = Literal["text", "address", "redis", "seconds", "number", "share", "names", "path", "spans"]

SCRAPY_FROM_ENVIRONMENT: Final = {"LOG_LEVEL": "INFO", "DOWNLOAD_DELAY": "1.0", "DOWNLOAD_TIMEOUT": "30"}
"""Scrapy's own settings that may come from the environment too, with the default here."""


@dataclass(frozen=True, slots=True)
class Own:
    """One own setting.

    Attributes:
        name: As in settings and environment.
        default: What holds where nobody says anything; None means that the feature rests.
        kind: What a value must be; `share` is 0 to 1, `names` are separated by commas.
        meaning: One line for the README, with the unit.
        secret: Never shown; may be read from the file that `{name}_FILE` names.
        formerly: Its former name, which still works in this version; None without one.
    """

    name: str
    default: str | float | int | None
    kind: SettingKind
    meaning: str
    secret: bool = False
    formerly: str | None = None


OWN: Final = (
    Own(
        "MONGODB_URI", None, "text", "address of a MongoDB replica set; without it an embedded one starts", secret=True
    ),
    Own("MONGODB_DATABASE", "cmoney", "text", "database of the archive"),
    Own("ARCHIVE_DATA_DIR", ".data/mongo", "path", "where the embedded MongoDB keeps its data"),
    Own(
        "SEARCH_INDEX_DIR",
        None,
        "path",
        "where the search index lies (extra `search`); default: `search` beside ARCHIVE_DATA_DIR",
    ),
    Own("MONGODB_OUTAGE_LIMIT", 300, "seconds", "how long a crawl waits for a MongoDB that is away"),
    Own("CMONEY_NEWS_URL", NEWS_URL, "address", "base address of the new site"),
    Own("CMONEY_NOTES_URL", NOTES_URL, "address", "base address of the old site"),
    Own(
        "CMONEY_STOCK_URL",
        None,
        "address",
        f"base address of the site for stock research; default: {STOCK_URL}, or CMONEY_NEWS_URL where that is set",
    ),
    Own(
        "IMPORT_BATCHES",
        None,
        "spans",
        "more imports, whose addresses tell no date: `2025-01-22T21:50/2025-01-22T22:20`, separated by commas, Taipei",
    ),
    Own("CMONEY_TOKEN", None, "text", "bearer token for the listing interface", secret=True),
    Own("ARCHIVE_COLUMNS", "美股動態", "names", "columns to keep, separated by commas; `*` for all"),
    Own("CRAWLER_CONTACT", None, "text", "address or e-mail in the user agent, for the site's owner"),
    Own("RECHECK_DAYS", 3, "number", "days after publication in which an article is looked at again"),
    Own("GONE_LOOKS", 3, "number", "looks on different days that find no article before it counts as gone"),
    Own("GONE_DAYS", 7, "number", "days between the first of these looks and the last, at least"),
    Own("LEASE_SECONDS", 900, "seconds", "how long a run may hold an address before another may take it"),
    Own(
        "DISTRIBUTED_REDIS_URL",
        None,
        "redis",
        "address of the Redis over which several workers share a crawl (extra `distributed`)",
        secret=True,
        formerly="FRONTIER_REDIS_URL",
    ),
    Own(
        "DISTRIBUTED_REDIS_OUTAGE_LIMIT",
        300,
        "seconds",
        "how long a worker waits for a Redis that is away",
        formerly="FRONTIER_REDIS_OUTAGE_LIMIT",
    ),
    Own("STORE_BATCH", 50, "number", "articles in one transaction, at most"),
    Own("STORE_WAIT", 0.25, "seconds", "how long a batch waits to fill"),
    Own("CMONEY_SITE_FILE", None, "path", "TOML file over `crawler/site.toml`; in the environment only"),
    Own("REPLAY_FILE", None, "path", "WARC file that answers every request in place of the network"),
    Own("RETRY_WAIT", 1, "seconds", "wait before the first retry; doubles with each, with jitter"),
    Own("RETRY_WAIT_MAX", 60, "seconds", "longest wait before a retry"),
    Own("RETRY_AFTER_MAX", 600, "seconds", "longest Retry-After that a run sits out; beyond it the run is blocked"),
    Own("COOL_OFF_AFTER", 8, "number", "refusals (403, 429, 503) in a row before the run cools off"),
    Own("COOL_OFF_SECONDS", 60, "seconds", "first cool-off; doubles with each"),
    Own("BLOCKED_AFTER", 3, "number", "cool-offs without a success between them before the run stops as blocked"),
    Own("STOP_SECONDS", 8, "seconds", "how long requests under way may take after SIGTERM or Ctrl-C"),
    Own("BROWSER_PATH", None, "path", "Chromium for listings that only JavaScript fills; default: found on PATH"),
    Own("HEALTH_MIN_ARTICLES", 5, "number", "articles read in a run before shares are judged"),
    Own("HEALTH_MAX_FALLBACK", 0.2, "share", "of articles that needed the generic reader"),
    Own("HEALTH_MAX_UNREADABLE", 0.2, "share", "of pages that no reader could read"),
    Own("HEALTH_MAX_UNDATED", 0.2, "share", "of articles without a moment of publication"),
    Own("HEALTH_MAX_UNHEADED", 0.3, "share", "of public articles without any heading"),
    Own(
        "HEALTH_MAX_GONE",
        0.2,
        "share",
        "of pages that a listing names, or of kept articles, that answer 404 or 410",
    ),
    Own("HEALTH_MAX_SUSPECT", 0.5, "share", "of re-checks, and of first visits, whose page is not believed"),
    Own("HEALTH_MAX_FAILED", 0, "number", "addresses that failed in a run and stay to be asked again"),
    Own("LOG_JSON", 0, "number", "1: every line of the log is a JSON object"),
    Own("MONITORS", 0, "number", "1: each run is compared with those before it (extra `monitoring`)"),
    Own(
        "MONITOR_WEBHOOK", None, "text", "address that a notice is posted to as JSON when a monitor fails", secret=True
    ),
    Own("SPIDERMON_SLACK_SENDER_TOKEN", None, "text", "token to send notices to Slack", secret=True),
    Own("SPIDERMON_SLACK_SENDER_NAME", "cmoney-archive", "text", "name of the sender there"),
    Own("SPIDERMON_SLACK_RECIPIENTS", None, "names", "channels or people in Slack, separated by commas"),
    Own("SPIDERMON_TELEGRAM_SENDER_TOKEN", None, "text", "token to send notices to Telegram", secret=True),
    Own("SPIDERMON_TELEGRAM_RECIPIENTS", None, "names", "chats in Telegram, separated by commas"),
    Own("SPIDERMON_SMTP_HOST", None, "text", "server to send notices by e-mail, with STARTTLS"),
    Own("SPIDERMON_SMTP_PORT", 587, "number", "its port"),
    Own("SPIDERMON_SMTP_USER", None, "text", "its user"),
    Own("SPIDERMON_SMTP_PASSWORD", None, "text", "its password", secret=True),
    Own("SPIDERMON_EMAIL_SENDER", None, "text", "address that notices come from"),
    Own("SPIDERMON_EMAIL_TO", None, "names", "addresses that notices go to, separated by commas"),
    Own("SPIDERMON_EMAIL_SUBJECT", "CMoney archive: a run was unusual", "text", "subject of notices"),
)


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return every own setting by name: the environment variable, or the default.

    Raises:
        WrongUsage: The file that a `*_FILE` variable names cannot be read.
    """
    own = {own.name: _value(own, environment) for own in OWN}
    return own | {name: environment.get(name, default) for name, default in SCRAPY_FROM_ENVIRONMENT.items()}


def _value(own: Own, environment: Mapping[str, str]) -> object:
    value = _under(own.name, environment, secret=own.secret)
    if value is None and own.formerly and (value := _under(own.formerly, environment, secret=own.secret)):
        _warn_of_old_name(own.formerly, own.name)
    return value or own.default


def _under(name: str, environment: Mapping[str, str], *, secret: bool) -> str | None:
    """Return the value under a name, or in the file that `{name}_FILE` names; None without either.

    Raises:
        WrongUsage: The file cannot be read.
    """
    file = environment.get(f"{name}_FILE") if secret else None
    if not file:
        return environment.get(name) or None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(f"{name}_FILE={file} cannot be read: {error}; name a readable UTF-8 file") from error


@cache
def _warn_of_old_name(old: str, new: str) -> None:
    """Write one line a process; settings are read before there is a log."""
    sys.stderr.write(f"warning: {old} is now named {new}; the old name works in this version only\n")


def check(settings: Values) -> None:
    """Check every own setting.

    Raises:
        WrongUsage: A value is not of its kind; names the first such setting, its value and what would do.
    """
    for own in OWN:
        read(settings, own.name)
    if site().trouble:
        raise WrongUsage(site().trouble)


def read(settings: Values, name: str) -> Any:
    """Return an own setting's value as its kind: float, int, str, Path, tuple of str, or None where it rests.

    >>> read({"ARCHIVE_COLUMNS": "美股動態, 美股焦點"}, "ARCHIVE_COLUMNS")
    ('美股動態', '美股焦點')

    Raises:
        WrongUsage: The value is not of the setting's kind.
    """
    own = next(own for own in OWN if own.name == name)
    value = settings.get(name, own.default)
    if own.formerly and value in {None, "", own.default} and settings.get(own.formerly):
        _warn_of_old_name(own.formerly, own.name)
        value = settings.get(own.formerly)
    if value is None or value == "":
        return own.default
    try:
        return _READERS[own.kind](value)
    except (ValueError, TypeError) as error:
        shown = "(not shown)" if own.secret else repr(value)
        raise WrongUsage(f"setting {name}={shown}: {error}; {own.meaning}") from error


def sites(settings: Values) -> Sites:
    """Return the configured base addresses; a copy of the new site stands for the site for stock research too.

    Raises:
        WrongUsage: One is no address.
    """
    news: str = read(settings, "CMONEY_NEWS_URL")
    stock = read(settings, "CMONEY_STOCK_URL") or (STOCK_URL if news == NEWS_URL else news)
    imports = (*IMPORTS, *(read(settings, "IMPORT_BATCHES") or ()))
    return Sites(news, read(settings, "CMONEY_NOTES_URL"), stock, imports)


def columns(settings: Values) -> frozenset[str] | None:
    """Return the wanted columns, without brackets; None for all."""
    names: tuple[str, ...] = read(settings, "ARCHIVE_COLUMNS")
    return None if "*" in names else frozenset(names)


def _address(value: str) -> str:
    base = read_base(str(value))
    if base is None:
        raise ValueError("not an http(s) address of a host without query")
    return base


def _redis(value: str) -> str:
    if not str(value).startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("not an address of a Redis: redis://, rediss:// or unix://")
    try:
        parts = urlsplit(str(value))
        is_whole = not parts.fragment and "@" not in f"{parts.path}{parts.query}" and (parts.port or True)
    except ValueError:  # its text quotes what may be a part of a password
        is_whole = False
    if not is_whole:
        raise ValueError(
            "not a well-formed address: : / ? # @ in user or password have to be percent-encoded"
        ) from None
    return str(value)


def _number(value: str | float) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("not a whole number from 0")
    return number


def _seconds(value: str | float) -> float:
    number = float(value)
    if not 0 <= number < float("inf"):
        raise ValueError("not a number of seconds from 0")
    return number


def _share(value: str | float) -> float:
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError("not a share from 0 to 1")
    return number


def _names(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    names = tuple(part.strip().strip("【】") for part in parts if part.strip())
    if not names:
        raise ValueError("no name in it")
    return names


def _spans(value: str | tuple[TimeSpan, ...]) -> tuple[TimeSpan, ...]:
    """Return spans of time.

    >>> [[f"{moment:%m-%d %H:%M %z}" for moment in span] for span in _spans("2025-01-22T21:50/2025-01-22T22:20")]
    [['01-22 21:50 +0800', '01-22 22:20 +0800']]
    """
    if not isinstance(value, str):
        return value
    return tuple(map(_span, filter(None, map(str.strip, value.split(",")))))


def _span(text: str) -> TimeSpan:
    since, _, until = text.partition("/")
    moments = [datetime.fromisoformat(moment.strip()) for moment in (since, until)]
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI) for moment in moments)
    if first >= last:
        raise ValueError(f"{text} ends before it begins")
    return first, last


_READERS: Final[Mapping[SettingKind, Callable[[Any], object]]] = {
    "text": str,
    "address": _address,
    "redis": _redis,
    "seconds": _seconds,
    "number": _number,
    "share": _share,
    "names": _names,
    "path": Path,
    "spans": _spans,
}


def table() -> str:
    """Return the rows of the README's table of own settings."""
    rows = []
    for own in OWN:
        default = "" if own.default is None else f"`{own.default}`"
        rows.append(f"| `{own.name}` | {default} | {own.meaning} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())


def open_archive(settings: Values, *, create: bool = False, for_migration: bool = False) -> Archive:
    """Return the archive that the settings name, open.

    Args:
        settings: The settings.
        create: Whether to make one where there is none: crawls do. With `for_migration`, the directory for one.
        for_migration: Whether to open it whatever its schema's version.

    Raises:
        WrongUsage: A setting cannot be meant.
        ArchiveError: The archive cannot be used.
    """
    from archive.archive import Archive  # noqa: PLC0415 -- half a second, which commands that fail early are spared

    names = ("MONGODB_URI", "MONGODB_DATABASE", "ARCHIVE_DATA_DIR", "SEARCH_INDEX_DIR")
    values = {name: read(settings, name) for name in names}
    return Archive.from_settings(values, create=create, for_migration=for_migration)
