"""Tests of the page objects' fields: titles, authors, tags, access; on both templates."""

from __future__ import annotations

import json

import pytest

from tests.support.sample_pages import (
    BODY,
    NEWS_URL,
    PROSE,
    SITES,
    TEXTS,
    TITLE,
    news_page,
    read_article,
    read_news,
    read_notes,
    texts,
)


def data(**members: object) -> str:
    node = json.dumps({"@type": "NewsArticle", **members}, ensure_ascii=False)
    return f'<script type="application/ld+json">{node}</script>'


def title_of(html: str) -> str:
    body = f'<div class="articleContent__textContent">{BODY}</div>'
    return read_article(f'<meta charset="utf-8">{html}{body}'.encode(), NEWS_URL, SITES).title


@pytest.mark.parametrize(
    "html",
    [
        f'<h1 class="articleContent__title">\n{TITLE} </h1>',
        f"<title>{TITLE} | 美股 - CMoney</title><h1>{TITLE}</h1>",
        f'<title>{TITLE} - CMoney</title><meta property="og:title" content="{TITLE}｜CMoney 投資網誌"><h1>CMoney</h1>',
        f"<h1>投資網誌</h1><title>{TITLE} - CMoney</title>{data(headline=TITLE)}",
        f"<title>{TITLE[:12]}... | CMoney</title><h1>{TITLE}</h1>",
        f"<title>{TITLE} - CMoney</title>",
        f'<meta property="og:title" content="{TITLE}">',
        f'<title>{TITLE} - 某站</title><meta property="og:site_name" content="某站">',
        f'<title>某站</title><meta property="og:title" content="某站"><meta property="og:site_name" content="某站">'
        f"<h1>{TITLE}</h1>",
        f'<title>CMoney 理財寶</title><meta property="og:title" content="CMoney"><h1>{TITLE}</h1>',
    ],
)
def test_the_title_is_found_without_the_site_s_name(html: str) -> None:
    assert title_of(html) == TITLE


QUOTED = '【美股動態】亞馬遜"雲端"營收大增'


def test_a_title_that_a_raw_quote_cut_off_loses_to_the_heading_that_begins_with_it() -> None:
    cut = f'<meta property="og:title" content="{QUOTED}"><title>【美股動態】亞馬遜</title>'
    assert title_of(f"{cut}<h1>{QUOTED}</h1>") == QUOTED
    assert title_of(f"{cut}<h1>亞馬遜頻道</h1>") == "【美股動態】亞馬遜"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("亞馬遜第三季財報優於市場預期", "亞馬遜第三季財報優於市場預期"),
        ("美股新聞", "亞馬遜財報公布！第三季營收優於預期 AMZN"),
        ("輝達新品延後，供應商股價承壓", "亞馬遜財報公布！第三季營收優於預期 AMZN"),
    ],
)
def test_a_title_for_search_engines_loses_to_the_heading_but_not_to_a_channel(heading: str, title: str) -> None:
    sought = "亞馬遜財報公布！第三季營收優於預期 AMZN"
    metas = f'<title>{sought}</title><meta property="og:title" content="{sought}">{data(headline=sought)}'
    assert title_of(f"{metas}<h1>{heading}</h1>") == title


def test_no_heading_without_the_column_takes_the_place_of_a_title_with_it() -> None:
    metas = f'<title>{TITLE}</title><meta property="og:title" content="{TITLE}">'
    assert title_of(f"{metas}<h1>{TITLE.partition('】')[2]}，盤後走高</h1>") == TITLE


def test_a_joint_in_a_title_stays() -> None:
    assert title_of("<title>【美股動態】甲 | 乙 - 丙 - CMoney</title>") == "【美股動態】甲 | 乙 - 丙"


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("", '<a class="articleContent__author" href="/user/x">小編</a>'),
        ("", '<div class="articleContent__authorName"> 作者：小編 </div>'),
        ('<meta name="author" content="小編">', ""),
        (data(author={"@type": "Person", "name": "小編"}), ""),
        (data(author=[{"name": "小編"}]), ""),
        ("", '<span itemprop="author"><span itemprop="name">小編</span></span>'),
        ("", '<div class="x1"><a href="/user/cmoney">小編</a><span>3 小時前</span></div>'),
        ("", '<p>文／<a href="https://cmnews.com.tw/user/cmoney/?from=a">小編</a></p>'),
        ("", '<a href="/user/12">小編</a>'),
        ("", '<div><a href="/user/emily">她</a>與<a href="/user/cmoney">小編</a></div>'),
    ],
)
def test_the_author_s_name_is_found(head: str, above: str) -> None:
    author = read_news(head=head, above=above).author
    assert (author.id, author.name) == ("cmoney", "小編")


