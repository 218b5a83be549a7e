"""Originating: places a call by Asterisk's console, a call file, its manager, the AMI proxy, or ARI."""

import asyncio
import base64
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gatekeeper.config import Settings
from gatekeeper.doctor.canary.ways import Originator, Way
from gatekeeper.doctor.manager_link import logged_in
from gatekeeper.errors import DaemonError, ProtocolError
from gatekeeper.site import AsteriskSite
from gatekeeper.translation import phrase, trouble_of

if TYPE_CHECKING:
    from gatekeeper.ami.client import LinkSettings

_SECONDS: Final = 10.0
_FILE: Final = "gatekeeper-doctor.call"
_EVERYWHERE: Final = ("0.0.0.0", "::", "")  # noqa: S104 - what is looked for


@dataclass(frozen=True)
class Console:
    """Asterisk's console.

    Attributes:
        command: the program, with the arguments that tell which Asterisk.
    """

    command: tuple[str, ...]

    async def run(self, text: str) -> str:
        """What a command says.

        Raises:
            DaemonError: Asterisk does not answer.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command, "-rx", text, stdin=asyncio.subprocess.DEVNULL, stdout=-1, stderr=-1
            )
            async with asyncio.timeout(_SECONDS):
                out, error = await process.communicate()
        except OSError as fault:  # TimeoutError is one
            raise DaemonError(
                phrase("asterisk -rx does not answer: {reason}; run this as root", reason=trouble_of(fault))
            ) from None
        if process.returncode:
            raise DaemonError(
                phrase("asterisk -rx does not answer: {error}", error=(error or out).decode("utf-8", "replace").strip())
            )
        return out.decode("utf-8", "replace")


@dataclass(frozen=True)
class Originating:
    """Places calls at a site.

    Attributes:
        site: it.
        settings: Gatekeeper's.
        console: its Asterisk's console.
    """

    site: AsteriskSite
    settings: Settings
    console: Console

    async def place(self, way: Way, channel: str) -> None:
        """Place a call and don't wait for what becomes of it.

        Raises:
            GatekeeperError: it can't be placed; the text says why.
        """
        by: Mapping[Originator, Callable[[str], Awaitable[None]]] = {
            Originator.CLI: self._by_console,
            Originator.CALL_FILE: self._by_file,
            Originator.AMI: self._by_manager,
            Originator.PROXY: self._by_proxy,
            Originator.ARI: self._by_ari,
        }
        await by[way.by](channel)

    async def _by_console(self, channel: str) -> None:
        said = await self.console.run(f"channel originate {channel} application Wait 1")
        if said.strip():
            raise ProtocolError(phrase("asterisk -rx says: {said}", said=said.strip()))

    async def _by_file(self, channel: str) -> None:
        spool = self.site.tree.real(self.site.folders["astspooldir"])
        aside = spool / _FILE
        try:
            aside.write_text(f"Channel: {channel}\nApplication: Wait\nData: 1\nMaxRetries: 0\n", encoding="utf-8")
            _give(aside, spool)
            aside.rename(spool / "outgoing" / _FILE)
        except OSError as error:
            aside.unlink(missing_ok=True)
            raise DaemonError(
                phrase("{spool} can't be written to: {reason}", spool=spool, reason=trouble_of(error))
            ) from None

    async def _by_manager(self, channel: str) -> None:
        server = self.settings.asterisk[self.settings.server_name(self.settings.watchdog.asterisk)]
        await self._originate(channel, server.host, server.port)

    async def _by_proxy(self, channel: str) -> None:
        proxy = self.settings.ami_proxy
        if proxy.certificate:
            raise ProtocolError(phrase("the AMI proxy takes TLS only"))
        await self._originate(channel, "127.0.0.1" if proxy.host in _EVERYWHERE else proxy.host, proxy.port)

    async def _originate(self, channel: str, host: str, port: int) -> None:
        async with logged_in(self._dialer(host, port)) as link:
            if not link.connected:
                raise ProtocolError(link.trouble)
            headers = {"Channel": channel, "Application": "Wait", "Data": "1", "Timeout": "5000", "Async": "true"}
            await link.ask("Originate", **headers)

    def _dialer(self, host: str, port: int) -> "LinkSettings":
        """The first manager user that may originate and has a secret, as it logs in."""
        name = self.settings.server_name(self.settings.watchdog.asterisk)
        dialers = {one.name for one in self.site.manager.dialers}
        for section in self.site.manager.conf.sections:
            if section.name in dialers and (secret := section.get("secret")):
                ours = self.settings.asterisk[name].as_link(name)
                return replace(ours, host=host, port=port, username=section.name, secret=secret)
        raise ProtocolError(phrase("manager.conf has no user with a secret that may originate calls"))

    async def _by_ari(self, channel: str) -> None:
        http, users = self.site.conf("http.conf"), self.site.conf("ari.conf")
        if (http.value("general", "enabled") or "no").lower() not in ("yes", "true", "on", "1"):
            raise ProtocolError(phrase("http.conf has no enabled = yes, so there is no ARI"))
        user = next(
            (
                one
                for one in users.sections
                if one.get("type") == "user" and one.get("password") and (one.get("read_only") or "no") == "no"
            ),
            None,
        )
        if user is None or (user.get("password_format") or "plain") != "plain":
            raise ProtocolError(phrase("ari.conf has no user with a plain password that may write"))
        host = http.value("general", "bindaddr") or ""
        query = urllib.parse.urlencode({"endpoint": channel, "extension": "s", "context": "default", "priority": "1"})
        address = (
            f"http://{'127.0.0.1' if host in _EVERYWHERE else host}:{http.value('general', 'bindport') or '8088'}"
            f"/{(http.value('general', 'prefix') or '').strip('/')}/ari/channels?{query}"
        ).replace("//ari", "/ari")
        secret = base64.b64encode(f"{user.name}:{user.get('password')}".encode()).decode()
        request = urllib.request.Request(address, method="POST", headers={"Authorization": f"Basic {secret}"})  # noqa: S310 - http alone
        try:
            await asyncio.to_thread(_request, request)
        except (OSError, urllib.error.URLError) as error:
            raise DaemonError(phrase("ARI does not take the call: {error}", error=error)) from None


def _request(request: urllib.request.Request) -> None:
    urllib.request.urlopen(request, timeout=_SECONDS).close()  # noqa: S310 - the address is made here, and is http


def _give(file: Path, folder: Path) -> None:
    """A call file has to be Asterisk's own, for it is removed by it."""
    if os.geteuid() == 0:
        found = folder.stat()
        os.chown(file, found.st_uid, found.st_gid)
