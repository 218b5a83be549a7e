"""What compliance staff are told in French has no English left in it, whatever command tells it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from gatekeeper.cli.language import of_locale
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.words import NARROW, Language
from lab.registry import LabRegistry
from tests.cli.conftest import Result, Site
from tests.cli.test_documentation import COMMANDS
from tests.journal.rows import row
from tests.journal.test_archives import write

ENGLISH: Final = re.compile(
    r"\b(the|of|is|are|was|were|and|or|nothing|not|with|without|by|from|since|until|number|numbers|lines?|read|there|"
    r"would|changed?|imported|added|removed|listed|rejected|duplicates|records|entries|decisions in|file|files|in it|"
    r"can't|has|have|what|which|who|old|new|gone|unchanged|in force|Month|Archive of|By|allowed|blocked|reason|list)\b"
)
"""Words that no French text has, in any sense."""

THOUSANDS: Final = re.compile(r"\d,\d{3}\b|\d\.\d (s|MB)\b")

CONFIG: Final = """
[lists.washed]
kind = "wash"
[lists.sues]
kind = "query"
[queries.sues]
provider = "litigator"
mode = "always"
prefixes = ["1"]
url = "{url}/litigators"
[campaigns.trial]
shadow = true
[alerts]
syslog = "{folder}/nobody"
"""

TEXTS: Final = {
    "l1.csv": "Téléphone;Id\n0612345678;1\n0612345679;2\nxyz;3\n15;4\n",
    "l2.csv": "Téléphone;Id\n0612345678;1\n",
    "big.txt": "\n".join(f"06{number:08}" for number in range(12_000_000, 12_001_200)),
    "leads.csv": "nom;tel\nA;0612345678\nB;0612345680\nC;abc\n",
    "america.csv": "phone\n+12025550100\nzz\n",
    "consents.csv": "number,principal,goods,collected_at\n0612345677,ACME,vin,2026-08-20T10:15\nx,ACME,vin,\n",
    "t.txt": "Acceptez-vous ?",
    "retour.csv": "Téléphone;Identifiant;Statut\n0612345699;1;N\n0612345698;2;OK\n",
    "pdf": "signé",
    "broken.zip": "PK\x03\x04 nothing",
    "empty.csv": "",
}

GIVEN: Final = (
    "--principal",
    "ACME",
    "--goods",
    "vin",
    "--collected-at",
    "2026-08-20T10:15",
    "--slots",
    "sat 10:00-12:00",
)

RUNS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("list import", ("bloctel", "{l1.csv}", "--force", "--dry-run", "--show-numbers")),
    ("list import", ("bloctel", "{l1.csv}", "--force")),
    ("list import", ("bloctel", "{l2.csv}", "--accept", "--valid-until", "2090-01-01")),
    ("list import", ("bloctel", "{big.txt}", "--accept")),
    ("list add", ("red", "0612345670", "0612345671", "15")),
    ("list add", ("red", "0612345670", "0612345672")),
    ("list remove", ("red", "0612345670", "0612345999")),
    ("list show", ("0612345671",)),
    ("list status", ()),
    ("list versions", ("bloctel",)),
    ("list changes", ("red",)),
    ("list diff", ("bloctel", "1", "2", "--out", "{diff.csv}")),
    ("list rollback", ("bloctel", "1")),
    ("bloctel deposit", ("{leads.csv}", "--list", "washed", "--out", "{deposit.csv}")),
    ("bloctel return", ("{retour.csv}", "--list", "washed")),
    ("consent text add", ("web-1", "{t.txt}")),
    (
        "consent add",
        ("0612345677", *GIVEN, "--proof", "{pdf}", "--text", "web-1", "--items", "no-act", "--note", "salon"),
    ),
    ("consent withdraw", ("0612345677", "--kind", "call-back-request", "--channel", "lettre")),
    ("consent import", ("{consents.csv}", "--force", "--dry-run")),
    ("consent import", ("{consents.csv}", "--force")),
    ("consent show", ("0612345677",)),
    ("consent show", ("0612345600",)),
    ("consent status", ()),
    ("consent proof", ("0612345677", "--output", "{copie.pdf}")),
    ("scrub", ("{leads.csv}", "--campaign", "survey")),
    ("scrub", ("{leads.csv}", "--campaign", "survey", "--preview")),
    ("query", ("sues", "{america.csv}")),
    ("refuse", ("0612345673",)),
    ("check", ("0612345671", "--explain")),
    ("check", ("0612345602",)),
    ("log", ()),
    ("stats", ("--by", "reason,verdict")),
    ("top", ("--once",)),
    ("shadow report", ()),
    ("journal archive", ("--keep-months", "1", "--dry-run")),
    ("journal archive", ("--keep-months", "1")),
    ("journal size", ()),
    ("alerts test", ()),
    ("reasons", ()),
    ("law show", ("fr",)),
    ("law diff", ("fr", "2026-08-10", "2026-08-12")),
    ("law switches", ()),
    ("law trades", ()),
    ("backup", ("{backups}",)),
    ("restore", ("{backups}/{backup}", "--dry-run")),
)
"""What is asked, one after the other; `{name}` is a file of the site."""

WITHOUT_A_SITE: Final = {"doctor", "sip-gate check"}
"""They look at a machine, and have tests of their own for both languages."""

ERRORS: Final[tuple[tuple[str, ...], ...]] = (
    ("list", "show", "15"),
    ("list", "import", "nowhere", "{l1.csv}"),
    ("list", "import", "bloctel", "{missing.csv}"),
    ("list", "import", "bloctel", "{pdf}"),
    ("list", "import", "bloctel", "{broken.zip}"),
    ("list", "import", "bloctel", "{empty.csv}"),
    ("list", "import", "bloctel", "{l1.csv}", "--column", "Nom"),
    ("list", "import", "bloctel", "{l1.csv}"),
    ("list", "rollback", "bloctel", "99"),
    ("list", "diff", "bloctel", "1", "99"),
    ("consent", "add", "0612345677", "--principal", "ACME", "--collected-at", "hier"),
    ("consent", "add", "0612345677", "--principal", "ACME", "--collected-at", "2090-01-01T10:00"),
    ("consent", "import", "{leads.csv}"),
    ("consent", "proof", "0612345677", "--output", "{copie.pdf}"),
    ("scrub", "{missing.csv}"),
    ("scrub", "{leads.csv}", "--campaign", "survey"),
    ("scrub", "{leads.csv}", "--at", "2026-11-30"),
    ("scrub", "--scheduled"),
    ("query", "nobody", "{america.csv}"),
    ("check", "0612345678", "--campaign", "nowhere"),
    ("backup", "{folder}/data/within"),
    ("restore", "{t.txt}"),
    ("restore", "{missing.csv}"),
    ("journal", "archive"),
)


@pytest.fixture
def french(site: Site) -> Callable[..., Result]:
    """Runs a command of a filled site in French; names in braces are its files."""
    for name, text in TEXTS.items():
        site.file(text, name)
    write(
        site.data / JOURNAL_FILE, [row(at=1_785_000_000_000_000), row(verdict="BLOCK", reason="LISTED", list="bloctel")]
    )

    def run(*arguments: str, said: tuple[str, ...] = ("--lang", "fr")) -> Result:
        backups = site.folder / "backups"
        backup = next(iter(sorted(path.name for path in backups.iterdir())), "") if backups.exists() else ""
        words = [re.sub(r"\{backup\}", backup, one) for one in arguments]
        words = [re.sub(r"\{folder\}", str(site.folder), one) for one in words]
        return site.run(*(re.sub(r"\{([\w.]+)\}", rf"{site.folder}/\1", one) for one in words), *said)

    return run


def english_of(text: str, folder: Path) -> list[str]:
    """The lines that have English words, but for what stands in quotation marks, code, paths and codes of ours."""
    codes = rf"{re.escape(str(folder))}\S*|`[^`]*`|«[^»]*»|\[[\w. ]+\]|--[a-z-]+|\b[A-Z_]{{2,}}\b"
    plain = re.sub(r"\b\w+(?:-\w+)+\b|les colonnes sont [^;]*", " ", re.sub(codes, " ", text))
    return [line for line in plain.splitlines() if ENGLISH.search(line) or THOUSANDS.search(line)]


def test_every_command_that_speaks_french_is_run() -> None:
    """A new command with `--lang` has to be among them."""
    with_language = {" ".join(path) for path, one in COMMANDS.items() if any("--lang" in p.opts for p in one.params)}
    assert with_language - WITHOUT_A_SITE == {name for name, _ in RUNS}


def test_no_command_tells_english(site: Site, french: Callable[..., Result]) -> None:
    """All of a site's work, told in French."""
    left = []
    with LabRegistry() as registry:
        site.config.write_text(site.config.read_text() + CONFIG.format(url=registry.url, folder=site.folder))
        site.run("init", "--keep")
        for name, arguments in RUNS:
            done = french(*name.split(), *arguments)
            left += [f"{name}: {line}" for line in english_of(done.out + done.err, site.folder)]
    assert left == []


