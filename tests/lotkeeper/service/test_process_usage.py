"""What /proc says of a process."""

import os
import time

from lotkeeper.service.process_usage import usage_of


def test_this_process():
    begun = time.process_time()
    while time.process_time() - begun < 0.03:
        sum(range(1000))
    found = usage_of(os.getpid())
    assert found is not None
    assert found.cpu_s >= 0.03
    assert found.age_s > 0
    assert found.pss_bytes is None or found.pss_bytes > 1 << 20


def test_a_process_that_is_not_there():
    assert usage_of(2**22 + 1) is None
