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


@pytest.mark.parametrize(
    ("html", "below", "is_held", "dropped", "reason"),
    [
        ("<h3 class='ad'>題目</h3>", "<p>文字。</p>", False, 0, ""),
        ("<h3 class='ad'>題目</h3>", "<p>文字</p>", True, 2, ""),
        ("<h3 class='ad'>題目。</h3>", "<p class='ad'>文字。</p>", True, 3, "named ad"),
        ("<h3 class='ad'>題目。</h3>", "", True, 3, "named ad"),
        ("<h3 class='ad sr-only'>題目</h3>", "<p>文字。</p>", True, 2, ""),
        ("<p id='ad'>題目。</p>", "<p>文字。</p>", True, 3, "named ad"),
        ("<p class='ad' id='share'>題目。</p>", "", True, 3, "named ad share"),
        ("<aside>題目。</aside>", "<p>文字。</p>", True, 3, "named aside"),
        ("<aside>延伸閱讀：題目。</aside>", "", False, 0, ""),
        (f"<aside class='ad'>{'題' * 100}</aside>", "", True, 100, ""),
        (f"<aside class='ad'>{'題' * 101}</aside>", "", False, 0, ""),
        (f"<p class='ad {'x' * 56}'>。</p>", "", True, 1, f"named ad {'x' * 56}"),
        (f"<p class='ad {'x' * 58}'>。</p>", "", True, 1, f"named ad {'x' * 57}"),
        ("<p class='text'>題目。</p>", "", False, 0, ""),
        ("<figure>題目。</figure>", "", True, 0, ""),
        ("<figure><table></table>。</figure>", "", False, 0, ""),
        ("<del>題目。</del>", "", True, 0, "struck out"),
    ],
)
def test_an_element_is_left_out_for_its_names(html: str, below: str, is_held: bool, dropped: int, reason: str) -> None:
    root = body(f"{html}{below}<p>{'字' * (100 - len(body(below).text()))}</p>")
    node = root.first_child
    assert node is not None
    omissions = Omissions(root, by_names=True)
    assert omissions.hold(node, node.tag or "", node.attributes) is is_held
    assert (omissions.dropped, [note.reason for note in omissions.left_out]) == (dropped, [reason] if reason else [])
    assert Omissions(root, by_names=False).hold(node, node.tag or "", node.attributes) is (
        node.tag in {"figure", "del"} and is_held
    )


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
