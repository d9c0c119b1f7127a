"""`lotkeeper broker`: shares what one address may ask of the exchange among the services on it."""

from pathlib import Path

import click

from cli.shared import ServiceCommand
from lotkeeper.service.errors import ServiceError


@click.command(cls=ServiceCommand)
@click.option(
    "--socket",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where it listens: `exchange.budget_socket` of each service. Its folder is made if it is missing.",
)
@click.option("--group", default="", help="Members of this group may connect, too; without it this user alone.")
def broker(path: Path, group: str) -> None:
    """Share what one address may ask of the exchange among its services.

    The exchange counts request weight and connections by address, whatever account they are for. Services with
    `exchange.budget_socket` get shares of that from the broker, by need, and orders never wait for it. Without the
    broker each service goes by its own count.

    The broker asks the exchange nothing, and knows no key. It runs until Ctrl-C or SIGTERM.

    \b
    Example:
      lotkeeper broker --socket /run/lotkeeper-broker/budget.sock
    """
    from lotkeeper.exchange.sharing.broker import BrokerError
    from lotkeeper.service.budget_broker import serve

    try:
        serve(path, group, click.echo)
    except BrokerError as error:
        raise ServiceError(str(error)) from error
