"""How a page states when it was published and changed, and what a reader may conclude from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.site.moments import TAIPEI
from tests.site.plans import Plan
from tests.site.traits import Traits

UNCLEAR_SOURCE = frozenset({"og", "time"})
STATES_CHANGE = frozenset({"jsonld", "jsonld-utc", "graph", "meta", "meta-utc", "meta-broken-jsonld", "head", "li"})


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page says of its dates.

    Attributes:
        head: Mark-up for the head.
        visible: Mark-up for the block with author and date below the title.
        published: The stated moment of publication (UTC, as exact as it is stated); None if it is not stated.
        updated: The stated moment of change; None if there was none or it is not stated.
        clear: Whether honest readings agree that the page states it at all.
    """

    head: str
    visible: str
    published: datetime | None
    updated: datetime | None
    clear: bool = True


def state(plan: Plan, traits: Traits, title: str) -> Stated:
    """Return how the page of a plan states its dates."""
    off = timedelta(days=traits.chance("off").choice((-5, -3, 2, 4))) if traits.disagrees else timedelta()
    moment = (plan.moment + off).replace(microsecond=0)
    changed = (plan.changed + off).replace(microsecond=0) if plan.changed != plan.moment else None
    head, visible, exact = _written(traits.date, moment, changed, title, plan)
    stated = exact is not None
    return Stated(
        head=head,
        visible=visible,
        published=exact.astimezone(UTC) if exact else None,
        updated=_change(traits.date, changed) if stated else None,
        clear=traits.date not in UNCLEAR_SOURCE,
    )


def _change(style: str, changed: datetime | None) -> datetime | None:
    if changed is None or style not in STATES_CHANGE:
        return None
    return _minute(changed) if style in {"head", "li"} else changed


def _written(
    style: str, moment: datetime, changed: datetime | None, title: str, plan: Plan
) -> tuple[str, str, datetime | None]:
    local = moment.astimezone(TAIPEI)
    if style == "none":
        return "", "", None
    if style == "relative":
        return "", '<span class="articleContent__time">3 小時前</span>', None
    if style in {"jsonld", "jsonld-utc", "jsonld-bare", "graph"}:
        return _jsonld(style, moment, changed, title, plan), "", moment
    if style.startswith("meta"):
        broken = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"",}</script>'
        return _meta(style, moment, changed) + (broken if style == "meta-broken-jsonld" else ""), "", moment
    if style == "og":
        return f'<meta property="og:published_time" content="{local.isoformat()}">', "", moment
    return ("", *_visible(style, moment, changed))


def _visible(style: str, moment: datetime, changed: datetime | None) -> tuple[str, datetime]:
    local = moment.astimezone(TAIPEI)
    minute = f"{local:%Y-%m-%d %H:%M}"
    if style == "time":
        return f'<span class="articleContent__time">{minute}</span>', _minute(moment)
    if style == "notedate":
        return _coauthor(f"{local:%Y/%m/%d %H:%M:%S}", minute), moment
    if style == "notedate-zone":
        return _coauthor(local.isoformat(), minute), moment
    update = f"(更新：{changed.astimezone(TAIPEI):%Y-%m-%d %H:%M})" if changed else ""
    if style == "li":
        beside = f"<span>{update}</span>" if update else ""
        return f'<ul class="pt__list"><li class="pt__li pt__li--publish">{minute}{beside}</li></ul>', _minute(moment)
    update = f"<li>{update}</li>" if update else ""
    views = f"{10_000 + moment.second * 137:,}"
    items = f'<li class="pt__li pt__li--publish">{minute}</li><li class="pt__li pt__li--view">{views}</li>{update}'
    return f'<ul class="pt__list">\n{items}\n</ul>', _minute(moment)


def _coauthor(value: str, shown: str) -> str:
    name = "coauthor__timeContent"
    return f'<div class="coauthor__time"><span class="{name} {name}--publish" notedate="{value}">{shown}</span></div>'


def _meta(style: str, moment: datetime, changed: datetime | None) -> str:
    zone = UTC if style == "meta-utc" else TAIPEI
    lines = [f'<meta property="article:published_time" content="{moment.astimezone(zone).isoformat()}">']
    if changed:
        lines.append(f'<meta property="article:modified_time" content="{changed.astimezone(zone).isoformat()}">')
    return "\n".join(lines)


def _jsonld(style: str, moment: datetime, changed: datetime | None, title: str, plan: Plan) -> str:
    thing: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": _stamp(style, moment),
        "author": {"@type": "Person", "name": plan.author.name},
        "publisher": {"@type": "Organization", "name": "CMoney"},
    }
    if changed and style != "jsonld-bare":
        thing["dateModified"] = _stamp(style, changed)
    site = {"@type": "WebSite", "name": "CMoney", "url": "https://cmnews.com.tw/"}
    whole = {"@context": "https://schema.org", "@graph": [site, thing]} if style == "graph" else thing
    text = json.dumps(whole, ensure_ascii=style == "graph").replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _stamp(style: str, moment: datetime) -> str:
    if style == "jsonld-utc":
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    local = moment.astimezone(TAIPEI)
    return f"{local:%Y-%m-%dT%H:%M:%S}" if style == "jsonld-bare" else local.isoformat()


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
