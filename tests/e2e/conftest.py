"""What all tests of the whole system need."""

import signal

# A shell starts what runs in its background with SIGINT ignored, and every process that it starts inherits that. These
# tests end commands by Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
