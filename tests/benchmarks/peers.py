"""What a user would pick instead, on the same pages, server and MongoDB: speed beside what it bought."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import fmean, median
from typing import Any, Final

from pymongo import MongoClient

from archive.model.text import normal_text
from tests.benchmarks import environments, ground
from tests.benchmarks.pages import make_truths
from tests.benchmarks.recorded_pages import score
from tests.benchmarks.result import Result, Size, middle
from tests.site.truth import Truth

OWN: Final = "column"
MOST_PAGES: Final = 400
"""Pages, at most: some peers take a tenth of a second each."""
MOST_ROUNDS: Final = 3
NOISY: Final = 0.15
"""Share of the median by which the rounds of one side may differ before the table tells so."""
_A_MINUTE: Final = timedelta(minutes=1)
_NOTICES: Final = ("版權聲明", "免責宣言", "延伸閱讀")
CPU: Final = "CPU ms/article"
PARTS: Final = ("title", "date", "text", "F1 of words", "tail out", "tickers", "links")


@dataclass(frozen=True, slots=True)
class Side:
    """One program of the comparison.

    Attributes:
        label: What people call it.
        module: The module that is run.
        packages: What its environment has; empty for the project's own.
    """

    label: str
    module: str = "tests.benchmarks.client"
    packages: tuple[str, ...] = ()

    def python(self, name: str) -> str | None:
        """Return the interpreter that runs it; None where it cannot be installed."""
        return environments.python_with(name, self.packages) if self.packages else None

    @property
    def shown(self) -> list[str]:
        """The packages whose versions are told."""
        return [package.partition("[")[0].partition("<")[0] for package in self.packages if package != "pymongo"]

    @property
    def collection(self) -> str:
        """The collection that it keeps articles in."""
        return "peer" if self.packages else "articles"


_PEER: Final = "tests.benchmarks.peer_client"
SIDES: Final[dict[str, Side]] = {
    OWN: Side("`cmoney crawl column`"),
    "tutorial": Side("tutorial: Scrapy, parsel, `update_one`", packages=("scrapy", "pymongo")),
    "trafilatura": Side("Scrapy + trafilatura", packages=("scrapy", "pymongo", "trafilatura", "lxml_html_clean")),
    "newspaper4k": Side("newspaper4k", _PEER, ("newspaper4k[zh]", "pymongo")),
    "news-please": Side("news-please", _PEER, ("news-please", "newspaper4k[zh]", "pymongo")),
    "fundus": Side("Fundus' engine, a parser of its own", _PEER, ("fundus", "curl_cffi<0.14", "pymongo")),
}
GOALS: Final = {"tutorial": 2, "trafilatura": 5, "newspaper4k": 25, "news-please": 25}
"""How many times the CPU of ours each peer is to take an article."""


@dataclass(slots=True)
class Runs:
    """The rounds of one side: what each measured, and how right its articles are, from 0 to 1 by part."""

    measured: list[dict[str, Any]] = field(default_factory=list)
    fidelity: dict[str, float] = field(default_factory=dict)


def measure(size: Size) -> Result:
    """Return speed, CPU, memory and fidelity of each side, each round by turns.

    Raises:
        RuntimeError: A side did not do its work.
    """
    pages, rounds = min(size.pages, MOST_PAGES), min(size.rounds, MOST_ROUNDS)
    truths = make_truths(pages)
    runs, missing = {name: Runs() for name in SIDES}, set[str]()
    with ground.mongodb() as mongodb, ground.pages(pages) as site:
        for _ in range(rounds):
            for name, side in SIDES.items():
                python = side.python(name)
                if side.packages and python is None:
                    missing.add(name)
                    continue
                with mongodb.database() as database:
                    work = ground.crawl(name, site, mongodb, database, python=python, module=side.module)
                    if work["kept"] < pages:
                        raise RuntimeError(f"{name} kept {work['kept']} of {pages} pages: its time tells nothing")
                    runs[name].measured.append(work)
                    runs[name].fidelity = fidelity(documents(mongodb, database, side.collection), truths)
    measured = {name: run for name, run in runs.items() if run.measured}
    return Result(
        "Beside what a user would pick instead",
        f"{pages} distinct pages of 159 KB, {rounds} rounds by turns, the client alone on its core, each peer in an "
        "environment of its own and used as its documentation begins; × is paired within a round. Fidelity is the "
        "share of articles that are right: the title; the date to the minute; every character of the text; nothing of "
        "the tail in it; exactly the tickers; exactly the links of the further reading. Peers without a field for "
        f"these have none right. {_notes(measured, missing)}",
        ("what", "articles/s", CPU, "× CPU of ours", "peak MiB", *PARTS),
        tuple(_row(name, entry, measured, pages) for name, entry in measured.items()),
        tuple(
            (f"{SIDES[name].label}: at least {goal} × our CPU an article", middle(_ratios(name, measured)) + " ×")
            for name, goal in GOALS.items()
            if name in measured
        ),
    )


def documents(mongodb: ground.Ground, database: str, collection: str) -> dict[str, dict[str, Any]]:
    """Return what a side keeps, by the UUID of the article's address."""
    with MongoClient[dict[str, Any]](mongodb.uri, tz_aware=True) as client:
        return {str(kept["_id"])[-36:]: kept for kept in client[database][collection].find()}


