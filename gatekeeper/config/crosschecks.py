"""Cross-checks: find what is wrong only when two settings, or a setting and the system around it, are seen together."""

import os
from collections.abc import Iterator
from pathlib import Path

from gatekeeper.config.alert_checks import alert_problems
from gatekeeper.config.folder_checks import folder_problems
from gatekeeper.config.format_checks import format_problems
from gatekeeper.config.phone_checks import phone_problems
from gatekeeper.config.problems import Problem
from gatekeeper.config.query_checks import query_problems
from gatekeeper.config.receiver_checks import hook_problems
from gatekeeper.config.schema import closest
from gatekeeper.config.scrub_checks import scrub_problems
from gatekeeper.config.sections.ami_proxy import AmiProxySection
from gatekeeper.config.sections.campaigns import CampaignSection
from gatekeeper.config.sections.fastagi import FastAgiSection
from gatekeeper.config.sections.metrics import MetricsSection
from gatekeeper.config.settings import Settings
from gatekeeper.config.sip_checks import sip_problems
from gatekeeper.errors import ConfigError
from gatekeeper.law import profile_names
from gatekeeper.law.overrides import read_overrides
from gatekeeper.policy import CalleeKind, DialMode, Purpose
from gatekeeper.policy.attempt import ALL_LISTS
from gatekeeper.policy.ledger import name_key
from gatekeeper.translation import marked, phrase

_TAKEN_PORTS = {
    5038: marked("Asterisk's manager interface"),
    5039: marked("Asterisk's manager interface over TLS"),
    5060: "SIP",
    5061: marked("SIP over TLS"),
    8088: marked("Asterisk's HTTP server"),
    8089: marked("Asterisk's HTTPS server"),
}

_OWN_RIGHTS = 0o600
_SOCKET_PATH_BYTES = 107
"""What Linux has room for in `sockaddr_un`, without the closing zero byte."""


_HERE = "127.0.0.1"
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - what is looked for

_APPLIED = ("opposition", "wash", "query")
"""The kinds of list that campaigns name."""


def crosscheck(settings: Settings) -> Iterator[Problem]:
    """Everything that is wrong, in the order of the sections."""
    yield from folder_problems(settings)
    yield from _port(settings)
    yield from _socket(settings)
    yield from phone_problems(settings)
    yield from _line_prefix(settings)
    yield from _red_lists(settings)
    yield from _campaigns(settings)
    yield from _campaigns_alike(settings)
    yield from format_problems(settings)
    yield from query_problems(settings)
    yield from _rules(settings)
    yield from _ami_users(settings)
    yield from _servers(settings)
    yield from _ami_proxy(settings)
    yield from sip_problems(settings)
    yield from _watchdog(settings)
    yield from _refusal(settings)
    yield from scrub_problems(settings)
    yield from _metrics(settings)
    yield from _desk(settings)
    yield from alert_problems(settings)
    yield from hook_problems(settings)


def _port(settings: Settings) -> Iterator[Problem]:
    use = _TAKEN_PORTS.get(settings.fastagi.port)
    if use:
        yield Problem(
            ("fastagi", "port"),
            phrase(
                "is {port}, which is the port of {use}; take another, such as 4573, FastAGI's own",
                port=settings.fastagi.port,
                use=phrase(use),
            ),
        )


def _line_prefix(settings: Settings) -> Iterator[Problem]:
    phone = settings.phone
    if phone.line_prefix and phone.line_prefix not in phone.prefixes:
        yield Problem(
            ("phone", "line_prefix"),
            phrase('is "{line_prefix}", which must be one of prefixes: add it there', line_prefix=phone.line_prefix),
        )


def _socket(settings: Settings) -> Iterator[Problem]:
    length = len(os.fsencode(settings.socket.path))
    if length > _SOCKET_PATH_BYTES:
        yield Problem(
            ("socket", "path"),
            phrase(
                "has {length} bytes; a Unix socket's path can have {limit}: choose a shorter one",
                length=length,
                limit=_SOCKET_PATH_BYTES,
            ),
        )

    if settings.socket.as_mode() & _OWN_RIGHTS != _OWN_RIGHTS:
        yield Problem(
            ("socket", "mode"),
            phrase(
                'is "{mode}", by which not even the daemon\'s own user may ask; it must begin with 06 or 07',
                mode=settings.socket.mode,
            ),
        )


def _red_lists(settings: Settings) -> Iterator[Problem]:
    for name, section in settings.lists.items():
        if section.kind == "red" and section.max_age_days:
            yield Problem(
                ("lists", name, "max_age_days"),
                phrase(
                    "is {max_age_days}, but a red list holds whatever its age: take the line out",
                    max_age_days=section.max_age_days,
                ),
            )
    if settings.lists["red"].kind != "red":
        yield Problem(
            ("lists", "red", "kind"),
            phrase(
                'must be "red": the list of this name is the company\'s own red list; give the other list another name'
            ),
        )


