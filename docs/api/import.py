"""Sends a file for a list, shows what would change, and imports it: import.py LIST FILE NOTE [--accept].

GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `lists.import`. Needs nothing but Python.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any


def refused(problem: Any) -> SystemExit:
    """Why nothing was changed, line by line."""
    lines = [f"{one.get('file')}, line {one.get('line')}: {one['detail']}" for one in problem.get("errors", [])]
    return SystemExit("\n".join([f"nothing was changed: {problem['detail']}", *lines]))


def ask(method: str, path: str, body: Any = None, length: int = 0) -> Any:
    """Send JSON, or a file piece by piece; gives the answer's JSON, and ends where it is a problem."""
    headers = {"Authorization": f"Bearer {os.environ['GATEKEEPER_KEY']}", "Content-Type": "application/json"}
    data = body if length else None if body is None else json.dumps(body).encode()
    if length:
        headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(length)}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    request = urllib.request.Request(os.environ["GATEKEEPER_URL"] + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise refused(json.load(error)) from None
    except OSError as error:
        raise SystemExit(f"nothing is known: {error}") from None


def ended(found: Any) -> Any:
    """Wait until what was begun has ended."""
    while found["state"] in {"looking", "importing"}:
        time.sleep(1)
        found = ask("GET", f"/v1/imports/{found['id']}")
    if found["problem"]:
        raise refused(found["problem"])
    return found


listed, path, note = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
with path.open("rb") as file:
    where = f"/v1/lists/{listed}/imports?{urllib.parse.urlencode({'name': path.name})}"
    looked = ended(ask("POST", where, file, path.stat().st_size))
counts = ("read", "taken", "rejected", "added", "dropped", "before", "after")
print(", ".join(f"{name} {looked['report'][name]}" for name in counts))
for warning in looked["report"]["warnings"]:
    print("look at this:", warning)
done = ended(ask("POST", f"/v1/imports/{looked['id']}/commit", {"note": note, "accept": "--accept" in sys.argv}))
print("imported: version", done["report"]["version"])
