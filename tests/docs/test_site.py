"""The site of the documents: built strictly, each page in its navigation, nothing from another host."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.pages import ROOT, page_paths

# What a browser would fetch by itself; a link is followed by a person alone.
_FETCHED = re.compile(r"<(?:link|script|img|iframe|source|object)\b[^>]*?(?:src|href|data)=[\"'](?:https?:)?//[^\"']+")
_IMPORTED = re.compile(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//[^\s)\"']+")


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    words = ["--builder", "html", "--conf-dir", source / "docs" / "site", "--nitpicky", "--fail-on-warning", "--quiet"]
    command = [sys.executable, "-m", "sphinx", *words, "--doctree-dir", target / "trees", source, target / "site"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_site_is_whole(tmp_path):
    """One build, as it takes some seconds."""
    done = build(ROOT, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    site = tmp_path / "site"
    each_document_has_its_page(site)
    the_first_address_leads_to_the_list_of_pages(site)
    nothing_comes_from_another_host(site)


def each_document_has_its_page(site: Path) -> None:
    expected = {path.relative_to(ROOT).with_suffix(".html") for path in page_paths()}
    assert {path for path in expected if not (site / path).exists()} == set()


def the_first_address_leads_to_the_list_of_pages(site: Path) -> None:
    target = re.search(r"url=([^\"]+)", (site / "index.html").read_text())
    assert target
    page = (site / target[1]).read_text()
    for heading in ("Guide", "Operations", "Reference", "Inside", "Decisions"):
        assert f'<span class="caption-text">{heading}</span>' in page


def nothing_comes_from_another_host(site: Path) -> None:
    pages = [found for path in site.rglob("*.html") for found in _FETCHED.findall(path.read_text())]
    styles = [found for path in site.rglob("*.css") for found in _IMPORTED.findall(path.read_text())]
    assert (pages, styles) == ([], [])


def small_project(folder: Path, *lines: str) -> Path:
    """With two pages; the first one lists the second one, which has these lines from its third one on."""
    (folder / "docs").mkdir()
    shutil.copytree(ROOT / "docs" / "site", folder / "docs" / "site", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "docs" / "README.md").write_text("# Start\n\n## Operations\n\n- [Other](other.md)\n")
    (folder / "docs" / "other.md").write_text("# Other\n\n" + "\n\n".join(lines) + "\n")
    return folder


def test_the_page_about_deployment_needs_no_line_in_the_list(tmp_path):
    project = small_project(tmp_path, "[Start](README.md#operations)", "[folder](../docs/site)")
    (project / "docs" / "deployment.md").write_text("# Deployment\n")
    done = build(project, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_link_that_leads_nowhere_and_a_page_that_nobody_lists_are_errors(tmp_path):
    links = ["nowhere.md", "README.md#nowhere", "#nowhere", "../nowhere/", "../nowhere.py", "nowhere.md#text"]
    project = small_project(tmp_path, *(f"[text]({link})" for link in links))
    (project / "docs" / "alone.md").write_text("# Alone\n")
    done = build(project, tmp_path)
    assert done.returncode != 0
    assert "alone.md: WARNING" in done.stderr
    for number, _ in enumerate(links):
        assert f"other.md:{3 + 2 * number}: WARNING" in done.stderr
