"""A real daemon tells a mail server, a webhook and syslog, each thing once, though it is killed and started again."""

import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from gatekeeper.alerts import ALERTS_FILE
from gatekeeper.clock import now_micros
from gatekeeper.journal import JOURNAL_FILE, JournalWriter, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from lab.daemon import GatekeeperDaemon
from tests.alerts.receivers import SECRET, Mailbox, smtp_server, syslog_socket, until, webhook_receiver
from tests.journal.rows import row

CONFIG = """
[lists.tps]
[inbox]
enabled = true
folder = "{folder}/inbox"
settle_seconds = 1
[scrubs.leads]
contacts = "/nowhere.csv"
[alerts]
enabled = true
server = "pbx1"
disk_percent = 99
email_to = ["ops@example.org"]
email_from = "gate@example.org"
smtp_port = {smtp}
smtp_tls = "none"
webhook_url = "http://127.0.0.1:{webhook}/hook"
webhook_private = true
syslog = "{folder}/log"
"""


async def bypass(daemon: GatekeeperDaemon) -> str:
    """A row of a call that went round the gates, as the watchdog writes it; gives its id."""
    journal = JournalWriter(SqliteBackend(daemon.data_dir / JOURNAL_FILE, node="test"))
    await journal.start()
    made = row(bypass=1)._replace(id=new_ident(now_micros()), at=now_micros())
    await journal.append(made)
    await journal.close()
    return made.id


def settled(daemon: GatekeeperDaemon, channel: str) -> bool:
    """Whether a channel has nothing to tell any more."""
    with closing(sqlite3.connect(daemon.data_dir / ALERTS_FILE)) as outbox:
        query = "SELECT count(*) FROM delivery WHERE channel = ?"
        return bool(outbox.execute(query, (channel,)).fetchone()[0] == 0)


async def test_each_is_told_once_through_restarts(tmp_path: Path) -> None:
    """What lasts and what happens, by each channel; the test of the command line beside it."""
    expected = {"list.stale", "disk", "scrub.overdue"}
    with (
        smtp_server() as box,
        webhook_receiver() as hook,
        syslog_socket(tmp_path / "log") as log,
        GatekeeperDaemon(
            tmp_path / "gk",
            config=CONFIG.format(folder=tmp_path, smtp=box.port, webhook=hook.port),
            environment={"GATEKEEPER_ALERTS__WEBHOOK_SECRET": SECRET},
        ) as daemon,
    ):
        until(lambda: {post["type"] for post in hook.posts} == expected and box.mail)
        first = await bypass(daemon)
        (tmp_path / "inbox" / "stray.txt").write_text("what\n")
        until(lambda: any(post["type"] == "inbox.failed" for post in hook.posts))
        # Killed between a post and its settling, it would rightly post once more, under the same id.
        until(lambda: settled(daemon, "webhook") and settled(daemon, "syslog"))
        daemon.kill()
        second = await bypass(daemon)
        daemon.start()
        until(lambda: first in text(box) and len(hook.posts) == 6)
        third = await bypass(daemon)
        until(lambda: len(hook.posts) == 7 and settled(daemon, "webhook") and settled(daemon, "syslog"))
        said = daemon.command("alerts", "test")
        assert said.returncode == 0, said.stderr
        assert [line.partition(":")[0] for line in said.stdout.splitlines()] == ["e-mail", "webhook", "syslog"]
        until(lambda: "This is a test" in text(box))
        daemon.restart()  # what would have waited for the next message goes out at once
        until(lambda: second in text(box) and third in text(box) and settled(daemon, "e-mail"))
        daemon.stop()
        lines = received(log)
    types = sorted(post["type"] for post in hook.posts)
    assert types == sorted([*expected, "bypass", "bypass", "bypass", "inbox.failed", "test"])
    assert (hook.faults, len(set(hook.ids))) == ([], len(hook.ids))
    told = text(box)
    for decision in (first, second, third):
        assert told.count(decision) == 1
        assert sum(decision in line for line in lines) == 1
    assert all(told.count(words) == 1 for words in ("The list tps is stale", "scrub leads is overdue", "stray.txt"))
    assert len(lines) == 8


def text(box: Mailbox) -> str:
    """All that a mailbox got."""
    return "".join(str(message.get_content()) for message in box.mail)


def received(log: socket.socket) -> list[str]:
    """All that is in a socket."""
    log.setblocking(False)
    found = []
    while True:
        try:
            found.append(log.recv(65536).decode())
        except BlockingIOError:
            return found
