"""The command `lotkeeper`: its group, and nothing that takes long to import."""

import importlib

import click

from lotkeeper.version import __version__

# Each command in a module of its own, imported when it is used.
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
    from lotkeeper.service.package_clash import refuse_clashes

    refuse_clashes()
    lotkeeper(prog_name="lotkeeper")


if __name__ == "__main__":
    main()
