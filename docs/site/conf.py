"""How Sphinx makes one site of the documents: `make docs`. Its navigation is the list of docs/README.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from navigation import with_navigation
from pygments.lexers.special import TextLexer
from redirect import write_start_page
from sphinx.application import Sphinx
from tree_links import folders_as_text

project = "lotkeeper"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "docs/README"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "binance_sim/*.md",
    "docs/*.md",
    "docs/**/*.md",
]
exclude_patterns = [".*", "build", "dist", "tests", "**/__pycache__"]
nitpicky = True

# The anchors of the forge, and its pictures in HTML: every page reads well there, too.
myst_heading_anchors = 6
myst_enable_extensions = ["html_image"]

html_theme = "furo"
html_title = "lotkeeper"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["site.css"]


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.add_lexer("mermaid", TextLexer)  # the forge draws it; here its text is read
    app.connect("source-read", with_navigation)
    app.connect("doctree-read", folders_as_text)
    app.connect("build-finished", write_start_page)
