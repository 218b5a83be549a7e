"""The interface's peer: the same server and framework, whose `/v1/check` reads its question and answers a constant."""

import json
import sys

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.desk.http import DeadlineProtocol

ANSWER = json.dumps(
    {
        "verdict": "ALLOW",
        "reason": "CONSENT",
        "words": "The called person consented to calls for this company, and it can be proved.",
        "provision": "FR-BASIS",
        "article": "C. consom., art. L. 223-1",
        "list": "",
        "list_version": "",
        "retry_at": None,
        "decision": "01M8CGD85HZE07ZVPBB6AD21EN",
    }
)

app = FastAPI(openapi_url=None)


@app.post("/v1/check")
async def check(request: Request) -> Response:
    """Answer the constant."""
    await request.json()
    return Response(ANSWER, media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http=DeadlineProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        loop="asyncio",
    )
