"""Metrics and health of a daemon: what a scrape finds of its calls, lists and parts, and when it is ready."""

import asyncio
from pathlib import Path

import pytest

from gatekeeper.clock import SECOND_US
from gatekeeper.errors import DaemonError
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.screening import trouble
from tests.metrics.site import MetricsSite, samples_of, served

LISTED, RED, FREE = "+33612345678", "+33634567890", "+33645678901"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lists: one that was imported, and the red list."""
    file = tmp_path / "tps.txt"
    file.write_text(f"{LISTED}\n")
    with ListStore(tmp_path / "data") as store:
        store.ensure("tps", ListKind.OPPOSITION)
        store.import_file(file, "tps", options=ImportOptions(by="test"))
        store.add("red", [int(RED[1:])], by="test")
    return tmp_path


async def test_decisions_are_counted(folder: Path) -> None:
    """By verdict, reason and gate, with a histogram of how long they took."""
    async with served(folder) as site:
        for dialled, campaign in ((LISTED, "british"), (RED, "x"), (RED, ""), (FREE, "british"), ("112", "")):
            await site.call(dialled, campaign)
        found = await site.scrape()
        counted = {
            (labels["verdict"], labels["reason"], labels["gate"]): value
            for (name, pairs), value in found.items()
            if name == "gatekeeper_decisions_total" and (labels := dict(pairs))
        }
        assert counted == {
            ("BLOCK", "LISTED", "FASTAGI"): 1,
            ("BLOCK", "RED_LIST", "FASTAGI"): 2,
            ("ALLOW", "CLEAR", "FASTAGI"): 1,
            ("ALLOW", "EMERGENCY", "FASTAGI"): 1,
        }
        gate = ("gate", "FASTAGI")
        assert found["gatekeeper_decision_seconds_count", (gate,)] == 5
        assert 0 < found["gatekeeper_decision_seconds_sum", (gate,)] < 1
        buckets = [
            value
            for (name, pairs), value in sorted(found.items(), key=lambda one: float(dict(one[0][1]).get("le", 0)))
            if name == "gatekeeper_decision_seconds_bucket" and gate in pairs
        ]
        assert buckets == sorted(buckets)
        assert buckets[-1] == 5
        answered = ("gatekeeper_part_events_total", (("event", "answered"), ("part", "FastAGI server")))
        async with asyncio.timeout(60):
            while (await site.scrape())[answered] != 5:  # noqa: ASYNC110 - who has an answer is seen off a bit later
                await asyncio.sleep(0.02)


async def test_lists_are_measured(folder: Path) -> None:
    """Age, what is left, size, filter and false hits; a list that was never imported is stale."""
    async with served(folder, '[lists.other]\nkind = "opposition"\n') as site:
        found = await site.scrape()
        tps, other = (("list", "tps"),), (("list", "other"),)
        assert found["gatekeeper_list_numbers", tps] == 1
        assert found["gatekeeper_list_numbers", (("list", "red"),)] == 1
        assert 0 <= found["gatekeeper_list_age_seconds", tps] < 60
        assert found["gatekeeper_list_left_seconds", tps] == pytest.approx(30 * 86_400, abs=60)
        assert (found["gatekeeper_list_stale", tps], found["gatekeeper_list_stale", other]) == (0, 1)
        assert ("gatekeeper_list_mark", tps) not in found
        assert found["gatekeeper_list_mark", other] == 0
        assert found["gatekeeper_list_filter_bytes", tps] > 0
        assert found["gatekeeper_list_filter_false_hits_total", tps] == 0
        assert ("gatekeeper_list_age_seconds", other) not in found
        assert found["gatekeeper_ready", ()] == 1  # a stale list is decided, and no reason to ask another daemon
        assert found["gatekeeper_data_free_bytes", ()] > 0
        for part, state in (("journal", "waiting"), ("imports that people ask for", "open")):
            # What goes down as well: as a counter it would be one that is reset time and again.
            assert found["gatekeeper_part_state", (("part", part), ("state", state))] == 0
            assert ("gatekeeper_part_events_total", (("event", state), ("part", part))) not in found


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0", "text/plain; version=0.0.4"])
async def test_formats_are_chosen_by_the_scraper(folder: Path, accept: str) -> None:
    """Prometheus' text, or OpenMetrics with its end."""
    async with served(folder) as site:
        answer = await site.get("/metrics", headers={"Accept": accept})
        assert answer.headers["Content-Type"].startswith(accept.partition(";")[0] or "text/plain")
        assert answer.text.endswith("# EOF\n") == ("openmetrics" in accept)
        assert ("gatekeeper_ready", ()) in samples_of(answer.text)


