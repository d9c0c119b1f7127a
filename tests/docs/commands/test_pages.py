"""Every command of the documents is run, page by page and in their order, against the embedded exchange."""

import subprocess
from pathlib import Path

import pytest

from tests.docs.commands.not_run import ELSEWHERE, is_run
from tests.docs.commands.refusals import expected
from tests.docs.commands.shown import ShownCommand, pages, shown_in
from tests.docs.commands.world import World
from tests.docs.pages import ROOT, name_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

GUIDE = [ROOT / "docs" / "guide" / f"{name}.md" for name in ("first-pair", "first-sell", "what-to-do-when")]
FIRST_KEY = ROOT / "docs" / "guide" / "first-key.md"
_PART = 24  # commands that one test runs of a long page, whose sections have nothing to do with each other
_TOGETHER = 3  # lines between two commands of one example
_LONG_PAGE = ROOT / "docs" / "reference" / "cli.md"


def to_run(path: Path) -> list[ShownCommand]:
    return [each for each in shown_in(path) if is_run(each.text)]


def parts() -> dict[str, list[ShownCommand]]:
    """What one test runs, by its name; the guide has a test of its own."""
    found = {name_of(path): to_run(path) for path in pages() if path not in (*GUIDE, FIRST_KEY, _LONG_PAGE)}
    for part in divided(to_run(_LONG_PAGE)):
        found[f"{name_of(_LONG_PAGE)}:{part[0].line}"] = part
    return {name: commands for name, commands in found.items() if commands and name not in ELSEWHERE}


def divided(commands: list[ShownCommand]) -> list[list[ShownCommand]]:
    """Parts of some two dozen; what stands together stays together, for the second may need the first."""
    found: list[list[ShownCommand]] = []
    for each in commands:
        if not found or (len(found[-1]) >= _PART and each.line - found[-1][-1].line > _TOGETHER):
            found.append([])
        found[-1].append(each)
    return found


PARTS = parts()
OFTEN = {"README.md"}  # at each change; all of them take minutes
EACH = [pytest.param(name, marks=() if name in OFTEN else pytest.mark.longest) for name in PARTS]


def run_all(world: World, commands: list[ShownCommand]) -> None:
    """All of them, and then what was wrong."""
    problems = [problem for shown in commands if (problem := _problem(world, shown))]
    assert not problems, "\n".join(problems)


def _problem(world: World, shown: ShownCommand) -> str:
    code, output = world.run(shown.text)
    wanted, phrase = expected(shown.text)
    is_well = code == wanted and phrase in output and "Traceback" not in output
    return "" if is_well else f"{shown.place}: {code}: {output[-2000:]}"


@pytest.mark.long
@pytest.mark.parametrize("name", EACH)
def test_every_command_of_a_page_is_run(name, tmp_path):
    with World(tmp_path) as world:
        run_all(world, PARTS[name])


def test_the_guide_leads_from_a_key_to_a_sell(tmp_path):
    """With the key that it makes: the exchange is told the public one, and calls it by the name that goes into .env."""
    for shown in to_run(FIRST_KEY):
        subprocess.run(["bash", "-c", shown.text], cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "private-key.pem").chmod(0o600)
    with World(tmp_path, is_empty=True, exchange_arguments=["--public-key", str(tmp_path / "public-key.pem")]) as world:
        text = FIRST_KEY.read_text().partition("```ini\n")[2].partition("```")[0]
        name = world.system.exchange.public_key_api_key
        (tmp_path / ".env").write_text(text.replace("the API key that the page shows", name))
        for path in GUIDE:
            run_all(world, to_run(path))
