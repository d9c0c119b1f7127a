"""What is wrong with this machine, its files and the service on it."""

from dataclasses import replace
from pathlib import Path

import pytest

from lotkeeper.service.doctor import machine_checks as checks
from lotkeeper.service.doctor.facts import BrokerFacts, DatabaseFacts, FileFacts, LimitFacts, ListeningPort, SpaceFacts
from lotkeeper.service.doctor.findings import Verdict
from tests.lotkeeper.service.doctor.samples import FACTS, SERVICE, facts

OK, WARNING, FAILED, SKIPPED = Verdict.OK, Verdict.WARNING, Verdict.FAILED, Verdict.SKIPPED
FILE = Path("/srv/lots.sqlite")
FREE = LimitFacts(None, None, 50, None)


def one(check, given):
    (found,) = check(given)
    assert (found.fix == "") == (found.verdict in (OK, SKIPPED))
    return found.verdict, found.text


@pytest.mark.parametrize(
    ("file", "verdict", "words"),
    [
        (FileFacts(FILE, 0o644, True), OK, "/srv/lots.sqlite: no problem, 2 pairs"),
        (FileFacts(FILE, 0o664, True), FAILED, "other users can change /srv/lots.sqlite (mode 0664)"),
        (FileFacts(FILE, 0o644, False), WARNING, "/srv/lots.sqlite belongs to another user"),
    ],
)
def test_the_configuration(file, verdict, words):
    assert one(checks.check_config_file, facts(config=file)) == (verdict, words)


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        (FileFacts(FILE, 0o600, True), OK),
        (FileFacts(FILE, 0o400, True), OK),
        (FileFacts(FILE, 0o640, True), WARNING),
        (FileFacts(FILE, 0o606, True), FAILED),
        (FileFacts(FILE, 0o600, False), WARNING),
    ],
)
def test_files_that_only_this_user_should_read(file, verdict):
    assert one(checks.check_files, facts(files=(file,)))[0] is verdict


def test_without_files_nothing_is_said_of_them():
    assert list(checks.check_files(facts(files=()))) == []


@pytest.mark.parametrize(
    ("free", "can_write", "verdict", "words"),
    [
        (50_000_000_000, True, OK, "50.0 GB free for the logs in /srv"),
        (900_000_000, True, WARNING, "900 MB free"),
        (99_000_000, True, FAILED, "99 MB free"),
        (50_000_000_000, False, FAILED, "/srv cannot be written, and the logs belong there"),
    ],
)
def test_disks(free, can_write, verdict, words):
    found = one(checks.check_disk, facts(spaces=(SpaceFacts(Path("/srv"), "the logs", free, can_write),)))
    assert found[0] is verdict
    assert found[1].startswith(words)


def test_orders_in_flight_on_a_disk():
    assert one(checks.check_disk, facts(spaces=(), is_journal_in_memory=False))[0] is WARNING


@pytest.mark.parametrize(
    ("limits", "verdict", "words"),
    [
        (FREE, OK, "enough files, processes and memory for 2 pairs"),
        (replace(FREE, open_files=264), OK, "enough"),
        (replace(FREE, open_files=263), FAILED, "a process may open 263 files, and 2 pairs need 264"),
        (replace(FREE, processes=70), OK, "enough"),
        (replace(FREE, processes=69), FAILED, "50 of 69 processes run, and 2 pairs need 20 more"),
    ],
)
def test_limits(limits, verdict, words):
    found = one(checks.check_limits, facts(limits=limits))
    assert found[0] is verdict
    assert found[1].startswith(words)


def test_little_memory_is_said_before_a_start_alone():
    little = replace(FREE, memory_free=200_000_000)
    assert one(checks.check_limits, facts(limits=little))[0] is OK
    assert one(checks.check_limits, facts(limits=little, service=replace(SERVICE, is_running=False)))[0] is WARNING


