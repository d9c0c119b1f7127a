"""Whether all can read and press what is shown: measured in the page, as the browser has drawn it."""

from typing import Any

from tests.e2e.page.browser import OpenPage

_LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
_TOUCH_PX = 44  # WCAG 2.2, 2.5.5
_CONTROLS = ("button", "link", "checkbox", "radio", "textbox", "searchbox", "combobox", "spinbutton", "switch")

# Each text with its colour and what is behind it, as far up as something covers the ground.
_TEXTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(each).backgroundColor);
      if (alpha > 0.95) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((each) => each / 255).map((each) =>
      each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(".unseen, thead, script, noscript, .skip")) continue;
    const [front, back] = [parse(getComputedStyle(element).color).slice(0, 3), behind(element)].map(luminance);
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    found.push([node.textContent.trim().slice(0, 40), Math.round(ratio * 100) / 100]);
  }
  return found;
}"""

_TARGETS = """(least) => {
  const area = (each) => (each.matches("td > a") ? each.closest("tr") : each.closest("label") ?? each);
  return [...document.querySelectorAll("main :is(a, button, input, select), nav a, header :is(a, button)")]
    .filter((each) => each.checkVisibility() && !each.closest("p, dd"))
    .map((each) => [each.textContent.trim() || each.getAttribute("aria-label") || each.name, area(each)])
    .map(([name, each]) => [name, each.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < least - 0.5 || box.height < least - 0.5))
    .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
}"""

_OVERFLOW = """() => {
  if (document.documentElement.scrollWidth <= window.innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
    .map((each) => `${each.tagName} ${each.className}`)
    .slice(0, 5);
}"""


def faint_texts(page: OpenPage, at_least: int = 20) -> list[Any]:
    """Texts that stand out too little from what is behind them; there are so many at least."""
    found = page.evaluate(_TEXTS)
    assert len(found) >= at_least
    return [each for each in found if each[1] < _LEAST_CONTRAST]


def small_targets(page: OpenPage) -> list[str]:
    """What a finger would miss. Links within a sentence are as high as its line."""
    found: list[str] = page.evaluate(_TARGETS, _TOUCH_PX)
    return found


def overflow(page: OpenPage) -> list[str]:
    """What stands out at the right."""
    found: list[str] = page.evaluate(_OVERFLOW)
    return found


def nameless_controls(page: OpenPage, at_least: int = 6) -> list[str]:
    """Controls of the accessibility tree that a screen reader could not name; there are so many at least."""
    session = page.context.new_cdp_session(page.page)
    try:
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    controls = [each for each in nodes if not each.get("ignored") and each.get("role", {}).get("value") in _CONTROLS]
    assert len(controls) >= at_least
    return [str(each["role"]["value"]) for each in controls if not each.get("name", {}).get("value", "").strip()]


def beside_their_heads(page: OpenPage) -> list[str]:
    """The cells of wide tables whose text does not stand at the same side as their head."""
    found: list[str] = page.evaluate(_BESIDE_THEIR_HEADS)
    return found


_BESIDE_THEIR_HEADS = """() => [...document.querySelectorAll("main table tbody tr:not(.spacer) td")].filter((cell) => {
  const head = cell.closest("table").querySelectorAll("th")[cell.cellIndex];
  return getComputedStyle(head).textAlign !== getComputedStyle(cell).textAlign;
}).map((cell) => cell.textContent)"""
