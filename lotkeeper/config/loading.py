"""Loads the file and the environment into a checked configuration, or reports every problem at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from lotkeeper.config.alerts import CHANNEL_NAME, NESTED_ALERTS, ChannelConfig
from lotkeeper.config.document import ConfigDocument, KeyPath, Tree, read_document
from lotkeeper.config.environment import apply_environment
from lotkeeper.config.exits import (
    LISTS,
    MAPPINGS,
    Conflict,
    ExitConfig,
    ExitOverrides,
    conflicts,
    exit_of_pair,
)
from lotkeeper.config.fees import NESTED, fee_conflicts
from lotkeeper.config.models import FOLDER, SECTIONS, Config
from lotkeeper.config.problems import ConfigProblem, ConfigProblems, show_value, suggestion
from lotkeeper.secret_variables import (
    API_KEY,
    API_SECRET,
    API_SECRET_FILE,
    CHANNEL_URLS,
    CHANNEL_URLS_FILE,
    PRIVATE_KEY_FILE,
)

_SYMBOL: Final = "a symbol as the exchange writes it, in upper case, such as BTCUSDT"
_OVERRIDES: Final = "keys of `exit`, or {} for none"
_SECRET_KEY = re.compile(r"secret|private|password|passphrase|token|api_?key", re.IGNORECASE)
_NO_SECRET: Final = (
    "none: secrets do not belong in the file; "
    f"set {API_KEY} and {PRIVATE_KEY_FILE}, or {API_SECRET} or {API_SECRET_FILE} for key_type hmac"
)


_ALERTS: Final = "alerts"
_WITH_LISTS_OF_WORDS: Final = (_ALERTS, "web")
_CHANNELS: Final = (_ALERTS, "channels")
_NO_MAPPING: Final = "something else than a mapping"
_NO_ADDRESS: Final = (
    "no address: it is a secret and does not belong in the file; "
    f"name the channel here, and set its address in {CHANNEL_URLS_FILE} or {CHANNEL_URLS}"
)


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration of the file and the environment; raises ConfigProblems with every problem.

    Relative paths in it are relative to the folder of the file, so that every command finds the same database.
    """
    document = read_document(path)
    _refuse_secrets(document)
    apply_environment(document, environ)
    _fill_empty(document)
    config = _validate(document, path.absolute().parent)
    _check_exits(document)
    if config is not None:
        for place, each in fee_conflicts(config.fees, config.pairs):
            document.add_problem(place, each.found, each.allowed)
    if config is None or document.problems:
        raise ConfigProblems(sorted(document.problems, key=_sort_key))
    return config


def _sort_key(problem: ConfigProblem) -> tuple[bool, int, str]:
    return problem.line is None, problem.line or 0, problem.source


def _refuse_secrets(document: ConfigDocument) -> None:
    """Removes keys that look like secrets from the tree, before anything could show their values."""
    _refuse_secrets_in(document, document.tree, ())
    for section, keys in document.tree.items():
        if isinstance(keys, dict) and section != "pairs":
            _refuse_secrets_in(document, keys, (section,))

    _refuse_addresses(document)


def _refuse_addresses(document: ConfigDocument) -> None:
    """Removes what may be the address of a channel, before anything could show it."""
    alerts = document.tree.get(_ALERTS)
    if not isinstance(alerts, dict):
        return
    channels = alerts.get(_CHANNELS[1])
    if isinstance(channels, str | list):
        document.add_problem(_CHANNELS, _NO_MAPPING, _NO_ADDRESS)
        del alerts[_CHANNELS[1]]
    if isinstance(channels, dict):
        _refuse_addresses_of(document, channels)


def _refuse_addresses_of(document: ConfigDocument, channels: Tree) -> None:
    for name, own in list(channels.items()):
        path: KeyPath = _CHANNELS if "://" in name else (*_CHANNELS, name)
        if path == _CHANNELS or (own is not None and not isinstance(own, dict)):
            document.add_problem(path, _NO_MAPPING, _NO_ADDRESS)
            del channels[name]
        elif isinstance(own, dict):
            _refuse_addresses_in(document, own, path)


def _refuse_addresses_in(document: ConfigDocument, keys: Tree, path: KeyPath) -> None:
    for key, value in list(keys.items()):
        if "url" in key.lower() or "://" in f"{key}{value}":
            document.add_problem(path if "://" in key else (*path, key), "an address", _NO_ADDRESS)
            del keys[key]


def _refuse_secrets_in(document: ConfigDocument, keys: Tree, path: KeyPath) -> None:
    for key in [key for key in keys if _SECRET_KEY.search(key)]:
        document.add_problem((*path, key), "a secret", _NO_SECRET)
        del keys[key]


