"""What became of a call that was to be hung up: what Asterisk answers counts, not what was asked."""

import asyncio

import pytest

from gatekeeper.watchdog.hangup import Ended, Hangups
from tests.waiting import until
from tests.watchdog.test_link import accept, linked, read_action

DONE = "Response: Success\r\nMessage: Channel Hungup\r\n"
DENIED = "Response: Error\r\nMessage: Permission denied\r\n"
GONE = "Response: Error\r\nMessage: No such channel\r\n"


@pytest.mark.parametrize(
    ("answers", "ended"),
    [
        ((DONE,), Ended.YES), ((DENIED,), Ended.NO), ((GONE,), Ended.GONE),
        (("Response: Error\r\n",), Ended.NO), (("",), Ended.NO), ((), Ended.NO),
        # a channel whose name can be read in two ways
        ((GONE, DONE), Ended.YES), ((GONE, GONE), Ended.GONE), ((DONE, DENIED), Ended.NO), ((DENIED, GONE), Ended.NO),
    ],
)  # fmt: skip
async def test_what_became_of_a_hangup_is_told_as_what_it_is(
    answers: tuple[str, ...], ended: Ended, caplog: pytest.LogCaptureFixture
) -> None:
    """Hung up, refused, gone by itself: each is told as what it is; no answer means that it goes on."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        for answer in answers:
            asked = await read_action(reader)
            if not answer:
                return  # the connection ends
            writer.write(f"{answer}ActionID: {asked['ActionID']}\r\n\r\n".encode())
        await asyncio.sleep(10)

    async with linked(peer, ping_s=5.0, retry_s=5.0) as (link, _, _logins):
        await until(lambda: link.connected)
        hangups = Hangups(link)
        asked = hangups.begin([f"PJSIP/trunk-{place}" for place in range(len(answers))])
        assert await hangups.outcome(asked) is ended
        assert (hangups.done, hangups.failed) == (int(ended is Ended.YES), int(ended is Ended.NO))
        assert bool(hangups.trouble) == (ended is Ended.NO)
        assert ("could not be hung up" in caplog.text) == (ended is Ended.NO)


async def test_nothing_is_hung_up_without_a_connection() -> None:
    """Without a connection nothing is hung up, and that is said."""

    async def peer(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(10)

    async with linked(peer) as (link, _, _logins):
        hangups = Hangups(link)
        assert await hangups.outcome(hangups.begin(["PJSIP/trunk-1"])) is Ended.NO
        assert "no connection" in hangups.trouble
