import json

import pytest

from tests.binance_sim.support import until


@pytest.fixture
def connect(client):
    """Opens sockets whose subscriptions are confirmed by LIST_SUBSCRIPTIONS."""
    sockets = []

    def connect(path):
        sockets.append(client.stream(path))
        sockets[-1].send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": "open"}))
        return sockets[-1], until(sockets[-1], lambda frame: isinstance(frame, dict) and frame.get("id") == "open")

    yield connect
    for socket in sockets:
        socket.close()
