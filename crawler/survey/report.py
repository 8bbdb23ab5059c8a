"""A survey's files: `survey.json` for programs, `survey.md` for people, and each page as a fixture."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from archive.atomic_file import replace, writing
from archive.model.crawl.outcome import Miss
from crawler.survey.evidence import Evidence
from crawler.survey.facts import facts
from crawler.survey.fixtures import write_fixture
from crawler.survey.judgement import Judgement
from crawler.survey.proposal import Differences, as_toml
from crawler.survey.verdict import FactVerdict

EXCHANGES: Final = "exchanges.warc.gz"
SITE: Final = "site.toml"


@dataclass(frozen=True, slots=True)
class Report:
    """A survey's report.

    Attributes:
        evidence: The observations.
        verdicts: The verdict on each fact, by its identifier.
        judgement: The result.
        proposal: The proposed site file; empty if the known one fits, or none is better.
    """

    evidence: Evidence
    verdicts: dict[str, FactVerdict]
    judgement: Judgement
    proposal: Differences

    def write(self, folder: Path) -> None:
        """Write the report's files into a folder.

        Raises:
            FileNotWritten: One of them cannot be written.
            DiskFull: The disk is full.
        """
        with writing(folder):
            self._write(folder)

    def _write(self, folder: Path) -> None:
        text = json.dumps(self.as_json(), ensure_ascii=False, indent=1)
        replace(folder / "survey.json", f"{text}\n".encode())
        replace(folder / "survey.md", self.as_markdown().encode())
        for stale in (*(folder / "articles").glob("[0-9][0-9]-*"), folder / SITE):
            stale.unlink(missing_ok=True)
        for number, visit in enumerate(self.evidence.visits, 1):
            if visit.content:
                name = f"{number:02}-{visit.host}-{visit.purpose.replace(' ', '-')}"
                content_type = visit.exchange.headers.get("content-type")
                write_fixture(folder / "articles", name, visit.content, visit.article, content_type)
        if self.proposal:
            replace(folder / SITE, as_toml(self.proposal).encode())

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "status": self.judgement.status.status,
            "judgement": list(self.judgement.lines),
            "proposal": self.proposal,
            "facts": [
                {"id": name, "certainty": facts()[name].certainty, "state": verdict.state, "detail": verdict.detail}
                for name, verdict in self.verdicts.items()
            ],
            "requests": [self._request(number) for number in range(len(self.evidence.exchanges))],
            "articles": [
                {"purpose": visit.purpose, "host": visit.host, "url": visit.exchange.url, **_outcome(visit.outcome)}
                for visit in self.evidence.visits
            ],
        }

    def as_markdown(self) -> str:
        """Return the report for people."""
        lines = ["# Survey of the site", "", *(f"- {line}" for line in self.judgement.lines), ""]
        if self.proposal:
            lines += ["A site file is proposed:", "", "```toml", as_toml(self.proposal).rstrip(), "```", ""]
        lines += [f"{len(self.evidence.exchanges)} requests.", "", "| fact | | what was seen |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {verdict.state} | {_cell(verdict.detail)} |" for name, verdict in self.verdicts.items()
        ]
        lines += ["", "| request | answer |", "|---|---|"]
        for number in range(len(self.evidence.exchanges)):
            request = self._request(number)
            lines.append(
                f"| {request['method']} {_cell(request['url'])} | {request['status'] or _cell(request['error'])} |"
            )
        return "\n".join(lines) + "\n"

    def _request(self, number: int) -> dict[str, Any]:
        exchange = self.evidence.exchanges[number]
        return {
            "purpose": exchange.purpose,
            "method": exchange.method,
            "url": exchange.url,
            "status": exchange.status,
            "bytes": len(exchange.body),
            "at": exchange.at.isoformat(timespec="seconds"),
            "error": exchange.error,
        }


def _outcome(outcome: object) -> dict[str, Any]:
    if isinstance(outcome, Miss):
        return {"outcome": outcome.state, "reason": outcome.reason, "detail": outcome.detail}
    if outcome is None:
        return {"outcome": "not read"}
    article: Any = outcome
    problems = [asdict(problem) for problem in article.problems]
    return {"outcome": "article", "title": article.title, "extractor": article.extractor.name, "problems": problems}


def _cell(text: str) -> str:
    r"""Return a text for a cell of a Markdown table: nothing in it can end the cell or begin markup.

    >>> _cell("a|b`c")
    'a\\|b\\`c'
    """
    return "".join(f"\\{mark}" if mark in "|`<>[]*_" else mark for mark in " ".join(text.split()))
