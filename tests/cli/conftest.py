import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.group import lotkeeper
from tests.lotkeeper.service.schemas.checking import broken_schema

CONFIG = """\
exchange:
  rest_url: http://127.0.0.1:1
  ws_api_url: ws://127.0.0.1:1
  stream_url: ws://127.0.0.1:1
  key_type: hmac
database: sqlite:///lots.sqlite
logs:
  directory: logs
pairs:
  BTCUSDT: {}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Run]:
    """Runs a command as in a shell of its own, in a folder of its own, without any variable of lotkeeper's."""
    for name in [name for name in os.environ if name.startswith("LOTKEEPER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    # A socket's path is short, and pytest's folders are not always.
    monkeypatch.setenv("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="lk-", dir="/tmp"))

    def invoke(*words: str, answer: str | None = None, **env: str) -> Result:
        """`answer` is typed at the terminal."""
        result = CliRunner().invoke(lotkeeper, words, input=answer, env=env, prog_name="lotkeeper")
        assert broken_schema(words, result.exit_code, result.stdout_bytes) == []
        return result

    yield invoke
    shutil.rmtree(os.environ["XDG_RUNTIME_DIR"])


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with which nothing runs."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path
