"""Environment variables that override the file: LOTKEEPER_SECTION__KEY and LOTKEEPER_PAIRS__SYMBOL__KEY."""

import logging
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from lotkeeper.config.document import ConfigDocument, KeyPath, read_list, read_mapping
from lotkeeper.config.exits import LISTS, MAPPINGS, ExitOverrides
from lotkeeper.config.fees import BnbConfig, TopUpConfig
from lotkeeper.config.models import SECTIONS, Config
from lotkeeper.config.problems import IN_QUOTES, QUOTES_KEPT, ConfigProblem, is_quoted, suggestion
from lotkeeper.secret_variables import SECRET_VARIABLES
from lotkeeper.trading.log_events import LogEvent, named

PREFIX: Final = "LOTKEEPER_"
CONFIG_VARIABLE: Final = "LOTKEEPER_CONFIG"
_OTHERS = (CONFIG_VARIABLE, *SECRET_VARIABLES)
_PAPER = "LOTKEEPER_PAPER_"
_MORE_MAPPINGS, _MORE_LISTS = frozenset({"channels", "quiet"}), frozenset({"mute"})  # of alerts
_LIKE = 0.75  # how much a name is like a key for which it may be meant

log = logging.getLogger("lotkeeper.config")


def apply_environment(document: ConfigDocument, environ: Mapping[str, str]) -> None:
    """Puts the variables' texts into the document's tree; unknown variables become problems.

    Of a name without a section that is like no key there is only a warning: container platforms set such variables for
    a service of the name lotkeeper, as LOTKEEPER_PORT.
    """
    known = dict(_variables(document))
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith(_PAPER) or name in _OTHERS:
            continue
        if name not in known and _is_of_others(name, known):
            log.warning(
                "%s is not a variable of lotkeeper; it is passed over", name, extra=named(LogEvent.CONFIG_TROUBLE)
            )
        elif name not in known:
            document.problems.append(_unknown(name, known))
        elif is_quoted(environ[name].strip()):
            problem = ConfigProblem(name, None, "", IN_QUOTES, f"its value without them ({QUOTES_KEPT})")
            document.problems.append(problem)
        else:
            _set(document, known[name], name, environ[name])


def _variables(document: ConfigDocument) -> Iterator[tuple[str, KeyPath]]:
    """Every variable that may be set. A pair must be in the file, so that a typing error cannot start trading one."""
    for key in Config.model_fields:
        if key not in (*SECTIONS, "pairs"):
            yield f"{PREFIX}{key.upper()}", (key,)
    for section, model in SECTIONS.items():
        for key in model.model_fields:
            yield f"{PREFIX}{section.upper()}__{key.upper()}", (section, key)
    for key in BnbConfig.model_fields:
        yield f"{PREFIX}FEES__BNB__{key.upper()}", ("fees", "bnb", key)
    for key in TopUpConfig.model_fields:
        yield f"{PREFIX}FEES__BNB__TOP_UP__{key.upper()}", ("fees", "bnb", "top_up", key)
    pairs = document.tree.get("pairs")
    for symbol in pairs if isinstance(pairs, dict) else ():
        for key in ExitOverrides.model_fields:
            yield f"{PREFIX}PAIRS__{symbol}__{key.upper()}", ("pairs", symbol, key)


def _set(document: ConfigDocument, path: KeyPath, name: str, text: str) -> None:
    tree = document.tree
    for key in path[:-1]:
        below = tree.get(key)
        if below is None:
            below = tree[key] = {}
        if not isinstance(below, dict):
            return  # not a mapping: the validation reports it
        tree = below
    tree[path[-1]] = _read(path[-1], text)
    document.places[path] = (name, None)


def _read(key: str, text: str) -> object:
    if key in MAPPINGS or key in _MORE_MAPPINGS:
        return read_mapping(text)
    return read_list(text) if key in LISTS or key in _MORE_LISTS else text


def _is_of_others(name: str, known: Mapping[str, KeyPath]) -> bool:
    """Whether it names no section, and cannot be meant for a key, with or without its section."""
    word = name.removeprefix(PREFIX)
    if "__" in word:
        return False
    keys = {each.removeprefix(PREFIX).replace("__", "_") for each in (*known, *_OTHERS)}
    keys |= {each.rpartition("__")[2] for each in (*known, *_OTHERS) if "__" in each}
    return not get_close_matches(word, keys, n=1, cutoff=_LIKE)


def _unknown(name: str, known: Mapping[str, KeyPath]) -> ConfigProblem:
    allowed = f"LOTKEEPER_SECTION__KEY with a key of the file{suggestion(name, [*known, *_OTHERS])}"
    return ConfigProblem(name, None, "", "a variable that is not known", allowed)
