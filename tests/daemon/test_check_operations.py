"""`check`, `check_many` and `outcome` on the control socket of a real daemon, under the French law with its cap."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.control import ask
from gatekeeper.control.protocol import encode, parse_question
from gatekeeper.daemon.operations.check import MOST
from gatekeeper.errors import DaemonError, ProtocolError
from gatekeeper.journal import JOURNAL_FILE
from lab.consented import CALLER_ID, PARIS, PRINCIPAL, import_consents
from lab.daemon import GatekeeperDaemon

TUESDAY = datetime(2026, 9, 15, 14, 0, tzinfo=PARIS)
LAW = f"""
[law]
default = "fr"
[campaigns.default]
principal = "{PRINCIPAL}"
goods = ["insurance"]
"""
CAP = 4
CROWD = 16


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatekeeperDaemon]:
    """A daemon on a Tuesday afternoon, with some who consented."""
    one = GatekeeperDaemon(tmp_path_factory.mktemp("checked"), config=LAW, clock=TUESDAY)
    one.init()
    import_consents(one, [f"061100{number:04}" for number in range(30)])
    with one:
        yield one


def check(daemon: GatekeeperDaemon, number: str, intent: str = "call", **more: str) -> dict[str, Any]:
    """Ask about one call."""
    fields = {"op": "check", "dialled": number, "intent": intent, "caller_id": CALLER_ID, "by": "crm", **more}
    return ask(daemon.socket_path, fields)


def outcome(daemon: GatekeeperDaemon, decision: object, what: str, **more: str) -> dict[str, Any]:
    """Tell what became of one."""
    return ask(daemon.socket_path, {"op": "outcome", "decision": str(decision), "outcome": what, **more})


def reserved(daemon: GatekeeperDaemon, number: str) -> int:
    """How many reservations of a number are in the file."""
    path = daemon.data_dir / JOURNAL_FILE
    with contextlib.closing(sqlite3.connect(path)) as journal:
        asked = "SELECT count(*) FROM attempt WHERE consumer = ? AND mark = 0"
        return int(journal.execute(asked, (int("33" + number[1:]),)).fetchone()[0])


def test_a_call_reserves_and_a_question_does_not(daemon: GatekeeperDaemon) -> None:
    """The fifth call is blocked until one is given back; questions change nothing, and are answered alike."""
    number = "0611000001"
    for _ in range(6):
        assert check(daemon, number, "ask")["verdict"] == "ALLOW"
    answers = [check(daemon, number) for _ in range(CAP)]
    assert {one["reason"] for one in answers} == {"CONSENT"}
    assert all(len(str(one["decision"])) == 26 and one["basis"] for one in answers)
    fifth = check(daemon, number)
    assert (fifth["verdict"], fifth["reason"], fifth["provision"]) == ("BLOCK", "ATTEMPTS_CAP", "FR-CAP")
    assert str(fifth["retry_at"]).startswith("2026-10-15T")
    assert check(daemon, number, "ask")["reason"] == "ATTEMPTS_CAP"
    assert outcome(daemon, answers[1]["decision"], "given_back") == {"known": True, "outcome": "given_back"}
    assert check(daemon, number)["verdict"] == "ALLOW"
    assert check(daemon, number)["verdict"] == "BLOCK"
    rows = [one for one in daemon.decisions() if one["dialled"] == number]
    assert {one["asked_by"] for one in rows} == {"api:crm"}
    assert {one["gates"] for one in rows} == {"API", "API_ASK", "API API:given_back"}


def test_outcomes_are_of_ones_own_calls(daemon: GatekeeperDaemon) -> None:
    """Another company's are not known, nor are those of nobody; what was made stays made."""
    made = check(daemon, "0611000002", principal=PRINCIPAL)["decision"]
    assert outcome(daemon, made, "made", principal="Another") == {"known": False}
    assert outcome(daemon, "0" * 26, "made", principal=PRINCIPAL) == {"known": False}
    assert outcome(daemon, made, "made", principal=PRINCIPAL)["known"]
    with pytest.raises(DaemonError, match="told before"):
        outcome(daemon, made, "given_back")
    with pytest.raises(DaemonError, match="outcome is one of: made, given_back"):
        outcome(daemon, made, "rang")


def test_many_are_decided_as_one_is_and_in_order(daemon: GatekeeperDaemon) -> None:
    """Each counts for those behind it; nothing of a call is lost in the crowd."""
    numbers = ["0611000003"] * (CAP + 2) + ["0611000004", "0699000000", "x", "112"]
    attempts = [{"dialled": number, "caller_id": CALLER_ID} for number in numbers]
    answers = many(daemon, attempts, intent="call")
    reasons = ["CONSENT"] * CAP + ["ATTEMPTS_CAP"] * 2 + ["CONSENT", "NO_BASIS", "NUMBER_INVALID", "EMERGENCY"]
    assert [one["reason"] for one in answers] == reasons
    assert len({one["decision"] for one in answers}) == len(answers)
    assert reserved(daemon, "0611000003") == CAP
    alone = [check(daemon, number, "ask") for number in numbers[-4:]]
    kept = ("verdict", "reason", "provision", "basis", "list", "retry_at")
    together = many(daemon, attempts[-4:], intent="ask")
    assert [[one[name] for name in kept] for one in together] == [[one[name] for name in kept] for one in alone]


