"""Coverage as a picture: articles a session, what is usual, and the gaps."""

from __future__ import annotations

from pathlib import Path

from archive.coverage import Coverage

_FULL, _USUAL, _GAP = "#5aae61", "#40004b", "#d73027"
_NAN = float("nan")
_DAY = 86_400


def plot(found: Coverage, path: Path) -> None:
    """Write a picture; its format is what the file's ending says (png, svg, pdf).

    Raises:
        ModuleNotFoundError: The extra `coverage` is not installed.
        ValueError: The ending is that of no picture.
        OSError: The file cannot be written.
    """
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 -- an extra, slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(14, 4), layout="constrained")
    axes = figure.add_subplot()
    days = [one.night.begins.timestamp() / _DAY for one in found.nights]  # matplotlib's own unit of dates
    axes.bar(days, [one.count for one in found.nights], width=0.9, color=_FULL, label="articles a session")
    usual = [_NAN if one.usual is None else one.usual for one in found.nights]
    axes.plot(days, usual, color=_USUAL, linewidth=1, label="usual")
    gaps = [one for one in found.thin if one.usual is not None]
    heights = [one.usual or 0 for one in gaps]
    axes.bar(
        [one.night.begins.timestamp() / _DAY for one in gaps],
        heights,
        width=0.9,
        color=_GAP,
        alpha=0.35,
        label="none or far too few",
    )
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_title(f"{found.articles} articles, {len(found.thin)} sessions short")
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=110)
