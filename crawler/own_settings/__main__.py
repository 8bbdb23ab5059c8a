"""Prints docs/settings.md, which is made of the settings' declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from archive.settings.declaration import Setting
from crawler.own_settings.declared import OWN, SCRAPYS, SCRAPYS_IN_ENVIRONMENT

_INTRODUCTION: Final = """\
# Settings

Made by `python -m crawler.own_settings` of their declarations; do not edit.

A setting stands in the environment, or in `-s NAME=VALUE` of any command, which outranks it. A secret stands in the
environment or in a file that `NAME_FILE` names, never in arguments. All are checked before anything starts: a value
that is not of its type, and a misspelled name, end the command with exit status 2.

## The project's own
"""


def page() -> str:
    """Return the page."""
    checked = [setting for setting in SCRAPYS if setting not in SCRAPYS_IN_ENVIRONMENT]
    return "\n".join(
        [
            _INTRODUCTION,
            *_table(OWN),
            "\n## Scrapy's\n\nThese may stand in the environment too; all others of Scrapy's are set with `-s`.\n",
            *_table(SCRAPYS_IN_ENVIRONMENT),
            "\nOf the others these are checked as well; their defaults are in `crawler/settings.py`.\n",
            *_table(checked),
        ]
    )


def _table(settings: Iterable[Setting]) -> list[str]:
    rows = ["| setting | type | default | meaning |", "|---|---|---|---|"]
    for setting in settings:
        default = "" if setting.default is None else f"`{setting.default}`"
        kind = setting.kind.name + ("; secret" if setting.secret else "")
        kind += "; in the environment only" if setting.environment_only else ""
        rows.append(f"| `{setting.name}` | {kind} | {setting.default_shown or default} | {setting.meaning} |")
    return rows


if __name__ == "__main__":
    print(page())
