"""The command `lotkeeper`: a group that imports each subcommand when it is needed."""

import importlib

import click

from lotkeeper.version import __version__

# In the order a new user needs them.
COMMANDS = {
    "demo": "cli.commands.demo",
    "run": "cli.commands.run",
    "start": "cli.commands.background",
    "stop": "cli.commands.background",
    "restart": "cli.commands.background",
    "status": "cli.commands.status",
    "positions": "cli.commands.positions",
    "explain": "cli.commands.explain",
    "pause": "cli.commands.control",
    "resume": "cli.commands.control",
    "adopt": "cli.commands.adopt",
    "release": "cli.commands.adopt",
    "reconcile": "cli.commands.reconcile",
    "resolve": "cli.commands.resolve",
    "paper": "cli.commands.paper",
    "drill": "cli.commands.drill",
}


class LazyGroup(click.Group):
    """Imports a command when it is used, and lists the commands in the order of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lotkeeper")
def lotkeeper() -> None:
    """Keeps every lot you buy on Binance spot until it is sold at a profit.

    You buy: on the web, in the app, by API or with another bot. lotkeeper sees each fill, calculates the lowest price
    at which that lot leaves a net profit after every fee, places the SELL and watches it until it is sold.

    \b
    To look around, without a key:       lotkeeper demo
    To use it:                           edit config.yaml, set the variables for the key, lotkeeper start
    To see what it believes and why:     lotkeeper status, lotkeeper positions, lotkeeper explain LOT

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 not running.
    """
