"""The project's settings: checked before anything starts, and read by name as their kinds."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from archive.errors import WrongSetting
from archive.model.site_file import site
from archive.settings import declaration
from archive.settings.declaration import Values
from crawler.addresses import IMPORTS, NEWS_URL, NOTES_URL, STOCK_URL, Sites
from crawler.errors import WrongUsage
from crawler.own_settings.declared import OWN, SCRAPYS, SCRAPYS_IN_ENVIRONMENT

if TYPE_CHECKING:
    from archive.archive import Archive

__all__ = [
    "OWN",
    "Values",
    "check",
    "columns",
    "from_environment",
    "lacks_contact",
    "open_archive",
    "read",
    "refuse_unknown",
    "sites",
    "tokens_file",
]

_BY_NAME: Final = {setting.name: setting for setting in (*OWN, *SCRAPYS)}

_ALIKE: Final = 0.85
"""The least similarity of an environment variable to a setting from which on it counts as a misspelling."""

_EXTRAS: Final = ("SPIDERMON_", "PLAYWRIGHT_", "REDIS_", "SCHEDULER_")
"""The prefixes of the extras' settings, which are not all listed here."""


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return every setting that the environment may set, by name: its value there, or the default.

    Own settings are raw texts, which `-s` may still replace; Scrapy's are read.

    Raises:
        WrongUsage: A variable is a misspelled setting, the file that a `*_FILE` variable names cannot be read, or one
            of Scrapy's settings is invalid.
    """
    known = {name for setting in (*OWN, *SCRAPYS_IN_ENVIRONMENT) for name in setting.names}
    for name in sorted(set(environment) - known):
        if match := _most_like(name, known, _ALIKE):
            raise WrongUsage(f"{name} in the environment is no setting; did you mean {match}?")
    with _as_wrong_usage():
        scrapys = declaration.from_environment(SCRAPYS_IN_ENVIRONMENT, environment)
        read_ones = {setting.name: setting.read(scrapys) for setting in SCRAPYS_IN_ENVIRONMENT}
        return declaration.from_environment(OWN, environment) | read_ones


def check(settings: Values) -> None:
    """Check every setting that this project declares or relies on.

    Raises:
        WrongUsage: A value is not of its kind; the message names the first such setting, its value and valid ones.
    """
    for name in _BY_NAME:
        read(settings, name)
    if site().trouble:
        raise WrongUsage(site().trouble)


def refuse_unknown(names: Iterable[str], settings: Values) -> None:
    """Check the names that `-s` sets.

    Args:
        names: The names.
        settings: The settings before these are set.

    Raises:
        WrongUsage: Nothing reads a setting of this name, or it is read before `-s` is.
    """
    ours = {*_BY_NAME, *(setting.formerly for setting in OWN if setting.formerly)}
    for name in names:
        if name in _BY_NAME and _BY_NAME[name].environment_only:
            raise WrongUsage(f"-s {name}: it is read from the environment only: set it there")
        if name in ours or name in settings or name.startswith(_EXTRAS):
            continue
        from scrapy.settings import default_settings  # noqa: PLC0415 -- heavy, and seldom needed

        if not hasattr(default_settings, name):
            match = _most_like(name, ours, 0.6) or _most_like(name, vars(default_settings), 0.6)
            hint = f"did you mean {match}?" if match else "docs/settings.md lists ours"
            raise WrongUsage(f"-s {name}: there is no such setting; {hint}")


def _most_like(name: str, known: Collection[str], alike: float) -> str | None:
    return next(iter(difflib.get_close_matches(name, sorted(known), 1, alike)), None)


def read(settings: Values, name: str) -> Any:
    """Return a setting's value as its kind: float, int, str, Path, tuple of str, or None where it rests.

    >>> read({"ARCHIVE_COLUMNS": "美股動態, 美股焦點"}, "ARCHIVE_COLUMNS")
    ('美股動態', '美股焦點')

    Raises:
        WrongUsage: The value is not of the setting's kind.
    """
    with _as_wrong_usage():
        return _BY_NAME[name].read(settings)


def sites(settings: Values) -> Sites:
    """Return the configured base addresses; a configured new site replaces the site for stock research too.

    Raises:
        WrongUsage: One is no address.
    """
    news: str = read(settings, "CMONEY_NEWS_URL")
    stock = read(settings, "CMONEY_STOCK_URL") or (STOCK_URL if news == NEWS_URL else news)
    imports = (*IMPORTS, *(read(settings, "IMPORT_BATCHES") or ()))
    return Sites(news, read(settings, "CMONEY_NOTES_URL"), stock, imports)


def tokens_file(settings: Values) -> Path:
    """Return the file of the hashed tokens of `cmoney token`."""
    named: Path | None = read(settings, "SERVE_TOKENS")
    return named or Path(read(settings, "ARCHIVE_DATA_DIR")).parent / "tokens.json"


def lacks_contact(settings: Values) -> bool:
    """Return whether a crawl would request CMoney's own hosts without a contact in its user agent."""
    is_real = {NEWS_URL, NOTES_URL} & {read(settings, "CMONEY_NEWS_URL"), read(settings, "CMONEY_NOTES_URL")}
    return bool(is_real) and not read(settings, "CRAWLER_CONTACT") and not read(settings, "REPLAY_FILE")


def columns(settings: Values) -> frozenset[str] | None:
    """Return the wanted columns, without brackets; None for all."""
    names: tuple[str, ...] = read(settings, "ARCHIVE_COLUMNS")
    return None if "*" in names else frozenset(names)


def open_archive(settings: Values, *, create: bool = False, for_migration: bool = False) -> Archive:
    """Return the archive that the settings name, open.

    Args:
        settings: The settings.
        create: Whether to make one where there is none: crawls do. With `for_migration`, the directory for one.
        for_migration: Whether to open it whatever its schema's version.

    Raises:
        ArchiveError: The archive cannot be used; its WrongSetting where a setting is invalid.
    """
    from archive.archive import Archive  # noqa: PLC0415 -- half a second, which commands that fail early are spared

    return Archive.from_settings(settings, create=create, for_migration=for_migration)


@contextmanager
def _as_wrong_usage() -> Iterator[None]:
    try:
        yield
    except WrongSetting as error:
        raise WrongUsage(str(error)) from None