def _fill_empty(document: ConfigDocument) -> None:
    """An empty section or pair means its defaults."""
    for name in (*SECTIONS, "pairs"):
        if document.tree.get(name) is None:
            document.tree[name] = {}
    alerts = document.tree[_ALERTS]
    channels = alerts.get(_CHANNELS[1]) if isinstance(alerts, dict) else None
    for named in (document.tree.get("pairs"), channels):
        if isinstance(named, dict):
            named.update({name: {} for name, own in named.items() if own is None})


def _validate(document: ConfigDocument, folder: Path) -> Config | None:
    try:
        return Config.model_validate(document.tree, context={FOLDER: folder})
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False):
            _add_problem(document, tuple(map(str, fault["loc"])), fault["type"])
        return None


def _check_exits(document: ConfigDocument) -> None:
    """What does not go together in the exits of a pair; keys that are no values at all are named before."""
    try:
        general = ExitConfig.model_validate(document.tree["exit"])
    except ValidationError:
        return
    pairs = document.tree["pairs"]
    found: dict[tuple[KeyPath, Conflict], None] = {}  # what stands for all pairs is said once
    for symbol, own in pairs.items() if isinstance(pairs, dict) else ():
        try:
            overrides = ExitOverrides.model_validate(own)
        except ValidationError:
            continue
        for each in conflicts(exit_of_pair(general, overrides)):
            is_own = getattr(overrides, each.key) is not None
            path: KeyPath = ("pairs", symbol, each.key) if is_own else ("exit", each.key)
            found[path, each] = None
    for path, each in found:
        document.add_problem(path, each.found, each.allowed)


def _add_problem(document: ConfigDocument, path: KeyPath, kind: str) -> None:
    if path[-1] == "[key]":
        document.add_problem(path[:-1], show_value(path[-2]), CHANNEL_NAME if path[0] == _ALERTS else _SYMBOL)
    elif kind == "extra_forbidden":
        known = list(_fields_at(path[:-1]))
        allowed = f"{', '.join(known)}{suggestion(path[-1], known)}"
        document.add_problem(path, "a key that is not known", allowed)
    else:
        is_secret = path == (_ALERTS, "heartbeat_url")
        found = "something else" if is_secret else show_value(_value_at(document, path))
        document.add_problem(path, found, _allowed_values(path))


def _fields_at(path: KeyPath) -> Mapping[str, FieldInfo]:
    """The keys that a mapping of the configuration may have."""
    if not path:
        return Config.model_fields
    if path[:2] == _CHANNELS and len(path) == 3:
        return ChannelConfig.model_fields
    model, below = (ExitOverrides, path[2:]) if path[0] == "pairs" else (SECTIONS[path[0]], path[1:])
    nested = {**LISTS, **MAPPINGS}
    if below and below[0] in nested:
        return nested[below[0]].model_fields
    return {**NESTED, **NESTED_ALERTS}[below[-1]].model_fields if below else model.model_fields


def _allowed_values(path: KeyPath) -> str:
    if path[0] == "pairs" and len(path) == 2:
        return _OVERRIDES
    if path[:2] == _CHANNELS and len(path) == 3:
        return f"a mapping with {', '.join(ChannelConfig.model_fields)}, or {{}} for all defaults"
    if path[-1].isdigit() and path[0] in _WITH_LISTS_OF_WORDS:
        path = path[:-1]
    if path[-1].isdigit() and path[-2] in LISTS:
        return f"a mapping with {' and '.join(LISTS[path[-2]].model_fields)}"
    return str(_fields_at(path[:-1])[path[-1]].description)


def _value_at(document: ConfigDocument, path: Sequence[str]) -> Any:
    value: Any = document.tree
    for key in path:
        value = _below(value, key)
    return value


def _below(value: Any, key: str) -> Any:
    if isinstance(value, list):
        return value[int(key)]
    return value.get(key) if isinstance(value, dict) else None


def unlisted_pairs(path: Path, unlisted: Iterable[str], listed: Iterable[str]) -> ConfigProblems:
    """The problems of a file that names the pairs `unlisted`, which are not among the exchange's symbols `listed`."""
    known, document = sorted(listed), read_document(path)
    before = len(document.problems)
    for symbol in unlisted:
        allowed = f"a symbol that the exchange lists{suggestion(symbol, known)}"
        document.add_problem(("pairs", symbol), "a pair that the exchange does not list", allowed)
    return ConfigProblems(document.problems[before:])
