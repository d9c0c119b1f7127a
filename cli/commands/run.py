"""`lotkeeper run`: the service in the foreground."""

import os
from pathlib import Path

import click

from cli.shared import ConfigurationFailure, config_option, configured


@click.command(short_help="Run the service in the foreground.")
@config_option
@click.option("--quiet", is_flag=True, help="Log to the files only.")
@click.option("--credentials-fd", type=int, hidden=True)
@click.option("--account", default="", hidden=True)
@click.option("--parent-pid", type=int, hidden=True)
@click.option("--lease", type=int, hidden=True)
@click.option("--again", "lives", type=str, default="", hidden=True)
def run(  # noqa: PLR0917 (each is an option)
    config_path: Path,
    quiet: bool,
    credentials_fd: int | None,
    account: str,
    parent_pid: int | None,
    lease: int | None,
    lives: str,
) -> None:
    """Run the service in the foreground, for systemd, containers, or to watch it.

    The key comes from the environment and leaves it at once: LOTKEEPER_EXCHANGE__API_KEY with
    LOTKEEPER_EXCHANGE__PRIVATE_KEY_FILE, LOTKEEPER_EXCHANGE__API_SECRET_FILE or LOTKEEPER_EXCHANGE__API_SECRET.
    Ctrl-C or SIGTERM stops it; the SELLs on the book stand.
    """
    from lotkeeper.config import ConfigProblems, load_secrets
    from lotkeeper.service.key_handover import die_with, hand_over
    from lotkeeper.service.lease import take_lease

    if parent_pid is not None:
        die_with(parent_pid)
    config = configured(config_path)
    if credentials_fd is None:
        try:
            secrets = load_secrets(config, os.environ)
        except ConfigProblems as error:
            raise ConfigurationFailure(str(error)) from error
        hand_over(config, secrets, take_lease(config, secrets).account)
    else:
        from lotkeeper.service.launcher import Launcher

        Launcher(config, config_path, credentials_fd, account, is_quiet=quiet, lives=lives, lease=lease).run()
