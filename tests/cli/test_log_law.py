"""`gatekeeper log` of what was decided under a law: by which provision, until when, and what shadow would block."""

import json
from typing import Any

import pytest

from gatekeeper.policy import Reason, info_of
from tests.cli.test_log import BLANK, NOON, found, write

HOURS = BLANK._replace(
    id="H" * 26, verdict="BLOCK", reason="CALL_HOURS", provision="FR-HOURS", retry_at=NOON + 3_600_000_000, law="fr"
)
SHADOW = BLANK._replace(id="S" * 26, would_block="NO_BASIS", would_provision="FR-BASIS", law="fr")
PLAIN = BLANK._replace(id="P" * 26)


@pytest.fixture
def logged(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site with a decision of each sort, in a zone of its own."""
    monkeypatch.setenv("COLUMNS", "200")
    write(site, [PLAIN, HOURS, SHADOW])
    return site


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--provision", "FR-HOURS"), "H"),
        (("--provision", "fr-basis"), "S"),
        (("--provision", "FR-BASIS", "--provision", "FR-HOURS"), "HS"),
        (("--would-block",), "S"),
        (("--would-block", "--provision", "FR-HOURS"), ""),
        (("--provision", "FR-CAP"), ""),
    ],
)
def test_filters(logged: Any, words: tuple[str, ...], expected: str) -> None:
    """By the provision that decided, or that would have; in whichever case it is written."""
    assert found(logged, *words) == expected


def test_an_unknown_provision_is_an_error(logged: Any) -> None:
    """It names those of the same law."""
    result = logged.run("log", "--provision", "FR-HOUR")
    assert (result.code, result.out) == (2, "")
    assert "FR-HOURS" in result.err
    assert "FR-BASIS" in result.err


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        ("en", ("Provision", "May be called from", "Would block")),
        ("fr", ("Disposition", "Appel possible dès", "Aurait bloqué")),
    ],
)
def test_the_table(logged: Any, lang: str, headings: tuple[str, ...]) -> None:
    """It shows them where there is something to show, and explains the reasons of shadow too."""
    lines = logged.run("log", "--lang", lang).out.splitlines()
    assert all(heading in lines[0] for heading in headings)
    hours = next(line for line in lines if "CALL_HOURS" in line)
    assert "FR-HOURS" in hours
    assert hours.count("2026-11-20 1") == 2
    assert "NO_BASIS" in next(line for line in lines if "CLEAR" in line and "NO_BASIS" in line)
    assert any(line.startswith("NO_BASIS") for line in lines)
    meaning = info_of(Reason.NO_BASIS)
    assert " ".join((meaning.french if lang == "fr" else meaning.english).split()[:4]) in "\n".join(lines)
    plain = logged.run("log", "--lang", lang, "--limit", "1", "--verdict", "allow", "--would-block").out.splitlines()[0]
    assert headings[0] not in plain


def test_csv_and_json_have_every_column(logged: Any) -> None:
    """The moment is UTC there."""
    hours = json.loads(logged.run("log", "--format", "json", "--provision", "FR-HOURS").out)
    assert (hours["retry_at"], hours["law"]) == ("2026-11-20T13:00:00.000000Z", "fr")
    heading = logged.run("log", "--format", "csv").out.splitlines()[0].split(",")
    assert {"provision", "basis", "retry_at", "would_block", "would_provision", "proof", "attempt_no"} <= set(heading)
