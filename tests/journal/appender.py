"""A process that appends as fast as it can, and says each id when its append has returned.

`python appender.py PATH SYNCHRONOUS [nobody] [LIMIT]`: as an unprivileged user if asked; files of at most LIMIT bytes.
A line `refused: ...` tells of an append that failed; the row is kept, as screening does it.
"""

import asyncio
import itertools
import os
import resource
import sys
import time
from pathlib import Path

import gatekeeper.journal.sqlite.migrations  # noqa: F401 - an unprivileged user may be unable to read the sources
from gatekeeper.errors import JournalError
from gatekeeper.journal import JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend
from tests.journal.rows import met, row

NOBODY = 65534


async def main(path: Path, synchronous: str) -> None:
    """Append until killed, four tasks at a time."""
    journal = JournalWriter(SqliteBackend(path, "FULL" if synchronous == "FULL" else "NORMAL"))
    await journal.start()

    count = itertools.count()

    async def append() -> None:
        while True:
            one = row()
            try:
                # Rows of every kind: once at most, as they come, and the gates that calls meet.
                if next(count) % 5 == 0:
                    await journal.append_once(one)
                else:
                    await asyncio.gather(journal.append(one), *([journal.append(met(one))] * (next(count) % 3 == 0)))
            except JournalError as error:
                refused = one._replace(verdict="BLOCK", reason="GATE_ERROR")
                journal.keep(refused)
                say(f"refused: {one.id} {error}")
                await asyncio.sleep(0.02)
            else:
                say(one.id)

    print("started", time.time(), flush=True)
    await asyncio.gather(*(append() for _ in range(4)))


def say(text: str) -> None:
    """In one write, which the pipe takes as a whole."""
    os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    if "nobody" in sys.argv and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if sys.argv[-1].isdecimal():
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[-1]), resource.RLIM_INFINITY))
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
