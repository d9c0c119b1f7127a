"""Another distribution that owns one of our names is told of before it breaks anything."""

import sys
from pathlib import Path

import pytest

from lotkeeper.service.package_clash import OUR_PACKAGES, describe_clashes, refuse_clashes


def install(folder: Path, name: str, package: str, *, with_top_level: bool = True) -> None:
    """What pip leaves behind of a distribution, in a folder of the import path."""
    (folder / package).mkdir(parents=True, exist_ok=True)
    (folder / package / "__init__.py").touch()
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"{package}/__init__.py,,\n{info.name}/METADATA,,\n")
    if with_top_level:
        (info / "top_level.txt").write_text(f"{package}\n")


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    return tmp_path


@pytest.mark.parametrize("with_top_level", [True, False])
def test_a_clash_ends_the_command_with_a_sentence(site, capsys, with_top_level):
    install(site, "stage-school", "actors", with_top_level=with_top_level)
    with pytest.raises(SystemExit) as ended:
        refuse_clashes()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "Error: the installed package stage-school also has a top-level folder 'actors', like lotkeeper; "
        "install lotkeeper into a virtual environment of its own\n"
    )


@pytest.mark.parametrize("with_top_level", [True, False])
def test_other_distributions_are_no_clash(site, capsys, with_top_level):
    install(site, "harmless", "quite_another_name", with_top_level=with_top_level)
    refuse_clashes()
    assert capsys.readouterr().err == ""


def test_our_own_names_are_ours():
    assert describe_clashes({name: ["lotkeeper"] for name in OUR_PACKAGES}) == []
    assert describe_clashes({}) == []


def test_every_name_and_every_owner_is_told():
    found = describe_clashes({"cli": ["b", "lotkeeper", "a", "a"], "messages": ["c"]})
    assert len(found) == 2
    assert "a and b" in found[0]
    assert "'messages'" in found[1]
