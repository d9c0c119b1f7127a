"""Whether what a command has printed with --json keeps its schema."""

from collections.abc import Sequence

from cli.group import COMMANDS
from lotkeeper.service.schemas.table import SCHEMAS, problems

GROUPS = ("alerts", "config", "db", "fleet")


def command_of(words: Sequence[str]) -> str:
    """The command of a command line; empty for none that has a schema."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain or plain[0] not in COMMANDS:
        return ""
    name = " ".join(plain[:2]) if plain[0] in GROUPS else plain[0]
    return name if name in SCHEMAS else ""


def broken_schema(words: Sequence[str], exit_code: int, content: bytes) -> list[str]:
    """The places in which the document breaks the schema; nothing where none was printed."""
    command = command_of(words)
    if "--json" not in words or not command or not content.startswith((b"{", b"[", b"null")):
        return []
    is_error = exit_code != 0 and content.startswith(b'{"error"')
    return problems("error" if is_error else command, content)
