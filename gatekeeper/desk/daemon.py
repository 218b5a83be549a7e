"""The daemon, as the desk asks it: over its control socket, without holding the desk's loop up."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.control.protocol import encode
from gatekeeper.errors import DaemonError, OperationRefusedError

MAX_ANSWER: Final = 8 * 1024 * 1024
"""Bytes."""


class DaemonLink:
    """Asks the daemon, a connection to a question.

    Args:
        path: of its control socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def ask(self, asked: Mapping[str, object], timeout: float = 5.0) -> dict[str, Any]:  # noqa: ASYNC109 - of all
        """Ask, and have the answer.

        Args:
            asked: the question's fields.
            timeout: seconds for all of it.

        Raises:
            DaemonError: no daemon listens there, it does not answer in time, or it answers with an error.
        """
        try:
            async with asyncio.timeout(timeout):
                line = await self._exchange(encode(asked))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise DaemonError("the daemon does not run: start it (`systemctl start gatekeeper`)") from error
        except TimeoutError as error:
            raise DaemonError(f"the daemon did not answer within {timeout:g} seconds: see its log") from error
        except (OSError, ValueError) as error:
            raise DaemonError(f"the daemon can't be asked ({error})") from error
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise DaemonError("the daemon closed the connection without an answer: see its log") from error
        if not isinstance(answer, dict):
            raise DaemonError("the daemon's answer is no object: are desk and daemon of one version?")
        if "error" in answer:
            raise OperationRefusedError(str(answer["error"]))
        return answer

    async def _exchange(self, question: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self._path), limit=MAX_ANSWER)
        try:
            writer.write(question)
            await writer.drain()
            return await reader.readline()
        finally:
            writer.close()
