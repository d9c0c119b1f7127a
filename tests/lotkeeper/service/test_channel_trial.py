"""A test of channels without a running service."""

from pathlib import Path

import pytest

from lotkeeper.config import Config, load_config
from lotkeeper.service.channel_trial import try_channels
from lotkeeper.service.errors import ServiceError
from tests.actors.alerts.webhook import Webhook


def config(folder: Path, alerts: str = "{channels: {hook: , none: }}") -> Config:
    (folder / "config.yaml").write_text(f"pairs: {{BTCUSDT: }}\nalerts: {alerts}\n")
    return load_config(folder / "config.yaml", {})


def test_each_channel_says_what_came_back(tmp_path):
    with Webhook() as webhook:
        urls = {"hook": webhook.apprise_url, "none": "json://127.0.0.1:9/secret-token"}
        (first, second) = try_channels(config(tmp_path), urls, "", "kim")
        assert first == ("hook", True, "delivered")
        assert second[:2] == ("none", False)
        assert "secret-token" not in second[2]
        assert "asked for by kim" in webhook.texts[0]


def test_a_channel_that_is_none_is_named(tmp_path):
    with pytest.raises(ServiceError, match=r"mail is no channel of alerts\.channels: hook"):
        try_channels(config(tmp_path), {"hook": "json://x"}, "mail", "kim")
    with pytest.raises(ServiceError, match="no channel is configured"):
        try_channels(config(tmp_path, "{}"), {}, "", "kim")
