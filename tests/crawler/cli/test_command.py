"""What holds for every command: help with examples and statuses, unknown options refused, wrong usage is status 2."""

from __future__ import annotations

import argparse
import shlex

import pytest
from scrapy.commands import ScrapyCommand

from crawler.cli.command import ArchiveCommand, Operands, help_line, read_operands
from crawler.cli.program import PlainSettings, load, main, names
from crawler.errors import WrongUsage

OWN = [name for name in names() if isinstance(load(name), ArchiveCommand)]


def parser_of(name: str) -> argparse.ArgumentParser:
    command = load(name)
    command.settings = PlainSettings()
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    return parser


@pytest.mark.parametrize("name", OWN)
def test_help_has_examples_that_can_be_read_and_exit_statuses(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([name, "-h"])
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: cmoney {name} ")
    examples = shown[shown.index("\nexamples:\n") : shown.index("\nexit status:\n")].split("\n")[2:]
    statuses = shown[shown.index("\nexit status:\n") :]
    assert all(f"\n  {status}  " in statuses for status in (0, 2, 5))
    parser, command = parser_of(name), load(name)
    for example in filter(None, examples):
        program, of, *words = shlex.split(example.partition(" >")[0])
        assert (program, of) == ("cmoney", name)
        read_operands(name, command.operands, parser, parser.parse_known_args(words)[1])


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("words", [["--sinse", "7d"], ["--sett=X=1"], ["-x"]])
def test_an_option_that_a_command_does_not_have_is_status_2_in_one_line(
    name: str, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load(name).__class__, "archive", None)  # nothing is opened before arguments are looked at
    assert main([name, *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {name} has no option {words[0].partition('=')[0]}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["articles", "--since", "tomorow"], "'tomorow' is no date"),
        (["articles", "--tickers", ","], "--tickers names nothing"),
        (["changed", "--since", "tomorow"], "since='tomorow' is no date"),
        (["changed", "--causes", "sight"], "argument --causes: there is no 'sight'; did you mean site?"),
        (["search", "輝達", "--until", "tomorow"], "'tomorow' is no date"),
        (["search", "輝達", "--as-of", "tomorow"], "--as-of 'tomorow' is no date"),
        (["runs", "--fields", "stated"], "argument --fields/--columns: there is no 'stated'; did you mean started_at?"),
        (["frontier", "--columns", " ,"], "argument --fields/--columns: it names nothing"),
    ],
)
def test_a_value_that_cannot_be_meant_is_status_2_before_an_archive_is_looked_for(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load(words[0]).__class__, "archive", None)
    try:
        status = main(words)
    except SystemExit as end:  # refused by the parser
        status = int(end.code or 0)
    assert status == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"error: {why}")


def test_help_is_as_wide_as_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert help_line("  7  ", "a listing was not walked to its end, alas") == (
        "  7  a listing was not walked to its\n     end, alas"
    )
    monkeypatch.setenv("COLUMNS", "400")
    assert max(map(len, help_line("a " * 200).splitlines())) == 99


@pytest.mark.parametrize("name", [name for name in OWN if load(name).operands.most == 0])
def test_an_argument_that_a_command_does_not_take_is_status_2(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "NVDA"]) == 2
    assert capsys.readouterr().err == f"error: {name} takes options only, not 'NVDA'; see cmoney {name} -h\n"


def test_the_nearest_option_is_named() -> None:
    parser = parser_of("export")
    with pytest.raises(WrongUsage, match=r"export has no option --ticker; did you mean --tickers\?"):
        read_operands("export", Operands(least=0, most=0), parser, ["--ticker", "NVDA"])


@pytest.mark.parametrize(
    ("operands", "args", "given"),
    [
        (Operands("KEY"), ["a"], ["a"]),
        (Operands("WORDS", 0, None), ["a", "b"], ["a", "b"]),
        (Operands("WORDS", 0, None), ["a", "--", "-b", "--"], ["a", "-b", "--"]),
        (Operands("FILE"), ["-"], ["-"]),
        (Operands(least=0, most=0), [], []),
    ],
)
def test_operands_are_what_no_option_took(operands: Operands, args: list[str], given: list[str]) -> None:
    assert read_operands("x", operands, argparse.ArgumentParser(), args) == given


@pytest.mark.parametrize(
    ("operands", "args", "why"),
    [
        (Operands("KEY"), [], "x needs KEY"),
        (Operands("KEY"), ["a", "b"], "x takes 1 x KEY, not 'b'"),
        (Operands("WORDS", 1, None), [], "x needs WORDS"),
        (Operands("KEY"), ["\x1b[2J", "\x1b[2J"], r"not '\\\\x1b\[2J'"),
    ],
)
def test_too_few_and_too_many_are_refused(operands: Operands, args: list[str], why: str) -> None:
    with pytest.raises(WrongUsage, match=why):
        read_operands("x", operands, argparse.ArgumentParser(), args)


def test_scrapy_takes_every_command_for_one_of_its_own() -> None:
    ScrapyCommand.register(ArchiveCommand)  # as `crawler.commands` does where Scrapy was imported before it
    assert all(issubclass(type(load(name)), ScrapyCommand) for name in names())
