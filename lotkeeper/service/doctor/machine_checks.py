"""What is wrong with this machine, its files and the service on it: pure functions of facts."""

from collections.abc import Iterator

from lotkeeper.service.doctor.facts import Facts, FileFacts, LimitFacts, SpaceFacts
from lotkeeper.service.doctor.findings import Finding, failed, ok, skipped, warning
from lotkeeper.service.merged_memory import SWITCH_ON

_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000  # bytes on a disk
# Bytes, in docs/performance.md; where the kernel merges equal pages a pair needs less once it has found them.
_MEMORY_FOR_PAIR, _MEMORY_FOR_COPYING_PAIR, _MEMORY_FOR_ALL = 9_000_000, 20_000_000, 250_000_000
_FILES_FOR_PAIR, _FILES_FOR_ALL = 4, 256  # a process has two descriptors for each one that it talks to
_PROCESSES_FOR_PAIR, _PROCESSES_FOR_ALL = 2, 16
_WRITABLE, _READABLE = 0o022, 0o044  # by others than the owner


def check_config_file(facts: Facts) -> Iterator[Finding]:
    """Who can write it decides what is sold at which price."""
    found = facts.config
    if not found.is_mine:
        fix = f"chown it to the user who runs the service: sudo chown $USER {found.path}"
        yield warning("configuration", f"{found.path} belongs to another user", fix)
    elif found.mode & _WRITABLE:
        yield failed(
            "configuration", f"other users can change {found.path} (mode {found.mode:04o})", f"chmod go-w {found.path}"
        )
    else:
        count = "1 pair" if len(facts.pairs) == 1 else f"{len(facts.pairs)} pairs"
        yield ok("configuration", f"{found.path}: no problem, {count}")


def check_files(facts: Facts) -> Iterator[Finding]:
    """Files that hold the trader's lots or secrets; a secret that others can read is refused by a start."""
    wrong = [finding for each in facts.files for finding in _private(each)]
    yield from wrong
    if not wrong and facts.files:
        yield ok("files", f"only this user can read {', '.join(each.path.name for each in facts.files)}")


def _private(found: FileFacts) -> Iterator[Finding]:
    if not found.is_mine:
        yield warning("files", f"{found.path} belongs to another user", f"sudo chown $USER {found.path}")
    elif found.mode & _WRITABLE:
        yield failed("files", f"other users can change {found.path} (mode {found.mode:04o})", f"chmod 600 {found.path}")
    elif found.mode & _READABLE:
        yield warning("files", f"other users can read {found.path} (mode {found.mode:04o})", f"chmod 600 {found.path}")


def check_disk(facts: Facts) -> Iterator[Finding]:
    """A full disk stops the database and the logs, not the selling."""
    for space in facts.spaces:
        yield _space(space)
    if not facts.is_journal_in_memory:
        fix = "give this user a folder in /dev/shm, or put `runtime_dir` on a tmpfs"
        yield warning("disk", "orders in flight are noted on a disk, which may hold up each SELL", fix)


def _space(found: SpaceFacts) -> Finding:
    size = f"{found.free / 1e9:.1f} GB" if found.free >= 1e9 else f"{found.free / 1e6:.0f} MB"
    if not found.can_write:
        fix = f"give this user the folder: sudo chown $USER {found.path}"
        return failed("disk", f"{found.path} cannot be written, and {found.what} belong there", fix)
    text = f"{size} free for {found.what} in {found.path}"
    if found.free < _TOO_LITTLE:
        return failed("disk", text, "make room: nothing can be recorded on a full disk")
    return warning("disk", text, "make room, or lower `logs.keep`") if found.free < _LITTLE else ok("disk", text)


