"""The demonstration, step by step."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from gatekeeper.phone import DialPlan, Normaliser
from lab.ami import AmiClient
from lab.daemon import GatekeeperDaemon
from lab.demo.bypass import GATED, PLAIN, Bypass, go_round
from lab.demo.calls import RED, Call, draw_mobiles, plan_calls
from lab.demo.law import play_law
from lab.demo.registries import prepare, scrub_arguments, write_contacts
from lab.demo.site import CAMPAIGN, FORMS, build_demo, import_list, say
from lab.desk import LabDesk
from lab.site import REPOSITORY, LabSite, running

FOLDER: Final = REPOSITORY / "build" / "demo"
CONTACTS_LISTED: Final = 300
"""So many of the contacts that are scrubbed are listed; twice as many are not."""

DESK_CALLS: Final = 12
"""How many of the calls are looked up in the desk."""

DESK_SECONDS: Final = 3600
"""How long the desk stays open at most."""

AT_ONCE: Final = 6
"""How many calls the dialer keeps in the air."""


class Placed(NamedTuple):
    """What became of one call.

    Attributes:
        call: what was dialled.
        form: the context, and so the form of the gate, that it went through.
        answer: what Asterisk told the dialer.
        decision: its row of the journal, or None where there is none.
        reached: whether an INVITE for it came to the carrier.
    """

    call: Call
    form: str
    answer: str
    decision: dict[str, Any] | None
    reached: bool

    @property
    def right(self) -> bool:
        """Whether what had to happen happened."""
        return self.reached == self.call.leaves


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; 0 where each call ended as it must."""
    wanted = parse(arguments)
    folder = wanted.folder.resolve()
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    say(f"drawing {wanted.numbers:,} mobile numbers for a list, and as many again that are on none")
    drawn = draw_mobiles(wanted.numbers + 1200, seed=2016)
    listed, free, red = drawn[: wanted.numbers], drawn[wanted.numbers : -20], drawn[-20:]
    spare = free[100:]
    site = build_demo(folder)
    daemon = site.daemon
    say("gatekeeper init; gatekeeper list import bloctel bloctel.csv --column Telephone")
    daemon.init()
    import_list(daemon, listed)
    calls = plan_calls(listed, free, red)
    say("... and a wash return, a list that nobody refreshed, and a register of contracts")
    extras = prepare(daemon, listed[200:], spare)
    say("starting the SIPp carrier, Asterisk 22 and the daemon with its AMI proxy and its watchdog")
    with running(site, watched=True):
        ordered_red = [call.dialled for call in calls if call.sort == RED]
        say(f"gatekeeper list add red ...: {len(ordered_red)} people say they do not want to be called")
        daemon.add(*ordered_red)
        say("no country's law is asked at first ([law] default = lists-only), so that this can be shown at any hour")
        say(f"the dialer originates {len(calls)} calls over the AMI proxy, {AT_ONCE} at a time")
        placed = place(site, [(call, FORMS[turn % len(FORMS)], CAMPAIGN) for turn, call in enumerate(calls)])
        show(placed)
        say("calls of campaigns with other kinds of list")
        placed_extras = place(site, [(extra.call, FORMS[-1], extra.campaign) for extra in extras])
        show(placed_extras)
        rounds = go_round_the_gates(site, listed, free)
        say("gatekeeper log --limit 8")
        command = [sys.executable, "-m", "gatekeeper", "--config", str(daemon.config_path), "log", "--limit", "8"]
        subprocess.run(command, check=True, timeout=60)
        desk = show_desk(daemon, placed)
    scrubbed = scrub(daemon, write_contacts(daemon, listed[300 : 300 + CONTACTS_LISTED], spare[10:]))
    law = play_law(folder / "law")
    result = summary(placed, {f"+{number}" for number in [*listed, *red]})
    result |= rounds
    pairs = list(zip(extras, placed_extras, strict=True))
    kinds = {extra.call.sort: str((item.decision or {}).get("reason", "")) for extra, item in pairs}
    result |= {"kinds": kinds, "scrub": scrubbed, "law": law, "desk": desk}
    result["wrong"] += sum(not item.right or kinds[extra.call.sort] != extra.reason for extra, item in pairs)
    result["wrong"] += desk["missing"] + law["wrong"] + (scrubbed["contacts_removed"] != CONTACTS_LISTED)
    figures = folder.parent / "demo.json"
    figures.write_text(json.dumps(result, indent=2) + "\n")
    ended = conclude(result, placed, (daemon.config_path, figures), time.monotonic() - started)
    if wanted.keep_desk and not ended:
        keep_open(daemon)
    return ended


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of `python -m lab.demo`."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--numbers", type=int, default=1_000_000, help="how many numbers the list gets")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept; emptied first")
    parser.add_argument("--keep-desk", action="store_true", help="keep the desk open at the end, for an hour at most")
    return parser.parse_args(arguments)


