import base64
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lotkeeper.paper.process import start_paper
from tests.lotkeeper.paper.support import Client, ask, until


@pytest.mark.e2e
def test_an_ed25519_key_logs_on_once_and_signs_no_more(tmp_path):
    key = ed25519.Ed25519PrivateKey.generate()
    pem = tmp_path / "public.pem"
    pem.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with start_paper(["--public-key", str(pem), "--paused", "--symbol", "BTCUSDT"]) as process:
        client = Client(process)
        socket = client.connect()

        def now():
            return {"timestamp": int(time.time() * 1000)}

        params = {"apiKey": process.public_key_api_key, **now()}
        payload = "&".join(f"{name}={params[name]}" for name in sorted(params))
        params["signature"] = base64.b64encode(key.sign(payload.encode())).decode()
        assert ask(socket, "account.status", now())["status"] == 401
        assert ask(socket, "session.logon", params)["result"]["apiKey"] == process.public_key_api_key
        assert ask(socket, "userDataStream.subscribe")["result"] == {"subscriptionId": 0}
        assert ask(socket, "session.status")["result"]["userDataStream"] is True
        assert ask(socket, "account.status", now())["status"] == 200
        assert ask(socket, "account.status", {"timestamp": 1})["status"] == 400
        client.order("BUY", "MARKET", quantity="0.001")
        assert until(socket, lambda frame: "event" in frame)["event"]["x"] == "NEW"
        assert ask(socket, "session.logout")["result"]["apiKey"] is None
        assert ask(socket, "account.status", now())["status"] == 401
        assert ask(socket, "session.subscriptions")["result"] == []
        socket.close()
