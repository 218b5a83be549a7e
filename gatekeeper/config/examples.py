"""Examples in the file that `gatekeeper init` writes: the tables that have names, most of them commented out."""

from typing import Final, NamedTuple

from gatekeeper.config.schema import NAME


class TableExample(NamedTuple):
    """How a table that has a name is written.

    Attributes:
        path: of the table.
        title: of this part of the file, in English.
        about: what is to be known of it, in English; each on lines of its own.
        toml: the example; its text is the same in every language.
    """

    path: tuple[str, ...]
    title: str
    about: tuple[str, ...]
    toml: str


EXAMPLES: Final = (
    TableExample(
        ("lists", NAME),
        "Lists",
        (
            "A list of people who must not be called; `gatekeeper list import NAME FILE` fills it.",
            "A list that is configured and was never imported blocks the calls of its campaigns (LIST_STALE).",
        ),
        """\
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
""",
    ),
    TableExample(
        ("formats", NAME),
        "Formats",
        ("How a registry's file is written that no built-in format knows; `gatekeeper list formats` shows them.",),
        """\
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
""",
    ),
    TableExample(
        ("queries", NAME),
        "Queries",
        ('A registry that is asked number by number; its list has kind = "query".',),
        """\
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
""",
    ),
    TableExample(
        ("campaigns", NAME),
        "Campaigns",
        ("What the dialler calls its campaigns, and which lists apply to each. `default` serves all others.",),
        """\
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
""",
    ),
    TableExample(
        ("scrubs", NAME),
        "Scheduled scrubs",
        ("Contacts that `gatekeeper scrub --scheduled`, which a timer starts every day, scrubs when they are due.",),
        """\
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
""",
    ),
    TableExample(
        ("hooks", NAME),
        "Hooks",
        ("Programs that are told what happens here: `gatekeeper hooks test` tries them.",),
        """\
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
""",
    ),
    TableExample(
        ("sip_gate", "trunks", NAME),
        "Trunks of the SIP gate",
        ("Whose endpoint in pjsip.conf has `outbound_proxy = sip:NAME@127.0.0.1:5080\\;lr`.",),
        """\
# [sip_gate.trunks.carrier]
# carriers = ["sip:203.0.113.7:5060"]
# port = 0
# users = []
# hosts = []
# campaign = ""
# options_s = 30
# to_may_differ = false
# from_is_shown = false
# tls_ca = ""
# tls_name = ""
# endpoints = []
""",
    ),
    TableExample(
        ("asterisk", NAME),
        "Asterisk",
        (
            "A server, described once; [ami_proxy] and [watchdog] name theirs by `asterisk` where there are several.",
            "Without any of these tables, there is `main` with these values.",
        ),
        """\
# [asterisk.main]
# host = "127.0.0.1"
# port = 5038
# tls = false
# tls_ca = ""
# tls_name = ""
# username = "gatekeeper"
# secret = ""
""",
    ),
    TableExample(
        ("ami_users", NAME),
        "Manager users at the AMI proxy",
        ("What each may do; `default` serves those that are not named. The defaults are the safe ones.",),
        """\
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
""",
    ),
)