def place(site: LabSite, calls: Sequence[tuple[Call, str, str]]) -> list[Placed]:
    """Originate every call (with its context and its campaign), then see what carrier and journal know of each."""
    with AmiClient(site.proxy_port) as client, ThreadPoolExecutor(AT_ONCE) as pool:

        def originate(wanted: tuple[Call, str, str]) -> tuple[Call, str, str]:
            call, form, campaign = wanted
            event = client.originate_async(
                Channel=f"Local/{call.dialled}@{form}/n",
                Application="Wait",
                Data="1",
                CallerID='"Soleil" <0162000000>',
                Timeout="20000",
                Variable=f"__GATEKEEPER_CAMPAIGN={campaign}",
            )
            return call, form, event.get("Response", "")

        answered = list(pool.map(originate, calls))
    reached = Counter(digits(invite.number) for invite in site.carrier.settle())
    decisions = {digits(str(row["dialled"])): row for row in site.daemon.journal()}
    return [
        Placed(call, form, answer, decisions.get(digits(call.dialled)), bool(reached[digits(call.dialled)]))
        for call, form, answer in answered
    ]


def digits(dialled: str) -> str:
    """A dialled number without the signs that are not dialled."""
    return "".join(sign for sign in dialled if sign.isalnum() or sign == "+")


