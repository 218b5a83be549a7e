"""The gates on a real Asterisk 22: ours against a server that answers at once, AstDB, and a plain AGI script."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from originate import latencies, p50, paired, throughput

from lab.asterisk import AsteriskInstance
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port
from lab.processes import Process, wait_until
from lab.roots import asterisk_root

REPOSITORY = Path(__file__).resolve().parents[2]

DIALPLAN = """
[globals](+)
GATEKEEPER_AGI = agi://127.0.0.1:{gate}/screen
GATEKEEPER_SCRIPT = agi://127.0.0.1:{instant}/screen

[bench-none]
exten => _X.,1,Answer()
 same => n,Wait(0.01)

[bench-gate]
exten => _X.,1,Gosub(gatekeeper,s,1(${{EXTEN}}))
 same => n,Answer()
 same => n,Wait(0.01)

; The same dialplan around the server that answers at once: the two differ in the server only.
[bench-instant]
exten => _X.,1,Gosub(gatekeeper-script,s,1(${{EXTEN}}))
 same => n,Answer()
 same => n,Wait(0.01)

; The least dialplan that asks it, for the record.
[bench-bare]
exten => _X.,1,Set(GATEKEEPER_VERDICT=)
 same => n,AGI(agi://127.0.0.1:{instant}/screen,${{EXTEN}})
 same => n,GotoIf($["${{GATEKEEPER_VERDICT}}" != "ALLOW"]?refused)
 same => n,Answer()
 same => n,Wait(0.01)
 same => n(refused),Hangup(21)

[bench-astdb]
exten => _X.,1,GotoIf(${{DB_EXISTS(dnc/${{EXTEN}})}}?refused)
 same => n,Answer()
 same => n,Wait(0.01)
 same => n(refused),Hangup(21)

[bench-script]
exten => _X.,1,Set(GATEKEEPER_VERDICT=)
 same => n,AGI(plain_agi.py,${{EXTEN}},{database})
 same => n,GotoIf($["${{GATEKEEPER_VERDICT}}" != "ALLOW"]?refused)
 same => n,Answer()
 same => n,Wait(0.01)
 same => n(refused),Hangup(21)
"""


def measure(
    daemon: GatekeeperDaemon, folder: Path, listed: Sequence[int], unlisted: Sequence[str], say: Callable[[str], None]
) -> dict[str, float]:
    """The ratios of the gates; the daemon runs and has imported `listed`."""
    instant_port = free_port()
    database = folder / "plain.sqlite3"
    asterisk = AsteriskInstance(
        asterisk_root("22"),
        folder / "asterisk",
        dialplan=[
            REPOSITORY / "dialplan" / "gatekeeper-globals.conf",
            DIALPLAN.format(gate=daemon.fastagi_port, instant=instant_port, database=database),
            REPOSITORY / "dialplan" / "gatekeeper.conf",
        ],
    )
    say(f"filling AstDB and the script's SQLite with {len(listed):,} numbers each")
    fill_astdb(astdb_of(folder), listed)
    fill_plain(database, listed)
    install_script(asterisk.agi_bin)
    instant = Process(
        "the instant server",
        [sys.executable, str(Path(__file__).with_name("instant.py")), str(instant_port)],
        folder / "instant.log",
    )
    with instant, asterisk:
        wait_until(lambda: "listening" in _sockets(instant_port), 60, "the instant server")
        return _ratios(asterisk.ami_port, unlisted, say)


def _ratios(port: int, numbers: Sequence[str], say: Callable[[str], None]) -> dict[str, float]:
    quick = ("bench-none", "bench-gate", "bench-instant", "bench-bare", "bench-astdb")
    # Both Pythons and Asterisk get quicker over their first few hundred calls.
    latencies(port, numbers[: max(50, len(numbers) // 3)], quick)
    latencies(port, numbers[:20], ("bench-script",))
    say(f"{len(numbers):,} calls one at a time through each gate")
    taken = latencies(port, numbers, quick)
    middle = {context: p50(values) for context, values in taken.items()}
    script = p50(latencies(port, numbers[: max(50, len(numbers) // 20)], ("bench-script",))["bench-script"])
    say(f"{len(numbers):,} calls at 16 at a time, five rounds")
    rounds = [throughput(port, numbers, "bench-gate") / throughput(port, numbers, "bench-instant") for _ in range(5)]
    gate = middle["bench-gate"]
    return {
        "fastagi_latency_ratio": paired(taken["bench-gate"], taken["bench-instant"]),
        "fastagi_throughput_ratio": p50(rounds),
        "astdb_latency_ratio": gate / middle["bench-astdb"],
        "script_latency_ratio": gate / script,
        "fastagi_bare_latency_ratio": gate / middle["bench-bare"],
        "gate_latency_ms": gate * 1000,
        "no_gate_latency_ms": middle["bench-none"] * 1000,
    }


def astdb_of(folder: Path) -> Path:
    """The AstDB that `measure` filled with the listed numbers."""
    return folder / "asterisk" / "lib" / "astdb.sqlite3"


def fill_astdb(path: Path, listed: Sequence[int]) -> None:
    """Make an AstDB as `DB(dnc/NUMBER)=1` would, without asking Asterisk ten million times."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE astdb(key VARCHAR(256), value VARCHAR(256), PRIMARY KEY(key))")
        rows = ((f"/dnc/0{number - 33_000_000_000}", "1") for number in sorted(listed))
        connection.executemany("INSERT INTO astdb VALUES (?, ?)", rows)
    connection.close()


def fill_plain(path: Path, listed: Sequence[int]) -> None:
    """The database of the plain script."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE dnc(number INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO dnc VALUES (?)", ((number,) for number in sorted(listed)))
    connection.close()


def install_script(agi_bin: Path) -> None:
    """Put the plain script where Asterisk finds it, run by this very Python."""
    text = Path(__file__).with_name("plain_agi.py").read_text()
    target = agi_bin / "plain_agi.py"
    target.write_text(f"#!{shutil.which('env')} -S {sys.executable} -I\n{text}")
    target.chmod(0o755)


def _sockets(port: int) -> str:
    wanted = f"0100007F:{port:04X} 00000000:0000 0A"
    return "listening" if wanted in Path("/proc/net/tcp").read_text() else ""
