"""DuckDB's anti-join, in a process of its own: it has its own memory, and what it says when it ends is its own.

Run as `python duckdb_peer.py LISTED.npy CONTACTS.npy`. Each line that comes has the join made anew; what goes out is
how many seconds it took, and how many contacts are left.
"""

import sys
import time

import duckdb
import numpy as np


def main(listed: str, contacts: str) -> None:
    """Load both sides as tables of integers in memory, then join whenever told to."""
    with duckdb.connect() as database:
        for name, path in (("listed", listed), ("contact", contacts)):
            database.register("given", {"number": np.load(path)})
            database.execute(f"CREATE TABLE {name} AS SELECT number FROM given")  # noqa: S608 - our own name
            database.unregister("given")
        say("ready")
        for _ in sys.stdin:
            started = time.perf_counter()
            database.execute("CREATE OR REPLACE TABLE kept AS SELECT * FROM contact ANTI JOIN listed USING (number)")
            seconds = time.perf_counter() - started
            (left,) = database.execute("SELECT count(*) FROM kept").fetchall()[0]
            say(f"{seconds} {left}")


def say(text: str) -> None:
    """Say a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
