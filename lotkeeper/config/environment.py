"""Environment variables that override the file: LOTKEEPER_SECTION__KEY and LOTKEEPER_PAIRS__SYMBOL__KEY."""

from collections.abc import Iterator, Mapping
from typing import Final

from lotkeeper.config.document import ConfigDocument, KeyPath
from lotkeeper.config.models import SECTIONS, Config, ExitOverrides
from lotkeeper.config.problems import ConfigProblem, suggestion
from lotkeeper.secret_variables import SECRET_VARIABLES

PREFIX: Final = "LOTKEEPER_"
CONFIG_VARIABLE: Final = "LOTKEEPER_CONFIG"
_OTHERS = (CONFIG_VARIABLE, *SECRET_VARIABLES)
_PAPER = "LOTKEEPER_PAPER_"


def apply_environment(document: ConfigDocument, environ: Mapping[str, str]) -> None:
    """Puts the variables' texts into the document's tree; unknown variables become problems."""
    known = dict(_variables(document))
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith(_PAPER) or name in _OTHERS:
            continue
        if name in known:
            _set(document, known[name], name, environ[name])
        else:
            document.problems.append(_unknown(name, known))


def _variables(document: ConfigDocument) -> Iterator[tuple[str, KeyPath]]:
    """Every variable that may be set. A pair must be in the file, so that a typing error cannot start trading one."""
    for key in Config.model_fields:
        if key not in (*SECTIONS, "pairs"):
            yield f"{PREFIX}{key.upper()}", (key,)
    for section, model in SECTIONS.items():
        for key in model.model_fields:
            yield f"{PREFIX}{section.upper()}__{key.upper()}", (section, key)
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
    tree[path[-1]] = text
    document.places[path] = (name, None)


def _unknown(name: str, known: Mapping[str, KeyPath]) -> ConfigProblem:
    allowed = f"LOTKEEPER_SECTION__KEY with a key of the file{suggestion(name, [*known, *_OTHERS])}"
    return ConfigProblem(name, None, "", "a variable that is not known", allowed)
