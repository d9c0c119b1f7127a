"""What a test would inherit from the shell that starts it, and must not depend on."""

import os
import signal

_TERMINAL = frozenset({"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"})
_OF_A_SERVICE_MANAGER = "NOTIFY_SOCKET"
_OF_TESTS = frozenset({"LOTKEEPER_PROOF", "LOTKEEPER_CONSERVATION_ORDERS"})
# A shell ignores SIGINT for what it starts in its background, `nohup` ignores SIGHUP: every process below inherits it.
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def forget_the_shell() -> None:
    """For this process and all that it starts."""
    for name in [each for each in os.environ if _is_foreign(each)]:
        del os.environ[name]
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


def _is_foreign(name: str) -> bool:
    is_setting = name.startswith("LOTKEEPER_") and name not in _OF_TESTS
    return is_setting or name in _TERMINAL or name == _OF_A_SERVICE_MANAGER
