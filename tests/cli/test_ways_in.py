"""A delivered file says the same whichever way it comes in: by a command, by the inbox, or through the door itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.config import load
from gatekeeper.config.list_rules import list_rules
from gatekeeper.intake import ImportRequest, import_into
from gatekeeper.intake.arrival import import_arrival
from gatekeeper.lists import ListStore
from tests.cli.conftest import Site

OWN = {"list", "version", "seconds", "rejects_file", "dry_run", "samples", "added_sample", "dropped_sample"}
"""What a report says of its own import; and the samples, which a command shows of people only where it is asked to."""

FILES = {
    "plain": "0612345678\n0761234567\n" * 20 + "x\n",
    "wash": "0612345678;7;OK\n0761234567;8;KO\n",
    "own": "nom,tel,avis\nA,0612345678,oui\nB,0761234567,non\n",
}
SETUP = {
    "plain": "max_shrink = 0",
    "wash": 'kind = "wash"\nformat = "bloctel-return"\nmax_age_days = 9',
    "own": 'kind = "wash"\nformat = "mine"',
}
MINE = """
[formats.mine]
kind = "wash"
delimiter = ","
column = "tel"
answer_column = "avis"
callable = ["oui"]
listed = ["non"]
"""


@pytest.mark.parametrize("form", FILES)
def test_every_way_in_gives_the_same_report(site: Site, form: str) -> None:
    """Three lists that are configured alike, one file, three ways: one reading."""
    names = ("by-command", "by-inbox", "by-door")
    with site.config.open("a") as config:
        config.write(MINE + "".join(f"\n[lists.{name}]\n{SETUP[form]}\n" for name in names))
    file = Path(site.file(FILES[form]))
    settings = load(site.config, {})
    command = ("list", "import", "by-command", str(file), "--json")
    told: list[dict[str, Any]] = [json.loads(site.run(*command).out)]
    told.append(as_json(import_arrival(site.data, list_rules(settings, "by-inbox"), file).report))
    with ListStore(site.data) as store:
        told.append(as_json(import_into(store, list_rules(settings, "by-door"), file, ImportRequest("x"))._asdict()))
        held = [sorted(store.numbers(name)) for name in names]
    assert held[0]
    assert held == [held[0]] * 3
    assert {key for one in told for key in one if one.get(key) != told[0].get(key)} <= OWN


def as_json(report: dict[str, Any]) -> dict[str, Any]:
    """A report as a program reads it."""
    told: dict[str, Any] = json.loads(json.dumps(report, default=str))
    return told
