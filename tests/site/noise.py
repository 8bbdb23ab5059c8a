"""What stands between the blocks of a body and is no part of it: advertisements, widgets, cards of other articles."""

from __future__ import annotations

from random import Random

OTHER = "/article/cmoney-00000000-0000-1000-8000-00000000{n}"
CARDS = (
    f'<div class="articleCard"><a class="z-link" href="{OTHER}" aria-label="前往第{{n}}號稿件談產線調整文章頁"></a>'
    '<div class="articleCard__title">第{n}號稿件談產線調整</div><span class="articleCard__time">3 小時前</span></div>',
    f'<a class="articleCard z-link" href="{OTHER}"><div class="articleCard__title">【美股新聞】第{{n}}號稿件</div></a>',
    f'<div class="relatedArticle"><a href="{OTHER}"><img src="/{{n}}.webp"><p>第{{n}}號稿件，供應鏈排隊</p></a></div>',
    f'<div class="inlineBox"><a href="{OTHER}"><h4>【美股焦點】第{{n}}號稿件</h4></a><span>1,{{n}} 次瀏覽</span></div>',
    '<p><a href="https://www.cmoney.tw/notes/note-detail.aspx?nid=9{n}">【美股巨頭】第{n}號稿件</a></p>',
    f'<div class="inlineBox"><span>推薦閱讀</span><a href="{OTHER}">第{{n}}號稿件談庫存水位</a></div>',
)
NOISE = (
    *CARDS,
    '<div class="inlineBox"><p>廣告</p><a rel="sponsored nofollow" href="https://ads.example.com/{n}">開戶送{n}點</a></div>',
    '<div class="textTools"><select><option>大</option></select><label>字級</label></div>',
    '<div class="adsArea"><ins class="adsbygoogle" data-ad-slot="{n}"></ins><span>廣告</span></div>',
    '<div id="div-gpt-ad-{n}-0" class="ad-container">'
    '<script>googletag.cmd.push(function(){{show("{n}")}})</script></div>',
    "<script>window.dataLayer=window.dataLayer||[];dataLayer.push({{'slot':{n}}});</script>",
    "<style>.promo-{n}{{display:block;margin:0 auto}}</style>",
    '<figure><img src="/img/{n}.png" alt="走勢圖{n}">'
    "<figcaption>圖{n}:股價走勢示意,資料截至前一交易日</figcaption></figure>",
    '<p><a href="https://www.cmoney.tw/app/?ref={n}">點我下載看盤工具,第{n}期功能上線</a></p>',
    '<p><strong><a href="https://www.cmoney.tw/follow/{n}">點我加入美股討論社團</a></strong></p>',
    "<p>歡迎訂閱美股晚報,每晚{n}分鐘掌握重點</p>",
    '<div class="collect"><p>收藏內容 讓好文不錯過</p><button type="button">收藏</button></div>',
    '<div class="questionWidget"><h3>你可能想知道</h3><ul><li>第{n}季的毛利率會回升嗎?</li>'
    "<li>現在的本益比合理嗎?</li></ul><button>AI來解答</button></div>",
    '<section class="aiAsk"><p>你可能想知道</p><p>這檔股票的目標價是多少?</p><p>AI來解答</p></section>',
    '<aside class="hotBox"><h4>今日最熱</h4><ul><li><a href="/article/cmoney-00000000-0000-1000-8000-00000000{n}">'
    "熱門稿件{n}</a></li></ul></aside>",
    '<iframe src="/embed/chart/{n}" title="圖表"></iframe>',
    "<p>&nbsp;</p>",
    "<p><br></p>",
    "<!-- 編輯備註{n}:此處原有圖表 -->",
    '<p><img src="/img/inline-{n}.jpg" alt="示意圖"></p>',
    "<noscript><img src='/pixel?{n}' alt=''></noscript>",
)


def sprinkle(chance: Random, blocks: list[str], count: int) -> list[str]:
    """Return the blocks with `count` pieces of noise put between them, never before the first."""
    blocks = list(blocks)
    for _ in range(count):
        piece = chance.choice(NOISE).format(n=chance.randint(1000, 9999))
        blocks.insert(chance.randint(1, len(blocks)), piece)
    return blocks
