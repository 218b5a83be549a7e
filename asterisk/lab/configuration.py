"""The lab's configuration files of Asterisk: small, private, and the same for 16 and 22.

Only what the tests need is loaded (it starts in two seconds); a test adds modules and files of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lab.errors import LabError

# In the order of loading. A name that ends in * stands for every module that begins so; one that a release does not
# have is passed over.
MODULES: Final = (
    "res_timing_timerfd", "res_sorcery_config", "res_sorcery_memory", "res_sorcery_astdb",
    "res_pjproject", "res_crypto", "res_rtp_asterisk", "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub",
    "res_pjsip_sdp_rtp", "res_pjsip_nat", "res_pjsip_rfc3326", "res_pjsip_caller_id", "res_pjsip_diversion",
    "res_pjsip_dtmf_info", "res_pjsip_acl", "res_pjsip_dlg_options", "res_pjsip_header_funcs", "res_pjsip_path",
    "res_pjsip_logger",
    "res_pjsip_endpoint_identifier_user", "res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_anonymous",
    "res_pjsip_refer", "chan_pjsip",
    "codec_ulaw", "codec_alaw", "codec_gsm", "codec_a_mu", "codec_resample",
    "format_gsm", "format_pcm", "format_wav", "format_sln",
    "bridge_simple", "bridge_native_rtp", "bridge_softmix", "bridge_holding", "bridge_builtin_features",
    "bridge_builtin_interval_features",
    "res_musiconhold", "res_speech", "res_agi", "res_clialiases", "res_clioriginate",
    "pbx_config", "pbx_spool",
    "func_*",
    "app_*",
    "res_cdrel_custom", "cdr_custom", "cdr_manager", "cel_manager",
    "res_http_websocket", "res_websocket_client", "res_stasis*", "res_ari*", "res_parking", "res_mutestream",
)  # fmt: skip
# Modules that need hardware, a database, a file of their own, or the network, or that would load others that do.
LEFT_OUT: Final = frozenset({
    "app_adsiprog", "app_agent_pool", "app_alarmreceiver", "app_amd", "app_audiosocket", "app_celgenuserevent",
    "app_confbridge", "app_festival", "app_followme", "app_getcpeid", "app_ices", "app_jack", "app_minivm",
    "app_mp3", "app_nbscat", "app_page", "app_sla", "app_sms", "app_speech_utils", "app_test", "app_voicemail",
    "app_voicemail_odbc", "app_dahdiras", "app_flash", "app_meetme", "app_osplookup", "app_statsd", "app_macro",
    "app_image", "app_url", "app_fax", "app_voicemail_imap", "func_odbc", "func_curl", "func_vmcount",
    "func_enum", "func_speex", "func_realtime", "func_iconv", "res_stasis_test", "res_ari_mailboxes",
    "res_stasis_mailbox",
})  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What the default files are written from."""

    sip_port: int
    ami_port: int
    http_port: int
    folders: Mapping[str, Path]
    """asterisk.conf's own names of folders (``astmoddir`` ...) -> where they are."""
    available: frozenset[str]
    """The modules this Asterisk has, without ``.so``."""
    extra_modules: tuple[str, ...] = ()
    trunks: Mapping[str, int] = field(default_factory=dict)
    """Name of a PJSIP endpoint -> the loopback UDP port that its calls go to."""
    log_levels: str = "notice,warning,error"
    max_files: int = 20_000


