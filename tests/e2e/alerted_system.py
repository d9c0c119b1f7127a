"""The whole system with a webhook as its only channel, which gets its heartbeat, too."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from lotkeeper.verification.staging.waiting import StagingError, wait_for
from tests.actors.alerts.webhook import Received, Webhook
from tests.e2e.environment import SystemUnderTest

TOLD_WITHIN_S = 300.0
PAIRS = ("--symbol", "BTCUSDT", "--symbol", "ETHUSDT")


class AlertedSystem(SystemUnderTest):
    """With `hanging` it has a second channel of that name."""

    def __init__(
        self,
        folder: Path,
        webhook: Webhook,
        more: str = "",
        hanging: Webhook | None = None,
        arguments: tuple[str, ...] = PAIRS,
        **options: object,
    ) -> None:
        channels = "{hook: }" if hanging is None else "{hook: , hanging: }"
        config = f"alerts:\n  channels: {channels}\n  heartbeat_url: {webhook.ping_url}\n  heartbeat_every_s: 1\n{more}"
        super().__init__(folder, arguments, more_config=config, **options)  # type: ignore[arg-type]
        self.webhook, self.hanging = webhook, hanging

    @property
    def secrets(self) -> dict[str, str]:
        urls = {"hook": self.webhook.apprise_url}
        if self.hanging is not None:
            urls["hanging"] = self.hanging.apprise_url
        return {**super().secrets, "LOTKEEPER_ALERTS__URLS": json.dumps(urls)}

    def message(self, *words: str) -> str:
        """The first message with all of these words."""

        def found() -> list[str]:
            return [text for text in self.webhook.texts if all(word in text for word in words)]

        try:
            return str(wait_for(f"a message with {words}", found, TOLD_WITHIN_S)[0])
        except StagingError as error:
            raise AssertionError(f"{error}; there are {self.webhook.texts}; {self.status()}") from error

    def command_does(self, *arguments: str) -> None:
        """A command that is expected to do what it says."""
        done = self.command(*arguments)
        assert done.returncode == 0, done.stderr

    def delivered(self) -> dict[str, Any] | None:
        """The alert that was delivered: its channel has the text before the service knows that it has."""
        rows = orjson.loads(self.command("alerts", "--json").stdout)
        return next((row for row in rows if row["state"] == "delivered"), None)

    # The heartbeat

    @property
    def failures(self) -> list[Received]:
        """The pings that said that not every pair is proven."""
        return [each for each in self.webhook.pings if is_failure(each)]

    def heartbeat_goes_on(self) -> None:
        """The next two pings say that all is well: the first may have been on its way."""
        before = len(self.webhook.pings)
        wait_for("two more pings", lambda: len(self.webhook.pings) >= before + 2, TOLD_WITHIN_S)
        assert not is_failure(self.webhook.pings[-1]), self.webhook.pings[-1].body

    def heartbeat_stops(self, *words: str, without: tuple[str, ...] = ()) -> None:
        """A ping that comes from now on says that not all is well, and why: by all of `words`, by none of `without`."""

        def says_so(ping: Received) -> bool:
            is_meant = all(word in ping.body for word in words) and not any(word in ping.body for word in without)
            return is_failure(ping) and is_meant

        self._ping_comes(f"one that fails with {words} and without {without}", says_so)

    def _ping_comes(self, what: str, is_meant: Callable[[Received], bool]) -> None:
        """From now on."""
        before = len(self.webhook.pings)
        try:
            wait_for(f"a ping: {what}", lambda: any(map(is_meant, self.webhook.pings[before:])), TOLD_WITHIN_S)
        except StagingError as error:
            raise AssertionError(f"{error}; the last: {self.webhook.pings[-1:]}") from error

    def heartbeat_comes_back(self, *pairs: str, lifted_ms: int = 0) -> None:
        """It is well again; by then every pair is proven, and each of `pairs` was compared after `lifted_ms`."""
        self._ping_comes("one that all is well", lambda ping: not is_failure(ping))
        status = wait_for("proof", lambda: (found := self.status()) and found["readiness"]["ready"] and found)
        for pair in pairs:
            assert compared_ms(status, pair) >= lifted_ms, (pair, status["pairs"][pair])


def is_failure(ping: Received) -> bool:
    return ping.path.endswith("/fail")


def compared_ms(status: dict[str, Any], pair: str) -> int:
    """Up to when all trades of the pair are accounted for."""
    return round(datetime.fromisoformat(status["pairs"][pair]["complete_as_of"]).timestamp() * 1000)
