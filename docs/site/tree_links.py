"""Links to folders of the sources: the forge shows a folder, the site has none to show."""

from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx


def folders_as_text(app: Sphinx, tree: nodes.document) -> None:
    """Leaves the text of links to folders that exist; any other link that leads nowhere stays, and is an error."""
    page = Path(app.srcdir) / app.env.docname
    for link in list(tree.findall(pending_xref)):
        if link.get("reftype") == "myst" and (page.parent / link["reftarget"]).is_dir():
            link.replace_self(link.children)
