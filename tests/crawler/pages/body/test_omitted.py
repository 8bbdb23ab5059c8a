"""Bounds of what a walk leaves out: how many texts are noted, how long, and how far a box reaches around its label."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.body.omitted import Omissions, box_around


def body(html: str) -> LexborNode:
    node = LexborHTMLParser(f"<div id='body'>{html}</div>").css_first("#body")
    assert node is not None
    return node


def test_twenty_texts_are_noted_and_two_thousand_characters_of_each() -> None:
    omissions = Omissions(body(""), by_names=True)
    for number in range(21):
        omissions.note(f"named {number}", "字" * 2_000 + "。")
    assert [note.reason for note in omissions.left_out] == [f"named {number}" for number in range(20)]
    assert {len(note.text) for note in omissions.left_out} == {2_000}
    omissions.note("no prose", "字")


@pytest.mark.parametrize(("hidden", "is_left_out"), [(50, False), (49, True)])
def test_what_is_hidden_is_text_where_it_is_most_of_the_text(hidden: int, is_left_out: bool) -> None:
    root = body(f"<p>{'字' * (100 - hidden - 1)}</p><p hidden>{'文' * (hidden + 1)}</p>")
    node = root.css_first("[hidden]")
    assert node is not None
    assert Omissions(root, by_names=True).hold(node, "p", node.attributes) is is_left_out


@pytest.mark.parametrize(("steps", "name"), [(6, "outer"), (7, "inner")])
def test_a_box_reaches_six_elements_around_its_label(steps: int, name: str) -> None:
    nested = "<b>最新文章</b>"
    for step in range(steps):
        names = {5: "inner", steps - 1: "outer"}
        nested = f"<div id='{names.get(step, '')}'>{nested}</div>"
    root = body(f"{nested}<p>{'字' * 400}</p>")
    label = root.css_first("b")
    assert label is not None
    box = box_around(label, root, len(root.text()))
    assert box is not None
    assert box.id == name


@pytest.mark.parametrize(("length", "is_box"), [(40, True), (41, False)])
def test_a_box_holds_two_fifths_of_the_text_at_most(length: int, is_box: bool) -> None:
    root = body(f"<div><b>最新文章</b><p>{'甲' * (length - 4)}</p></div><p>{'字' * (100 - length)}</p>")
    label = root.css_first("b")
    assert label is not None
    assert (box_around(label, root, len(root.text())) is not None) is is_box
