"""What a phone shows of a row: nothing is cut, and each figure says what it is."""

import pytest

from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import ServedPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_rate_that_is_not_known_yet_has_no_unit(open_page, served: ServedPage):
    page: OpenPage = open_page()
    first = served.read("/actors")
    for each in first["actors"][1:]:
        each["per_second"] = 2.5
    first["actors"][0]["per_second"] = None
    page.page.route("**/api/v1/actors", lambda route: route.fulfill(json=first))
    page.go("actors")
    page.wait("rates", lambda: rates(page)[1:] == ["2.5 a second"] * (len(first["actors"]) - 1))
    assert rates(page)[0] == "\u2013"


def test_what_a_pair_has_realised_is_told_to_be_that(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.go("pairs")
    page.wait("pairs", lambda: rates(page))
    assert {text.split(maxsplit=2)[-1] for text in rates(page)} == {"realised"}


def test_the_state_of_an_order_is_not_cut(open_page, served: ServedPage):
    page: OpenPage = open_page()
    page.go("orders")
    page.wait("orders", lambda: page.cells("orders"))
    assert page.evaluate(_LONGEST_ORDER) == []


def rates(page: OpenPage) -> list[str]:
    """The large figure at the right of each row, with its unit."""
    found: list[str] = page.evaluate(_FIGURES)
    return found


_FIGURES = """() => [...document.querySelectorAll('main td[data-slot="b"]')].map((cell) => {
  const unit = getComputedStyle(cell, "::after").content;
  return cell.textContent + (unit === "none" || unit === "normal" ? "" : JSON.parse(unit));
})"""
_LONGEST_ORDER = """() => {
  const [row] = document.querySelectorAll('[data-table="orders"] tbody tr:not(.spacer)');
  row.querySelector('[data-slot="c"] .pill').textContent = "SELL partially filled";
  row.querySelector('[data-slot="d"]').textContent = "12345.67890 of 12345.67890";
  return [...row.children].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent);
}"""
