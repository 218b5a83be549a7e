"""The shipped rules and dashboard, held to what is exported and to Prometheus' own tools, and a real Prometheus."""

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gatekeeper.metrics.families import FAMILIES, MetricKind
from lab.ports import free_port
from lab.processes import Process
from lab.prometheus import prometheus_program
from tests.metrics.site import served

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "asterisk" / "observability"
RULES = SHIPPED / "gatekeeper-rules.yml"
DASHBOARD = SHIPPED / "gatekeeper-dashboard.json"
PAGES = (ROOT / "docs" / "metrics.md", ROOT / "docs" / "fr" / "mesures.md")
NAME = re.compile(r"\bgatekeeper_\w+")


def promtool(*arguments: str, stdin: str = "") -> None:
    """Run it; what it finds is the test's failure."""
    command = [*prometheus_program("promtool"), *arguments]
    ended = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def exported() -> set[str]:
    """The names of all series."""
    histograms = [family.name for family in FAMILIES if family.kind is MetricKind.HISTOGRAM]
    parts = {name + end for name in histograms for end in ("_bucket", "_sum", "_count")}
    return {family.name for family in FAMILIES} - set(histograms) | parts


def expressions(node: Any) -> Iterator[str]:
    """Every expression of a dashboard."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "expr":
                yield value
            else:
                yield from expressions(value)
    elif isinstance(node, list):
        for one in node:
            yield from expressions(one)


def test_rules_do_what_they_say(tmp_path: Path) -> None:
    """Promtool reads them, and each raises its alert where it should, and none where all is well."""
    promtool("check", "rules", str(RULES))
    for file in (RULES, Path(__file__).parent / "rules_test.yml"):
        shutil.copy(file, tmp_path)
    promtool("test", "rules", str(tmp_path / "rules_test.yml"))


def test_rules_and_dashboard_know_what_is_exported(tmp_path: Path) -> None:
    """No metric in them is missing; every one is on the dashboard; and its expressions are Prometheus' language."""
    asked = list(expressions(json.loads(DASHBOARD.read_text())))
    assert set(NAME.findall(RULES.read_text())) <= exported()
    on_it = set(NAME.findall(" ".join(asked)))
    assert on_it <= exported()
    bases = {re.sub(r"_(bucket|sum|count)$", "", name) for name in on_it}
    assert bases == {family.name for family in FAMILIES}
    rules = [
        {"record": f"panel:{place}", "expr": one.replace("$__rate_interval", "5m").replace("$__range", "1d")}
        for place, one in enumerate(asked)
    ]
    file = tmp_path / "panels.yml"
    file.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))  # JSON is YAML, too
    promtool("check", "rules", str(file))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_metric_is_documented(page: Path) -> None:
    """With its labels, and nothing else is."""
    lines = [line for line in page.read_text().splitlines() if line.startswith("| `gatekeeper_")]
    expected = {(one.name, one.labels) for one in FAMILIES}
    told = [[re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[1:3]] for line in lines]
    assert {(name[0], tuple(labels)) for name, labels in told} == expected
    assert len(told) == len(FAMILIES)


async def test_prometheus_scrapes_a_daemon(tmp_path: Path) -> None:
    """The real one, with the shipped rules: the target is up, and has every family; promtool finds no fault in it."""
    async with served(tmp_path) as site:
        await site.call("+33612345678")
        promtool("check", "metrics", stdin=(await site.get("/metrics")).text)
        port = free_port()
        (tmp_path / "prometheus.yml").write_text(
            json.dumps(
                {
                    "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms"},
                    "rule_files": [str(RULES)],
                    "scrape_configs": [
                        {"job_name": "gatekeeper", "static_configs": [{"targets": [f"127.0.0.1:{site.port}"]}]}
                    ],
                }
            )
        )
        command = [
            *prometheus_program("prometheus"),
            f"--config.file={tmp_path / 'prometheus.yml'}",
            f"--storage.tsdb.path={tmp_path / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        process = Process("Prometheus", command, tmp_path / "prometheus.log")
        try:
            found = await series(port, "gatekeeper_decision_seconds_bucket")
        finally:
            process.kill()
    assert exported() <= {
        *found,
        "gatekeeper_bypasses_total",  # without a watchdog there is none
        "gatekeeper_attempts_total",  # without a cap there are none
        "gatekeeper_attempts_standing",
        "gatekeeper_met_again_total",
        "gatekeeper_list_age_seconds",  # of lists that were imported
        "gatekeeper_list_left_seconds",
    }


async def series(port: int, awaited: str) -> set[str]:
    """The names that Prometheus has, once one is among them and the target is up."""
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        while True:
            try:
                up = (await client.get("/api/v1/query", params={"query": 'up{job="gatekeeper"} == 1'})).json()
                names = set((await client.get("/api/v1/label/__name__/values")).json()["data"])
            except (httpx.HTTPError, ValueError, KeyError):
                names, up = set(), {"data": {"result": []}}
            if up["data"]["result"] and awaited in names:
                return names
            await asyncio.sleep(0.1)
