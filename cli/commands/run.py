"""`lotkeeper run`: the service in the foreground."""

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import ServiceCommand, config_option
from lotkeeper.service.background import WAITING
from lotkeeper.service.configuration import load_config, load_secrets

if TYPE_CHECKING:
    from lotkeeper.service.launcher import Launcher
    from lotkeeper.service.start_checks import StartChecks


@click.command(cls=ServiceCommand, short_help="Run the service in the foreground.")
@config_option
@click.option("--quiet", is_flag=True, help="Log to the files only.")
@click.option("--standby", is_flag=True, help="Take turns with another host: wait until it is this one's turn.")
@click.option("--credentials-fd", type=int, hidden=True)
@click.option("--parent-pid", type=int, hidden=True)
@click.option("--since-boot", "since_boot_s", type=float, hidden=True)
def run(
    config_path: Path,
    *,
    quiet: bool,
    standby: bool,
    credentials_fd: int | None,
    parent_pid: int | None,
    since_boot_s: float | None,
) -> None:
    """Run the service in the foreground: for systemd, for containers, or to watch it.

    The key comes from the environment and is removed from there at once: LOTKEEPER_EXCHANGE__API_KEY with
    LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE, LOTKEEPER_EXCHANGE__API_SECRET_FILE or LOTKEEPER_EXCHANGE__API_SECRET.
    Ctrl-C or SIGTERM stops the service; its SELLs stay on the book.

    With --standby on two hosts that share a PostgreSQL database, one of them trades and the other one waits. It takes
    over within 30 s when the first is lost, and at once when the first is stopped.

    \b
    Example:
      lotkeeper run --config config.yaml
      lotkeeper run --config config.yaml --standby
    """
    from lotkeeper.config import runtime_dir
    from lotkeeper.service.folder_note import FolderNote
    from lotkeeper.service.host_claim import check_standby, host_claim
    from lotkeeper.service.key_handover import exit_with_parent, hand_over_key
    from lotkeeper.service.start_checks import begin_start_checks
    from lotkeeper.service.start_moment import moment_at, process_start
    from lotkeeper.service.web_process import web_process

    started = process_start() if since_boot_s is None else moment_at(since_boot_s)
    if parent_pid is not None:
        exit_with_parent(parent_pid)
    note = FolderNote(config_path)
    config = load_config(config_path)
    check_standby(config, is_standby=standby)
    if credentials_fd is None:  # only where another program calls this function: `main` has handed the key over
        load_secrets(config)
        hand_over_key()
    checks = begin_start_checks(config, config_path, credentials_fd, started)
    launcher = _import_launcher(checks)
    found = checks.findings()
    if found.trouble:
        click.echo(f"{WAITING}{found.trouble}", err=True)
    claim = host_claim(config, is_standby=standby)
    web = web_process(config, config_path)
    with note.kept(runtime_dir(config)):
        launcher(config, credentials_fd, found, started=started, is_quiet=quiet, claim=claim, web=web).run()


def _import_launcher(checks: "StartChecks") -> "type[Launcher]":
    """Imports all actors, which takes most of a start."""
    gc.disable()  # what is imported stays
    try:
        from lotkeeper.service.launcher import Launcher
    except ImportError:
        checks.findings()  # says so if another package has the names of ours
        raise
    finally:
        gc.enable()
    return Launcher