def test_a_python_that_counts_all_objects_needs_more_memory():
    stopped = replace(SERVICE, is_running=False)
    enough = replace(FREE, memory_free=280_000_000)
    assert one(checks.check_limits, facts(limits=enough, service=stopped))[0] is OK
    verdict, text = one(checks.check_limits, facts(limits=replace(enough, shares_memory=False), service=stopped))
    assert (verdict, text) == (WARNING, "280 MB of memory are free, and 2 pairs need 290 MB")


def test_merging_is_said_where_the_configuration_asks_for_it():
    assert list(checks.check_merging(FACTS)) == []
    (found,) = checks.check_merging(facts(merges_memory=True))
    assert (found.verdict, found.fix) == (WARNING, "echo 1 | sudo tee /sys/kernel/mm/ksm/run")
    assert found.text == "`merge_memory` is set, and the kernel does not look for equal pages"
    merging = facts(merges_memory=True, limits=replace(FREE, does_kernel_merge=True))
    assert one(checks.check_merging, merging)[0] is OK


def test_ports():
    local, open_to_all = ListeningPort("127.0.0.1", 9100, True), ListeningPort("0.0.0.0", 9100, False)
    assert one(checks.check_ports, FACTS)[0] is OK
    text = "the service listens on no port that other machines can reach, 1 on this machine only"
    assert one(checks.check_ports, facts(service=replace(SERVICE, ports=(local,)))) == (OK, text)
    found = one(checks.check_ports, facts(service=replace(SERVICE, ports=(local, open_to_all))))
    assert found == (FAILED, "the service listens on 0.0.0.0:9100, which other machines can reach")
    assert one(checks.check_ports, facts(service=replace(SERVICE, is_running=False)))[0] is SKIPPED


def test_a_folder_of_sockets_that_others_can_enter():
    folder = FileFacts(Path("/tmp/lk"), 0o755, True)
    service = replace(SERVICE, is_running=False, socket_folder=folder)
    assert [each.verdict for each in checks.check_ports(facts(service=service))] == [FAILED, SKIPPED]


@pytest.mark.parametrize(
    ("database", "verdict", "words"),
    [
        (DatabaseFacts("/d", exists=True, lots=1), OK, "/d: of this version, 1 lot, undamaged"),
        (DatabaseFacts("/d", exists=True, lots=1200), OK, "/d: of this version, 1,200 lots, undamaged"),
        (DatabaseFacts("/d", exists=False), OK, "/d is not there yet: the first start makes it"),
        (DatabaseFacts("/d", exists=True, trouble="it has schema 99"), FAILED, "it has schema 99"),
        (DatabaseFacts("/d", exists=True, damages=("page 7",)), FAILED, "/d: page 7"),
    ],
)
def test_the_database(database, verdict, words):
    assert one(checks.check_database, facts(database=database)) == (verdict, words)


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({}, OK, "it runs, ok"),
        ({"is_running": False}, SKIPPED, "it does not run with this configuration"),
        ({"trouble": "it runs version 1"}, FAILED, "it runs version 1"),
        ({"health": "degraded", "problems": ("a", "b", "c")}, WARNING, "degraded: a and 2 more"),
    ],
)
def test_the_service(changes, verdict, words):
    found = one(checks.check_service, facts(service=replace(SERVICE, **changes)))
    assert found[0] is verdict
    assert found[1].startswith(words)


def test_packages():
    assert list(checks.check_packages(FACTS)) == []
    assert one(checks.check_packages, facts(clashes=("the package x",)))[0] is FAILED


def test_the_budget_broker_where_one_is_configured():
    assert list(checks.check_broker(facts())) == []
    socket = Path("/run/lotkeeper-broker/budget.sock")
    assert one(checks.check_broker, facts(broker=BrokerFacts(socket))) == (OK, f"it listens on {socket}")
    away = BrokerFacts(socket, f"{socket}: Permission denied")
    assert one(checks.check_broker, facts(broker=away)) == (WARNING, away.trouble)
