import pytest

from binance_sim.control.client import ControlClient


@pytest.fixture
def controls(client) -> ControlClient:
    """Faults of the module's process; all are disarmed at the end."""
    controls = client.simulator.controls()
    yield controls
    controls.lift()


@pytest.fixture
def user(client):
    """A connection that receives the account's events."""
    socket = client.subscribe()
    yield socket
    socket.close()
