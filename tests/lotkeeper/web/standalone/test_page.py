"""A page that is whole in itself: its policy allows what stands in it, and no text becomes HTML."""

import base64
import hashlib
import re
from pathlib import Path

from lotkeeper.web.standalone.page import StandalonePage

TEMPLATE = "<style>{{styles}}</style><script>{{theme}}</script><p>{{said}}</p><script>{{script}}</script>"


def made(folder: Path, *, script: str = "") -> StandalonePage:
    template, style, file = folder / "page.html", folder / "page.css", folder / "page.js"
    template.write_text(TEMPLATE if script else TEMPLATE.removesuffix("<script>{{script}}</script>"))
    style.write_text(".mine { color: red; }")
    file.write_text(script)
    return StandalonePage(template, style=style, script=file if script else None)


def test_all_styles_and_scripts_are_allowed_by_their_hashes_alone(tmp_path: Path) -> None:
    page = made(tmp_path, script="1 + 1;")
    text = page.text({"said": ""})
    for kind, tag, number in (("style-src", "style", 1), ("script-src", "script", 2)):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        hashes = " ".join(_hash(each) for each in found)
        assert (f"{kind} {hashes};" in page.policy, len(found)) == (True, number)
    assert ".mine" in text
    assert "default-src 'none'" in page.policy
    assert "form-action 'none'; frame-ancestors 'none'" in page.policy
    assert "unsafe" not in page.policy


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_without_a_script_of_its_own_it_has_that_of_the_colours_alone(tmp_path: Path) -> None:
    assert made(tmp_path).policy.split("script-src ")[1].split(";")[0].count("sha256-") == 1


def test_a_text_stays_a_text(tmp_path: Path) -> None:
    assert "<p>&lt;b&gt;&quot;</p>" in made(tmp_path).text({"said": '<b>"'})