def show(placed: Sequence[Placed]) -> None:
    """The table, call by call."""
    table = Table(title="What became of each call (judged by the lists alone)", title_justify="left")
    for heading in ("call", "dialled", "gates met", "verdict", "reason", "list", "carrier"):
        table.add_column(heading, no_wrap=True)
    for item in sorted(placed, key=lambda item: item.call.sort):
        row = item.decision or {}
        verdict = str(row.get("verdict") or "ALLOW")
        carrier = "INVITE" if item.reached else "-"
        table.add_row(
            item.call.sort,
            item.call.dialled,
            str(row.get("gates") or item.form.removeprefix("dialer-")),
            f"[{'red' if verdict == 'BLOCK' else 'green'}]{verdict}[/]",
            str(row.get("reason") or "EMERGENCY"),
            str(row.get("list") or ""),
            carrier if item.right else f"[bold red]{carrier}: WRONG[/]",
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def scrub(daemon: GatekeeperDaemon, contacts: str) -> dict[str, Any]:
    """Scrub a contact file before its campaign starts; the figures of its certificate."""
    say("gatekeeper scrub contacts.csv --campaign summer")
    subprocess.run(scrub_arguments(daemon, contacts), check=True, timeout=120)
    certificate = Path(contacts).with_name("contacts.certificate.json")
    figures: dict[str, Any] = json.loads(certificate.read_text())
    return {"certificate": os.path.relpath(certificate.with_suffix(".pdf")), **figures["counts"]}


def go_round_the_gates(site: LabSite, listed: Sequence[int], free: Sequence[int]) -> dict[str, Any]:
    """Originate past proxy and dialplan gate, over a trunk with a SIP gate and over one without; the figures."""
    say("eight calls go round these gates, straight to the trunk: they meet the SIP gate")
    met = go_round(site.asterisk, site.carrier, GATED, listed[110:], free[60:])
    show_bypasses("Round the gates: what the SIP gate did", met)
    say("eight calls go round the gates, straight to a trunk without a SIP gate: the watchdog sees them")
    bypasses = go_round(site.asterisk, site.carrier, PLAIN, listed[100:], free[50:])
    show_bypasses("Without the SIP gate: what the watchdog did", bypasses)
    return {
        "round_the_gates_listed_reached_carrier": sum(not call.leaves and call.invited for call in met),
        "bypass": {
            "originated": len(bypasses),
            "listed": sum(not call.leaves for call in bypasses),
            "cancelled": sum(call.cancelled_ms is not None for call in bypasses),
            "slowest_cancel_ms": max((call.cancelled_ms or 0.0 for call in bypasses), default=0.0),
            "wrong": sum(not call.right for call in (*met, *bypasses)),
        },
    }


def show_desk(daemon: GatekeeperDaemon, placed: Sequence[Placed]) -> dict[str, int]:
    """Open the desk, and look the calls just made up in its journal; the figures."""
    ids = [str(item.decision["id"]) for item in placed if item.decision][:DESK_CALLS]
    with LabDesk(daemon, daemon.desk_port) as desk:
        say(f"gatekeeper desk: {desk.url}, user {desk.user}, password {desk.password} (while this is running)")
        missing = sum(not desk.holds(f"/journal/{ident}", ident) for ident in ids)
        say(f"the desk's journal shows {len(ids) - missing} of {len(ids)} calls that were looked up")
    return {"looked_up": len(ids), "missing": missing}


def keep_open(daemon: GatekeeperDaemon) -> None:
    """Keep daemon and desk running until Ctrl-C, or for an hour."""
    with daemon, LabDesk(daemon, daemon.desk_port) as desk:
        say(f"the desk is open at {desk.url}: user {desk.user}, password {desk.password}; Ctrl-C ends it")
        with contextlib.suppress(KeyboardInterrupt):
            time.sleep(DESK_SECONDS)


def show_bypasses(title: str, bypasses: Sequence[Bypass]) -> None:
    """What became of the calls that went round the dialplan and the proxy."""
    table = Table(title=title, title_justify="left")
    for heading in ("originated by", "dialled", "may be called", "carrier"):
        table.add_column(heading, no_wrap=True)
    for call in bypasses:
        seen = "INVITE" if call.cancelled_ms is None else f"INVITE, cancelled after {call.cancelled_ms:.1f} ms"
        seen = seen if call.invited else "-"
        table.add_row(
            call.way,
            call.dialled,
            "yes" if call.leaves else "no",
            seen if call.right else f"[bold red]{seen}: WRONG[/]",
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def summary(placed: Sequence[Placed], must_not: set[str]) -> dict[str, Any]:
    """The figures of `build/demo.json`."""
    plan = Normaliser(DialPlan())
    listed = [item for item in placed if f"+{plan.normalise(item.call.dialled).e164}" in must_not]
    return {
        "originated": len(placed),
        "blocked": sum(1 for item in placed if item.decision and item.decision["verdict"] == "BLOCK"),
        "reached_carrier": sum(item.reached for item in placed),
        "listed_reached_carrier": sum(item.reached for item in listed),
        "wrong": sum(not item.right for item in placed),
        "reasons": dict(
            Counter(str(item.decision["reason"]) if item.decision else "EMERGENCY" for item in placed).most_common()
        ),
    }


def conclude(result: dict[str, Any], placed: Sequence[Placed], files: tuple[Path, Path], seconds: float) -> int:
    """Say how it went and how to look further; `files` are the configuration and the figures."""
    say(
        f"{result['originated']} calls in {seconds:.0f} s in all: {result['blocked']} blocked, "
        f"{result['reached_carrier']} reached the carrier, {result['listed_reached_carrier']} of them listed; "
        f"of those that went round, {result['round_the_gates_listed_reached_carrier']} listed passed the SIP gate; "
        f"without it {result['bypass']['cancelled']} of {result['bypass']['originated']} were cancelled, "
        f"{result['bypass']['slowest_cancel_ms']:.1f} ms after their INVITE at the latest; of "
        f"{result['law']['calls']} calls under the law {result['law']['blocked']} were blocked, "
        f"{result['law']['reached_carrier']} reached the carrier, one of them in shadow"
    )
    config, figures = (os.path.relpath(path) for path in files)
    listed = next(item.call.dialled for item in placed if item.call.sort == "listed")
    program = os.path.relpath(Path(sys.executable).with_name("gatekeeper"))
    say(
        "look further:\n"
        f"    {program} --config {config} check '{listed}' --campaign summer --explain\n"
        f"    {program} --config {config} log --verdict block\n"
        f"    {program} --config {config} list status\n"
        f"    {figures} has these figures"
    )
    if result["wrong"] or result["listed_reached_carrier"] or result["bypass"]["wrong"]:
        say("FAILED: see the calls marked WRONG")
        return 1
    return 0
