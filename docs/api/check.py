"""Asks Gatekeeper whether a call may be placed, and tells what became of it: check.py NUMBER [CAMPAIGN].

GATEKEEPER_URL is the desk's address, GATEKEEPER_KEY a key for the scope `call`. Needs nothing but Python.
"""

import json
import os
import sys
import urllib.error
import urllib.request
import uuid


def post(path: str, body: dict[str, object], **headers: str) -> dict[str, object]:
    """Send JSON; gives the answer's, and raises where it is a problem."""
    request = urllib.request.Request(
        os.environ["GATEKEEPER_URL"] + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {os.environ['GATEKEEPER_KEY']}", "Content-Type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise SystemExit(f"no call: {json.load(error)['detail']}") from None
    except OSError as error:
        raise SystemExit(f"no call: {error}") from None


# The same key with the same body is one question, however often it is sent.
call = {"number": sys.argv[1], "campaign": "".join(sys.argv[2:3]), "intent": "call"}
answer = post("/v1/check", call, **{"Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"})
print(answer["verdict"], answer["reason"], "-", answer["words"])
if answer["verdict"] != "ALLOW":
    sys.exit(1)
# Place the call here. `given_back` where it is not placed after all.
post("/v1/outcomes", {"decision": answer["decision"], "outcome": "made"})
