"""Everything wired together."""

import asyncio
from dataclasses import replace

from binance_sim.account.account import Account
from binance_sim.account.fees import plain_fees
from binance_sim.account.unfilled import DEFAULT_LIMITS
from binance_sim.api.gate import Gate
from binance_sim.api.keys import Keys
from binance_sim.api.limits import Limits
from binance_sim.api.service import Service
from binance_sim.clock import Clock
from binance_sim.control.actions import Actions
from binance_sim.control.handler import Control
from binance_sim.control.people import People
from binance_sim.faults.armed import ArmedFaults
from binance_sim.faults.desk import FaultDesk
from binance_sim.faults.world import World
from binance_sim.journal.openings import Openings
from binance_sim.journal.tops import Tops
from binance_sim.journal.writer import Journal
from binance_sim.keyring import main_key, public_keys
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import Sinks
from binance_sim.rest.handler import Rest
from binance_sim.settings import Settings, Stage, random_key
from binance_sim.sockets.peers import Manners, Peers
from binance_sim.sources.replay import Screen
from binance_sim.sources.sources import Sources
from binance_sim.sources.walk import Walk
from binance_sim.state.keeper import Keeper
from binance_sim.state.restoring import restore
from binance_sim.streams.hub import Streams
from binance_sim.streams.publisher import Publisher
from binance_sim.symbols.catalogue import start_price
from binance_sim.trader import Trader
from binance_sim.wsapi.broadcast import Broadcast
from binance_sim.wsapi.handler import WsApi
from binance_sim.wsapi.subscriptions import UserHub

MAIN = "main"


class Building:
    """The running exchange, part by part. Built inside a running event loop; raises KeyFileError for a bad key file."""

    def __init__(self, settings: Settings, stage: Stage) -> None:
        self._settings, self._stage = settings, stage
        self.control_key = random_key()
        self._make_core()
        self._make_doors()
        self._make_sources()
        self._make_control()
        self._openings.begin(self.exchange, settings.seed, resumed=self._is_resumed)
        for keeper in self._keepers:
            keeper.begin()

    def _make_core(self) -> None:
        """The exchange, its first account and the account's keys."""
        settings = self._settings
        self._clock, self.journal, self._keys = Clock(), Journal(settings.journal), Keys()
        self.exchange = Exchange(self._stage.rules, self._clock)
        shelf = self._stage.shelf
        self._is_resumed = shelf is not None and not shelf.is_new
        if shelf is not None and self._is_resumed:
            restore(shelf, self.exchange, self._keys)
        self.account = self.exchange.accounts.get(MAIN) or self._open_main()
        self._limits = Limits(self._clock, settings.weight_limit, settings.connection_limit)
        self.main_key = main_key(self._keys, self.account, settings)
        self.public_keys = public_keys(self._keys, self.account, settings)

    def _open_main(self) -> Account:
        settings = self._settings
        fees = plain_fees(settings.maker_fee, settings.taker_fee, settings.bnb_fees)
        return self.exchange.open_account(MAIN, self._stage.funds, fees, (settings.order_limit, DEFAULT_LIMITS[1]))

    def _make_doors(self) -> None:
        """All that listens: REST, the WebSocket API, market streams."""
        settings, journal = self._settings, self.journal
        self._armed = ArmedFaults(settings.seed, journal.write)
        manners = Manners(settings.ping_every, settings.pong_within, settings.life)
        self._api_peers = Peers(manners)
        self._market_peers = Peers(replace(manners, messages_per_s=settings.message_limit))
        self._limits.on_ban = self._cut_api_peers
        self._hub = UserHub(self._clock, journal, self._armed)
        service = Service(
            Gate(self.exchange, self._keys, self._limits), self._hub, self._armed, events_first=not settings.reply_first
        )
        self.rest = Rest(service, journal, self._armed)
        self.ws_api = WsApi(service, self._hub, self._api_peers, journal, self._armed)
        self.streams = Streams(self._market_peers, self._limits, self._clock, journal, self._armed)
        self._publisher = Publisher(self.exchange, self.streams)

    def _cut_api_peers(self) -> None:
        for peer in self._api_peers:
            peer.abort()

    def _make_sources(self) -> None:
        """Walks for the pairs that no capture drives, and a trader."""
        settings, stage = self._settings, self._stage
        screen = Screen(self.exchange, self.streams.publish, self._publisher.recorded)
        screen.backlog = self._market_peers.most_behind
        walks = {
            name: Walk(rules, stage.bids.get(name) or start_price(rules), settings.seed, settings.depth)
            for name, rules in stage.rules.items()
            if name not in stage.books
        }
        self._sources = Sources(self.exchange, screen, walks, stage.captures, settings.step_ms / 1000)
        self._trader = Trader(self.exchange, self.account, self.journal, settings.seed, settings.buy_every)

    def _make_control(self) -> None:
        """The control API, and what hears of everything that happens."""
        self._openings = Openings(self.journal)
        world = World(
            exchange=self.exchange,
            keys=self._keys,
            limits=self._limits,
            users=self._hub,
            streams=self.streams,
            api_peers=self._api_peers,
            market_peers=self._market_peers,
            openings=self._openings,
        )
        people = People(self.exchange, self._keys, random_key, self._openings.account)
        desk = FaultDesk(self._armed, world, self.journal.write)
        actions = Actions(self.exchange, self._sources, self._trader, desk, people, self.journal)
        self.control = Control(self.control_key, actions, self.journal, self._look)
        broadcast, tops = Broadcast(self._hub, self.journal), Tops(self.exchange, self.journal)
        shelf = self._stage.shelf
        self._keepers = [Keeper(shelf, self.exchange, self._keys, self._hub.hold)] if shelf is not None else []
        self.exchange.sink = Sinks(*self._keepers, broadcast, tops, self._publisher)

    def _look(self) -> None:
        for keeper in self._keepers:
            keeper.look()

    def start(self) -> list[asyncio.Task[None]]:
        """Show first prices and set everything going; the tasks to cancel in the end."""
        settings = self._settings
        self._sources.prime(self._stage.books.values())
        if not settings.paused:
            self._sources.go.set()
        if settings.trader:
            self._trader.go.set()
        pings = (self._api_peers.keep_pinging(), self._market_peers.keep_pinging())
        running = (self._trader.run(), self._publisher.run(), *pings, *(each.run() for each in self._keepers))
        return [*map(asyncio.create_task, running), *self._sources.tasks(settings.speed)]

    def close(self) -> None:
        for keeper in self._keepers:
            keeper.close()
        self.journal.write("stop")
        self.journal.close()
