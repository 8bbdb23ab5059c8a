"""Listing pages of both sites."""

from __future__ import annotations

import html
import json
from datetime import datetime, timedelta
from typing import Any

from tests.site.corpus import Corpus
from tests.site.dice import share
from tests.site.dress import Dresser
from tests.site.filler import blob, styles
from tests.site.lies.cards import SPLIT, listed_title, title_markup
from tests.site.lies.paging import Turn
from tests.site.lies.standing import Lies
from tests.site.plans import NOTES_HOST, Plan
from tests.site.render_changed import name
from tests.site.render_cmnews import FOOTER, HEADER
from tests.site.traits import traits_of

FIRST_CARDS = 24
CARDS_A_FETCH = 10
NOTES_A_PAGE = 30
PLAIN_LINKS = 6
LISTING_KILOBYTES = 150
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

SCRIPT = """<script>(function(){
var box=document.getElementById("cards"),next=+box.dataset.next,busy=false,done=box.dataset.next==="";
function add(card){var item=document.createElement("div"),link=document.createElement("a"),
title=document.createElement("div"),time=document.createElement("span");
item.className="@card";link.className="@link";title.className="@title";time.className="@time";
link.href=card.h;link.setAttribute("aria-label","前往"+card.t+"文章頁");title.textContent=card.t;time.textContent=card.w;
item.append(link,title,time);box.append(item);}
function near(){return window.innerHeight+window.scrollY>=document.documentElement.scrollHeight-200;}
function more(){if(busy||done)return;busy=true;
fetch("/_feed/cards?list="+encodeURIComponent(location.pathname)+"&from="+next).then(function(r){return r.json();})
.then(function(d){d.cards.forEach(add);done=d.next===null;next=d.next;busy=false;if(near())more();})
.catch(function(){busy=false;});}
addEventListener("scroll",function(){if(near())more();});
if(!box.children.length)addEventListener("load",function(){setTimeout(more,150);});
})();</script>"""
CLASSES = {"card": "articleCard", "link": "z-link", "title": "articleCard__title", "time": "articleCard__time"}


class Listings:
    """Renders the listing pages of a corpus."""

    def __init__(self, corpus: Corpus, lies: Lies) -> None:
        self._corpus = corpus
        self._lies = lies

    def news(self, turn: Turn, heading: str, modes: frozenset[str]) -> str:
        """Return a listing page of the new site with its first cards; with none in mode `js-listing`."""
        changed = "changed-template" in modes
        plans = [] if "js-listing" in modes else turn.plans
        cards = "\n".join(self._changed_card(plan) if changed else self._card(plan) for plan in plans)
        rest = 0 if turn.plans and not plans else "" if turn.next is None else turn.next
        classes = {part: name(part) for part in CLASSES} if changed else CLASSES
        script = SCRIPT
        for part, css in classes.items():
            script = script.replace(f"@{part}", css)
        box = f'class="{name("list")}"' if changed else 'class="articleList"'
        card = classes["card"]
        return f"""<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>{html.escape(heading)} - CMoney 新聞</title>
<style>.{card}{{min-height:140px;display:block}}</style>{styles(20)}</head>
<body><div id="__nuxt">{HEADER}<main><h1>{html.escape(heading)}</h1>
<div id="cards" {box} data-next="{rest}">{cards}</div>{"" if turn.plans else "<p>尚無文章</p>"}</main>{FOOTER}</div>
{blob(LISTING_KILOBYTES - 20)}{script}</body></html>
"""

    def cards(self, turn: Turn) -> dict[str, Any]:
        """Return what the listing's script fetches: a page of cards, and where the next begin."""
        cards = [self._fetched_card(plan) for plan in turn.plans]
        return {"cards": cards, "next": turn.next}

    def notes(self, turn: Turn, query: str, page: int, modes: frozenset[str]) -> str:
        """Return a listing page of the old site: most in a script, the last six as plain links.

        Args:
            turn: The page's articles.
            query: The listing's path and query without a page; a page's number is put behind it.
            page: The page's number, from 1.
            modes: The modes that are on.
        """
        changed = "changed-template" in modes
        stated = [(plan, self._lies.cards(f"notes:{plan.nid}", plan, "notes")) for plan in turn.plans]
        split = 0 if changed else max(0, len(stated) - PLAIN_LINKS)
        scripted = [(plan, lies) for plan, lies in stated[:split] if SPLIT not in lies]
        linked = [entry for entry in stated if entry not in scripted]
        rows = [[self._note_url(plan), f"{n}：{self._title(plan, lies)}"] for n, (plan, lies) in enumerate(scripted, 1)]
        data = json.dumps(rows, ensure_ascii=page % 2 == 0).replace("</", "<\\/")
        script = "" if changed else f"<script>var notedatalist = {data} || [];\nrender(notedatalist);</script>"
        links = "\n".join(self._note_link(plan, lies) for plan, lies in linked)
        last = turn.pages if turn.next is None else max(turn.pages, page + 1)
        turns = "".join(f'<a href="{html.escape(query)}{n}">{n}</a>' for n in range(1, last + 1))
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>投資網誌 - CMoney</title>{styles(20)}</head>
<body><h1>投資網誌</h1><div id="list"></div>
{script}
<ul>{links}</ul>
<div class="pagination">{turns}</div>
{blob(40)}</body></html>
"""

    def category(self, turn: Turn, heading: str) -> str:
        """Return a listing page of the third host, with all of its cards."""
        cards = "\n".join(map(self._category_card, turn.plans))
        return f"""<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>{html.escape(heading)} - 股市預報</title>{styles(20)}</head>
