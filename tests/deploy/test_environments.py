"""In the environment of each file in deploy/ a run logs how it ended, as JSON, and nothing of how Scrapy starts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.site import Site
from tests.support.crawling import ROOT, Documents, environment, scrapy

DEPLOY = ROOT / "deploy"
PAIR = re.compile(r"(?m)^(?:ENV |Environment=| *)([A-Z_]+)=(\S+?)(?: \\)?$")


def pairs(name: str) -> dict[str, str]:
    return dict(PAIR.findall((DEPLOY / name).read_text(encoding="utf-8")))


def of_compose() -> dict[str, str]:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    return {**pairs("Dockerfile"), **services["crawler"]["environment"]}


def of_kubernetes() -> dict[str, str]:
    items = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))["items"]
    job = next(item for item in items if item["kind"] == "CronJob")
    container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    return {**pairs("Dockerfile"), **{entry["name"]: entry["value"] for entry in container["env"]}}


ENVIRONMENTS: dict[str, Callable[[], dict[str, str]]] = {
    "Dockerfile": lambda: pairs("Dockerfile"),
    "compose.yaml": of_compose,
    "kubernetes.yaml": of_kubernetes,
    "crontab": lambda: pairs("crontab"),
    "systemd": lambda: pairs("systemd/cmoney-column.service"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(seed=4, articles=3) as serving:
        yield serving


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_log_tells_how_a_run_ended(
    name: str, site: Site, uri: str, bare_database: Documents, tmp_path: Path
) -> None:
    settings = ENVIRONMENTS[name]()
    assert settings["LOG_JSON"].strip('"') == "1"
    secret = tmp_path / "mongodb_uri"
    secret.write_text(uri, encoding="utf-8")
    environ = environment(site.url, "", bare_database.name)
    variables = {"MONGODB_DATABASE": bare_database.name, "MONGODB_URI_FILE": str(secret), "PATH": environ["PATH"]}
    ran = scrapy("crawl", "column", environ=environ | settings | variables)
    assert ran.status == 0, ran.log
    lines = [json.loads(line) for line in ran.log.splitlines()]
    assert not [line for line in lines if line["logger"].startswith("scrapy")]
    run = bare_database["runs"].find_one({"spider": "column"})
    assert run is not None
    messages = [line["message"] for line in lines if line.get("run") == run["_id"]]
    assert re.match(
        rf"run \S+ of column begins; archive {bare_database.name} at mongodb://owner:\*\*\*@127", messages[0]
    )
    assert messages[-2] == "run ended: all well (exit status 0)"
    assert messages[-1].startswith("next: ")
    assert any(re.match(r"column: \d+ new articles, 0 revised, \d+ addresses .*, \d+ pages", text) for text in messages)
    assert any("read as far as needed" in text for text in messages)