def check_limits(facts: Facts) -> Iterator[Finding]:
    """What so many pairs need, by a generous estimate."""
    limits, pairs = facts.limits, len(facts.pairs)
    files, processes = _FILES_FOR_ALL + _FILES_FOR_PAIR * pairs, _PROCESSES_FOR_ALL + _PROCESSES_FOR_PAIR * pairs
    memory = _MEMORY_FOR_ALL + (_MEMORY_FOR_PAIR if limits.shares_memory else _MEMORY_FOR_COPYING_PAIR) * pairs
    if limits.open_files is not None and limits.open_files < files:
        text = f"a process may open {limits.open_files} files, and {pairs} pairs need {files}"
        yield failed("limits", text, "raise it: `ulimit -Hn`, /etc/security/limits.conf, LimitNOFILE= of systemd")
    elif limits.processes is not None and limits.processes - limits.processes_now < processes:
        text = f"{limits.processes_now} of {limits.processes} processes run, and {pairs} pairs need {processes} more"
        yield failed("limits", text, "raise it: `ulimit -u`, /etc/security/limits.conf, TasksMax= of systemd")
    elif limits.memory_free is not None and limits.memory_free < memory and not facts.service.is_running:
        text = f"{limits.memory_free / 1e6:.0f} MB of memory are free, and {pairs} pairs need {memory / 1e6:.0f} MB"
        yield warning("limits", text, _less_memory(limits))
    else:
        yield ok("limits", f"enough files, processes and memory for {pairs} pairs")


def _less_memory(limits: LimitFacts) -> str:
    newer = "" if limits.shares_memory else "use Python 3.12 or newer, "
    return f"{newer}end other programs, keep fewer pairs on this machine, or set `merge_memory`"


def check_merging(facts: Facts) -> Iterator[Finding]:
    """Said only where the configuration asks for it."""
    if not facts.merges_memory:
        return
    if facts.limits.does_kernel_merge:
        yield ok("memory", "the kernel merges pages of memory that are equal in many processes")
    else:
        yield warning("memory", "`merge_memory` is set, and the kernel does not look for equal pages", SWITCH_ON)


def check_ports(facts: Facts) -> Iterator[Finding]:
    """No port of the service listens beyond this machine; its actors talk over sockets of this user alone."""
    service = facts.service
    folder = service.socket_folder
    if folder is not None and (not folder.is_mine or folder.mode & 0o077):
        fix = f"stop the service, then: rm -r {folder.path}; if it is another user's, set `runtime_dir`"
        yield failed("ports", f"other users can enter {folder.path}, the folder of the sockets", fix)
    open_ports = [each for each in service.ports if not each.is_loopback]
    for each in open_ports:
        text = f"the service listens on {each.address}:{each.port}, which other machines can reach"
        yield failed("ports", text, "set its address to 127.0.0.1, and let a proxy with a password stand before it")
    if not service.is_running:
        yield skipped("ports", "the service does not run")
    elif not open_ports:
        listening = f", {len(service.ports)} on this machine only" if service.ports else ""
        yield ok("ports", f"the service listens on no port that other machines can reach{listening}")


def check_database(facts: Facts) -> Iterator[Finding]:
    """Opened, of this version, undamaged as far as a quick look tells."""
    found = facts.database
    if found.trouble:
        yield failed("database", found.trouble, "what it says; `lotkeeper db check` looks closer")
    elif found.damages:
        text = f"{found.place}: {'; '.join(found.damages)}"
        yield failed(
            "database", text, "stop the service, `lotkeeper db restore BACKUP`, or move the file away and start"
        )
    elif not found.exists:
        yield ok("database", f"{found.place} is not there yet: the first start makes it")
    else:
        lots = "1 lot" if found.lots == 1 else f"{found.lots:,} lots"
        yield ok("database", f"{found.place}: of this version, {lots}, undamaged")


def check_broker(facts: Facts) -> Iterator[Finding]:
    """Without it each service goes by its own count."""
    found = facts.broker
    if found is None:
        return
    if found.trouble:
        fix = "systemctl start lotkeeper-broker; its group has to have this user"
        yield warning("budget broker", found.trouble, fix)
    else:
        yield ok("budget broker", f"it listens on {found.socket}")


def check_service(facts: Facts) -> Iterator[Finding]:
    """Whether it runs, and what it complains of."""
    found = facts.service
    if found.trouble:
        yield failed("service", found.trouble, "`lotkeeper restart`")
    elif not found.is_running:
        yield skipped("service", "it does not run with this configuration; `lotkeeper start` starts it")
    elif found.problems:
        more = f" and {len(found.problems) - 1} more" if len(found.problems) > 1 else ""
        yield warning("service", f"{found.health}: {found.problems[0]}{more}", "`lotkeeper status`")
    else:
        yield ok("service", f"it runs, {found.health}")


def check_packages(facts: Facts) -> Iterator[Finding]:
    """Another package with the names of ours would be imported in its place."""
    for each in facts.clashes:
        yield failed("packages", each, "install lotkeeper into a virtual environment of its own")
