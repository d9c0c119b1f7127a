"""One service and one browser for all tests of the page.

The browser's library runs an event loop in this thread. It ends with the package: other tests begin loops of their own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.e2e.page.browser import CHROMIUM, OpenPage, browser
from tests.e2e.page.served import ServedPage, served_page

Opener = Callable[..., OpenPage]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with browser() as found:
        yield found


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPage]:
    with served_page(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture
def open_page(chromium: Browser, served: ServedPage) -> Iterator[Opener]:
    """Opens the page in a width and a theme. At the end no page may have complained, or asked another host."""
    opened: list[OpenPage] = []
    with ExitStack() as stack:

        def opener(
            width: int = 390, theme: str = "light", *, is_signed_in: bool = True, address: str = served.address
        ) -> OpenPage:
            size = {"width": width, "height": 844 if width < 900 else 900}
            context = chromium.new_context(
                viewport=size, color_scheme=theme, reduced_motion="reduce", ignore_https_errors=True
            )
            stack.callback(context.close)
            page = OpenPage(context, address, served.client.token)
            opened.append(page)
            if is_signed_in:
                page.open()
            return page

        yield opener
        assert [each for page in opened for each in page.complaints.errors] == []
        assert [each for page in opened for each in page.complaints.foreign] == []
