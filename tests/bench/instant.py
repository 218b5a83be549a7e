"""The peer: a FastAGI server that answers at once, and does nothing else.

Run as `python instant.py PORT`: asyncio streams on uvloop, the loop that the daemon runs on.
"""

import asyncio
import sys

import uvloop

ANSWER = (
    b'SET VARIABLE GATEKEEPER_REASON "CLEAR"\n'
    b'SET VARIABLE GATEKEEPER_DECISION "00000000000000000000000000"\n'
    b'SET VARIABLE GATEKEEPER_VERDICT "ALLOW"\n'
)
"""As few commands as the dialplan takes for an ALLOW."""


async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the environment, allow, wait until Asterisk has taken it."""
    await reader.readuntil(b"\n\n")
    writer.write(ANSWER)
    writer.write_eof()
    await reader.read()
    writer.close()


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.start_server(handle, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
