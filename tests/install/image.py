"""Images of sites in a folder: Debian's `/etc/asterisk` of Asterisk 22, and the shapes that PBX programs give it."""

import contextlib
import hashlib
import io
import os
import shutil
import stat
from pathlib import Path

import pytest

from gatekeeper.cli.app import main
from lab.roots import AsteriskRoot

PASSWD = "root:x:0:0:root:/root:/bin/bash\nasterisk:x:110:115::/var/lib/asterisk:/usr/sbin/nologin\n"
GROUP = "root:x:0:\nasterisk:x:115:\n"
SOUNDS = "usr/share/asterisk/sounds/en"
TRUNK = """
[carrier]
type = endpoint
aors = carrier
[carrier]
type = aor
contact = sip:192.0.2.1
[1001]
type = endpoint
auth = 1001
aors = 1001
[1001]
type = aor
max_contacts = 1
"""
PLAIN = """[globals]
OUT = PJSIP/carrier
[agents]
exten => _0XXXXXXXXX,1,NoOp(out)
 same => n(dial),Dial(PJSIP/${EXTEN}@carrier,60,T) ; to the carrier
 same => n,Hangup()
exten => _1XXX,1,Dial(PJSIP/${EXTEN},20)
exten => _00.,1,Dial(${OUT}/sip:${EXTEN:2}@192.0.2.1)
exten => _3.,1,Dial(PJSIP/${EXTEN:1}@carrier)
exten => _3.,2,Hangup()
"""
FREEPBX = """[globals]
#include globals_custom.conf
OUT_1 = PJSIP/carrier
#include extensions_additional.conf
#include extensions_custom.conf
"""
FREEPBX_ADDITIONAL = """
[macro-dialout-trunk]
exten => s,1,Set(DIAL_TRUNK=${ARG1})
exten => s,n,%s
exten => s,n,GotoIf($["${PREDIAL_HOOK_RET}" = "BYPASS"]?bypass,1)
exten => s,n,Dial(${OUT_${DIAL_TRUNK}}/${OUTNUM},300,${DIAL_TRUNK_OPTIONS})
exten => bypass,1,NoOp(BYPASSING)
[ext-trunk]
exten => 1,1,Dial(${OUT_${DIAL_TRUNK}}/${OUTNUM},300)
[macro-dial]
exten => s,1,Dial(${ds})
"""
HOOK = {"16": "Macro(dialout-trunk-predial-hook,)", "17": "Gosub(macro-dialout-trunk-predial-hook,s,1())"}
VICIDIAL = """[globals]
#include extensions-vicidial.conf
[default]
include => vicidial-auto
"""
VICIDIAL_WRITTEN = """
[vicidial-auto-external]
exten => _90XXXXXXXXX,1,AGI(agi://127.0.0.1:4577/call_log)
exten => _90XXXXXXXXX,2,Dial(SIP/carrier/${EXTEN:1},${CAMPDTO},To)
exten => _90XXXXXXXXX,3,Hangup()
"""
SHAPES = {
    "debian": {},
    "plain": {"pjsip.conf": TRUNK, "extensions.conf": PLAIN},
    "freepbx16": {
        "pjsip.conf": TRUNK,
        "extensions.conf": FREEPBX,
        "extensions_additional.conf": FREEPBX_ADDITIONAL % HOOK["16"],
    },
    "freepbx17": {
        "pjsip.conf": TRUNK,
        "extensions.conf": FREEPBX,
        "extensions_additional.conf": FREEPBX_ADDITIONAL % HOOK["17"],
        "extensions_custom.conf": "[from-internal-custom]\nexten => _8.,1,Dial(PJSIP/${EXTEN:1}@carrier)\n",
    },
    "issabel": {
        "../issabel.conf": "",
        "pjsip.conf": TRUNK,
        "extensions.conf": FREEPBX,
        "extensions_additional.conf": FREEPBX_ADDITIONAL % HOOK["16"],
    },
    "vicidial": {
        "sip.conf": "[general]\n[carrier]\ntype = peer\nhost = 192.0.2.1\n",
        "extensions.conf": VICIDIAL,
        "extensions-vicidial.conf": VICIDIAL_WRITTEN,
    },
}
"""What each writes in place of Debian's files."""

Entry = tuple[str, bytes]
SHOWN = 16 << 10
"""Octets of a file up to which a snapshot holds its text, for a difference that can be read."""


def make_image(folder: Path, root: AsteriskRoot, shape: str = "debian") -> Path:
    """An image with Asterisk's configuration."""
    etc = folder / "etc" / "asterisk"
    shutil.copytree(root.data.parents[2] / "etc" / "asterisk", etc)
    for name, text in SHAPES[shape].items():
        (etc / name).write_text(text)
    (folder / "etc" / "passwd").write_text(PASSWD)
    (folder / "etc" / "group").write_text(GROUP)
    for name in ("etc/systemd/system", "usr/lib/systemd/system", "usr/share/asterisk/agi-bin", "var/lib", SOUNDS):
        (folder / name).mkdir(parents=True)
    for name in ("num-was-successfully", "added", "im-sorry", "cannot-complete-as-dialed"):
        (folder / SOUNDS / f"{name}.gsm").touch()
    (folder / "usr/lib/systemd/system/asterisk.service").write_text(
        "[Service]\nExecStart=/usr/sbin/asterisk -f -U asterisk\n"
    )
    return folder


def snapshot(folder: Path, left_out: tuple[str, ...] = ()) -> dict[str, Entry]:
    """Every file and folder but those whose name begins so: kind, mode, content (of a large file, its SHA-256)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.startswith(left_out):
            continue
        state = path.lstat()
        content = _content(path, state.st_size) if stat.S_ISREG(state.st_mode) else os.fsencode(path.name)
        found[name] = (oct(state.st_mode), content)
    return found


def _content(path: Path, size: int) -> bytes:
    """A whole Debian, several times over, would else stand in memory."""
    if size <= SHOWN:
        return path.read_bytes()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def gatekeeper(*arguments: str | Path, code: int = 0) -> str:
    """What a command writes."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error), pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert ended.value.code == code, error.getvalue()
    return out.getvalue() + error.getvalue()
