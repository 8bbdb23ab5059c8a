"""The settings that select the archive, and where it is by default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from platformdirs import user_data_path

from archive.mongo.uri import redacted
from archive.settings.declaration import Setting, Values, from_environment
from archive.settings.kinds import DATABASE, MONGODB, PATH

_ROOT: Final = Path(__file__).resolve().parents[2]


def default_data_dir() -> Path:
    """Return where the embedded MongoDB keeps its data: in this checkout, else in the user's data folder.

    It does not depend on the folder that a command is called in.
    """
    if (_ROOT / "pyproject.toml").is_file() and (_ROOT / "scrapy.cfg").is_file():
        return _ROOT / ".data" / "mongo"
    return user_data_path("cmoney-archive", appauthor=False) / "mongo"


PLACE: Final = (
    Setting(
        "MONGODB_URI",
        None,
        MONGODB,
        "address of a MongoDB replica set; without it an embedded one starts",
        secret=True,
    ),
    Setting("MONGODB_DATABASE", "cmoney", DATABASE, "database of the archive"),
    Setting(
        "ARCHIVE_DATA_DIR",
        str(default_data_dir()),
        PATH,
        "where the embedded MongoDB keeps its data",
        default_shown="`.data/mongo` of the checkout, else `cmoney-archive/mongo` in the user's data folder",
    ),
    Setting(
        "SEARCH_INDEX_DIR",
        None,
        PATH,
        "where the search index lies (extra `search`)",
        default_shown="`search` beside `ARCHIVE_DATA_DIR`",
    ),
)


def shown(settings: Values) -> str:
    """Return which archive settings name, in a few words and without a password."""
    place = read_place(settings)
    uri, data_dir = place["MONGODB_URI"], place["ARCHIVE_DATA_DIR"]
    return f"{place['MONGODB_DATABASE']} {f'at {redacted(uri)}' if uri else f'in {data_dir}'}"


def read_place(settings: Values | None = None) -> dict[str, Any]:
    """Return which archive is meant, by the names of PLACE; each value as its kind reads it.

    Args:
        settings: The settings; None for those of the environment.

    Raises:
        WrongSetting: One is invalid.
    """
    values = from_environment(PLACE, os.environ) if settings is None else settings
    return {setting.name: setting.read(values) for setting in PLACE}