def fidelity(kept: dict[str, dict[str, Any]], truths: dict[str, Truth]) -> dict[str, float]:
    """Return for each part the share of articles in which it is right; for words, the mean F1."""
    judged = [_judged(kept.get(uuid, {}), truth) for uuid, truth in truths.items()]
    return {part: fmean(float(entry[part]) for entry in judged if part in entry) for part in PARTS}


def _judged(article: dict[str, Any], truth: Truth) -> dict[str, float]:
    """Return what is right, by part; without the links where honest readings of the page differ."""
    text = normal_text(article.get("text") or "")
    words = score(text, truth["text"])
    tail = any(text.count(notice) > truth["text"].count(notice) for notice in _NOTICES)
    related = {str(link["url"]).rpartition("/")[2] for link in truth["related"] if link["url"]}
    links = {str(link["url"]).rpartition("/")[2] for link in article.get("related") or () if link["url"]}
    right = {
        "title": normal_text(article.get("title") or "") == truth["title"],
        "date": _is_near(article.get("published_at"), truth["published_at"]),
        "text": words.is_same,
        "F1 of words": words.f1,
        "tail out": bool(text) and not tail,
        "tickers": set(article.get("tickers") or ()) == set(truth["tickers"]) and "tickers" in article,
    }
    return right | ({"links": "related" in article and links == related} if "related" in truth["checked"] else {})


def _is_near(value: Any, expected: str | None) -> bool:
    if expected is None or value is None:
        return value is None and expected is None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return bool(abs(moment - datetime.fromisoformat(expected)) < _A_MINUTE)


def _cpu(runs: Runs) -> list[float]:
    return [run["cpu"] / run["kept"] * 1000 for run in runs.measured]


def _ratios(name: str, measured: dict[str, Runs]) -> list[float]:
    return [theirs / ours for theirs, ours in zip(_cpu(measured[name]), _cpu(measured[OWN]), strict=True)]


def _row(name: str, runs: Runs, measured: dict[str, Runs], pages: int) -> tuple[str, ...]:
    right = (f"{runs.fidelity[part]:.3f}" if part.startswith("F1") else f"{runs.fidelity[part]:.0%}" for part in PARTS)
    return (
        SIDES[name].label,
        middle([pages / run["seconds"] for run in runs.measured], 0),
        middle(_cpu(runs)),
        middle(_ratios(name, measured)),
        f"{max(run['peak'] for run in runs.measured):.0f}",
        *right,
    )


def _notes(measured: dict[str, Runs], missing: set[str]) -> str:
    notes = []
    if missing:
        notes.append(f"Not installable here, and left out: {', '.join(sorted(missing))}.")
    noisy = [SIDES[name].label for name, entry in measured.items() if _spread(_cpu(entry)) > NOISY]
    if noisy:
        notes.append(
            f"Rounds differ by more than {NOISY:.0%} of CPU for {', '.join(noisy)}: the machine was not quiet."
        )
    pythons = {name: python for name in measured if (python := SIDES[name].python(name))}
    versions = (environments.versions(python, SIDES[name].shown) for name, python in pythons.items())
    return " ".join([*notes, f"Versions: {'; '.join(versions)}."])


def _spread(values: list[float]) -> float:
    return (max(values) - min(values)) / median(values)