NO_NAMES = ["https://www.cmoney.tw/user/5", "", "很長的名字" * 20, "editor@cmoney.tw", "12345", "CMoney 理財寶", "某站"]


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("place", ["meta", "JSON-LD", "element"])
def test_what_is_no_name_names_no_author(name: str, place: str) -> None:
    site = '<meta property="og:site_name" content="某站">'
    if place == "element":
        above = f'<span itemprop="author">{name}</span>'
        assert read_news(head=site, above=above).author.name is None
        return
    stated = f'<meta name="author" content="{name}">' if place == "meta" else data(author={"name": name})
    assert read_news(head=site + stated).author.name is None
    assert read_news(head=site + stated, above='<span itemprop="author">小編</span>').author.name == "小編"


@pytest.mark.parametrize(
    "above",
    [
        '<ul><li><a href="/user/cmoney">小編</a></li></ul>',
        '<nav><a href="/user/cmoney">小編</a></nav>',
        '<div><a href="/user/emily">她</a><a href="/user/judy">他</a></div>',
        '<div><a href="/user/cmoney">追蹤</a></div>',
        '<div><a href="/user/cmoney">看作者的更多文章</a></div>',
        '<div><a href="/user/cmoney"><img src="a.png"></a></div>',
        '<div><a href="/tag/cmoney">小編</a></div>',
    ],
)
def test_a_link_that_is_no_byline_names_no_author(above: str) -> None:
    assert read_news(above=above).author.name is None


def test_a_user_s_link_in_or_under_the_text_names_no_author() -> None:
    link = '<p><a href="/user/cmoney">小編</a></p>'
    assert read_news(BODY + link).author.name is None
    assert read_news(below=link).author.name is None


def test_an_organization_is_no_author() -> None:
    house = data(author={"@type": "NewsMediaOrganization", "name": "全曜財經"})
    assert read_news(head=house).author.name is None
    assert read_news(head=data(author={"@type": "Person", "name": "CMoney 編輯台"})).author.name == "CMoney 編輯台"


def test_the_old_site_shows_author_and_tags_in_the_body_element() -> None:
    tags = (
        '<ul><li><a href="/notes/?tag=1" title="美股">#美股</a></li>'
        '<li><a href="/notes/?tag=2" title="財報">財報</a></li>'
        '<li><a href="/notes/?tag=1" title="美股">美股</a></li></ul>'
    )
    article = read_notes(BODY + tags)
    assert (article.author.id, article.author.name, article.tags) == (None, "小編", ["美股", "財報"])
    assert len(article.blocks) == 4


def test_tags_of_the_old_site_may_stand_behind_the_text_s_end() -> None:
    links = '<li><a href="/notes/?tag=1" title="美股">美股</a></li><li><a href="/x" title="更多">更多</a></li>'
    article = read_notes(inside=f"<ul>{links}</ul>")
    assert article.tags == ["美股"]


def test_links_in_a_list_of_the_body_are_no_tags() -> None:
    lists = '<ul><li><a href="/forum/stock/STAR" title="甲">甲(STAR)</a></li></ul><p>後文說明完整。</p>'
    article = read_notes(f"<p>{PROSE}</p>{lists}")
    assert article.tags == []
    assert texts(article) == [PROSE, "甲(STAR)", "後文說明完整。"]


ARTICLE = '<li><a title="甲公司擴產" href="/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad87">甲公司擴產</a></li>'
OFF_SITE = '<li><a title="影片解說" href="https://video.example.com/1">影片解說</a></li>'
STOCK_PAGE = '<li><a title="星海的個股頁" href="/forum/stock/STAR">星海的個股頁</a></li>'
TAGS = '<ul><li><a href="/notes/x" title="美股">美股</a></li></ul>'


def test_a_list_that_leads_to_an_article_holds_no_tags() -> None:
    assert read_notes(BODY + TAGS.replace("</ul>", f"{ARTICLE}</ul>")).tags == []


def test_a_list_that_leads_off_the_site_holds_no_tags() -> None:
    assert read_notes(BODY + TAGS.replace("/notes/x", "https://video.example.com/1")).tags == []


@pytest.mark.parametrize("items", [ARTICLE + OFF_SITE, OFF_SITE, STOCK_PAGE, OFF_SITE + ARTICLE + STOCK_PAGE])
@pytest.mark.parametrize("end", ["", TAGS, f"<p>版權聲明</p><p>轉載請先取得同意。</p>{TAGS}"])
def test_further_reading_of_the_old_site_is_no_tag(items: str, end: str) -> None:
    article = read_notes(f"{BODY}<h3>延伸閱讀</h3><ol>{items}</ol>{end}")
    assert article.tags == (["美股"] if end else [])
    assert len(article.related) == items.count("<li>")


@pytest.mark.parametrize("link", ['<a title="艾蜜莉">艾蜜莉</a>', '<a href="/u/1" title="艾蜜莉">艾蜜莉</a>'])
def test_what_stands_before_the_old_site_s_text_is_no_tag(link: str) -> None:
    for above in (
        f'<div class="status-msg-wrap"><ul><li>{link}</li></ul></div>',
        f"<div><ul><li>{link}</li></ul></div>",
    ):
        body = f"{above}{BODY}{TAGS}"
        assert read_notes(body).tags == ["美股"]


