"""One declared setting, and where its value comes from: the environment, a file that it names, or the default."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from archive.errors import WrongSetting
from archive.settings.kinds import Kind

Values = Mapping[str, Any]
"""Settings by name: Scrapy's, or a plain dictionary."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        name: As in settings and environment.
        default: What holds where nothing is set; None means that the feature rests.
        kind: What a value must be.
        meaning: One line for the documentation.
        secret: Never shown; may be read from the file that `{name}_FILE` names.
        formerly: Its former name, which still works in this version; None without one.
        environment_only: Whether `-s` comes too late for it: what rests on it is made when the settings are read.
        default_shown: What the documentation has in place of the default; None for the default itself.
    """

    name: str
    default: str | float | int | None
    kind: Kind
    meaning: str
    secret: bool = False
    formerly: str | None = None
    environment_only: bool = False
    default_shown: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of an environment variable that sets it."""
        names = (self.name, self.formerly) if self.formerly else (self.name,)
        return (*names, *(f"{name}_FILE" for name in names)) if self.secret else names

    def read(self, settings: Values) -> Any:
        """Return its value as its kind reads it; the default where nothing is set.

        Raises:
            WrongSetting: The value is not of its kind; a secret one is not shown.
        """
        value = settings.get(self.name, self.default)
        if self.formerly and value in {None, "", self.default} and settings.get(self.formerly):
            _warn_of_old_name(self.formerly, self.name)
            value = settings.get(self.formerly)
        if value is None or value == "":
            value = self.default
        if value is None:
            return None
        try:
            return self.kind.read(value)
        except (ValueError, TypeError) as error:
            shown = "(not shown)" if self.secret else repr(value)
            raise WrongSetting(f"setting {self.name}={shown}: {error}; {self.meaning}") from None

    def in_environment(self, environment: Mapping[str, str]) -> object:
        """Return what the environment sets, not yet read, or the default.

        Raises:
            WrongSetting: The file that `{name}_FILE` names cannot be read.
        """
        value = self._under(self.name, environment)
        if value is None and self.formerly and (value := self._under(self.formerly, environment)):
            _warn_of_old_name(self.formerly, self.name)
        return value or self.default

    def _under(self, name: str, environment: Mapping[str, str]) -> str | None:
        file = environment.get(f"{name}_FILE") if self.secret else None
        if not file:
            return environment.get(name) or None
        try:
            return Path(file).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSetting(f"{name}_FILE={file} cannot be read: {error}; name a readable UTF-8 file") from error


def from_environment(declared: Iterable[Setting], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return every declared setting by name, not yet read: the environment's value, or the default.

    Raises:
        WrongSetting: The file that a `*_FILE` variable names cannot be read.
    """
    return {setting.name: setting.in_environment(environment) for setting in declared}


@cache
def _warn_of_old_name(old: str, new: str) -> None:
    """Write one line a process; settings are read before there is a log."""
    sys.stderr.write(f"warning: {old} is now named {new}; the old name works in this version only\n")
