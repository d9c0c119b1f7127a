"""The command `lotkeeper`: a group that imports each subcommand when it is needed."""

import importlib
from typing import NamedTuple

import click

from lotkeeper.version import __version__


class Entry(NamedTuple):
    """Where a command is, and its line in `lotkeeper --help`, which therefore need not import any command."""

    module: str
    summary: str


# In the order a new user needs them.
COMMANDS = {
    "demo": Entry("demo", "Watch lotkeeper work, without a key and without a network."),
    "init": Entry("init", "Write a first configuration, from what the exchange says."),
    "doctor": Entry("doctor", "Check the key, the clock, the exchange and this machine, with the fix."),
    "run": Entry("run", "Run the service in the foreground."),
    "start": Entry("background", "Start the service in the background."),
    "stop": Entry("background", "Stop the service."),
    "restart": Entry("background", "Stop the service and start it again."),
    "status": Entry("status", "Show pairs, streams, lots and health."),
    "todo": Entry("todo", "List what needs a person, since when, and the command for it."),
    "alerts": Entry("alerts", "List what people were told, prove a channel, or say that something was seen."),
    "pairs": Entry("pairs", "List the pairs: state, bid, lots, and the exchange's rules."),
    "positions": Entry("positions", "List the lots and their SELLs."),
    "orders": Entry("orders", "List the orders: our SELLs and every BUY, open or of all time."),
    "fills": Entry("fills", "List the trades, the newest first."),
    "decisions": Entry("decisions", "List what was decided and why, the newest first."),
    "incidents": Entry("incidents", "List what went wrong, the newest first."),
    "profit": Entry("profit", "Show what was earned, by pair, day or month."),
    "tax": Entry("tax", "Print a row for each sale of a year."),
    "explain": Entry("explain", "Show the arithmetic of one lot, line by line."),
    "config": Entry("config", "Show the configuration, check it, or take it over without a restart."),
    "wait": Entry("wait", "Wait until every pair is proven complete."),
    "changes": Entry("changes", "List the SELLs that the next start would place again."),
    "logs": Entry("logs", "Show the lines of the log, and wait for new ones."),
    "page": Entry("page", "Print the address of the page, with its token."),
    "log-level": Entry("log_level", "Show or change from which level on the running service logs."),
    "top": Entry("top", "Show the running actors: what each does, and what has died."),
    "trace": Entry("trace", "Show the messages about a pair or a lot, as the actors handle them."),
    "pause": Entry("control", "Place no new SELL on PAIR until it is resumed."),
    "resume": Entry("control", "Sell on PAIR again after a pause."),
    "kill-switch": Entry("kill_switch", "Stop every new order at once, and allow them again."),
    "buy": Entry("buy", "Buy on PAIR; what is bought becomes a lot."),
    "sell": Entry("sell", "Sell a lot, or a part of it, now or at a price of yours."),
    "flatten": Entry("sell", "Sell all lots at the market."),
    "cancel": Entry("cancel", "Cancel an open order, or withdraw the sale of a lot."),
    "adopt": Entry("adopt", "Make a lot of an earlier BUY, or of coins that came without a trade."),
    "dismiss": Entry("adopt", "Leave coins that came without a trade unsold."),
    "release": Entry("adopt", "Cancel the SELLs of LOT and do not sell it."),
    "reconcile": Entry("reconcile", "Compare with the exchange now, and say what differs."),
    "resolve": Entry("resolve", "Settle an order whose outcome is not known."),
    "bugreport": Entry("bugreport", "Pack what a bug report needs into one file, without secrets."),
    "db": Entry("db", "Back up, restore, copy and check the database, and bring it to the schema of this version."),
    "fleet": Entry("fleet", "Look at many services, on this host and over ssh."),
    "broker": Entry("broker", "Share what one address may ask of the exchange among its services."),
    "paper": Entry("paper", "The embedded exchange alone."),
    "drill": Entry("drill", "Break the service on purpose, and check that it keeps its promise."),
    "schema": Entry("schema", "Print the schema of what a command prints with --json."),
    "completion": Entry("completion", "Print the script that completes commands in a shell."),
}


class LazyGroup(click.Group):
    """Imports a command when it is used, and lists the commands in the order of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cli.commands.{COMMANDS[cmd_name].module}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A word that is no command is refused with the commands that are like it."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from lotkeeper.trading.nearest_names import did_you_mean

            ctx.fail(f"there is no command {args[0]}{did_you_mean(args[0], COMMANDS) or '; --help lists them'}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """The command; what is said of a wrong number names those that are allowed."""
        try:
            return super().invoke(ctx)
        except click.BadParameter as error:
            from cli.wrong_numbers import in_words

            raise in_words(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lotkeeper")
def lotkeeper() -> None:
    """Keeps every lot you buy on Binance spot until it is sold at a profit.

    You buy: on the web, in the app, by API or with another bot. lotkeeper sees each fill, calculates the lowest price
    at which that lot leaves a net profit after every fee, places the SELL and watches it until it is sold.

    \b
    To look around without a key:  lotkeeper demo
    To use it:                     set the key in variables; lotkeeper init, start
    To see what it believes, why:  lotkeeper status, positions, explain LOT

    Exit codes: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 not running.
    """
