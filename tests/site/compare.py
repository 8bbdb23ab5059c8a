"""Compares what an archive holds with the truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.site.judge import Document, Judge, Verdict, f1, key_of
from tests.site.truth import Truth


@dataclass(slots=True)
class Report:
    """How documents differ from the truth.

    Attributes:
        matched: How many articles have a document.
        missing: The keys of the articles that have none.
        twice: The keys of the articles that have more than one, at one address or at two.
        unknown: The keys of the documents that are no article of the truth.
        texts: How many texts were compared, and how many of them are equal to the character.
        fields: For each field, how many were compared and how many are right.
        f1: For each article, the F1 of its text's tokens (a word, a number or a CJK character each) as a multiset.
        differences: The verdicts on all that is not right.
    """

    matched: int = 0
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    texts: tuple[int, int] = (0, 0)
    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    f1: dict[str, float] = field(default_factory=dict)
    differences: list[Verdict] = field(default_factory=list)

    @property
    def equal_texts(self) -> float:
        """The share of texts that are equal; 1 if none was compared."""
        return share(self.texts)

    @property
    def shares(self) -> dict[str, float]:
        """For each field, the share that is right."""
        return {name: share(counts) for name, counts in sorted(self.fields.items())}

    @property
    def mean_f1(self) -> float:
        """The mean F1 of the texts; 1 if there are none."""
        return sum(self.f1.values()) / len(self.f1) if self.f1 else 1.0

    def __str__(self) -> str:
        shares = ", ".join(f"{name} {value:.3f}" for name, value in self.shares.items())
        lines = [
            f"found {self.matched}, missing {len(self.missing)}, twice {len(self.twice)}, unknown {len(self.unknown)}",
            f"texts equal {self.equal_texts:.4f}, F1 {self.mean_f1:.4f}; {shares}",
            *(
                f"{entry.key} {entry.field}: expected {entry.expected!r}, got {entry.got!r}"
                for entry in self.differences[:20]
            ),
        ]
        return "\n".join(lines)


def share(counts: tuple[int, int]) -> float:
    """Return the second count's share of the first; 1 of nothing.

    >>> share((4, 3))
    0.75
    """
    return counts[1] / counts[0] if counts[0] else 1.0


def compare(truth: Iterable[Truth], documents: Iterable[Document], fields: Iterable[str] | None = None) -> Report:
    """Return how documents differ from the truth of articles that are there.

    A document belongs to the article that has its `_id` (or `key`) among its keys; the fields are compared with what
    the page at that address says, or the page at any of the document's `aliases`. Addresses are compared by path and
    query on the known hosts, dates to within a minute, related keys whichever of an article's keys they are.

    Args:
        truth: The articles that should be found; those with status `gone` may be there or not.
        documents: What the archive holds, as mappings with the fields of its document.
        fields: Which fields to compare; all that the truth says can be checked if None.
    """
    known = list(truth)
    names = {key: entry["key"] for entry in known for key in (entry["key"], *entry["aliases"])}
    held: dict[str, list[Document]] = {}
    report = Report()
    for document in documents:
        key = key_of(document)
        held.setdefault(names.get(key, key), []).append(document)
    report.unknown = sorted(set(held) - set(names.values()))
    chosen = None if fields is None else frozenset(fields)
    for entry in (entry for entry in known if entry["status"] == "live"):
        _count(report, entry, held.get(entry["key"], []), Judge(names, chosen))
    return report


def _count(report: Report, truth: Truth, documents: list[Document], judge: Judge) -> None:
    if not documents:
        report.missing.append(truth["key"])
        return
    report.matched += 1
    if len(documents) > 1:
        report.twice.append(truth["key"])
    for document in documents:
        report.f1[key_of(document)] = f1(truth["text"], str(document.get("text") or ""))
        for verdict in judge.verdicts(truth, document):
            _enter(report, verdict)


def _enter(report: Report, verdict: Verdict) -> None:
    compared, right = report.fields.get(verdict.field, (0, 0))
    report.fields[verdict.field] = compared + 1, right + verdict.right
    if verdict.field == "text":
        report.texts = report.fields["text"]
    if not verdict.right:
        report.differences.append(verdict)