def _campaigns(settings: Settings) -> Iterator[Problem]:
    opposition = [name for name, section in settings.lists.items() if section.kind in _APPLIED]
    for campaign, section in settings.campaigns.items():
        for place, name in enumerate(section.lists):
            if name in (*opposition, ALL_LISTS):
                continue
            key = ("campaigns", campaign, "lists", f"[{place}]")
            if name in settings.lists:
                red = settings.lists[name].kind == "red"
                yield Problem(
                    key,
                    phrase('names the red list "{name}", which applies to every campaign: take it out', name=name)
                    if red
                    else phrase(
                        'names the contract register "{name}", which applies to every campaign: take it out', name=name
                    ),
                )
                continue
            meant = closest(name, opposition)
            hint = phrase('Did you mean "{meant}"? ', meant=meant) if meant else ""
            there = ", ".join(opposition) or phrase("none")
            yield Problem(
                key,
                phrase(
                    'names the list "{name}", which is not configured. {hint}Add a table [lists.{name}], or name one '
                    'of the opposition lists that are configured ({there}), or "*" for all of them',
                    name=name,
                    hint=hint,
                    there=there,
                ),
            )


def _campaigns_alike(settings: Settings) -> Iterator[Problem]:
    """Names that a person reads as one: a call names a campaign exactly."""
    first: dict[str, str] = {}
    for name in settings.campaigns:
        other = first.setdefault(name.casefold(), name)
        if other != name:
            yield Problem(
                ("campaigns", name),
                phrase(
                    'differs from "{other}" by capital letters alone; a call is judged by the one that it names '
                    "exactly, so give one of them another name",
                    other=other,
                ),
                remark=True,
            )


def _rules(settings: Settings) -> Iterator[Problem]:
    if settings.law.overrides:
        try:
            read_overrides(Path(settings.law.overrides))
        except ConfigError as error:
            yield Problem(("law", "overrides"), phrase("names a file that can't be taken: {error}", error=error))
            return
    yield from _shadow(settings)
    for name, campaign in settings.campaigns.items():
        yield from _about(settings, name, campaign)
    washed = next((name for name, section in settings.lists.items() if section.kind in ("wash", "query")), None)
    if washed and "scrubbed" not in settings.rules.order:
        yield Problem(
            ("rules", "order"),
            phrase('leaves out "scrubbed", without which the list "{washed}" holds nobody back: add it', washed=washed),
        )


def _shadow(settings: Settings) -> Iterator[Problem]:
    if not (settings.law.shadow or settings.law.overrides):
        return  # nothing could be wrong in what all laws say, whose reading takes tens of milliseconds
    profiles = [profile for profile in map(settings.profile, profile_names()) if profile.country]
    provisions = [dated for profile in profiles for dated in profile.provisions]
    judged = {dated.statement.id for dated in provisions if dated.provision is not None}
    for name in settings.law.shadow:
        if name in judged or name in {profile.name for profile in profiles}:
            continue
        told = any(dated.statement.id == name for dated in provisions)
        why = phrase("which no rule judges by itself") if told else phrase("which is no country and no provision")
        yield Problem(("law", "shadow"), phrase('names "{name}", {why}', name=name, why=why))


def _about(settings: Settings, name: str, campaign: CampaignSection) -> Iterator[Problem]:
    trades = settings.trades
    if campaign.sector and campaign.sector not in trades.sectors:
        yield Problem(
            ("campaigns", name, "sector"),
            phrase('is the unknown sector "{sector}"; there are: {named}', sector=campaign.sector, named=trades.named),
        )
    for goods in campaign.goods:
        if name_key(goods) not in trades.goods:
            yield Problem(
                ("campaigns", name, "goods"),
                phrase(
                    'names the unknown goods "{goods}": see `gatekeeper law trades`, or add them in [law.goods]',
                    goods=goods,
                ),
            )


def _ami_users(settings: Settings) -> Iterator[Problem]:
    for name, section in settings.ami_users.items():
        try:
            section.as_policy()
        except ValueError as error:
            yield Problem(("ami_users", name, "pass_actions"), phrase("can't be: {error}", error=error))
        words = {
            "purpose": tuple(Purpose),
            "sector": tuple(settings.trades.sectors),
            "goods": tuple(settings.trades.goods),
            "dial_mode": tuple(DialMode),
            "callee": tuple(CalleeKind),
        }
        for key, there in words.items():
            word = getattr(section, key)
            if word and name_key(word) not in there:
                meant = closest(word, list(there))
                hint = phrase('did you mean "{meant}"? ', meant=meant) if meant else ""
                yield Problem(
                    ("ami_users", name, key),
                    phrase(
                        'is the unknown word "{word}"; {hint}there are: {names}',
                        word=word,
                        hint=hint,
                        names=", ".join(there),
                    ),
                )