async def test_health_and_strange_requests(folder: Path) -> None:
    """Other paths, other methods and what is not HTTP get their answer, and the next one is served."""
    async with served(folder) as site:
        assert [(await site.get(path)).status_code for path in ("/healthz", "/readyz", "/")] == [200, 200, 404]
        assert await raw(site, b"POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == b"HTTP/1.1 405 Method Not Allowed"
        assert await raw(site, b"HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n") == b"HTTP/1.1 200 OK"
        assert await raw(site, b"what?\r\n\r\n") == b"HTTP/1.1 400 Bad Request"
        assert (await site.get("/healthz")).text == "ok\n"


async def raw(site: MetricsSite, data: bytes) -> bytes:
    """The first line of the answer to some bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(data)
    first = (await reader.read()).partition(b"\r\n")[0]
    writer.close()
    return first


async def test_ready_only_while_calls_can_be_decided(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that can't be read makes it not ready, and says so; a fault of a call is over when none comes."""
    async with served(folder) as site:
        await site.call(LISTED, "british")
        file = folder / "data" / "lists.sqlite3"
        file.rename(file.with_suffix(".away"))
        file.mkdir()
        await until(site, "/readyz", 503)
        assert "lists.sqlite3" in (await site.get("/readyz")).text
        await site.call(LISTED, "british")
        assert (await site.scrape())["gatekeeper_ready", ()] == 0
        file.rmdir()
        file.with_suffix(".away").rename(file)
        monkeypatch.setattr(trouble, "_LATELY_S", 0.0)
        await until(site, "/readyz", 200)
        found = await site.scrape()
        refused = (("gate", "FASTAGI"), ("reason", "GATE_ERROR"), ("verdict", "BLOCK"))
        assert found["gatekeeper_decisions_total", refused] == found["gatekeeper_gate_errors_total", ()] == 1


async def test_an_inbox_that_can_not_be_used_is_told(folder: Path) -> None:
    """Calls are decided, so it is ready; but deliveries lie there until somebody looks, who is to be told."""
    (folder / "in").write_text("no folder")
    more = f'[inbox]\nenabled = true\nfolder = "{folder}/in"\n'
    part = (("part", "watched inbox"),)
    async with served(folder, more) as site:
        async with asyncio.timeout(60):
            while (await site.scrape())["gatekeeper_part_healthy", part]:  # noqa: ASYNC110 - the daemon tells nobody
                await asyncio.sleep(0.1)
        answer = await site.get("/readyz")
        assert (answer.status_code, "the inbox can't be used" in answer.text) == (200, True)
        (folder / "in").unlink()
        async with asyncio.timeout(60):
            while not (await site.scrape())["gatekeeper_part_healthy", part]:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.1)
        assert (await site.get("/readyz")).text == "ok\n"


async def until(site: MetricsSite, path: str, status: int) -> None:
    """Wait until a page has this status."""
    async with asyncio.timeout(60):
        while (await site.get(path)).status_code != status:  # noqa: ASYNC110 - the daemon tells nobody else
            await asyncio.sleep(0.1)


async def test_a_scrape_keeps_no_call_waiting(folder: Path) -> None:
    """Scrapes without a pause, and calls beside them: every call is answered, and no scrape fails."""
    async with served(folder) as site:

        async def scrapes() -> None:
            for _ in range(20):
                assert ("gatekeeper_ready", ()) in await site.scrape()

        await asyncio.gather(scrapes(), *(site.call(FREE, "british") for _ in range(50)))
        clear = (("gate", "FASTAGI"), ("reason", "CLEAR"), ("verdict", "ALLOW"))
        assert (await site.scrape())["gatekeeper_decisions_total", clear] == 50


async def test_a_port_in_use_is_told(folder: Path) -> None:
    """Where another program has the port, the daemon says which setting to change."""
    async with served(folder) as site:
        other = folder / "other"
        other.mkdir()
        with pytest.raises(DaemonError, match=r"\[metrics\] host and port"):
            async with served(other, port=site.port):
                pytest.fail("it is not to be served")


async def test_strangers_are_disconnected(folder: Path) -> None:
    """Who is not in `allow` gets no answer."""
    async with served(folder, 'allow = ["10.0.0.0/8"]\n') as site:
        assert await raw(site, b"GET /metrics HTTP/1.1\r\n\r\n") == b""


async def test_the_journal_says_what_is_not_in_its_database(folder: Path) -> None:
    """The size of the write-ahead log is that of the file."""
    async with served(folder) as site:
        await site.call(FREE, "british")
        found = await site.scrape()
        assert found["gatekeeper_journal_wal_bytes", ()] == (folder / "data" / "journal.sqlite3-wal").stat().st_size
        assert found["process_start_time_seconds", ()] > 1_700_000_000_000_000 / SECOND_US