def default_files(settings: Settings) -> dict[str, str]:
    """Return file name -> text of the default configuration."""
    return {
        "asterisk.conf": _asterisk(settings),
        "modules.conf": _modules(settings),
        "logger.conf": f"[general]\ndateformat = %F %T.%3q\n[logfiles]\nfull => {settings.log_levels}\n",
        "manager.conf": _MANAGER.format(port=settings.ami_port),
        "http.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {settings.http_port}\n"
        "sessionlimit = 1000\n",
        "ari.conf": "[general]\nenabled = yes\n[ari]\ntype = user\npassword = ari-secret\npassword_format = plain\n",
        "pjsip.conf": _pjsip(settings),
        "rtp.conf": "[general]\nrtpstart = 10000\nrtpend = 19999\n",
        "extensions.conf": "[general]\nstatic = yes\nwriteprotect = no\n\n[globals]\n\n#tryinclude lab.d/*.conf\n",
        "features.conf": "[general]\n[featuremap]\nblindxfer = #1\natxfer = *2\n[applicationmap]\n",
        "cdr.conf": "[general]\nenable = yes\nunanswered = yes\ncongestion = yes\nbatch = no\n",
        "cdr_custom.conf": "[mappings]\nlab.csv => "
        + ",".join(f"${{CSV_QUOTE(${{CDR({name})}})}}" for name in CDR_FIELDS)
        + "\n",
        "cdr_manager.conf": "[general]\nenabled = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "queues.conf": "[general]\npersistentmembers = no\n",
        "musiconhold.conf": f"[default]\nmode = files\ndirectory = {settings.folders['astdatadir'] / 'lab-moh'}\n",
        "cli_aliases.conf": _ALIASES,
        "pjproject.conf": "[startup]\nlog_mappings = no\n",
        "udptl.conf": "[general]\n",
        "acl.conf": "",
        "ccss.conf": "[general]\n",
        "codecs.conf": "",
        "indications.conf": _INDICATIONS,
        "res_parking.conf": "[general]\n",
        "sorcery.conf": "",
        "websocket_client.conf": "",
        "stasis.conf": "",
        "cli_permissions.conf": "[general]\ndefault_perm = permit\n",
    }


CDR_FIELDS: Final = (
    "uniqueid", "linkedid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "disposition",
    "accountcode", "userfield", "start", "answer", "end",
)  # fmt: skip
"""The columns of the lab's CDR file, in order."""


def _asterisk(settings: Settings) -> str:
    folders = "".join(f"{name} => {folder}\n" for name, folder in settings.folders.items())
    options = {"maxfiles": settings.max_files, "live_dangerously": "no", "nocolor": "yes", "verbose": 0}
    return f"[directories]\n{folders}\n[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())


def _modules(settings: Settings) -> str:
    wanted = [name for pattern in MODULES for name in _matching(pattern, settings.available)]
    unknown = [name for name in settings.extra_modules if name.removesuffix(".so") not in settings.available]
    if unknown:
        message = f"this Asterisk has no module {', '.join(unknown)}"
        raise LabError(message)
    wanted += [name.removesuffix(".so") for name in settings.extra_modules]
    return "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in dict.fromkeys(wanted))


def _matching(pattern: str, available: Iterable[str]) -> list[str]:
    if not pattern.endswith("*"):
        return [pattern] if pattern in available else []
    return sorted(name for name in available if name.startswith(pattern[:-1]) and name not in LEFT_OUT)


def endpoint(name: str, contact: str = "", *more: str) -> str:
    """A PJSIP endpoint, with what its calls go to, and with more lines of its own."""
    address = f"[{name}]\ntype = aor\ncontact = {contact}\nqualify_frequency = 0\n" if contact else ""
    own = (f"aors = {name}", *more) if contact else more
    return _ENDPOINT.format(name=name, more="".join(f"{line}\n" for line in own)) + address


def _pjsip(settings: Settings) -> str:
    transport = f"[lab-udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{settings.sip_port}\n"
    anonymous = endpoint("anonymous")
    trunks = "".join(endpoint(name, f"sip:127.0.0.1:{port}") for name, port in settings.trunks.items())
    own = "#tryinclude lab-pjsip.d/*.conf\n"
    return f"[global]\ntype = global\nuser_agent = lab\n\n{transport}\n{anonymous}\n{trunks}\n{own}"


_ENDPOINT: Final = """
[{name}]
type = endpoint
transport = lab-udp
context = from-sip
disallow = all
allow = ulaw,alaw
direct_media = no
timers = no
rtp_symmetric = yes
trust_id_inbound = yes
{more}"""

_MANAGER: Final = """
[general]
enabled = yes
bindaddr = 127.0.0.1
port = {port}
displayconnects = no
timestampevents = yes
allowmultiplelogin = yes
authlimit = 1000
authtimeout = 30

[dialer]
secret = dialer-secret
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
writetimeout = 5000

#tryinclude lab-manager.d/*.conf
"""

_ALIASES: Final = """
[general]
template = friendly
[friendly]
hangup request = channel request hangup
originate = channel originate
"""

_INDICATIONS: Final = """
[general]
country = fr
[fr]
description = France
ringcadence = 1500,3500
dial = 440
busy = 440/500,0/500
ring = 440/1500,0/3500
congestion = 440/250,0/250
callwaiting = 440/300,0/10000
dialrecall = !350+440/100,!0/100,!350+440/100,!0/100,!350+440/100,!0/100,350+440
record = 1400/500,0/15000
info = !950/330,!1400/330,!1800/330
"""
