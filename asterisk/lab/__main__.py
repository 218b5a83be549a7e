"""``python -m lab fetch``: fetch everything the lab runs, and say what there is."""

import sys

from lab.cache import cache_folder
from lab.chromium import chromium_program
from lab.clients import node_client, perl_client
from lab.debian import PYTHONS, debian_base
from lab.errors import LabError
from lab.faketime import faketime_library
from lab.kamailio import kamailio_program
from lab.mariadb import mariadb_server
from lab.name_server import nsd_program
from lab.postgres import postgres_programs
from lab.prometheus import prometheus_program
from lab.roots import RELEASES, asterisk_root, sipp_program, sipp_version

USAGE = """\
usage: python -m lab fetch

Fetches Asterisk 22, Asterisk 16, SIPp, the other programs of the tests, two manager clients and base systems of Debian,
unless they are there, and says where they are.
"""


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit code."""
    if arguments != ["fetch"]:
        sys.stderr.write(USAGE)
        return 2
    try:
        for release in RELEASES:
            root = asterisk_root(release)
            sys.stdout.write(f"Asterisk {root.version}: {root.program[-1]}\n")
        sys.stdout.write(f"SIPp {sipp_version()}: {sipp_program()[-1]}\n")
        sys.stdout.write(f"MariaDB: {mariadb_server()[0][-1]}\n")
        sys.stdout.write(f"libfaketime: {faketime_library()}\n")
        sys.stdout.write(f"Kamailio: {kamailio_program()[0][-1]}\n")
        sys.stdout.write(f"NSD: {nsd_program()[-1]}\n")
        sys.stdout.write(f"PostgreSQL: {postgres_programs()}\n")
        sys.stdout.write(f"Prometheus: {prometheus_program('prometheus')[-1]}\n")
        sys.stdout.write(f"Chromium: {chromium_program()}\n")
    except LabError as error:
        sys.stderr.write(f"lab: {error}\n")
        return 1
    for client in (node_client, perl_client):
        try:
            command, environment = client()
        except LabError as error:
            _passed_over(error)
        else:
            sys.stdout.write(f"manager client for {command[-1]}: {' '.join(environment.values())}\n")
    for suite in PYTHONS:
        try:
            sys.stdout.write(f"base system of Debian {suite}: {debian_base(suite)}\n")
        except LabError as error:
            _passed_over(error)
    sys.stdout.write(f"cache: {cache_folder()}\n")
    return 0


def _passed_over(error: LabError) -> None:
    reason = " ".join(str(error).split())  # apt's words have several lines
    sys.stderr.write(f"lab: {reason}; the tests with it are passed over (in CI they fail)\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
