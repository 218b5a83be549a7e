"""The samples of `docs/api`, each by its own interpreter, before the real desk and daemon."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatekeeper.lists import ListStore
from lab.interpreters import Interpreter, environment_of, interpreter
from lab.processes import Process, wait_until
from tests.api.conftest import ApiSite

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "api"
LANGUAGES = ["py", "php", "mjs", "lua"]
NAMES = {"php": "php", "mjs": "node", "lua": "lua5.4"}


@pytest.fixture(scope="module")
def served(api_site: ApiSite) -> Iterator[str]:
    """The desk in a process of its own; gives its address."""
    command = [sys.executable, "-m", "gatekeeper", "--config", str(api_site.daemon.config_path), "desk"]
    log = api_site.daemon.folder / "desk.log"
    process = Process("gatekeeper desk", command, log, environment=api_site.daemon.environment)
    url = f"http://127.0.0.1:{api_site.desk.settings.desk.port}"

    def ready() -> bool:
        process.demand_running()
        try:
            return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    try:
        wait_until(ready, 30, "the desk to be ready")
        yield url
    finally:
        process.stop(seconds=10)


def run(language: str, url: str, key: str, *arguments: str, name: str = "check") -> subprocess.CompletedProcess[str]:
    """Run a sample."""
    one = Interpreter([sys.executable], {}) if language == "py" else interpreter(NAMES[language])
    environment = {**environment_of(one), "GATEKEEPER_URL": url, "GATEKEEPER_KEY": key, "no_proxy": "*"}
    program = str(SAMPLES / f"{name}.{language}")
    return subprocess.run(
        [*one.command, program, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_there_is_a_test_for_each() -> None:
    """No sample is left out."""
    there = sorted(one.name for one in SAMPLES.iterdir())
    assert there == sorted(f"{name}.{language}" for name in ("check", "import") for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_does_what_it_says(api_site: ApiSite, served: str, language: str) -> None:
    """A call that is let by is told of as made; none is placed that is blocked, or with a key or desk that is none."""
    number = f"062400000{LANGUAGES.index(language)}"
    allowed = run(language, served, api_site.keys["acme"], number, "spring")
    assert (allowed.returncode, allowed.stderr) == (0, "")
    assert allowed.stdout == "ALLOW CLEAR - No list that applies holds the number.\n"
    (row,) = api_site.decisions(number)
    assert (row["gates"], row["principal"]) == ("API API:made", "ACME")
    api_site.daemon.add(number)
    blocked = run(language, served, api_site.keys["acme"], number)
    assert (blocked.returncode, blocked.stdout[:15]) == (1, "BLOCK RED_LIST ")
    unknown = run(language, served, "nobody's", number)
    assert (unknown.returncode > 0, unknown.stdout) == (True, "")
    assert unknown.stderr == "no call: An admin makes keys in the desk, and ends them.\n"
    down = run(language, "http://127.0.0.1:1", api_site.keys["acme"], number)
    assert (down.returncode > 0, down.stdout) == (True, "")
    assert "no call: " in down.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_for_files_imports_what_it_has_shown(
    api_site: ApiSite, served: str, tmp_path: Path, language: str
) -> None:
    """What would change, then that it was done; what can't be is told line by line; without a desk nothing is known."""
    good, bad = tmp_path / "of november & more.csv", tmp_path / "bad.csv"
    good.write_text("0617900001\n0617900002\n")
    bad.write_text("0617900001\nnothing\n")
    key = api_site.keys["lists.import"]
    done = run(language, served, key, "uploaded", str(good), "of November", "--accept", name="import")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0][:34] == "read 2, taken 2, rejected 0, added"
    assert done.stdout.splitlines()[-1].startswith("imported: version ")
    with ListStore(api_site.desk.settings.daemon.data_dir) as store:
        assert store.versions("uploaded")[0].source.endswith(good.name)
    for file, list_name, told in (
        (good, "nothing", "nothing was changed: There is no list of that name"),
        (bad, "uploaded", "bad.csv, line 2: a letter"),
    ):
        refused = run(language, served, key, list_name, str(file), "of November", name="import")
        assert (refused.returncode > 0, refused.stdout) == (True, "")
        assert told in refused.stderr
    down = run(language, "http://127.0.0.1:1", key, "uploaded", str(good), "of November", name="import")
    assert (down.returncode > 0, down.stdout) == (True, "")
    assert down.stderr.startswith("nothing is known: ")
