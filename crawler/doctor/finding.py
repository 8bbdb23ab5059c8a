"""A finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FindingState = Literal["well", "doubtful", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: Its name.
        state: `well`; `doubtful`: runs work, but something should be looked at; `wrong`: runs fail or lose.
        says: The finding, in one line.
        cure: What to do about it; empty where all is well.
    """

    subject: str
    state: FindingState
    says: str
    cure: str = ""


def well(subject: str, says: str) -> Finding:
    """Return that a subject is well."""
    return Finding(subject, "well", says)


def doubtful(subject: str, says: str, cure: str) -> Finding:
    """Return that a subject should be looked at."""
    return Finding(subject, "doubtful", says, cure)


def wrong(subject: str, says: str, cure: str) -> Finding:
    """Return that a subject keeps runs from working."""
    return Finding(subject, "wrong", says, cure)
