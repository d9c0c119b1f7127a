"""`lotkeeper start`, `stop` and `restart`: the service in the background."""

from pathlib import Path

import click

from cli.progress import working
from cli.shared import ServiceCommand, config_option, json_option, report_done
from lotkeeper.service.background import check_startable, start_service, stop_service
from lotkeeper.service.client import is_running
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.start_moment import process_start


@click.command(cls=ServiceCommand, short_help="Start the service in the background.")
@config_option
@json_option
def start(config_path: Path, as_json: bool) -> None:
    """Start the service in the background, and return when it runs.

    It runs also while the exchange cannot be asked, and says what it waits for.
    What the service prints before its logs are open goes to lotkeeper.out in the same folder.

    \b
    Example:
      lotkeeper start && lotkeeper wait --proven
    """
    started = process_start()
    config = load_config(config_path)
    if is_running(config):
        raise ServiceError("lotkeeper is already running with this configuration")
    with working("starting"):
        done = str(start_service(config, config_path, started))
    report_done(done, as_json)


@click.command(cls=ServiceCommand)
@config_option
@json_option
def stop(config_path: Path, as_json: bool) -> None:
    """Stop the service. Its SELLs stay on the book.

    \b
    Example:
      lotkeeper stop
    """
    config = load_config(config_path)
    with working("stopping"):
        stop_service(config)
    report_done("lotkeeper is stopped", as_json)


@click.command(cls=ServiceCommand, short_help="Stop the service and start it again.")
@config_option
@json_option
def restart(config_path: Path, as_json: bool) -> None:
    """Stop the service if it runs, and start it with the configuration as it is now.

    \b
    Example:
      lotkeeper restart
    """
    started = process_start()
    config = load_config(config_path)
    check_startable(config, config_path)  # do not stop a service for one that could not start
    if is_running(config):
        with working("stopping"):
            stop_service(config)
    with working("starting"):
        done = str(start_service(config, config_path, started))
    report_done(done, as_json)
