import subprocess
import sys
import time

from lotkeeper.service import start_moment
from lotkeeper.service.start_moment import moment_at, now, process_start

TELL = "from lotkeeper.service.start_moment import process_start; print(process_start().wall_ms)"


def test_a_process_began_before_its_code_was_loaded():
    before_ms = int(time.time() * 1000)
    told_ms = int(subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True).stdout)
    assert before_ms - 20 <= told_ms <= int(time.time() * 1000)  # the kernel counts in hundredths of a second
    assert told_ms < int(time.time() * 1000) - 20


def test_a_shell_that_replaces_itself_by_the_program_has_not_begun_it_days_ago(monkeypatch):
    monkeypatch.setattr(start_moment, "_began_s", lambda: time.clock_gettime(time.CLOCK_BOOTTIME) - 86_400)
    assert abs(process_start().wall_ms - time.time() * 1000) < 5_000


def test_a_machine_that_does_not_tell_gives_the_present_moment(monkeypatch, tmp_path):
    monkeypatch.setattr(start_moment, "_STAT", tmp_path / "none")
    monkeypatch.setattr(start_moment, "_BOOT_ID", tmp_path / "none")
    before = now()
    assert before.boot_ms <= process_start().boot_ms <= now().boot_ms
    assert process_start().boot_id == ""


def test_a_moment_is_the_same_by_both_clocks():
    present = now()
    past = moment_at(present.boot_ms / 1000 - 60)
    assert abs(present.wall_ms - past.wall_ms - 60_000) < 5_000
    assert past.boot_ms == present.boot_ms - 60_000
    assert past.boot_id == present.boot_id
