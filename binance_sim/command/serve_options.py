"""The options that the simulator is started with."""

import click

from binance_sim.command.option_kinds import (
    NEW_FILE,
    READ_FILE,
    count,
    flag,
    fraction,
    milliseconds,
    read_balances,
    read_size,
    read_speed,
    seconds,
)
from binance_sim.settings import DAY_S

SECRET_VARIABLE = "BINANCE_SIM_API_SECRET"  # noqa: S105 - the name of a variable, not a secret

_NETWORK = (
    click.Option(
        ["--port"],
        metavar="N",
        type=click.IntRange(0, 65_535),
        default=0,
        show_default=True,
        help="Port on 127.0.0.1; 0 takes a free one.",
    ),
    milliseconds("--round-trip-ms", "Distance of the clients: everything is delayed by half of it each way."),
    milliseconds("--jitter-ms", "Most that a round trip takes longer, at random."),
)
_PRICES = (
    click.Option(
        ["--seed"], metavar="S", default="1", show_default=True, help="Same seed, same prices and same trader."
    ),
    click.Option(
        ["--replay"], type=READ_FILE, multiple=True, help="Recorded market data instead of a walk; repeatable."
    ),
    click.Option(
        ["--speed"],
        metavar="N|max",
        callback=read_speed,
        default="1",
        show_default=True,
        help="Multiple of real time, or max: as fast as the clients can read.",
    ),
)
_PUBLIC_KEYS = (
    click.Option(["--public-key"], type=READ_FILE, help="PEM of an Ed25519 or RSA key that may sign as well."),
    click.Option(
        ["--ed25519-key"], type=NEW_FILE, help="A private key that may sign; created if the file does not exist."
    ),
    click.Option(["--rsa-key"], type=NEW_FILE, help="A private key that may sign; created if the file does not exist."),
)
_PAIRS = (
    click.Option(["--symbol", "symbols"], multiple=True, metavar="S", help="A trade pair; repeatable."),
    click.Option(
        ["--symbols", "symbols_file"], type=READ_FILE, help="An exchangeInfo answer that describes the pairs."
    ),
)
_ACCOUNT = (
    flag("--trader", "Let a simulated trader buy."),
    seconds("--buy-every", 1.5, "Seconds between the trader's orders.", least=0.001),
    fraction("--maker-fee", "0.001", "Commission of a maker, as a fraction of what is received."),
    fraction("--taker-fee", "0.001", "Commission of a taker, as a fraction of what is received."),
    click.Option(
        ["--balance", "balances"],
        metavar="ASSET=N",
        callback=read_balances,
        multiple=True,
        help="Funds at the start; repeatable.",
    ),
    flag("--bnb-fees", "Pay commissions in BNB, with the discount, while there is any."),
)
_FILES = (
    click.Option(
        ["--state"], type=NEW_FILE, help="Keep accounts, keys, orders and trades in this file, and continue with them."
    ),
    click.Option(["--journal"], type=NEW_FILE, help="Write every request, reply and event to this file."),
)
_BEHAVIOUR = (
    click.Option(
        ["--depth"],
        metavar="N",
        callback=read_size,
        default="200",
        show_default=True,
        help="Size of the best level, in smallest order values.",
    ),
    click.Option(
        ["--step-ms"],
        metavar="MS",
        type=click.FloatRange(min=1),
        default=100.0,
        show_default=True,
        help="Time between steps of the walk.",
    ),
    flag("--paused", "Keep prices still until a control request starts them."),
    flag("--reply-first", "Send events after the reply to the request that caused them, not before it."),
    seconds("--ping-every", 20.0, "Seconds between pings.", least=0.05),
    seconds("--pong-within", 60.0, "Seconds without a pong after which a connection is cut.", least=0.05),
    seconds("--life", DAY_S, "Seconds that a connection may last.", least=0.1),
)
_LIMITS = (
    count("--weight-limit", 6000, "Request weight a minute; 0: no limit."),
    count("--order-limit", 100, "Orders in ten seconds; 0: no limit."),
    count("--connection-limit", 300, "Connection attempts in five minutes; 0: no limit."),
    count("--message-limit", 5, "Messages a second on a market stream connection; 0: no limit."),
)


def serve_options(secret_variable: str = SECRET_VARIABLE) -> tuple[click.Option, ...]:
    """All options, in the order of the help. `secret_variable` names the variable that may hold the API secret."""
    keys = (
        click.Option(["--api-key"], metavar="K", help="The account's API key; random if not given."),
        click.Option(
            ["--api-secret"],
            metavar="S",
            envvar=secret_variable,
            help=f"The API key's secret; it is safer in the variable {secret_variable}.",
        ),
    )
    return (
        *_NETWORK,
        *_PRICES,
        *keys,
        *_PUBLIC_KEYS,
        *_PAIRS,
        *_ACCOUNT,
        *_FILES,
        *_BEHAVIOUR,
        *_LIMITS,
        click.Option(["--parent-pid"], type=int, hidden=True),
    )
