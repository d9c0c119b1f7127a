"""The description of the API: whole, and of one source with the answers."""

import re

from lotkeeper.web.api.openapi import description
from lotkeeper.web.api.routes import ROUTES

TEXT = description()


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        here = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return here.union(*map(references, node.values())) if node else here
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_every_reference_leads_somewhere():
    for reference in references(TEXT):
        found = TEXT
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_path_says_what_it_takes_and_what_it_answers():
    assert set(TEXT["paths"]) >= {each.full_path for each in ROUTES}
    for path, operations in TEXT["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            in_path = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path))
            assert {"200", "400", "401", "403", "503"} <= set(operation["responses"])


def test_names_of_operations_are_unique():
    names = [operation["operationId"] for each in TEXT["paths"].values() for operation in each.values()]
    assert len(names) == len(set(names))