def test_no_error_is_english(site: Site, french: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that people meet most, by the locale alone."""
    site.run("list", "import", "bloctel", str(site.folder / "l2.csv"))
    french("consent", "proof", "0612345677", "--output", "{copie.pdf}")
    french("scrub", "{leads.csv}", "--campaign", "survey")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    left = []
    for arguments in ERRORS:
        done = french(*arguments, said=())
        told = [line for line in done.err.splitlines() if line.startswith(("gatekeeper", "note"))]
        left += [f"{' '.join(arguments)}: {line}" for line in english_of("\n".join(told), site.folder)]
        assert done.code or told, arguments
    assert left == []


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "fr_FR.UTF-8"}, Language.FR),
        ({"LANG": "fr"}, Language.FR),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CA"}, Language.FR),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, Language.FR),
        ({"LANG": "C.UTF-8"}, Language.EN),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
    ],
)
def test_the_locale_says_the_language(environ: dict[str, str], language: Language) -> None:
    """`LC_ALL` before `LC_MESSAGES` before `LANG`; what is empty says nothing."""
    assert of_locale(environ) is language


def test_the_option_goes_before_the_locale(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the locale is taken where no option says it."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    file = site.file("\n".join(f"06{number:08}" for number in range(12_000_000, 12_001_200)), "big.txt")
    assert f"1{NARROW}200 numéros importés" in site.run("list", "import", "bloctel", file).out
    assert "1,200 numbers imported" in site.run("list", "import", "bloctel", file, "--accept", "--lang", "en").out
