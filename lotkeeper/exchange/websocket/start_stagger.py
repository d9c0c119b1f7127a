"""When the streams of the markets begin, so that the keepers come first."""

_FEW = 8  # pairs whose streams are in nobody's way
_KEEPER_S = 0.05  # of a processor, for a pair's keeper until its first SELL, and for what it asks of others; generously
_STREAM_S = 0.02  # and for opening a stream


def stream_after_s(number: int, pairs: int) -> float:
    """Seconds after the start of the service until the stream of pair `number` (the first is 0) of `pairs` begins.

    No SELL waits for a price, and what was bought meanwhile waits for its SELL: with many pairs opening their streams
    takes as much of the processors as placing what is missing.
    """
    return 0.0 if pairs <= _FEW else pairs * _KEEPER_S + number * _STREAM_S