def test_the_gate_answers_while_many_are_decided(daemon: GatekeeperDaemon) -> None:
    """Five hundred, again and again, and a gate's question in between is answered within a few turns."""
    over = threading.Event()
    attempts = [{"dialled": f"06990{place:05}"} for place in range(MOST)]

    def crowd() -> None:
        while not over.is_set():
            many(daemon, attempts, intent="ask")

    thread = threading.Thread(target=crowd)
    thread.start()
    try:
        for place in range(20):
            answer = ask(daemon.socket_path, {"op": "screen", "dialled": f"06980{place:05}"}, timeout=60)
            assert answer["verdict"] == "BLOCK"
    finally:
        over.set()
        thread.join()


def test_many_have_more_time_than_a_call(tmp_path: Path) -> None:
    """No call waits for them: programs that ask about a crowd at once are all answered, beyond a call's deadline."""
    attempts = [{"dialled": f"06990{place:05}"} for place in range(MOST)]
    config = LAW + "[fastagi]\nenabled = false\ndeadline_ms = 300\n"
    with (
        GatekeeperDaemon(tmp_path, config=config, clock=TUESDAY) as short,
        ThreadPoolExecutor(CROWD) as programs,
    ):
        answers = list(programs.map(lambda _: many(short, attempts, intent="call"), range(CROWD)))
    assert [len(one) for one in answers] == [MOST] * CROWD


@pytest.mark.parametrize(
    "fields",
    [
        {"op": "check", "dialled": "0611000001"},
        {"op": "check", "dialled": "0611000001", "intent": "maybe"},
        {"op": "check", "intent": "ask"},
        {"op": "check", "dialled": "", "intent": "ask"},
        {"op": "check", "dialled": "0611000001", "intent": "ask", "gate": "GOSUB"},
        {"op": "check", "dialled": "0611000001", "intent": "ask", "earlier": "x"},
        {"op": "check_many", "intent": "ask"},
        {"op": "check_many", "intent": "ask", "attempts": []},
        {"op": "check_many", "intent": "ask", "attempts": [{}]},
        {"op": "check_many", "intent": "ask", "attempts": [{"dialled": "1", "intent": "call"}]},
        {"op": "check_many", "intent": "ask", "attempts": [{"dialled": "1"}] * (MOST + 1)},
        {"op": "screen", "dialled": "0611000001", "gate": "API"},
        {"op": "screen", "dialled": "0611000001", "gate": "API_ASK"},
        {"op": "outcome", "decision": "x", "outcome": "made", "by": "me"},
    ],
)
def test_what_is_not_understood_is_refused(daemon: GatekeeperDaemon, fields: Mapping[str, Any]) -> None:
    """With a sentence, and without a row."""
    before = len(daemon.decisions())
    with pytest.raises(DaemonError, match="says: "):
        ask(daemon.socket_path, fields)
    assert len(daemon.decisions()) == before


@pytest.mark.parametrize("attempts", ["x", {}, ["x"], [{"dialled": 1}], [{"dialled": "x" * 1025}], [[]], 1])
def test_attempts_are_an_array_of_objects_of_strings(attempts: object) -> None:
    """Nothing else comes through the parser."""
    with pytest.raises(ProtocolError):
        parse_question(encode({"op": "check_many", "attempts": attempts})[:-1])


def many(daemon: GatekeeperDaemon, attempts: list[dict[str, str]], *, intent: str) -> list[dict[str, Any]]:
    """Ask about many calls."""
    fields: Any = {"op": "check_many", "intent": intent, "attempts": attempts}
    answers: Any = ask(daemon.socket_path, fields, timeout=60)["answers"]
    return list(answers)


def test_a_daemon_that_is_killed_keeps_what_is_held(daemon: GatekeeperDaemon) -> None:
    """A reservation outlives it, and its outcome is taken by the next."""
    number = "0611000005"
    first = [check(daemon, number)["decision"] for _ in range(CAP)]
    daemon.kill()
    daemon.start()
    assert check(daemon, number)["reason"] == "ATTEMPTS_CAP"
    assert outcome(daemon, first[0], "given_back")["known"]
    assert check(daemon, number)["verdict"] == "ALLOW"


def test_a_daemon_whose_lists_are_gone_allows_nobody(tmp_path: Path) -> None:
    """Its journal says that it had a red list: calls are refused until that is restored, or begun anew by a person."""
    with GatekeeperDaemon(tmp_path) as daemon:
        daemon.add("0612345678")
        daemon.stop()
        for path in daemon.data_dir.glob("lists*"):
            path.unlink() if path.is_file() else None
        daemon.start()
        assert check(daemon, "0612345678")["reason"] == "GATE_ERROR"
        daemon.stop()
        daemon.command("init", "--keep")
        daemon.start()
        assert check(daemon, "0612345678")["reason"] != "GATE_ERROR"
