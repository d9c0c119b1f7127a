"""A proxy of this machine that speaks HTTPS with the browser, and tells the server so, as `tailscale serve` does."""

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_NOT_SENT_ON = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


@contextmanager
def https_proxy(folder: Path, name: str, target: int) -> Iterator[str]:
    """The origin at which the server of the port `target` is reached."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(_application(target))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(_begin(runner, _certificate(folder, name)), loop).result(60)
        yield f"https://{name}:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begin(runner: web.AppRunner, certificate: ssl.SSLContext) -> int:
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate).start()
    return int(runner.addresses[0][1])


def _application(target: int) -> web.Application:
    async def send_on(request: web.Request) -> web.StreamResponse:
        headers = {**request.headers, "X-Forwarded-Proto": "https", "X-Forwarded-For": "100.64.0.7"}
        async with (
            ClientSession(auto_decompress=True, timeout=ClientTimeout(total=None)) as session,
            session.request(
                request.method,
                f"http://127.0.0.1:{target}{request.rel_url}",
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer,
        ):
            sent_on = [(key, value) for key, value in answer.headers.items() if key.lower() not in _NOT_SENT_ON]
            response = web.StreamResponse(status=answer.status)
            response.headers.extend(sent_on)
            await response.prepare(request)
            async for part in answer.content.iter_any():  # events as they come
                await response.write(part)
            return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", send_on)
    return application


def _certificate(folder: Path, name: str) -> ssl.SSLContext:
    """Signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "proxy.pem"
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(own + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
