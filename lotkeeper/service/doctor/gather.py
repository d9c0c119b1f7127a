"""All facts for the checks."""

import os
from collections.abc import Mapping
from pathlib import Path

from lotkeeper.config import Config, Secrets, in_flight_file
from lotkeeper.service.configuration import load_secrets
from lotkeeper.service.doctor import ask_machine
from lotkeeper.service.doctor.ask_exchange import ask_exchange
from lotkeeper.service.doctor.facts import Facts, FileFacts, KeyFacts
from lotkeeper.service.errors import ConfigurationError
from lotkeeper.service.package_clash import find_clashes


def gather(config: Config, path: Path, variables: Mapping[str, str] = os.environ) -> Facts:
    """Asks the exchange and looks at the machine; takes as long as the slowest answer of the exchange."""
    secrets, key = _key(config, variables)
    return Facts(
        config=ask_machine.file_facts(path) or FileFacts(path, 0, True),
        pairs=tuple(config.pairs),
        key=key,
        exchange=ask_exchange(config, secrets),
        limits=ask_machine.limit_facts(),
        service=ask_machine.service_facts(config),
        database=ask_machine.database_facts(config),
        broker=ask_machine.broker_facts(config),
        merges_memory=config.merge_memory,
        is_journal_in_memory=in_flight_file(config).is_memory,
        spaces=ask_machine.spaces(config),
        files=ask_machine.private_files(config, path, dict(variables)),
        clashes=tuple(find_clashes()),
    )


def _key(config: Config, variables: Mapping[str, str]) -> tuple[Secrets | None, KeyFacts]:
    key_type = str(config.exchange.key_type)
    try:
        return load_secrets(config, variables), KeyFacts(key_type)
    except ConfigurationError as error:
        return None, KeyFacts(key_type, tuple(str(error).splitlines()))
