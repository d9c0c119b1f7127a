"""The options that the embedded exchange is started with."""

import click

from binance_sim.command.kinds import NEW_FILE, READ_FILE, count, flag, seconds
from binance_sim.command.reading import fraction, to_balances, to_size, to_speed
from binance_sim.settings import DAY_S

SECRET_VARIABLE = "LOTKEEPER_PAPER_API_SECRET"  # noqa: S105 - the name of a variable, not a secret

_NETWORK = (
    click.Option(
        ["--port"],
        metavar="N",
        type=click.IntRange(0, 65_535),
        default=0,
        show_default=True,
        help="Port on 127.0.0.1; 0 takes a free one.",
    ),
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
        callback=to_speed,
        default="1",
        show_default=True,
        help="Multiple of real time, or max: as fast as those who listen.",
    ),
)
_KEYS = (
    click.Option(["--api-key"], metavar="K", help="The account's API key; random if not given."),
    click.Option(
        ["--api-secret"], metavar="S", envvar=SECRET_VARIABLE, help=f"Its secret; better given by {SECRET_VARIABLE}."
    ),
    click.Option(["--public-key"], type=READ_FILE, help="PEM of an Ed25519 or RSA key that may sign as well."),
    click.Option(["--ed25519-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
    click.Option(["--rsa-key"], type=NEW_FILE, help="A private key that may sign; made if the file is not there."),
)
_PAIRS = (
    click.Option(["--symbol", "symbols"], multiple=True, metavar="S", help="A trade pair; repeatable."),
    click.Option(
        ["--symbols", "symbols_file"], type=READ_FILE, help="An exchangeInfo answer that describes the pairs."
    ),
)
_ACCOUNT = (
    flag("--trader", "Have a simulated trader buy."),
    seconds("--buy-every", 1.5, "Seconds between its orders.", least=0.001),
    fraction("--maker-fee", "0.001", "Of what is received, as a fraction."),
    fraction("--taker-fee", "0.001", "The same for an order that takes."),
    click.Option(
        ["--balance", "balances"],
        metavar="ASSET=N",
        callback=to_balances,
        multiple=True,
        help="Funds at the start; repeatable.",
    ),
    flag("--bnb-fees", "Pay commissions in BNB, with the discount, while there is any."),
)
_FILES = (
    click.Option(
        ["--state"], type=NEW_FILE, help="Keep accounts, keys, orders and trades in this file, and take them up again."
    ),
    click.Option(["--journal"], type=NEW_FILE, help="Write all that comes, goes and happens to this file."),
)
_BEHAVIOUR = (
    click.Option(
        ["--depth"],
        metavar="N",
        callback=to_size,
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
    flag("--paused", "Hold prices back until a control call starts them."),
    flag("--reply-first", "Events come after the reply to what caused them, not before."),
    seconds("--ping-every", 20.0, "Seconds between pings.", least=0.05),
    seconds("--pong-within", 60.0, "A socket whose client answers no ping for so long is cut.", least=0.05),
    seconds("--life", DAY_S, "Seconds that a socket may last.", least=0.1),
)
_LIMITS = (
    count("--weight-limit", 6000, "Request weight a minute; 0: none."),
    count("--order-limit", 100, "Orders in ten seconds; 0: none."),
    count("--connection-limit", 300, "Socket attempts in five minutes; 0: none."),
    count("--message-limit", 5, "Messages a second to a market socket; 0: none."),
)
SERVE_OPTIONS: tuple[click.Option, ...] = (
    *_NETWORK,
    *_PRICES,
    *_KEYS,
    *_PAIRS,
    *_ACCOUNT,
    *_FILES,
    *_BEHAVIOUR,
    *_LIMITS,
    click.Option(["--parent-pid"], type=int, hidden=True),
)
