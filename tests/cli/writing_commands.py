"""Every command, those that write into a data folder first, run one after the other: `python -m` with a folder.

Run by root with `UID:GID[:GROUP,GROUP]`, it becomes that user first; with names behind it, it runs these commands only.
Prints the commands that failed. The configuration wants a secret that is nowhere, as where only the daemon can read it.
"""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from gatekeeper.cli.app import main

CONFIG: Final = """\
[daemon]
data_dir = "{folder}/data"
[law]
default = "lists-only"
[lists.bloctel]
[lists.washed]
kind = "wash"
[watchdog]
enabled = true
[scrubs.leads]
contacts = "{folder}/leads.csv"
every_days = 1
"""

FILES: Final = {
    "list.csv": "0612345678\n0611111111\nrejected\n",
    "shorter.csv": "0612345678\n",
    "returned.csv": "Telephone;Identifiant;Statut\n0612345699;1;N\n",
    "leads.csv": "nom;tel\nA;0612345678\nB;0612345679\n",
    "consents.csv": "number,principal,goods,collected_at\n0612345677,ACME,insurance,2026-08-20T10:15\nx,ACME,wine,\n",
    "form.pdf": "signed",
    "text.txt": "We may call you.",
}

WRITES: Final = {
    "init": ("--keep",),
    "list import": ("bloctel", "{folder}/list.csv", "--force"),
    "list add": ("red", "0612345670"),
    "list remove": ("red", "0612345670"),
    "list rollback": ("bloctel",),
    "refuse": ("0612345671",),
    "check": ("0612345672",),
    "consent text add": ("v1", "{folder}/text.txt"),
    "consent add": (
        "0612345678",
        *("--principal", "ACME", "--goods", "insurance", "--collected-at", "2026-08-20T10:15"),
        *("--items", "all", "--proof", "{folder}/form.pdf"),
    ),
    "consent withdraw": ("0612345678",),
    "consent import": ("{folder}/consents.csv", "--force"),
    "scrub": ("--scheduled",),
    "bloctel return": ("{folder}/returned.csv", "--list", "washed"),
    "journal archive": ("--keep-months", "1"),
    "key add": ("crm", "--scope", "check"),
    "key list": (),
    "user list": (),
    "backup": ("{outside}/backups",),
    "restore": ("{outside}/backups/{newest}", "--replace"),
}
"""By command, what is added to it. All that can make a file in the data folder."""

_SHOWS: Final = (
    *("files", "log", "reasons", "version", "list formats", "list status", "consent status", "shadow report"),
    *("stats", "top", "journal size", "list changes"),
    *("law show", "law switches", "law trades", "config check", "config show", "config emergency"),
)

WRITES_NOT: Final = {
    **dict.fromkeys(_SHOWS, ()),
    "list show": ("0612345678",),
    "list versions": ("bloctel",),
    "list diff": ("bloctel", "1", "2", "--out", "{outside}/changes.csv"),
    "consent show": ("0612345678",),
    "consent proof": ("0612345678", "--overwrite", "--output", "{outside}/proof.pdf"),
    "bloctel deposit": (
        "{folder}/leads.csv",
        *("--list", "washed", "--column", "tel", "--overwrite", "--out", "{outside}/deposit.csv"),
    ),
    "law diff": ("fr", "--from", "2026-08-10", "--to", "2026-08-11"),
}
"""What changes nothing in a data folder that is there, or writes where it is told."""

TRIED_ELSEWHERE: Final = {
    *(
        "serve",
        "desk",
        "alerts test",
        "hooks test",
        "hooks test",
        "query",
        "sip-gate check",
        "install",
        "uninstall",
        "doctor",
    ),
    *("user add", "user password", "user role", "user end", "user readmit", "user unlock", "user codes-off", "key end"),
}
"""What needs a peer, a password, a user, or a site to be changed; these write by the stores that others write by."""

ALL: Final = {**WRITES, **WRITES_NOT}

GOES_ON: Final = ("list import", "list add", "refuse", "consent withdraw", "journal archive", "log")
"""Some of each store, with which somebody else goes on."""

SAYS: Final = {"check": {1}}
"""The exit codes of those that tell something by it."""


def run_all(folder: Path, names: Iterable[str] = ALL) -> list[str]:
    """Run commands; gives those that failed."""
    failed = []
    with tempfile.TemporaryDirectory() as outside:
        for name in names:
            arguments = ALL[name]
            if name == "list rollback":
                exit_code(folder, ["list", "import", "bloctel", str(folder / "shorter.csv"), "--force"])
            backups = sorted(Path(outside).glob("backups/gatekeeper-*"))
            places = {"folder": folder, "outside": outside, "newest": backups[-1].name if backups else ""}
            given = [one.format(**places) for one in arguments]
            if exit_code(folder, [*name.split(), *given]) not in SAYS.get(name, {0}):
                failed.append(name)
    return failed


def exit_code(folder: Path, arguments: list[str]) -> object:
    """Run one command in this process."""
    try:
        main(["--config", str(folder / "g.toml"), *arguments])
    except SystemExit as ended:
        return ended.code


def become(whom: str) -> None:
    """Become another user for good."""
    uid, gid, *more = whom.split(":")
    os.setgroups([int(one) for one in more])
    os.setresgid(int(gid), int(gid), int(gid))
    os.setresuid(int(uid), int(uid), int(uid))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        become(sys.argv[2])
    print(run_all(Path(sys.argv[1]), sys.argv[3:] or ALL))
