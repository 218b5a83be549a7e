"""A daemon in this process that serves metrics, and its scraper."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from gatekeeper.config import load
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.runtime import Runtime
from lab.ports import free_port
from tests.agi.environments import environment
from tests.agi.gate import REPLIES

CONFIG = """
[daemon]
data_dir = "{folder}/data"
[socket]
path = "{folder}/s"
[fastagi]
port = {fastagi}
[law]
default = "lists-only"
[lists.red]
kind = "red"
[lists.tps]
[campaigns.default]
lists = []
[campaigns.british]
lists = ["tps"]
[metrics]
enabled = true
port = {metrics}
"""

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@dataclass(frozen=True)
class MetricsSite:
    """A daemon that serves metrics.

    Attributes:
        folder: its data are in `data` there.
        port: of its metrics.
        fastagi: of its dialplan gate.
    """

    folder: Path
    port: int
    fastagi: int

    async def get(self, path: str, **options: dict[str, str]) -> httpx.Response:
        """Ask for a page."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            return await client.get(f"http://127.0.0.1:{self.port}{path}", **options)  # type: ignore[arg-type]

    async def scrape(self) -> Samples:
        """What a scrape finds, by name and labels."""
        return samples_of((await self.get("/metrics")).text)

    async def call(self, dialled: str, campaign: str = "") -> None:
        """Ask as the dialplan does; returns when the answer was taken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.fastagi)
        writer.write(environment(dialled, campaign))
        await reader.read()
        writer.write(REPLIES)
        writer.close()
        await writer.wait_closed()


def samples_of(text: str) -> Samples:
    """Every sample of an exposition, as Prometheus' own parser reads it."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@contextlib.asynccontextmanager
async def served(folder: Path, more: str = "", port: int = 0) -> AsyncIterator[MetricsSite]:
    """The daemon, with more of a configuration, which begins in `[metrics]`; its metrics are on a port, or any."""
    file, metrics, fastagi = folder / "gatekeeper.toml", port or free_port(), free_port()
    (folder / "data").mkdir(exist_ok=True)
    file.write_text(CONFIG.format(folder=folder, metrics=metrics, fastagi=fastagi) + more)
    async with Runtime(build_parts(load(file, {}))):
        yield MetricsSite(folder, metrics, fastagi)
