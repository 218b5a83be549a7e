"""The peer: what a site writes that needs a blacklist by tonight. AGI script, sqlite3, nothing else."""

import sqlite3
import sys

while sys.stdin.readline().strip():
    pass
number, database = sys.argv[1], sys.argv[2]
found = (
    sqlite3.connect(database).execute("SELECT 1 FROM dnc WHERE number = ?", (33_000_000_000 + int(number),)).fetchone()
)
sys.stdout.write(f"SET VARIABLE GATEKEEPER_VERDICT {'BLOCK' if found else 'ALLOW'}\n")
sys.stdout.flush()
sys.stdin.readline()
