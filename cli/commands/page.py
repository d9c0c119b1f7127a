"""`lotkeeper page`: how a browser gets to the page of the service."""

from pathlib import Path

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.configuration import load_config


@click.command(cls=ServiceCommand, short_help="Print the address of the page, with its token.")
@click.option("--token", "is_token_alone", is_flag=True, help="Print the token alone, for the form of the page.")
@config_option
@json_option
def page(*, is_token_alone: bool, config_path: Path, as_json: bool) -> None:
    """Print the addresses of the page with its token: open one of them once, and the browser is signed in.

    The first one is for this machine; one for each name of `web.hosts` follows. Who knows the token can do with the
    service what you can: send it to nobody. The service need not run.

    \b
    Example:
      lotkeeper page
      xdg-open "$(lotkeeper page | head -n 1)"
    """
    from lotkeeper.service.page_address import page_addresses, page_token

    config = load_config(config_path)
    token = page_token(config)
    addresses = page_addresses(config, token)
    if as_json:
        write_json({"addresses": addresses, "token": token})
    else:
        click.echo("\n".join([token] if is_token_alone else addresses))
