"""Coverage as a chart: articles a session, the usual number, and the gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from archive.atomic_file import atomic_write
from archive.coverage.baseline import NightCoverage
from archive.coverage.report import Coverage

_FULL, _USUAL, _GAP = "#5aae61", "#e0e0e0", "#d73027"

NAMED: Final = 12
"""Most gaps that are labelled with their date: more labels would overlap."""


def plot(report: Coverage, path: Path) -> None:
    """Write the chart in the format of the file's ending (png, svg, pdf).

    Raises:
        ModuleNotFoundError: The extra `coverage` is not installed.
        ValueError: The ending is no picture's.
        FileNotWritten: The file cannot be written there.
        DiskFull: There is no room for it.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 -- an extra, slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(14, 4.5), layout="constrained")
    axes = figure.add_subplot()
    _draw(report, axes)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_ylabel("articles a session")
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    axes.grid(axis="y", color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(_title(report), loc="left", fontweight="bold")
    if report.nights:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    with atomic_write(path, pack=False, folders=False) as stream:
        figure.savefig(stream, format=path.suffix.removeprefix(".") or "png", dpi=110)


def _draw(report: Coverage, axes: Any) -> None:
    """Draw a bar for each session before a bar of the usual height; gaps are marked in red."""
    _bars(axes, report.nights, [night.usual or 0 for night in report.nights], color=_USUAL, label="usual")
    _bars(axes, report.nights, [night.count for night in report.nights], color=_FULL, label="kept")
    heights = [max(night.usual or 0, 1) - night.count for night in report.thin]
    bottoms = [night.count for night in report.thin]
    _bars(axes, report.thin, heights, bottom=bottoms, color=_GAP, edgecolor=_GAP, label="none or far too few")
    for night in report.thin if len(report.thin) <= NAMED else ():
        place = (_day(night.night.begins), max(night.usual or 0, 1))
        how = {"xytext": (0, 4), "textcoords": "offset points", "ha": "center", "fontsize": 9, "fontweight": "bold"}
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}
        axes.annotate(f"{night.night.day:%d %b}", place, color=_GAP, bbox=box, **how)


def _bars(axes: Any, nights: Sequence[NightCoverage], heights: Sequence[float], **how: Any) -> None:
    begins = [_day(night.night.begins) for night in nights]
    lengths = [_day(night.night.ends) - begin for night, begin in zip(nights, begins, strict=True)]
    axes.bar(begins, heights, width=lengths, align="edge", **how)


def _day(moment: datetime) -> float:
    """Return a moment in days since 1970, matplotlib's own unit of dates."""
    return moment.timestamp() / 86_400


def _title(report: Coverage) -> str:
    if not report.nights:
        return "no session in the window"
    span = f"{report.nights[0].night.day} to {report.nights[-1].night.day}"
    short = (
        f"{len(report.thin)} of {len(report.nights)} sessions fall short" if report.thin else "no session falls short"
    )
    return f"{span}: {report.articles:,} articles, {short}"
