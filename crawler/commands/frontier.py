"""`cmoney frontier`: the discovered addresses by state and reason; lists them, and makes them due again."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, get_args

from archive.model.crawl.frontier import EntryState
from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand, Operands
from crawler.cli.named_article import keys_named, remember
from crawler.cli.options import add_limit
from crawler.cli.printer import NUMBER, PrintedColumn, add_output_options, print_outcome, print_rows
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.model.crawl.frontier import Entry

STATES: tuple[EntryState, ...] = get_args(EntryState)

COUNTS = (PrintedColumn("state"), PrintedColumn("reason"), PrintedColumn("addresses"))
ENTRIES = (
    NUMBER,
    PrintedColumn("key", whole=True),
    PrintedColumn("state"),
    PrintedColumn("reason"),
    PrintedColumn("attempts"),
    PrintedColumn("next_at", "next try (Taipei)", whole=True),
    PrintedColumn("found_in"),
    PrintedColumn("title"),
)


class Command(ArchiveCommand):
    """Without options, the number of addresses by state and reason.

    ARTICLE is a key, the beginning of one, an address, or a number in the list printed last.
    """

    summary = "Show what was found and what became of it; --state lists, --retry makes due again"
    group = "read"
    operands = Operands("ARTICLE", least=0, most=None)
    examples = (
        "frontier",
        "frontier --state failed --limit 20",
        "frontier --state failed --retry",
        "frontier 1 --retry",
    )

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_limit(parser, "addresses", 100)
        add_output_options(parser, (*COUNTS, *ENTRIES))
        parser.add_argument("--state", choices=STATES, help="list the addresses in this state")
        parser.add_argument("--reason", help="only those with this reason")
        parser.add_argument("--retry", action="store_true", help="make them due: the next run asks for them")

    def _work(self, opts: argparse.Namespace) -> int:
        if opts.retry and not (opts.state or opts.reason or opts.operands):
            raise WrongUsage("--retry needs --state, --reason or keys: name what is to be tried again")
        with self.archive() as archive:
            frontier = archive.frontier
            if opts.retry:
                keys = keys_named(archive, self.values, opts.operands)
                due = frontier.retry(state=opts.state, reason=opts.reason, keys=keys)
                print_outcome(opts, f"{due} addresses are due", due=due)
            elif opts.operands or opts.state:
                self._list(archive, opts)
            else:
                rows = frontier.counts()
                counts = ({"state": row.state, "reason": row.reason, "addresses": row.count} for row in rows)
                print_rows(COUNTS, counts, opts)
        return 0

    def _list(self, archive: Archive, opts: argparse.Namespace) -> None:
        """Print the addresses that are named, or those in a state.

        Raises:
            WrongUsage: A name is of no address that was ever found.
        """
        frontier = archive.frontier
        if keys := keys_named(archive, self.values, opts.operands):
            known = frontier.lookup(keys)
            if absent := next((key for key in keys if key not in known), None):
                raise WrongUsage(f"the address of {absent!r} was never found")
            entries = [known[key] for key in dict.fromkeys(keys)]
        else:
            entries = frontier.entries(opts.state, opts.reason, opts.limit)
            if not opts.json:
                remember(archive, self.values, [entry.key for entry in entries])
        print_rows(ENTRIES, (_row(entry) | {"n": n} for n, entry in enumerate(entries, 1)), opts)


def _row(entry: Entry) -> dict[str, Any]:
    gone = f"gone since {entry.gone_since.astimezone(TAIPEI):%Y-%m-%d}" if entry.gone_since else None
    return {
        "key": entry.key,
        "state": entry.state,
        "reason": " – ".join(filter(None, (gone, entry.reason, entry.detail))),
        "attempts": entry.attempts,
        "next_at": entry.next_at,
        "found_in": entry.found_in,
        "title": entry.title,
    }
