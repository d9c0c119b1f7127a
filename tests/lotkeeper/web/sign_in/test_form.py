"""The page that asks for the token: whole in itself, and no text of it comes from elsewhere."""

import base64
import hashlib
import re

from lotkeeper.web.sign_in.form import SignInForm


def test_it_needs_nothing_that_is_served_to_others_only() -> None:
    page = SignInForm().page()
    assert "{{" not in page
    assert re.findall(r'(?:src|href|action)="([^"]*)"', page) == ["data:,"]
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)
    assert "url(" not in page


def test_its_style_and_script_are_those_of_the_policy() -> None:
    form = SignInForm()
    for kind, tag in (("style-src", "style"), ("script-src", "script")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", form.page("wrong"), re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in form.policy
    assert "default-src 'none'" in form.policy
    assert "unsafe" not in form.policy


def test_a_problem_is_said_beside_the_field_and_in_the_title() -> None:
    page = SignInForm().page("<b>wrong</b>")
    assert '<p id="problem" role="alert">&lt;b&gt;wrong&lt;/b&gt;</p>' in page
    assert ' aria-invalid="true"' in page
    assert "<title>Not signed in" in page
    assert ' aria-invalid="false"' in SignInForm().page()
