"""The notice for a person who follows a link on another site: whole in itself, with the way to the page."""

import re

from lotkeeper.web.followed_link.notice import FollowedLinkNotice


def test_it_needs_nothing_that_is_served_to_others_only() -> None:
    page = str(FollowedLinkNotice().answer().text)
    assert "{{" not in page
    assert re.findall(r'(?:src|href|action)="([^"]*)"', page) == ["data:,", "/"]
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)


def test_it_is_a_refusal_that_says_what_happened() -> None:
    answer = FollowedLinkNotice().answer()
    assert (answer.status, answer.content_type) == (403, "text/html")
    assert "A link on another web site led here" in str(answer.text)
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