<body><div id="__nuxt"><main><h1>{html.escape(heading)}</h1><div class="articleList">{cards}</div></main>{FOOTER}</div>
{blob(40)}</body></html>
"""

    def _card(self, plan: Plan) -> str:
        lies = self._lies.cards(f"cmnews:{plan.uuid}", plan, "news")
        title, path = self._title(plan, lies), self._path(plan)
        shown, plain = title_markup(title, lies), html.escape(title)
        label = f"前往{plain}文章頁"
        links = (
            f'<a class="z-link" href="{path}" aria-label="{label}"></a>',
            f'<a class="z-link" href="{path}"><span class="sr-only">{label}</span></a>',
            f'<a class="z-link" href="{path}?from=list" title="{plain}">{label}</a>',
        )
        link = links[int(share("card", plan.key) * len(links))]
        link = f'<a class="z-link" href="{path}"></a>' if SPLIT in lies else link
        return (
            f'<div class="articleCard">{link}<div class="articleCard__title">{shown}</div>'
            f'<div class="articleCard__meta"><span>{plan.author.name}</span>'
            f'<span class="articleCard__time">{self._ago(plan)}</span></div></div>'
        )

    def _changed_card(self, plan: Plan) -> str:
        lies = self._lies.cards(f"cmnews:{plan.uuid}", plan, "news")
        shown, path = title_markup(self._title(plan, lies), lies), self._path(plan)
        return (
            f'<div class="{name("card")}"><div><a class="{name("link")}" href="{path}">'
            f'<p class="{name("title")}">{shown}</p></a></div><small>{self._ago(plan)}</small></div>'
        )

    def _fetched_card(self, plan: Plan) -> dict[str, str]:
        lies = self._lies.cards(f"cmnews:{plan.uuid}", plan, "news")
        return {"h": self._path(plan), "t": self._title(plan, lies), "w": self._ago(plan)}

    def _category_card(self, plan: Plan) -> str:
        lies = self._lies.cards(f"cmnews:{plan.uuid}", plan, "forecast")
        shown = title_markup(self._title(plan, lies), lies)
        return f'<div><a class="articleListItem__link" href="{self._path(plan)}">前往{shown}</a></div>'

    def _note_link(self, plan: Plan, lies: frozenset[str]) -> str:
        shown = title_markup(self._title(plan, lies), lies)
        return f'<li><a href="{plan.path(f"notes:{plan.nid}")}">{shown}</a></li>'

    def _note_url(self, plan: Plan) -> str:
        return NOTES_HOST + plan.path(f"notes:{plan.nid}")

    def _path(self, plan: Plan) -> str:
        return plan.path(f"cmnews:{plan.uuid}")

    def _title(self, plan: Plan, lies: frozenset[str]) -> str:
        traits = traits_of(self._corpus.scale.seed, plan, "cmnews" if plan.uuid else "notes")
        return listed_title(Dresser(traits, "title").raw(self._corpus.title(plan)), lies)

    def _ago(self, plan: Plan) -> str:
        """Return how long ago an article was published, seen from an hour after the newest."""
        now: datetime = self._corpus.plans[-1].moment + HOUR
        age = now - plan.moment
        if age < HOUR:
            return f"{max(1, age // timedelta(minutes=1))} 分鐘前"
        return f"{age // HOUR} 小時前" if age < DAY else f"{age // DAY} 天前"
