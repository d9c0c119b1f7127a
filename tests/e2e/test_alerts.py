"""Alerts by their real causes, received by a webhook on this machine."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.actors.alerts.webhook import Webhook
from tests.e2e.environment import WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
TOLD_WITHIN_S = 90.0
PAIRS = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]


class AlertedSystem(SystemUnderTest):
    """Its only channel is the webhook, which gets its heartbeat, too."""

    def __init__(self, folder: Path, webhook: Webhook, more: str = "", **options: object) -> None:
        config = f"alerts:\n  channels: {{hook: }}\n  heartbeat_url: {webhook.ping_url}\n  heartbeat_every_s: 1\n{more}"
        super().__init__(folder, PAIRS, more_config=config, **options)  # type: ignore[arg-type]
        self.webhook = webhook

    @property
    def secrets(self) -> dict[str, str]:
        return {**super().secrets, "LOTKEEPER_ALERTS__URLS": json.dumps({"hook": self.webhook.apprise_url})}

    def told(self, *words: str) -> str:
        """The first message with all of these words."""
        found = wait_for(
            f"a message with {words}; there are {self.webhook.texts}",
            lambda: [text for text in self.webhook.texts if all(word in text for word in words)],
            TOLD_WITHIN_S,
        )
        return str(found[0])


def delivered(system: AlertedSystem) -> dict[str, Any] | None:
    """The alert that was delivered: its channel has the text before the service knows that it has."""
    rows = orjson.loads(system.command("alerts", "--json").stdout)
    return next((row for row in rows if row["state"] == "delivered"), None)


def test_a_kill_switch_is_told_acknowledged_and_told_to_be_over(tmp_path: Path) -> None:
    with Webhook() as webhook, AlertedSystem(tmp_path, webhook) as system:
        system.run()
        system.told("STARTED: lotkeeper")
        assert system.command("kill-switch", "on", "--yes", "--why", "a test").returncode == 0
        text = system.told("CRITICAL kill-switch", "(a test)")
        assert "Do: lotkeeper kill-switch off" in text
        row = wait_for("it is noted as delivered", lambda: delivered(system))
        assert (row["kind"], row["channels"]) == ("kill-switch", ["hook"])
        assert system.command("alerts", "ack", str(row["alert"])).returncode == 0
        tried = system.command("alerts", "test", "--json")
        assert (tried.returncode, orjson.loads(tried.stdout)[0]["delivered"]) == (0, True)
        assert system.command("kill-switch", "off", "--yes").returncode == 0
        system.told("OVER", "kill-switch")
        wait_for("nothing open", lambda: system.command("alerts").stdout == "no alert is open\n", WITHIN_S)
