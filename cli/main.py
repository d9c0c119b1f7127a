"""The command `lotkeeper`: its group, and nothing that takes long to import."""

import importlib

import click

from lotkeeper.version import __version__

# Each command in a module of its own, imported when it is used.
COMMANDS = {
    "demo": "cli.demo",
    "run": "cli.run",
    "start": "cli.background",
    "stop": "cli.background",
    "restart": "cli.background",
    "status": "cli.status",
    "positions": "cli.positions",
    "explain": "cli.explain",
    "pause": "cli.control",
    "resume": "cli.control",
    "adopt": "cli.adopt",
    "release": "cli.adopt",
    "reconcile": "cli.reconcile",
    "resolve": "cli.resolve",
    "paper": "cli.paper",
    "drill": "cli.drill",
}


class LazyGroup(click.Group):
    """Lists its commands in the order a newcomer needs them."""

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

    You buy, by hand, by API or with another bot. lotkeeper sees each fill, works out the lowest price at which
    that lot leaves a net profit after every fee, puts the SELL on the book and watches it until it is sold.

    \b
    To look around, without a key:       lotkeeper demo
    To use it:                           edit config.yaml, set the key's variables, lotkeeper start
    To see what it believes and why:     lotkeeper status, lotkeeper positions, lotkeeper explain LOT

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 not running.
    """


def main() -> None:
    """The console script."""
    from cli.names import refuse_clashes

    refuse_clashes()
    lotkeeper(prog_name="lotkeeper")


if __name__ == "__main__":
    main()
