"""Why a request failed, in words. The libraries' own texts are never shown: they hold the URL with its signature."""

import errno
import socket
import ssl

from urllib3 import exceptions

_MOST_CAUSES = 8  # a chain of causes that does not end is cut
_IN_WORDS: tuple[tuple[type[BaseException], str], ...] = (  # the first that fits the innermost cause
    (exceptions.NameResolutionError, "the name of the host cannot be resolved; is the network up?"),
    (socket.gaierror, "the name of the host cannot be resolved; is the network up?"),
    (ssl.SSLCertVerificationError, "its certificate is not trusted"),
    (ssl.SSLError, "TLS cannot be agreed on"),
    (exceptions.ConnectTimeoutError, "it could not be reached in time"),
    (exceptions.ReadTimeoutError, "it did not answer in time"),
    (TimeoutError, "it did not answer in time"),
    (ConnectionRefusedError, "nothing listens there"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed"),
    (exceptions.ProtocolError, "the connection was closed in the middle of an answer"),
)
_BY_NUMBER = {
    errno.ENETUNREACH: "the network is unreachable",
    errno.EHOSTUNREACH: "the host is unreachable",
    errno.EMFILE: "this process has too many open files",
    errno.ENFILE: "this machine has too many open files",
}


def cause_in_words(error: BaseException) -> str:
    """Of the innermost cause that has words here; otherwise the types of the error and of its causes."""
    chain = _chain(error)
    return next(filter(None, map(_words, reversed(chain))), " from ".join(type(each).__name__ for each in chain))


def _words(error: BaseException) -> str:
    by_number = _BY_NUMBER.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    return by_number or next((words for kind, words in _IN_WORDS if isinstance(error, kind)), "")


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(found) < _MOST_CAUSES:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found
