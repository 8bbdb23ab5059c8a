"""Tests of `tests.benchmarks.recorded_corpus`: pages and expected texts are taken as the references name them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.benchmarks.recorded_corpus import main
from tests.benchmarks.recorded_pages import pages_in
from tests.support.sample_pages import PROSE, changed_page

TEXT = PROSE * 4
PAGE = changed_page(f"<div id=endText><p>{TEXT}</p><script>x</script></div>")


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_each_kind_of_reference_gives_pages_with_their_texts(tmp_path: Path) -> None:
    checkouts, folder = tmp_path / "checkouts", tmp_path / "corpus"
    benchmark = checkouts / "article-extraction-benchmark"
    write(benchmark / "html/a.html.gz", gzip.compress(PAGE))
    write(benchmark / "ground-truth.json", json.dumps({"a": {"articleBody": TEXT}}).encode())
    write(checkouts / "readability/test/test-pages/b/source.html", PAGE)
    write(checkouts / "readability/test/test-pages/b/expected.html", f"<meta charset=utf-8><p>{TEXT}</p>".encode())
    write(checkouts / "newspaper/tests/data/html/c.html", PAGE)
    write(checkouts / "newspaper/tests/data/text/c.txt", TEXT.encode())
    write(checkouts / "GeneralNewsExtractor/tests/163/1.html", PAGE)
    write(checkouts / "GeneralNewsExtractor/tests/elsewhere/1.html", PAGE)
    main([str(checkouts), str(folder)])
    assert {page.path.parent.name: page.text.strip() for page in pages_in(folder)} == {
        f"zh-{name}": TEXT
        for name in ("article-extraction-benchmark", "readability", "newspaper", "GeneralNewsExtractor")
    }


def test_without_checkouts_it_names_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), str(tmp_path / "corpus")])
    assert "references.toml" in capsys.readouterr().err
