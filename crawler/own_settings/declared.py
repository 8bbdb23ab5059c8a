"""The project's own settings and those of Scrapy that it relies on: type, unit, bounds, default, meaning, once each."""

from __future__ import annotations

from typing import Final

from archive.settings.declaration import Setting
from archive.settings.kinds import FLAG, NAMES, PATH, SHARE, TEXT, choice, number, seconds
from archive.settings.place import PLACE
from crawler.addresses import NEWS_URL, NOTES_URL, STOCK_URL
from crawler.own_settings.kinds import ADDRESS, REDIS, SPANS, WEB_ADDRESS

OWN: Final = (
    *PLACE,
    Setting(
        "SERVE_TOKENS",
        None,
        PATH,
        "file of the hashed tokens of `cmoney token`",
        default_shown="`tokens.json` beside `ARCHIVE_DATA_DIR`",
    ),
    Setting("SERVE_RATE", 50, number("requests a second"), "what a client of `cmoney serve` may ask; 0: any number"),
    Setting("MONGODB_OUTAGE_LIMIT", 300, seconds(), "how long a crawl waits for a MongoDB that is away"),
    Setting("CMONEY_NEWS_URL", NEWS_URL, ADDRESS, "base address of the new site"),
    Setting("CMONEY_NOTES_URL", NOTES_URL, ADDRESS, "base address of the old site"),
    Setting(
        "CMONEY_STOCK_URL",
        None,
        ADDRESS,
        "base address of the site for stock research",
        default_shown=f"`{STOCK_URL}`, or `CMONEY_NEWS_URL` where that is set",
    ),
    Setting(
        "IMPORT_BATCHES",
        None,
        SPANS,
        "more imports, whose addresses have no date: `2025-01-22T21:50/2025-01-22T22:20`, separated by commas, Taipei",
    ),
    Setting("CMONEY_TOKEN", None, TEXT, "bearer token for the listing interface", secret=True),
    Setting("ARCHIVE_COLUMNS", "美股動態", NAMES, "columns to keep, separated by commas; `*` for all"),
    Setting(
        "CRAWLER_CONTACT",
        None,
        TEXT,
        "address or e-mail in the user agent, for the site's owner",
        environment_only=True,
    ),
    Setting("RECHECK_DAYS", 3, number("days"), "days after publication in which an article is looked at again"),
    Setting(
        "GONE_LOOKS", 3, number("looks", 1), "looks on different days that find no article before it counts as gone"
    ),
    Setting("GONE_DAYS", 7, number("days"), "days between the first of these looks and the last, at least"),
    Setting(
        "BACKFILL_LONGEST_GAP",
        500,
        number("numbers", 1),
        "numbers of the old site in a row without an article after which a backfill asks for no more in this run",
    ),
    Setting(
        "LISTING_MOST_CARDS",
        100_000,
        number("cards", 1),
        "articles on one listing after which a run reads no more of it: one that invents them would never end",
    ),
    Setting("LEASE_SECONDS", 900, seconds(1), "how long a run may hold an address before another may take it"),
    Setting(
        "DISTRIBUTED_REDIS_URL",
        None,
        REDIS,
        "address of the Redis over which several workers share a crawl (extra `distributed`)",
        secret=True,
        formerly="FRONTIER_REDIS_URL",
        environment_only=True,
    ),
    Setting(
        "DISTRIBUTED_REDIS_OUTAGE_LIMIT",
        300,
        seconds(),
        "how long a worker waits for a Redis that is away",
        formerly="FRONTIER_REDIS_OUTAGE_LIMIT",
    ),
    Setting("STORE_BATCH", 50, number("articles", 1, 1000), "articles in one transaction, at most"),
    Setting("STORE_WAIT", 0.25, seconds(0, 60), "how long a batch waits to fill"),
    Setting("CMONEY_SITE_FILE", None, PATH, "TOML file over `archive/model/site.toml`", environment_only=True),
    Setting("REPLAY_FILE", None, PATH, "WARC file that answers every request in place of the network"),
    Setting("RETRY_WAIT", 1, seconds(), "wait before the first retry; doubles with each, with jitter"),
    Setting("RETRY_WAIT_MAX", 60, seconds(), "longest wait before a retry"),
    Setting("RETRY_AFTER_MAX", 600, seconds(), "longest Retry-After that a run sits out; beyond it the run is blocked"),
    Setting(
        "COOL_OFF_AFTER",
        8,
        number("refusals", 1),
        "refusals in a row (403, 429, 503), of a host's articles or listings, before a cool-off",
    ),
    Setting("COOL_OFF_SECONDS", 60, seconds(), "first cool-off; doubles with each"),
    Setting(
        "BLOCKED_AFTER",
        3,
        number("cool-offs", 1),
        "cool-offs without a success between them before the run stops as blocked",
    ),
    Setting(
        "WALL_WAIT",
        900,
        seconds(),
        "how long no run asks a host after one that it kept out (status 4); doubles with each in a row; 0: not at all",
    ),
    Setting("WALL_WAIT_MAX", 86400, seconds(), "longest such time"),
    Setting("STOP_SECONDS", 8, seconds(), "how long requests under way may take after SIGTERM or Ctrl-C"),
    Setting(
        "BROWSER_PATH", None, PATH, "Chromium for listings that only JavaScript fills", default_shown="found on `PATH`"
    ),
    Setting("HEALTH_MIN_ARTICLES", 5, number("articles", 1), "articles read in a run before shares are judged"),
    Setting("HEALTH_MAX_FALLBACK", 0.2, SHARE, "of articles that needed the generic reader"),
    Setting("HEALTH_MAX_UNREADABLE", 0.2, SHARE, "of pages that no reader could read"),
    Setting("HEALTH_MAX_UNDATED", 0.2, SHARE, "of articles without a moment of publication"),
    Setting("HEALTH_MAX_UNHEADED", 0.3, SHARE, "of public articles without any heading"),
    Setting(
        "HEALTH_MAX_GONE",
        0.2,
        SHARE,
        "of pages that a listing names, or of kept articles, that answer 404 or 410",
    ),
    Setting("HEALTH_MAX_SUSPECT", 0.5, SHARE, "of re-checks, and of first visits, whose page is not believed"),
    Setting("HEALTH_MAX_MEMBERS", 0.5, SHARE, "of articles whose page shows only a public beginning, for members"),
    Setting("HEALTH_MAX_FAILED", 0, number("addresses"), "addresses that failed in a run and stay to be asked again"),
    Setting("LOG_JSON", 0, FLAG, "1: every line of the log is a JSON object"),
    Setting(
        "MONITORS",
        0,
        FLAG,
        "1: each run is compared with those before it (extra `monitoring`)",
        environment_only=True,
    ),
    Setting(
        "MONITOR_WEBHOOK",
        None,
        WEB_ADDRESS,
        "address that a notice is posted to as JSON when a monitor fails",
        secret=True,
    ),
    Setting(
        "HEARTBEAT_URL",
        None,
        WEB_ADDRESS,
        "address that gets a POST at the end of each crawl: JSON (`spider`, `run`, `exit_status`, `outcome`); "
        "`{status}` in it becomes the exit status",
        secret=True,
    ),
    Setting("SPIDERMON_SLACK_SENDER_TOKEN", None, TEXT, "token to send notices to Slack", secret=True),
    Setting("SPIDERMON_SLACK_SENDER_NAME", "cmoney-archive", TEXT, "name of the sender there"),
    Setting("SPIDERMON_SLACK_RECIPIENTS", None, NAMES, "channels or people in Slack, separated by commas"),
    Setting("SPIDERMON_TELEGRAM_SENDER_TOKEN", None, TEXT, "token to send notices to Telegram", secret=True),
    Setting("SPIDERMON_TELEGRAM_RECIPIENTS", None, NAMES, "chats in Telegram, separated by commas"),
    Setting("SPIDERMON_SMTP_HOST", None, TEXT, "server to send notices by e-mail, with STARTTLS"),
    Setting("SPIDERMON_SMTP_PORT", 587, number("", 1, 65535), "its port"),
    Setting("SPIDERMON_SMTP_USER", None, TEXT, "its user"),
    Setting("SPIDERMON_SMTP_PASSWORD", None, TEXT, "its password", secret=True),
    Setting("SPIDERMON_EMAIL_SENDER", None, TEXT, "address that notices come from"),
    Setting("SPIDERMON_EMAIL_TO", None, NAMES, "addresses that notices go to, separated by commas"),
    Setting("SPIDERMON_EMAIL_SUBJECT", "CMoney archive: a run was unusual", TEXT, "subject of notices"),
)

SCRAPYS_IN_ENVIRONMENT: Final = (
    Setting(
        "LOG_LEVEL",
        "INFO",
        choice("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"),
        "lines below it are not logged",
    ),
    Setting("DOWNLOAD_DELAY", 1.0, seconds(), "between two requests to a host"),
    Setting("DOWNLOAD_TIMEOUT", 30, seconds(0.1), "how long a page may take"),
)
"""Settings of Scrapy's that may stand in the environment too, with the default here."""

SCRAPYS: Final = (
    *SCRAPYS_IN_ENVIRONMENT,
    Setting("CONCURRENT_REQUESTS", None, number("requests", 1), "requests under way"),
    Setting("CONCURRENT_REQUESTS_PER_DOMAIN", None, number("requests", 1), "requests under way to a host"),
    Setting("DOWNLOAD_MAXSIZE", None, number("bytes", 1), "the largest page"),
    Setting("REDIRECT_MAX_TIMES", None, number("redirects"), "of one page"),
    Setting("RETRY_TIMES", None, number("retries"), "of one page"),
    Setting("ROBOTSTXT_OBEY", None, FLAG, "whether robots.txt is obeyed"),
)
"""Settings of Scrapy's that are checked before anything starts."""
