"""A dialer's site: Asterisk and its carrier, with the daemon's AMI proxy before them and a list in force."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from gatekeeper.lists import ImportOptions, ListKind, ListStore
from lab.roots import AsteriskRoot
from lab.site import LabSite, build_site, running

AMI_PROXY = """
[lists.bloctel]
kind = "opposition"
[asterisk.main]
port = {ami}
[ami_proxy]
enabled = true
port = {proxy}
"""
"""The configuration of a daemon with an AMI proxy; `proxy` and `ami` are the ports."""


@contextlib.contextmanager
def guarded_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = AMI_PROXY,
    listed: tuple[str, ...] = (),
    carrier: dict[str, Any] | None = None,
    dialplan: Sequence[str | Path] = (),
    clock: datetime | None = None,
) -> Iterator[LabSite]:
    """Start all, stop all.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        config: of the daemon, with the fields of `AMI_PROXY`.
        listed: numbers imported into the list `bloctel`.
        carrier: arguments of `Carrier`.
        dialplan: Asterisk's, which has no gate: the proxy is the only one.
        clock: what time it is for the daemon; without, the machine's.
    """
    site = build_site(root, folder, config=config, gated=False, carrier=carrier, dialplan=dialplan, clock=clock)
    # A list that was never imported would block every call. By the library: two commands take longer than all else.
    with ListStore(site.daemon.data_dir) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        path = folder / "bloctel.txt"
        path.write_text("".join(f"{number}\n" for number in listed or ("0699999999",)))
        store.import_file(path, "bloctel", options=ImportOptions(by="lab"))
    with running(site):
        yield site
