"""The daemon, as the desk asks it: over its control socket, without holding the desk's loop up."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gatekeeper.control.async_client import exchange
from gatekeeper.control.protocol import LANGUAGE, encode, parse_answer
from gatekeeper.errors import DaemonError, NotNowError, OperationRefusedError, UnansweredError
from gatekeeper.translation import language, phrase
from gatekeeper.words import Language


class DaemonLink:
    """Asks the daemon, a connection to a question.

    Args:
        path: of its control socket.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def ask(self, asked: Mapping[str, object], timeout: float = 12.0) -> dict[str, Any]:  # noqa: ASYNC109 - of all
        """Ask, and have the answer, its texts in the language of the page that asks.

        Args:
            asked: the question's fields.
            timeout: seconds for all of it.

        Raises:
            UnansweredError: it was asked, and does not answer in time, or not whole: it may be done.
            NotNowError: it can't do it now.
            OperationRefusedError: it answers with another error.
            DaemonError: no daemon listens there: it was not asked.
        """
        spoken = language()
        if spoken is not Language.EN:
            asked = {**asked, LANGUAGE: spoken.value}
        try:
            async with asyncio.timeout(timeout):
                line = await exchange(self._path, encode(asked))
            answer = parse_answer(line)
        except PermissionError as error:
            raise DaemonError(phrase("the daemon can't be asked ({error})", error=error)) from error
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise DaemonError(phrase("the daemon does not run: start it (`systemctl start gatekeeper`)")) from error
        except TimeoutError as error:
            raise UnansweredError(
                phrase("the daemon did not answer within {timeout:g} s: see its log", timeout=timeout)
            ) from error
        except (OSError, ValueError) as error:
            raise UnansweredError(phrase("the daemon can't be asked ({error})", error=error)) from error
        except DaemonError as error:
            raise UnansweredError(str(error)) from error
        if "error" in answer:
            raise _error_of(answer)
        return answer


def _error_of(answer: Mapping[str, object]) -> DaemonError:
    """The error that an answer tells of."""
    if answer.get("unknown"):
        # Its own text knows no language: nobody was left to say it.
        return UnansweredError(phrase("the daemon could not answer this question: its log says why"))
    kind = NotNowError if answer.get("passing") else OperationRefusedError
    return kind(str(answer["error"]), str(answer.get("code", "")))
