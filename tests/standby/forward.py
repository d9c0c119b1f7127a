"""Passes TCP connections on: `python -m tests.standby.forward HOST:PORT HOST:PORT ...`, pairs of from and to.

The embedded exchange listens on loopback only, and each host has a loopback of its own.
"""

import asyncio
import contextlib
import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()


async def _listen(at: str, to: str) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = to.rpartition(":")
        try:
            there, out = await asyncio.wait_for(asyncio.open_connection(host, int(port)), 20.0)
        except (OSError, TimeoutError):
            writer.close()
            return
        await asyncio.gather(_copy(reader, out), _copy(there, writer))

    host, _, port = at.rpartition(":")
    return await asyncio.start_server(serve, host, int(port))


async def _main(addresses: list[str]) -> None:
    servers = [await _listen(at, to) for at, to in zip(addresses[::2], addresses[1::2], strict=True)]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.gather(*(each.serve_forever() for each in servers))


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(sys.argv[1:]))
