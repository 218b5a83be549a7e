"""`gatekeeper doctor` on the command line: its table, JSON, exit codes and languages."""

import json
from pathlib import Path

import pytest

from gatekeeper.doctor import CHECKS
from tests.cli.conftest import Site


def test_a_failure_ends_with_2_and_says_what_to_do(site: Site, tmp_path: Path) -> None:
    """No daemon runs: the check says so, with its remedy."""
    result = site.run("doctor", "--only", "daemon", "--root", str(tmp_path))
    assert result.code == 2
    assert "GATE_DOWN" in result.out
    assert "to do: start it" in result.out


def test_what_is_well_ends_with_0(site: Site, tmp_path: Path) -> None:
    """Only what was asked for is looked at."""
    result = site.run("doctor", "--only", "configuration", "--only", "ports", "--root", str(tmp_path), "--json")
    assert result.code == 0
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert [(one["check"], one["status"]) for one in lines] == [("configuration", "ok"), ("ports", "ok")]


def test_a_warning_ends_with_1(site: Site, tmp_path: Path) -> None:
    """There is no Asterisk here."""
    result = site.run("doctor", "--only", "site", "--root", str(tmp_path))
    assert result.code == 1
    assert "no Asterisk was found" in result.out


def test_a_configuration_with_a_mistake_is_a_finding(site: Site, tmp_path: Path) -> None:
    """The command does not end with it: what needs no settings is looked at, the rest is skipped."""
    site.config.write_text("[demon]\n")
    result = site.run("doctor", "--root", str(tmp_path), "--json")
    assert result.code == 2
    statuses = {one["check"]: one["status"] for one in map(json.loads, result.out.splitlines())}
    assert statuses["configuration"] == "failed"
    assert {statuses[name] for name in statuses if name not in ("configuration", "site")} == {"skipped"}


def test_it_speaks_french(site: Site, tmp_path: Path) -> None:
    """Table and remedies."""
    result = site.run("doctor", "--only", "daemon", "--root", str(tmp_path), "--lang", "fr")
    assert "Vérification" in result.out
    assert "à faire : démarrez-le" in result.out
    assert "échecs 1" in result.out


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_lists_its_checks(site: Site, lang: str) -> None:
    """Each by its name, and nothing is looked at."""
    result = site.run("doctor", "--list", "--lang", lang)
    assert result.code == 0
    assert all(one.name in result.out for one in CHECKS)


def test_an_unknown_check_is_an_error(site: Site) -> None:
    """The answer names those that there are."""
    result = site.run("doctor", "--only", "weather")
    assert result.code == 2
    assert "asterisk-version" in result.err


@pytest.mark.parametrize("option", ["--canary", "--emergency"])
def test_calls_are_asked_about_first(site: Site, tmp_path: Path, option: str) -> None:
    """Without an answer nothing is done, and the list is not made."""
    result = site.start("doctor", option, "--root", str(tmp_path), stdin=b"n\n")
    assert result.returncode != 0
    assert b"Go on?" in result.stdout
    assert "canary" not in site.run("list", "status", "--json").out


def test_calls_need_an_asterisk(site: Site, tmp_path: Path) -> None:
    """The error says what is missing."""
    result = site.run("doctor", "--canary", "--yes", "--root", str(tmp_path))
    assert result.code == 2
    assert "no Asterisk was found" in result.err
