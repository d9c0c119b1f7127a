"""What is measured: plain Thespian actors, so that they run on any base."""

import os
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from thespian.actors import Actor, ActorAddress, ActorSystemMessage

now = time.perf_counter  # one clock for all processes of a machine


@dataclass(frozen=True)
class Tick:
    """A small message of the usual kind."""

    symbol: str
    bid: float
    ask: float
    number: int
    at: float


@dataclass(frozen=True)
class PingPong:
    """Asked: exchange a tick so many times; answer half of each round trip, in seconds."""

    partner: ActorAddress
    rounds: int
    every: float = 0.0


@dataclass(frozen=True)
class Expect:
    """Asked, and answered when so many ticks have come: (first, last, out of order)."""

    count: int


@dataclass(frozen=True)
class Pour:
    """Asked: send so many ticks to each; answer when the first was sent, and when the last was given away."""

    to: list[ActorAddress]
    count: int


@dataclass(frozen=True)
class Paced:
    """Asked: send each a tick every so many seconds, so often; answered at the end."""

    to: list[ActorAddress]
    every: float
    count: int


@dataclass(frozen=True)
class Latencies:
    """Asked: the ages of the ticks when they came, in seconds."""


@dataclass(frozen=True)
class Forget:
    """Asked: forget what came."""


def tick(number: int) -> Tick:
    return Tick("BTCUSDT", 67_000.12, 67_000.13, number, now())


class Echo(Actor):
    """Sends back whatever comes."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        if not isinstance(message, ActorSystemMessage):
            self.send(sender, message)


class Pinger(Actor):
    """Measures the hop."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        if isinstance(message, PingPong):
            self.work, self.asker, self.times = message, sender, []
            self.send_tick()
        elif isinstance(message, Tick):
            self.times.append((now() - self.sent_at) / 2)
            if len(self.times) == self.work.rounds:
                self.send(self.asker, self.times)
            elif self.work.every:
                self.wakeupAfter(self.work.every)
            else:
                self.send_tick()
        elif type(message).__name__ == "WakeupMessage":
            self.send_tick()

    def send_tick(self) -> None:
        message = tick(len(self.times))
        self.sent_at = now()
        self.send(self.work.partner, message)


class Sink(Actor):
    """Receives ticks, and knows when all have come."""

    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        self.first = self.last = 0.0
        self.faults, self.newest = 0, -1
        self.ages: list[float] = []

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        if isinstance(message, Tick):
            self.note(message)
        elif isinstance(message, Expect):
            self.expected, self.asker = message.count, sender
            self.forget()
            self.send(sender, "ready")
        elif isinstance(message, Latencies):
            self.send(sender, self.ages)
        elif isinstance(message, Forget):
            self.forget()
            self.send(sender, "forgotten")

    def note(self, message: Tick) -> None:
        moment = now()
        self.ages.append(moment - message.at)
        self.faults += message.number != self.newest + 1
        self.newest, self.last = message.number, moment
        self.first = self.first or moment
        if len(self.ages) == getattr(self, "expected", -1):
            self.send(self.asker, (self.first, self.last, self.faults))


class Source(Actor):
    """Sends ticks, as many as it can or at a pace."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        if isinstance(message, Pour):
            begun = now()
            for number in range(message.count):
                for each in message.to:
                    self.send(each, tick(number))
            self.send(sender, (begun, now()))
        elif isinstance(message, Paced):
            self.work, self.asker, self.number, self.due = message, sender, 0, now()
            self.step()
        elif type(message).__name__ == "WakeupMessage":
            self.step()

    def step(self) -> None:
        for each in self.work.to:
            self.send(each, tick(self.number))
        self.number += 1
        self.due += self.work.every
        if self.number == self.work.count:
            self.send(self.asker, "sent")
        else:
            self.wakeupAfter(max(0.001, self.due - now()))


class Pid(Actor):
    """Says which process it is; receives ticks without counting them."""

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        if message == "pid":
            self.send(sender, os.getpid())


class Sleeper(Actor):
    """Asks to be woken every 10 ms, and notes how late that is."""

    EVERY = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self.due = 0.0  # when the next wake-up should come

    def receiveMessage(self, message: Any, sender: ActorAddress) -> None:  # noqa: N802
        is_wakeup = type(message).__name__ == "WakeupMessage"
        if is_wakeup:
            self.late.append(now() - self.due)
        elif isinstance(message, Latencies):
            self.send(sender, self.late)
        if is_wakeup or message == "sleep":
            self.due = now() + self.EVERY
            self.wakeupAfter(timedelta(seconds=self.EVERY))
