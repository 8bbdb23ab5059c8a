"""Tests of new lists from files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.symbols import lists
from pipelines.symbols.refresh import SHAPES, TickerLists, converted

ANSWER = {
    "fields": ["cik", "name", "ticker", "exchange"],
    "data": [
        [3, "Zeta\tCorp ", "ZZZ", None],
        [1, "Berkshire Hathaway", "BRK-B", "NYSE"],
        [1, "Berkshire Hathaway", "BRK-B", "NYSE"],
        [2, "No symbol", "", "OTC"],
    ],
}


def written(folder: Path, text: str, name: str = "list.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rows(kind: str, *paths: Path) -> list[str]:
    return converted(kind, paths, "2027-01-31", 1).splitlines()[3:]


def test_the_sec_s_answer_becomes_a_sorted_table_with_its_date_and_source(tmp_path: Path) -> None:
    text = converted("companies", [written(tmp_path, json.dumps(ANSWER))], "2027-01-31", 2)
    date, source, header, *lines = text.splitlines()
    assert date == "# as of: 2027-01-31"
    assert source.startswith("# source: the SEC")
    assert (header, lines) == ("symbol\texchange\tname", ["BRK-B\tNYSE\tBerkshire Hathaway", "ZZZ\t\tZeta Corp"])


def test_funds_of_other_exchanges_are_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "symbol,name,exchange\nVOO,Vanguard S&P 500 ETF,PCX\nVUSA.L,Vanguard,LSE\n")
    assert rows("funds", path) == ["VOO\tNYSE Arca\tVanguard S&P 500 ETF"]


def test_taiwanese_codes_from_two_files_without_warrants(tmp_path: Path) -> None:
    header = "type,code,name,ISIN,start,market,group,CFI\n"
    listed = written(
        tmp_path, header + "股票,2330,台積電,TW1,1994/09/05,上市,半導體業,X\n上市認購(售)權證,030001,某,TW2,,上市,,X\n"
    )
    counter = written(tmp_path, header + "股票,6488,環球晶,TW3,2015/09/25,上櫃,半導體業,X\n", "tpex.csv")
    assert rows("taiwan", listed, counter) == [
        "2330\t台積電\t股票\t上市\t1994/09/05",
        "6488\t環球晶\t股票\t上櫃\t2015/09/25",
    ]


@pytest.mark.parametrize("kind", SHAPES)
def test_a_list_in_use_is_its_own_successor(kind: str, tmp_path: Path) -> None:
    table = lists.table(kind)
    text = "\n".join(["\t".join(SHAPES[kind].columns), *("\t".join(row) for row in table.rows)])
    assert len(rows(kind, written(tmp_path, text))) >= len(set(table.rows)) * 0.99


@pytest.mark.parametrize("answer", [{}, {"fields": [], "data": []}, {"fields": ANSWER["fields"], "data": [[1]]}])
def test_what_is_no_such_answer_is_refused(answer: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"list\.txt is no such list"):
        rows("companies", written(tmp_path, json.dumps(answer)))


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{broken"])
def test_what_has_not_the_columns_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="its columns have to be symbol, exchange, name"):
        rows("companies", written(tmp_path, text))


@pytest.mark.parametrize("sign", [",", "\t"])
def test_columns_are_parted_by_the_sign_of_the_first_line(sign: str, tmp_path: Path) -> None:
    lines = [
        sign.join(('"name, in full"', "symbol", "exchange", "name")),
        sign.join(('"A, B"', "AB", "NYSE", '"A, B"')),
    ]
    assert rows("companies", written(tmp_path, "\n".join(lines))) == ["AB\tNYSE\tA, B"]


@pytest.mark.parametrize(("fewest", "is_refused"), [(2, False), (3, True)])
def test_a_list_that_was_cut_off_is_refused(fewest: int, is_refused: bool, tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(ANSWER))
    if not is_refused:
        assert converted("companies", [path], "2027-01-31", fewest)
        return
    with pytest.raises(ValueError, match="2 rows of companies, at least 3 were expected"):
        converted("companies", [path], "2027-01-31", fewest)


def test_a_new_list_stands_in_the_place_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = written(
        tmp_path, "# as of: 2026-01\n# source: x\nsymbol\texchange\tname\nOLD\tNYSE\tOld\n", "us_symbols.tsv"
    )
    monkeypatch.setattr("pipelines.symbols.refresh.files", lambda _: tmp_path)
    monkeypatch.setattr("pipelines.symbols.lists.files", lambda _: tmp_path)
    assert TickerLists.refresh("companies", [written(tmp_path, json.dumps(ANSWER))], "2027-01-31") == 2
    assert kept.read_text(encoding="utf-8").splitlines()[0] == "# as of: 2027-01-31"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.txt", "us_symbols.tsv"]