def test_the_old_site_s_text_ends_where_the_useful_block_begins() -> None:
    article = read_notes(f"<div><p>{PROSE}</p></div>", inside="<p>不是內文</p>")
    assert texts(article) == [PROSE]


def test_tags_of_the_new_site_stand_below_the_body() -> None:
    links = '<a class="tagLink__link" href="/tag/x"> #美股 </a><a class="tagLink__link">甲(STAR)</a>'
    tags = f'<div class="articleContent__tagWrapper">{links}</div>'
    assert read_news(below=tags).tags == ["美股", "甲(STAR)"]


@pytest.mark.parametrize(
    ("body", "below"),
    [
        (f"{BODY}<p>閱讀VIP文章請先登入</p>", ""),
        (f"{BODY}<div class='loginWall'><p>閱讀 VIP 文章，請先登入！</p><button>登入</button></div>", ""),
        (f"{BODY}<button>閱讀VIP文章請先登入</button>", ""),
        (
            f"{BODY}<p><a href='/login'>閱讀VIP文章請先登入</a></p><p>加入會員讀全文</p><p>已是會員？請登入。</p>",
            "",
        ),
        (f"{BODY}<div class='loginWall'>閱讀VIP文章請先登入</div><p>成為會員，解鎖全文。</p>", ""),
        (BODY, "<div class='paywall'><span>閱讀VIP文章請先登入</span></div>"),
        (f"{BODY}<div class='wall'><p>登入會員即可繼續閱讀全文</p><a href='/login'>立即登入</a></div>", ""),
        (f"{BODY}<p>閱讀完整內容，請先登入會員</p><p>立即註冊</p>", ""),
        (f"{BODY}<p>訂閱解鎖全文</p>", ""),
        (f"{BODY}<p>本文為VIP會員專屬內容，請先登入</p>", ""),
        (f"{BODY}<p>這篇內容為訂閱戶專屬，加入會員即可繼續閱讀全文</p>", ""),
        (f"{BODY}<div><a href='/login'>登入</a></div>", ""),
        (BODY, "<div><a href='/login'>閱讀VIP文章請先登入</a></div>"),
    ],
)
def test_a_prompt_to_log_in_means_members_and_is_no_text(body: str, below: str) -> None:
    article = read_news(body, below=below)
    assert article.access == "members"
    assert texts(article) == TEXTS


@pytest.mark.parametrize(
    ("body", "below"),
    [
        (f"{BODY}<p>他說閱讀VIP文章請先登入的設計惹怒了讀者，公司已經道歉。</p>", ""),
        (f"{BODY}<p>訂閱就能閱讀全文的方案吸引讀者，營收成長。</p>", ""),
        (BODY, "<div><p>登入會員即可繼續閱讀全文</p></div>"),
        (f"{BODY}<p>免責宣言</p><p>僅供參考。</p><p><a href='/login'>登入</a></p>", ""),
        (f"{BODY}<p>這篇內容為訂閱戶專屬，加入會員後續訂率提高，營收成長。</p>", ""),
        (BODY, "<div hidden><p>閱讀VIP文章請先登入</p></div>"),
        (BODY, "<dialog><p>閱讀VIP文章請先登入</p></dialog>"),
        (BODY, "<template><p>閱讀VIP文章請先登入</p></template>"),
        (BODY, "<script>var text='閱讀VIP文章請先登入'</script>"),
    ],
)
def test_the_same_words_elsewhere_do_not(body: str, below: str) -> None:
    assert read_news(body, below=below).access == "public"


@pytest.mark.parametrize("charset", ["big5", "cp950", "gb18030", "utf-16"])
@pytest.mark.parametrize("place", ["header", "meta"])
def test_an_encoding_is_read_where_it_is_declared(charset: str, place: str) -> None:
    page = (
        news_page()
        .decode()
        .replace('charset="utf-8"', f'charset="{charset}"' if place == "meta" else 'name="x"')
        .encode(charset)
    )
    header = f"text/html; charset={charset}" if place == "header" else None
    assert texts(read_article(page, NEWS_URL, SITES, header)) == texts(read_news())


HEADERS = (None, "text/html", *(f"text/html; charset={name}" for name in ("big5", "nonsense", "iso-8859-1", "idna")))


@pytest.mark.parametrize("header", HEADERS)
def test_valid_utf8_is_utf8_whatever_is_declared(header: str | None) -> None:
    assert read_article(news_page(), NEWS_URL, SITES, header) == read_news()
    assert read_article(b"\xef\xbb\xbf" + news_page(), NEWS_URL, SITES, header) == read_news()


def test_what_cannot_be_decoded_is_a_problem() -> None:
    article = read_article(news_page().replace("雲端".encode(), b"\xe9\x9b"), NEWS_URL, SITES)
    assert [problem.field for problem in article.problems] == ["text"]
