"""The composition root: the changed settings of Scrapy, the stages in order, and the project's own settings.

The environment is read here: each name in OWN may be set there, and a secret as `NAME_FILE` too.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib.util import find_spec
from urllib.request import getproxies

from archive import __version__
from archive.pages.content_encoding import ACCEPTED
from crawler.errors import WrongUsage
from crawler.own_settings import from_environment

BOT_NAME = "cmoney"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# The project's own settings: `-s` outranks the environment, which outranks the defaults.
try:
    _environment = from_environment(os.environ)
except WrongUsage as error:
    sys.stderr.write(f"error: {error}\n")
    raise SystemExit(2) from None
globals().update(_environment)

# ---- The stages, in this order ------------------------------------------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.normalise.Normalise": 100,  # first: every later rule is written for the normal form
    "pipelines.boilerplate.Boilerplate": 200,  # before tickers: the tail's titles mention other companies
    "pipelines.tickers.Tickers": 300,  # on the text that stays
    "pipelines.validate.Validate": 400,  # last look, after everything else
    "pipelines.store.Store": 500,  # acknowledged by the database before the item counts as scraped
}
TICKER_LISTS = "pipelines.symbols.refresh.TickerLists"  # this project's own: what `tickers` and `doctor` ask

# ---- Manners (docs/site.md §5) ------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # default False
USER_AGENT = f"cmoney-archive/{__version__} (+{_environment['CRAWLER_CONTACT'] or 'personal archive, not republished'})"
ROBOTSTXT_USER_AGENT = "cmoney-archive"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-TW,zh;q=0.9,en;q=0.5",  # default "en"
    "Accept-Encoding": ", ".join(ACCEPTED),
}
HTTPPROXY_ENABLED = bool(getproxies())  # default True, and costs CPU a page where there is no proxy
DOWNLOAD_DELAY = _environment["DOWNLOAD_DELAY"]  # 1.0 seconds between two requests to a host; default 0
DOWNLOAD_DELAY_JITTER = 0.25  # default 0.5
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 16  # default 8; the delay is the limit, and a queue behind it could not be paused
TELNETCONSOLE_ENABLED = False  # default True
REMOTE_CONTROL_ENABLED = False  # default True, and runs code

# ---- Safety -------------------------------------------------------------------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # default 1 GiB; holds for the unpacked body too
DOWNLOAD_WARNSIZE = 0  # default 32 MiB
DOWNLOAD_TIMEOUT = _environment["DOWNLOAD_TIMEOUT"]  # 30 seconds; default 180
REDIRECT_MAX_TIMES = 5  # default 20

# ---- Faults -------------------------------------------------------------------------------------------------------
RETRY_TIMES = 4  # default 2; waits grow, see crawler/middlewares/retry.py
RETRY_HTTP_CODES = [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]
RETRY_PRIORITY_ADJUST = 0  # default -1; the retry keeps its place

# ---- What happens to a request and its response, from the engine's side down ----------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # compares hosts without ports
    "crawler.middlewares.offsite.OffsiteMiddleware": 50,  # nothing off-site is ever asked, also after a redirect
    "crawler.middlewares.resting.Resting": 60,  # before robots.txt, which is not asked for either then
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robotstxt.RobotsTxt": 100,  # Scrapy's own, and Crawl-delay
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # unused: each middleware costs CPU a page
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,  # the handler reads the setting
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,  # does not wait
    "crawler.middlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # a page's text is no place to be sent on from
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,  # raw_response.py unpacks
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.redirect.Redirect": 600,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,  # nothing on the public site needs them
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # crawler/download/ counts responses and bytes
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,  # nobody asks which requests began the run
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # the spider reads every status itself
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,  # listings need none
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # addresses are canonical, hence short
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # the frontier has the depth
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.handler.DownloadHandler",
    "https": "crawler.download.handler.DownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO; addresses are claimed newest first
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier in MongoDB has what was asked

# ---- Several workers that share a crawl (docs/scaling.md) ------------------------------------------------------------
if _environment["DISTRIBUTED_REDIS_URL"]:
    if find_spec("scrapy_redis") is None or find_spec("throttled") is None:
        sys.stderr.write(
            "error: DISTRIBUTED_REDIS_URL needs the extra `distributed`: pip install 'cmoney-archive[distributed]'\n"
        )
        raise SystemExit(2)
    SCHEDULER = "crawler.distributed.scheduler.SharedScheduler"  # scrapy-redis's, with the frontier as the truth
    DOWNLOADER_MIDDLEWARES["crawler.distributed.take_over.TakeOverLease"] = 10  # first: an offer is no request yet
    _LIMITED = "crawler.distributed.handler.RateLimitedHandler"  # one rate for all workers
    DOWNLOAD_HANDLERS |= {"http": _LIMITED, "https": _LIMITED}
    CONCURRENT_REQUESTS = 8  # what a worker holds, and must be given back when it is killed

# ---- What watches a run -------------------------------------------------------------------------------------------
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": None,  # runs have more; a task for each item
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.logstats.LogStats": None,  # progress.py shows more
    "scrapy.extensions.spiderstate.SpiderState": None,  # no JOBDIR
    "crawler.logs.LogLines": 5,  # before the others log anything
    "crawler.extensions.unexpected.Unexpected": 7,  # before anything can go wrong
    "crawler.extensions.progress.Progress": 20,
    "crawler.extensions.shutdown.Shutdown": 30,
    "crawler.extensions.memory.Memory": 35,
    "crawler.extensions.search_upkeep.SearchUpkeep": 80,
    "crawler.extensions.run_record.RunRecord": 90,  # the last to handle the end: what the others raise then counts
}
if str(_environment["MONITORS"]).lower() in {"1", "true"}:
    if find_spec("spidermon") is None:
        sys.stderr.write("error: MONITORS=1 needs the extra `monitoring`: pip install 'cmoney-archive[monitoring]'\n")
        raise SystemExit(2)
    EXTENSIONS["spidermon.contrib.scrapy.extensions.Spidermon"] = 40
    SPIDERMON_ENABLED = True
    SPIDERMON_ENGINE_STOP_MONITORS = ("crawler.monitoring.suite.Closing",)  # after the run's end is recorded
    SPIDERMON_SMTP_ENFORCE_TLS = True  # default False

# ---- Speed (measured in tests/benchmarks) -------------------------------------------------------------------------
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
ASYNCIO_EVENT_LOOP = "uvloop.Loop" if sys.platform != "win32" else None
CONCURRENT_ITEMS = 1  # default 100 tasks a response; a response gives one item
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True reads every callback's source again for each response
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 32 * 1024 * 1024  # default 5 MB; a batch being stored must not stop the downloads

# ---- Logs ---------------------------------------------------------------------------------------------------------
logging.getLogger("pymongo").setLevel(logging.WARNING)  # at DEBUG it logs every command, documents included
LOG_INSTALL_ROOT_HANDLER = False  # default True; crawler/logs.py opens the log
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonl", "jsonlines", "jl"), "crawler.extensions.feed_exporters.JsonLinesRecords"),
    "csv": "crawler.extensions.feed_exporters.CsvRecords",
    "parquet": "crawler.extensions.feed_exporters.ParquetRecords",
    **dict.fromkeys(("json", "xml", "marshal", "pickle")),  # of Scrapy's: they would write pages' bodies
}
STATS_DUMP = False  # kept with the run in MongoDB
