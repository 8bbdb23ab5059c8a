"""Backups: the whole archive as it was at one moment, in files that are checked on the way back."""

from __future__ import annotations

from archive.backup.restoring import restore
from archive.backup.saving import back_up

__all__ = ["back_up", "restore"]
