"""What cannot be started here is checked by the tool of its field, and by the promises that deploy/ makes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from archive.version import VERSION
from crawler.exit_status import GOING_ON, INTERRUPTED
from tests.support.crawling import ROOT

DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
IGNORED = {"scheduled": [INTERRUPTED.status, GOING_ON.status], "pages": [INTERRUPTED.status], "backup": []}
"""Exit statuses of each command that are no failure."""
KUBERNETES = ("1.31", "1.34")
"""Versions that the manifests are for: `podFailurePolicy` is stable from 1.31 on."""


def check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], check=False, capture_output=True, text=True, timeout=60)


def load(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def instructions(word: str) -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.removeprefix(f"{word} ") for line in text.splitlines() if line.startswith(f"{word} ")]


def test_the_dockerfile_passes_its_linter() -> None:
    output = check(BIN / "hadolint", "--no-color", DEPLOY / "Dockerfile")
    assert output.returncode == 0, output.stdout


def test_the_linter_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM python:latest\nRUN cd /tmp && pip install scrapy\n", encoding="utf-8")
    assert "DL3007" in check(BIN / "hadolint", "--no-color", bad).stdout


def test_the_image_is_pinned_slim_and_not_roots() -> None:
    assert all(re.match(r"python:3\.\d+\.\d+-slim-\w+", base) for base in instructions("FROM"))
    user = instructions("USER")[-1]
    assert int(user.split(":")[0]) > 0
    assert instructions("HEALTHCHECK")
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignore[0] == "*", "the image may hold nothing that is not named"
    for copied in instructions("COPY"):
        for source in copied.split()[:-1]:
            assert source.startswith(("--from", "/opt")) or f"!{source}" in ignore, source


def test_the_compose_file_is_valid() -> None:
    output = check(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert output.returncode == 0, output.stdout


def test_the_compose_file_keeps_its_promises() -> None:
    compose = load("compose.yaml")
    crawler, mongo = compose["services"]["crawler"], compose["services"]["mongo"]
    assert crawler["read_only"] is True
    assert crawler["cap_drop"] == ["ALL"]
    assert crawler["depends_on"]["mongo"]["condition"] == "service_healthy"
    assert "ports" not in mongo, "MongoDB is reached from the other container only"
    assert compose["networks"]["archive"]["internal"] is True
    assert re.fullmatch(r"mongo:\d+\.\d+\.\d+", mongo["image"])
    assert "--replSet rs0" in mongo["entrypoint"][-1]
    for service in compose["services"].values():
        assert not [name for name, value in service["environment"].items() if "://" in value]
        assert set(service["secrets"]) <= set(compose["secrets"])


def test_workers_share_a_redis_and_never_run_beside_a_crawler_that_is_alone() -> None:
    services = load("compose.yaml")["services"]
    worker, redis = services["worker"], services["redis"]
    assert worker["deploy"]["replicas"] == 2
    assert worker["environment"]["DISTRIBUTED_REDIS_URL_FILE"].rpartition("/")[2] in worker["secrets"]
    assert worker["environment"].items() > services["crawler"]["environment"].items()
    assert worker["depends_on"]["redis"]["condition"] == "service_healthy"
    assert (worker["profiles"], redis["profiles"]) == (["workers"], ["workers"])
    assert services["crawler"]["profiles"] == ["alone"]
    assert "ports" not in redis, "Redis is reached from the other containers only"
    assert redis["networks"] == ["archive"]
    assert re.fullmatch(r"redis:\d+\.\d+\.\d+", redis["image"])


def test_every_file_means_the_same_image_of_this_version() -> None:
    texts = [(DEPLOY / name).read_text("utf-8") for name in ("Dockerfile", "compose.yaml", "kubernetes.yaml")]
    assert {name for text in texts for name in re.findall(r"(?:image: |-t )(cmoney-archive\S*)", text)} == {
        f"cmoney-archive:{VERSION}"
    }


def test_logs_cannot_fill_a_disk_and_memory_is_bounded() -> None:
    services = load("compose.yaml")["services"]
    assert {name for name, service in services.items() if "mem_limit" not in service} == set()
    assert services["backup"]["logging"] == services["crawler"]["logging"]
    assert "max-size" in services["crawler"]["logging"]["options"]
    crontab = (DEPLOY / "crontab").read_text(encoding="utf-8")
    (rotated,) = re.findall(r"(?m)^(/\S+)/\*\.log \{", (DEPLOY / "logrotate").read_text(encoding="utf-8"))
    assert {Path(log).parent for log in re.findall(r">>(\S+)", crontab)} == {Path(rotated)}


@pytest.mark.parametrize("service", ["crawler", "backup"])
def test_the_container_runs_a_command_that_is_there(service: str) -> None:
    command: Sequence[str] = load("compose.yaml")["services"][service]["command"]
    output = check(sys.executable, "-m", "crawler", *(word for word in command if word != "--run"))
    assert (output.returncode, output.stderr) == (0, "")
    assert service != "backup" or "\nbackup " in output.stdout
    assert "--run" in command


@pytest.mark.parametrize("version", KUBERNETES)
def test_the_manifests_are_valid(version: str) -> None:
    for item in load("kubernetes.yaml")["items"]:
        kubernetes_validate.validate(item, version, strict=True)


def test_the_validator_would_find_something() -> None:
    job = load("kubernetes.yaml")["items"][-1]
    job["spec"]["concurrency"] = "Forbid"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(job, KUBERNETES[-1], strict=True)


def test_the_cron_jobs_keep_their_promises() -> None:
    jobs = [item for item in load("kubernetes.yaml")["items"] if item["kind"] == "CronJob"]
    assert jobs
    for job in jobs:
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        container = pod["containers"][0]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        policy = job["spec"]["jobTemplate"]["spec"].get("podFailurePolicy", {"rules": []})["rules"]
        ignored = [status for rule in policy for status in rule["onExitCodes"]["values"]]
        assert ignored == IGNORED[container["args"][0]]
        assert not container["image"].endswith(":latest")
        variables = {entry["name"]: entry["value"] for entry in container["env"]}
        mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert str(Path(variables["MONGODB_URI_FILE"]).parent) in mounted
        assert "MONGODB_URI" not in variables


def test_serve_is_reached_over_a_proxy_with_tls_and_by_owners_of_tokens_only() -> None:
    services = load("compose.yaml")["services"]
    assert "ports" not in services["serve"]
    assert set(services["serve"]["networks"]) & set(services["proxy"]["networks"]) == {"pages"}
    assert load("compose.yaml")["networks"]["pages"]["internal"] is True
    assert "reverse_proxy {$SERVE_AT}" in (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    items = {(item["kind"], item["metadata"]["name"]): item for item in load("kubernetes.yaml")["items"]}
    pod = items["Deployment", "cmoney-serve"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    host = container["args"][-1]
    assert items["Ingress", "cmoney-serve"]["spec"]["tls"][0]["hosts"] == [host]
    unit = (DEPLOY / "systemd" / "cmoney-serve.service").read_text(encoding="utf-8")
    for words in (services["serve"]["command"], container["args"], ["serve", "--host-name", "archive.example.org"]):
        assert "--host-name" in words, "without it nobody would be asked for a token"
    assert "serve --host-name ${SERVE_NAME}" in unit


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Return the units in a directory, with the program where it is here: systemd wants it to exist."""
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text(encoding="utf-8").replace("/opt/cmoney/.venv/bin/cmoney", str(BIN / "cmoney"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(units: Path) -> None:
    output = check("systemd-analyze", "verify", *sorted(units.glob("cmoney-*")))
    assert (output.returncode, output.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_service_is_hardened(units: Path) -> None:
    service = units / "cmoney-column.service"
    output = check("systemd-analyze", "security", "--offline=true", "--threshold=40", service)
    assert output.returncode == 0, output.stdout
    (units / "bare.service").write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
    assert check("systemd-analyze", "security", "--offline=true", "--threshold=40", units / "bare.service").returncode


def test_there_is_no_program_in_deploy() -> None:
    assert not list(DEPLOY.rglob("*.py"))


def test_no_secret_is_written_in_deploy() -> None:
    for path in (path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"mongodb(?:\+srv)?://[^:\s]+:(?!%s)[^@\s]+@", text), path
