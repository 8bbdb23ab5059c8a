"""The sums of a run: what was due is what became of it."""

from __future__ import annotations

from typing import Any

FATES = ("kept", "gone", "passed_over", "refused", "doubted", "failed", "left")


def sums_of(run: dict[str, Any]) -> dict[str, int]:
    """Return the sums in a run's document, once it is sure that they add up."""
    counts = run["counts"]
    sums = {name: counts[f"addresses/{name}"] for name in ("named", "due", *FATES)}
    assert sums["due"] == sum(sums[name] for name in FATES), sums
    assert min(sums.values()) >= 0, sums
    listed = sum(count for name, count in counts.items() if name.startswith("looking/found/"))
    assert sums["named"] == listed, sums
    if run["exit_status"] == 0:
        assert not sums["left"] + sums["failed"] + sums["refused"] + sums["doubted"], sums
    return sums
