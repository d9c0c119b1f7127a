"""`lotkeeper run`: the service in the foreground."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option
from lotkeeper.service.configuration import load_config, load_secrets


@click.command(cls=ServiceCommand, short_help="Run the service in the foreground.")
@config_option
@click.option("--quiet", is_flag=True, help="Log to the files only.")
@click.option("--credentials-fd", type=int, hidden=True)
@click.option("--account", default="", hidden=True)
@click.option("--parent-pid", type=int, hidden=True)
@click.option("--since-boot", "since_boot_s", type=float, hidden=True)
@click.option("--lease", type=int, hidden=True)
@click.option("--again", "starts", type=str, default="", hidden=True)
def run(  # noqa: PLR0917 (each is an option)
    config_path: Path,
    quiet: bool,
    credentials_fd: int | None,
    account: str,
    parent_pid: int | None,
    since_boot_s: float | None,
    lease: int | None,
    starts: str,
) -> None:
    """Run the service in the foreground: for systemd, for containers, or to watch it.

    The key comes from the environment and is removed from there at once: LOTKEEPER_EXCHANGE__API_KEY with
    LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE, LOTKEEPER_EXCHANGE__API_SECRET_FILE or LOTKEEPER_EXCHANGE__API_SECRET.
    Ctrl-C or SIGTERM stops the service; its SELLs stay on the book.
    """
    from lotkeeper.service.key_handover import exit_with_parent, hand_over_key
    from lotkeeper.service.lease import acquire_lease
    from lotkeeper.service.start_moment import moment_at, process_start

    started = process_start() if since_boot_s is None else moment_at(since_boot_s)
    if parent_pid is not None:
        exit_with_parent(parent_pid)
    config = load_config(config_path)
    if credentials_fd is None:
        from lotkeeper.service.histories import begin_histories

        secrets = load_secrets(config)
        lease_held = acquire_lease(config, secrets, lambda: begin_histories(config, started))
        hand_over_key(config, secrets, lease_held.account, started.boot_ms / 1000)
    else:
        from lotkeeper.service.launcher import Launcher

        Launcher(
            config, config_path, credentials_fd, account, started=started, is_quiet=quiet, starts=starts, lease=lease
        ).run()