def _servers(settings: Settings) -> Iterator[Problem]:
    there = ", ".join(settings.asterisk)
    for section, table in (("ami_proxy", settings.ami_proxy), ("watchdog", settings.watchdog)):
        named = table.asterisk
        if settings.server_name(named) in settings.asterisk:
            continue
        if named:
            meant = closest(named, list(settings.asterisk))
            hint = phrase('Did you mean "{meant}"? ', meant=meant) if meant else ""
            yield Problem(
                (section, "asterisk"),
                phrase(
                    'names the server "{named}", which is not configured. {hint}Add a table [asterisk.{named}], or '
                    "name one that there is: {there}",
                    named=named,
                    hint=hint,
                    there=there,
                ),
            )
        elif table.enabled:
            yield Problem(
                (section, "asterisk"),
                phrase("is missing: there are several servers; name one of them: {there}", there=there),
            )


def _ami_proxy(settings: Settings) -> Iterator[Problem]:
    section = settings.ami_proxy
    if bool(section.certificate) != bool(section.certificate_key):
        missing = "certificate_key" if section.certificate else "certificate"
        yield Problem(("ami_proxy", missing), phrase("is missing: TLS for dialers takes a certificate and its key"))
    server = settings.asterisk.get(settings.server_name(section.asterisk))
    if section.enabled and server and section.port == server.port and _is_same_host(section.host, server.host):
        yield Problem(
            ("ami_proxy", "port"),
            phrase("is {port}, which is Asterisk's own; take another, and give it to the dialers", port=section.port),
        )
    if section.enabled and settings.fastagi.enabled and section.port == settings.fastagi.port:
        yield Problem(("ami_proxy", "port"), phrase("is {port}, which fastagi.port has taken", port=section.port))


def _is_same_host(listens: str, other: str) -> bool:
    """Whether who listens at an address listens at the other one, too."""
    one, two = (_HERE if name.lower() == "localhost" else name.lower() for name in (listens, other))
    everywhere = one in _EVERYWHERE and (two in (_HERE, "::1") or two in _EVERYWHERE)
    return one == two or everywhere or (two in _EVERYWHERE and one in (_HERE, "::1"))


def _watchdog(settings: Settings) -> Iterator[Problem]:
    section = settings.watchdog
    name = settings.server_name(section.asterisk)
    server = settings.asterisk.get(name)
    if not section.enabled or server is None:
        return
    if not server.username:
        yield Problem(
            ("asterisk", name, "username"), phrase("is empty; name the user that manager.conf has for Gatekeeper")
        )
    if not server.secret.get_secret_value():
        variable = f"GATEKEEPER_ASTERISK__{name.upper().replace('-', '_')}__SECRET"
        empty = phrase("is empty; give that user's secret, best as {variable}", variable=variable)
        yield Problem(("asterisk", name, "secret"), empty, secret=True)
    if section.kill_switch and not settings.routes.emergency_endpoints:
        yield Problem(
            ("watchdog", "kill_switch"),
            phrase("is set, but routes.emergency_endpoints names none: emergency calls must keep a way out"),
        )
    proxy = settings.ami_proxy
    if proxy.enabled and server.port == proxy.port and _is_same_host(proxy.host, server.host):
        yield Problem(
            ("asterisk", name, "port"), phrase("is {port}, the AMI proxy's own; give Asterisk's", port=server.port)
        )


def _metrics(settings: Settings) -> Iterator[Problem]:
    section = settings.metrics
    if not section.enabled:
        return
    taken = {settings.fastagi.port: "fastagi.port"} if settings.fastagi.enabled else {}
    if settings.ami_proxy.enabled:
        taken[settings.ami_proxy.port] = "ami_proxy.port"
    use = _TAKEN_PORTS.get(section.port) or taken.get(section.port)
    if use:
        yield Problem(
            ("metrics", "port"),
            phrase("is {port}, which is that of {use}; take another, such as 9573", port=section.port, use=phrase(use)),
        )


def _desk(settings: Settings) -> Iterator[Problem]:
    """The desk comes after the daemon, which has taken its ports by then; who names no port may have no desk."""
    taken = {section.port: name for name, section in _listening(settings)}
    port = settings.desk.port
    if "port" in settings.desk.model_fields_set and port in taken:
        yield Problem(("desk", "port"), phrase("is {port}, which {other} has taken", port=port, other=taken[port]))


def _listening(settings: Settings) -> Iterator[tuple[str, "FastAgiSection | AmiProxySection | MetricsSection"]]:
    for name, section in (
        ("fastagi.port", settings.fastagi),
        ("ami_proxy.port", settings.ami_proxy),
        ("metrics.port", settings.metrics),
    ):
        if section.enabled:
            yield name, section


def _refusal(settings: Settings) -> Iterator[Problem]:
    name = settings.refusal.list
    if settings.lists["red"].kind != "red":
        return  # which is said already
    if name not in settings.lists or settings.lists[name].kind != "red":
        red = ", ".join(name for name, section in settings.lists.items() if section.kind == "red")
        yield Problem(
            ("refusal", "list"), phrase('names "{name}", which is no red list; there are: {red}', name=name, red=red)
        )
