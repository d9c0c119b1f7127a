"""The addresses of the alerts' channels: from the environment or from a file that only this user can read."""

import re
from collections.abc import Mapping
from pathlib import Path

from lotkeeper.config.credentials import SecretFileError, read_secret_file
from lotkeeper.config.document import read_mapping
from lotkeeper.config.models import Config
from lotkeeper.config.problems import ConfigProblem, ConfigProblems
from lotkeeper.secret_variables import CHANNEL_URLS, CHANNEL_URLS_FILE

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]+")
_MAPPING = "a mapping of a channel's name to its address, one on each line, such as phone: tgram://TOKEN/CHAT"


def load_channel_urls(config: Config, environ: Mapping[str, str]) -> dict[str, str]:
    """The address of each channel of `alerts.channels`; raises ConfigProblems with every problem.

    No problem shows an address, or any part of one.
    """
    given = [name for name in (CHANNEL_URLS, CHANNEL_URLS_FILE) if environ.get(name, "").strip()]
    if len(given) > 1:
        raise ConfigProblems([_problem(given[0], f"{given[1]} beside it", "only one of the two")])
    if not given:
        return _complete({}, CHANNEL_URLS_FILE, config)
    source = given[0]
    try:
        value = environ[source].strip()
        text = value if source == CHANNEL_URLS else read_secret_file(Path(value)).decode("utf-8-sig", "replace")
    except SecretFileError as error:
        raise ConfigProblems([_problem(source, *error.args)]) from error
    return _complete(_urls(text, source), source, config)


def _urls(text: str, source: str) -> dict[str, str]:
    found = read_mapping(text)
    if not isinstance(found, dict):
        raise ConfigProblems([_problem(source, "something else than a mapping", _MAPPING)])
    wrong = [name for name, url in found.items() if not (isinstance(url, str) and _URL.fullmatch(url))]
    if wrong:
        named = ", ".join(map(_name, wrong))
        raise ConfigProblems([_problem(source, f"no address for {named}", _MAPPING)])
    return {name: str(url) for name, url in found.items()}


def _name(text: str) -> str:
    """A name as it may be shown: what is in its place by mistake may be an address."""
    return text if re.fullmatch(r"[\w-]{1,30}", text) else "a name that is none"


def _complete(urls: dict[str, str], source: str, config: Config) -> dict[str, str]:
    """Exactly the channels of the configuration have one."""
    channels = config.alerts.channels
    problems = [
        _problem(source, f"no address for the channel {name}", _MAPPING) for name in channels if name not in urls
    ]
    known = ", ".join(channels) or "none"
    problems += [
        _problem(source, f"an address for {_name(name)}", f"the channels of alerts.channels: {known}")
        for name in urls
        if name not in channels
    ]
    if problems:
        raise ConfigProblems(problems)
    return urls


def _problem(source: str, found: str, allowed: str) -> ConfigProblem:
    return ConfigProblem(source, None, "", found, allowed)
