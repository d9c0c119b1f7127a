"""The start page of the site: index.html leads to the list of all pages."""

from pathlib import Path

from sphinx.application import Sphinx

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={target}">
<title>lotkeeper</title>
<a href="{target}">lotkeeper</a>
</html>
"""


def write_start_page(app: Sphinx, error: Exception | None) -> None:
    """Called at the end of a build."""
    if error is None and app.builder.format == "html":
        target = f"{app.config.root_doc}.html"
        (Path(app.outdir) / "index.html").write_text(_PAGE.format(target=target))
