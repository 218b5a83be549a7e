"""The configuration file that `gatekeeper init` writes: every setting, explained, at its default."""

import textwrap
from pathlib import Path

from gatekeeper.config.reference import summary, toml
from gatekeeper.config.schema import NAME, entries, tables
from gatekeeper.config.settings import Settings

_WIDTH = 100

_HEAD = """\
# Gatekeeper's configuration.
# What is commented out stands at its default. Every setting can be overridden by a variable:
# GATEKEEPER_FASTAGI__PORT=4600 is `port = 4600` in [fastagi].
# After a change: `gatekeeper config check`, then restart the daemon.
"""

_EXAMPLES = """\
# ---- Lists -------------------------------------------------------------------------------------
# A list of people who must not be called; `gatekeeper list import NAME FILE` fills it.
# A list that is configured and was never imported blocks the calls of its campaigns (LIST_STALE).
{lists}
[lists.red]
kind = "red"
title = "Liste rouge"

# [lists.bloctel]
# kind = "wash"
# title = "Bloctel"
# legal_basis = ""
# registry = ""
# max_age_days = 30
# max_shrink = 20
# max_growth = 100
# keep_versions = 5
# keep_raw = false
# format = "bloctel-return"
# inbox = ["retour_*"]
# changes = []
# changes_format = ""

# ---- Formats -----------------------------------------------------------------------------------
# How a registry's file is written that no built-in format knows; `gatekeeper list formats` shows them.
{formats}
# [formats.tps]
# title = "Telephone Preference Service"
# kind = "full"
# country = "GB"
# delimiter = ","
# column = "1"
# header = "auto"
# encoding = ""
# answer_column = ""
# callable = []
# listed = []
# removed = []
# other = "listed"
# empty = "unclear"
# ignore_case = false
# date_column = ""
# max_age_days = 28
# checksum = false

# ---- Queries -----------------------------------------------------------------------------------
# A registry that is asked number by number; its list has kind = "query".
{queries}
# [lists.reassigned]
# kind = "query"

# [queries.reassigned]
# provider = "reassigned"
# mode = "always"
# prefixes = ["1"]
# url = "https://registry.example/query"
# header = "Authorization"
# secret = ""
# body = ""
# item = ""
# results = ""
# number_field = ""
# field = ""
# listed = ["yes"]
# callable = ["no"]
# no_data_words = ["no_data"]
# no_data = "block"
# error = "block"
# date_format = "%Y-%m-%d"
# hold_hours = 24
# hold_listed_hours = 0
# hold_no_data_hours = 0
# deadline_ms = 500
# batch = 100
# per_second = 10

# ---- Campaigns ---------------------------------------------------------------------------------
# What the dialler calls its campaigns, and which lists apply to each. `default` serves all others.
{campaigns}
[campaigns.default]
lists = ["*"]

# [campaigns.insurance]
# lists = ["bloctel"]
# principal = "Example Assurances SA"
# purpose = "prospecting"
# sector = ""
# goods = ["insurance"]
# dial_mode = "predictive"
# callee = "consumer"
# subcontractor = ""
# caller_ids = []
# call_may = ["postcode"]
# shadow = false
# subjects = []
# law = ""

# ---- Scheduled scrubs --------------------------------------------------------------------------
# Contacts that `gatekeeper scrub --scheduled`, which a timer starts every day, scrubs when they are due.
{scrubs}
# [scrubs.leads]
# contacts = "/srv/contacts/leads.csv"
# output = ""
# every_days = 7
# at_most_days = 30
# campaign = "insurance"
# principal = ""
# columns = []
# country_code_column = ""
# leave_other_numbers = false
# table = ""
# key = ""
# where = ""
# mark = ""
# drop_numbers = false
# lang = "en"

# ---- Hooks -------------------------------------------------------------------------------------
# Programs that are told what happens here: `gatekeeper hooks test` tries them.
{hooks}
# [hooks.crm]
# connector = "webhook"
# url = "https://crm.example.org/gatekeeper"
# secret = ""
# events = ["decision.blocked", "call.bypassed", "refusal.recorded", "list.changed"]
# principals = []
# numbers = true
# private = false
# ca = ""
# username = ""
# dnc_campaigns = ["SYSTEM_INTERNAL"]
# number_forms = ["significant"]

# ---- Trunks of the SIP gate --------------------------------------------------------------------
# Whose endpoint in pjsip.conf has `outbound_proxy = sip:NAME@127.0.0.1:5080\\;lr`.
{sip_gate.trunks}
# [sip_gate.trunks.carrier]
# carriers = ["sip:203.0.113.7:5060"]
# port = 0
# users = []
# hosts = []
# campaign = ""
# options_s = 30
# to_may_differ = false
# tls_ca = ""
# tls_name = ""
# endpoints = []

# ---- Asterisk ----------------------------------------------------------------------------------
# A server, described once; [ami_proxy] and [watchdog] name theirs by `asterisk` where there are several.
# Without any of these tables, there is `main` with these values.
{asterisk}
# [asterisk.main]
# host = "127.0.0.1"
# port = 5038
# tls = false
# tls_ca = ""
# tls_name = ""
# username = "gatekeeper"
# secret = ""

# ---- Manager users at the AMI proxy ------------------------------------------------------------
# What each may do; `default` serves those that are not named. The defaults are the safe ones.
{ami_users}
# [ami_users.dialer]
# check_actions = []
# pass_actions = []
# refuse_actions = []
# commands = ["queue show"]
# applications = []
# functions = []
# campaign = "insurance"
# principal = "Example Assurances SA"
# purpose = ""
# sector = ""
# goods = ""
# dial_mode = ""
# callee = ""
# subcontractor = ""
# account_is_campaign = true
"""


def template(data_dir: Path) -> str:
    """The whole file.

    Args:
        data_dir: the data folder, which is written out because it is the one thing that differs from site to site.
    """
    parts = [_HEAD]
    for name, field in Settings.model_fields.items():
        table = field.annotation
        lines = [_section(name, data_dir)] if isinstance(table, type) else []
        parts += lines
    text = _EXAMPLES
    for path, _ in tables():
        if NAME in path:
            section = path[:-1]
            text = text.replace(f"{{{'.'.join(section)}}}", _keys(section))
    parts.append(text)
    return "\n".join(parts)


def _section(name: str, data_dir: Path) -> str:
    table = Settings.model_fields[name].annotation
    lines = [*_comment(summary(table)), f"[{name}]"]  # type: ignore[arg-type]
    for entry in entries():
        if entry.section != (name,):
            continue
        lines += ["", *_comment(entry.field.description or "")]
        default = entry.field.get_default(call_default_factory=True)
        is_folder = entry.dotted == "daemon.data_dir"
        lines.append(f"{entry.key} = {toml(data_dir)}" if is_folder else f"# {entry.key} = {toml(default)}")
    return "\n".join(lines) + "\n"


def _keys(section: tuple[str, ...]) -> str:
    """The keys of a section whose tables have names, each with what it is for."""
    lines = []
    for entry in entries():
        if entry.section == (*section, NAME):
            lines += _comment(f"{entry.key}: {entry.field.description}", indent="  ")
    return "\n".join(lines)


def _comment(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent=f"# {indent}", break_on_hyphens=False)
