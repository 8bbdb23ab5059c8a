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

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def news(self, plans: list[Plan], heading: str, modes: frozenset[str]) -> str:
        """Return a listing page of the new site with its first cards, or with none in mode `js-listing`."""
        changed = "changed-template" in modes
        shown = 0 if "js-listing" in modes else FIRST_CARDS
        cards = "\n".join(self._changed_card(plan) if changed else self._card(plan) for plan in plans[:shown])
        rest = shown if len(plans) > shown else ""
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
<div id="cards" {box} data-next="{rest}">{cards}</div>{"" if plans else "<p>尚無文章</p>"}</main>{FOOTER}</div>
{blob(LISTING_KILOBYTES - 20)}{script}</body></html>
"""

    def cards(self, plans: list[Plan], start: int) -> dict[str, Any]:
        """Return what the listing's script fetches: ten cards from `start` on, and where the next begin."""
        end = start + CARDS_A_FETCH
        cards = [{"h": self._path(plan), "t": self._title(plan), "w": self._ago(plan)} for plan in plans[start:end]]
        return {"cards": cards, "next": end if end < len(plans) else None}

    def notes(self, plans: list[Plan], query: str, page: int, modes: frozenset[str]) -> str:
        """Return a listing page of the old site: most in a script, the last six as plain links."""
        here = plans[(page - 1) * NOTES_A_PAGE : page * NOTES_A_PAGE]
        pages = -(-len(plans) // NOTES_A_PAGE)
        changed = "changed-template" in modes
        split = 0 if changed else max(0, len(here) - PLAIN_LINKS)
        rows = [[self._note_url(plan), f"{n}：{self._title(plan)}"] for n, plan in enumerate(here[:split], 1)]
        data = json.dumps(rows, ensure_ascii=page % 2 == 0).replace("</", "<\\/")
        script = "" if changed else f"<script>var notedatalist = {data} || [];\nrender(notedatalist);</script>"
        links = "\n".join(self._note_link(plan) for plan in here[split:])
        turns = "".join(f'<a href="/notes/?{html.escape(query)}&amp;page={n}">{n}</a>' for n in range(1, pages + 1))
        return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>投資網誌 - CMoney</title>{styles(20)}</head>
<body><h1>投資網誌</h1><div id="list"></div>
{script}
<ul>{links}</ul>
<div class="pagination">{turns}</div>
{blob(40)}</body></html>
"""

    def _card(self, plan: Plan) -> str:
        title, path = html.escape(self._title(plan)), self._path(plan)
        label = f"前往{title}文章頁"
        links = (
            f'<a class="z-link" href="{path}" aria-label="{label}"></a>',
            f'<a class="z-link" href="{path}"><span class="sr-only">{label}</span></a>',
            f'<a class="z-link" href="{path}?from=list" title="{title}">{label}</a>',
        )
        link = links[int(share("card", plan.key) * len(links))]
        return (
            f'<div class="articleCard">{link}<div class="articleCard__title">{title}</div>'
            f'<div class="articleCard__meta"><span>{plan.author.name}</span>'
            f'<span class="articleCard__time">{self._ago(plan)}</span></div></div>'
        )

    def _changed_card(self, plan: Plan) -> str:
        title, path = html.escape(self._title(plan)), self._path(plan)
        return (
            f'<div class="{name("card")}"><div><a class="{name("link")}" href="{path}">'
            f'<p class="{name("title")}">{title}</p></a></div><small>{self._ago(plan)}</small></div>'
        )

    def _note_link(self, plan: Plan) -> str:
        return f'<li><a href="{plan.path(f"notes:{plan.nid}")}">{html.escape(self._title(plan))}</a></li>'

    def _note_url(self, plan: Plan) -> str:
        return NOTES_HOST + plan.path(f"notes:{plan.nid}")

    def _path(self, plan: Plan) -> str:
        return plan.path(f"cmnews:{plan.uuid}")

    def _title(self, plan: Plan) -> str:
        traits = traits_of(self._corpus.scale.seed, plan, "cmnews" if plan.uuid else "notes")
        return Dresser(traits, "title").raw(self._corpus.title(plan))

    def _ago(self, plan: Plan) -> str:
        """Return how long ago an article was published, seen from an hour after the newest."""
        now: datetime = self._corpus.plans[-1].moment + HOUR
        age = now - plan.moment
        if age < HOUR:
            return f"{max(1, age // timedelta(minutes=1))} 分鐘前"
        return f"{age // HOUR} 小時前" if age < DAY else f"{age // DAY} 天前"
