"""Events that wait to be written: what happened at once leaves in one piece."""

from binance_sim.journal.writer import Journal, stamp
from binance_sim.sockets.frames import text_frame
from binance_sim.sockets.peers import Peer


class Outbox:
    """Events by connection, each as its frame and as the journal shows it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: dict[Peer, list[tuple[bytes, bytes]]] = {}

    def put(self, peer: Peer, number: int, raw: bytes) -> None:
        """An event of the subscription of that number."""
        frame = text_frame(b'{"subscriptionId":%d,"event":%b}' % (number, raw))
        self._waiting.setdefault(peer, []).append((frame, raw))

    def write(self) -> None:
        """Write what is there.

        Its time is taken before: once the other side is awake, this process may have lost its core to it.
        """
        waiting, self._waiting = self._waiting, {}
        for peer, events in waiting.items():
            now = stamp()
            sent = peer.send(b"".join(frame for frame, _ in events))
            for _, raw in events:
                self._journal.write_of(now, "event", conn=peer.number, sent=sent, body=raw)
