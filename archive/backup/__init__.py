"""Backups: the whole archive as it was at one moment, in files that are checked on the way back."""

from __future__ import annotations

from archive.backup.restore import restore
from archive.backup.save import back_up

__all__ = ["back_up", "restore"]
