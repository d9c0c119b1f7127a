"""The settings of a simulator, and the files that they name."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from binance_sim.sources.capture import Capture, RecordedFrame
from binance_sim.state.restore import load_bids, load_pairs
from binance_sim.state.state_file import StateFile
from binance_sim.symbols.catalogue import bnb_pairs, choose_rules, rules_for
from binance_sim.symbols.rules import Json, SymbolRules, read_documents

LETTERS = string.ascii_letters + string.digits
DEFAULT_FUNDS = {"BTC": Decimal(2), "ETH": Decimal(40), "BNB": Decimal(200)}
DAY_S = 86_400.0


def random_key() -> str:
    """64 letters and digits, like the exchange's keys."""
    return "".join(secrets.choice(LETTERS) for _ in range(64))


@dataclass(frozen=True, slots=True)
class Settings:
    """All options, with defaults for a trial and Binance's limits. An empty key is replaced by a random one.

    Times are in seconds unless the name says ms. A limit of zero means no limit; infinite speed waits for clients only.
    """

    port: int = 0
    round_trip_ms: float = 0.0
    jitter_ms: float = 0.0
    seed: str = "1"
    replay: tuple[Path, ...] = ()
    speed: float = 1.0
    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    public_key: Path | None = None
    ed25519_key: Path | None = None
    rsa_key: Path | None = None
    symbols: tuple[str, ...] = ()
    symbols_file: Path | None = None
    trader: bool = False
    buy_every: float = 1.5
    maker_fee: Decimal = Decimal("0.001")
    taker_fee: Decimal = Decimal("0.001")
    balances: Mapping[str, Decimal] = field(default_factory=dict)
    bnb_fees: bool = False
    journal: Path | None = None
    state: Path | None = None
    depth: Decimal = Decimal(200)
    step_ms: float = 100.0
    paused: bool = False
    reply_first: bool = False
    ping_every: float = 20.0
    pong_within: float = 60.0
    life: float = DAY_S
    weight_limit: int = 6000
    order_limit: int = 100
    connection_limit: int = 300
    message_limit: int = 5


@dataclass(frozen=True, slots=True)
class Startup:
    """What the settings lead to: pairs, captures and their first prices, funds, the state of an earlier process."""

    rules: Mapping[str, SymbolRules]
    captures: tuple[Capture, ...]
    books: Mapping[str, RecordedFrame]
    funds: Mapping[str, Decimal]
    state_file: StateFile | None = None
    bids: Mapping[str, Decimal] = field(default_factory=dict)


def prepare(settings: Settings) -> Startup:
    """Read the files; raises SymbolError, CaptureError or StateError with the name of the file.

    Pairs of the state file stay, with their filters.
    """
    documents: dict[str, Json] = read_documents(settings.symbols_file) if settings.symbols_file else {}
    state_file = StateFile(settings.state) if settings.state is not None else None
    kept = load_pairs(state_file) if state_file is not None else {}
    documents |= kept
    captures = tuple(Capture(path, settings.symbols, documents) for path in settings.replay)
    books: dict[str, RecordedFrame] = {}
    for capture in captures:
        books |= capture.first_books()
    rules = choose_rules(tuple(dict.fromkeys((*settings.symbols, *books, *kept))), documents)
    if settings.bnb_fees:
        rules |= rules_for(bnb_pairs(rules), documents)
    funds = settings.balances or _funds(rules, settings.bnb_fees)
    return Startup(rules, captures, books, funds, state_file, load_bids(state_file) if state_file is not None else {})


def _funds(rules: Mapping[str, SymbolRules], bnb_fees: bool) -> dict[str, Decimal]:
    """A round amount of each quote asset, and some BNB if commissions are paid in BNB."""
    assets = {each.quote for each in rules.values()} | ({"BNB"} if bnb_fees else set())
    return {asset: DEFAULT_FUNDS.get(asset, Decimal(100_000)) for asset in sorted(assets)}
