import pytest

from binance_sim.control.client import ControlClient


@pytest.fixture
def controls(client) -> ControlClient:
    """Faults of the module's process; none is left armed."""
    controls = client.paper.controls()
    yield controls
    controls.lift()


@pytest.fixture
def user(client):
    """A connection that hears the account's events."""
    socket = client.subscribe()
    yield socket
    socket.close()
