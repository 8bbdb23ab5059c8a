"""Recorded pages of other sites, from checkouts of the repositories in `tests/recorded/references.toml`.

`python -m tests.benchmarks.recorded_corpus CHECKOUTS FOLDER`

A checkout of `owner/name` stands in `CHECKOUTS/name`, at the commit that is named there. `FOLDER` gets `NAME.html` and
`NAME.txt` in a folder for each repository and writing, for `tests.benchmarks.recorded_pages`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

REFERENCES = Path(__file__).parents[1] / "recorded" / "references.toml"
_SHORTEST_TEXT = 150
_NO_TEXT = "script, style, noscript, textarea, iframe, button"
_NO_ARTICLE = "figcaption, .ep-source, .nph_photo_ctrl, .show_author, .article-editor, .wz-fbxx, .ad"
_HIDDEN = '[style*="display:none"], [style*="display: none"]'
_CHINESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_CHINESE_SHARE = 0.2


def pages_of(source: Mapping[str, Any], checkout: Path) -> Iterator[tuple[str, bytes, str]]:
    """Yield a name, the page and its expected text for each page of a source that has one.

    Args:
        source: An entry of the references.
        checkout: The checkout of its repository.
    """
    stated = {}
    if source.get("texts", "").endswith(".json"):
        members = json.loads((checkout / source["texts"]).read_text(encoding="utf-8"))
        stated = {name: member["articleBody"] for name, member in members.items()}
    for path in sorted(checkout.glob(source["pages"])):
        html = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        stem = path.name.partition(".html")[0] if path.suffix == ".gz" else path.stem
        name = path.parent.name if stem == "source" else f"{path.parent.name}_{stem}"
        yield name, html, stated.get(stem, "") if stated else _expected(source, path, stem, html)


def _expected(source: Mapping[str, Any], path: Path, stem: str, html: bytes) -> str:
    if selectors := source.get("selectors"):
        selector = selectors.get(f"{path.parent.name}/{stem}") or selectors.get(path.parent.name)
        return _text_in(html, selector, f"{_NO_ARTICLE}, {_HIDDEN}") if selector else ""
    beside = path.parent / source["texts"].format(stem=stem)
    if not beside.exists():
        return ""
    content = beside.read_bytes()
    return _text_in(content, "body") if beside.suffix == ".html" else content.decode("utf-8", "replace")


def _text_in(html: bytes, selector: str, left_out: str = _NO_TEXT) -> str:
    tree = LexborHTMLParser(html)
    root = tree.css_first(selector)
    if root is None:
        return ""
    for node in tree.css(f"{_NO_TEXT}, {left_out}"):
        if node.mem_id != root.mem_id:
            node.decompose()
    return root.text(separator="\n")


def main(words: Sequence[str]) -> None:
    """Write the corpus, and print how many pages each source gave."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recorded_corpus", description=__doc__)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(words)
    counts: Counter[str] = Counter()
    for source in tomllib.loads(REFERENCES.read_text(encoding="utf-8"))["source"]:
        repository = source["repository"].partition("/")[2]
        checkout = options.checkouts / repository
        for name, html, text in pages_of(source, checkout) if checkout.is_dir() else ():
            if len(text.strip()) < _SHORTEST_TEXT:
                continue
            is_chinese = len(_CHINESE.findall(text)) > len(text) * _CHINESE_SHARE
            folder = options.folder / f"{'zh' if is_chinese else 'en'}-{repository}"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.html").write_bytes(html)
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
            counts[folder.name] += 1
    for name, count in sorted(counts.items()):
        sys.stdout.write(f"{name}: {count} pages\n")
    if not counts:
        parser.error(f"no pages: {options.checkouts} has to hold checkouts of the repositories in {REFERENCES.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
