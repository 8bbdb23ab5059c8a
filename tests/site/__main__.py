"""The stand-in as a program: serves on loopback until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.site.modes import MODES
from tests.site.plans import Scale
from tests.site.standin import StandIn, Weight
from tests.site.threaded import HOST, serve


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """Return the command line's arguments."""
    modes = "\n".join(f"  {name:18} {what}" for name, what in MODES.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.site",
        description=__doc__,
        epilog=f"modes:\n{modes}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 (default): any that is free")
    parser.add_argument("--forecast-port", type=int, default=0, help="port of the third host; 0 (default): any")
    parser.add_argument("--seed", type=int, default=1, help="what all chance depends on (1)")
    parser.add_argument("--articles", type=int, default=60, help="articles of the column; as many of others (60)")
    parser.add_argument("--days", type=int, help="how many days the corpus spans")
    parser.add_argument("--newest", type=datetime.fromisoformat, help="when the newest was published: ISO, with zone")
    parser.add_argument("--no-orphans", action="store_true", help="list every article")
    parser.add_argument("--no-losses", action="store_true", help="no listed article is gone")
    parser.add_argument("--imported", type=int, default=0, help="articles besides, imported in 2025, years older (0)")
    parser.add_argument("--weight", type=int, default=40, help="thousand characters an article page (40)")
    parser.add_argument("--mode", action="append", default=[], choices=sorted(MODES), metavar="MODE")
    parser.add_argument("--truth", type=Path, help="write the truth to this file, one JSON object a line")
    return parser.parse_args(words)


def standin_of(options: argparse.Namespace) -> StandIn:
    """Return the stand-in that the arguments describe."""
    newest = {"newest": options.newest} if options.newest else {}
    scale = Scale(
        seed=options.seed,
        articles=options.articles,
        days=options.days,
        orphans=not options.no_orphans,
        losses=not options.no_losses,
        imported=options.imported,
        **newest,
    )
    standin = StandIn(scale, weight=Weight(options.weight))
    standin.mode(*options.mode)
    return standin


async def run(standin: StandIn, port: int, forecast_port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runner, port = await serve(standin, port, forecast_port)
    sys.stdout.write(f"serving http://{HOST}:{port}\nthird host http://{HOST}:{standin.forecast_port}\n")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await runner.cleanup()


def main() -> None:
    """Run the program."""
    options = arguments(sys.argv[1:])
    standin = standin_of(options)
    if options.truth:
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in standin.truth)
        with options.truth.open("w", encoding="utf-8") as file:
            file.writelines(lines)
    asyncio.run(run(standin, options.port, options.forecast_port))


if __name__ == "__main__":
    main()
