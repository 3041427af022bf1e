"""Pages in a real browser: accessible, self-contained, and whole on any screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NOTEBOOKS

PAGES = ("index", *NOTEBOOKS, "failure", "failed_index")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {320: 800, 768: 1024, 1280: 900}

every_page = pytest.mark.parametrize("name", PAGES)
every_width = pytest.mark.parametrize("width", [320, 1280])


@pytest.fixture
def opened(browser, pages):
    """Open a page by its name; what the browser asks for is kept in `requests`."""
    contexts = []

    def open_page(name, *, width=1280, scheme="light", scripts=True, media="screen"):
        size = {"width": width, "height": SIZES[width]}
        context = browser.new_context(
            viewport=size, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.emulate_media(media=media, color_scheme=scheme)
        page.goto(pages[name].as_uri(), wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


@every_page
@every_width
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_of_wcag_2_2_aa(opened, name, width, scheme):
    page = opened(name, width=width, scheme=scheme)
    # What is folded away must be accessible too.
    page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["passes"]
    assert found.response["violations"] == [], found.generate_report()


@every_page
def test_axe_finds_no_violation_in_print(opened, name):
    page = opened(name, media="print")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.response["violations"] == [], found.generate_report()


@every_page
def test_the_browser_asks_for_the_page_and_nothing_else(opened, pages, name):
    page = opened(name)
    assert page.requests == [pages[name].as_uri()]
    assert page.complaints == []


@every_page
@every_width
def test_nothing_is_wider_than_the_screen(opened, name, width):
    page = opened(name, width=width)
    page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@every_page
def test_without_scripts_the_page_says_the_same(opened, name):
    with_scripts, without = (opened(name, scripts=scripts) for scripts in (True, False))
    text = without.locator("body").inner_text()
    assert len(text) > 200
    assert text == with_scripts.locator("body").inner_text()


@every_page
@pytest.mark.parametrize("width", SIZES)
def test_each_figure_shows_once_and_its_text_is_readable(opened, name, width):
    page = opened(name, width=width)
    twins = page.eval_on_selector_all(
        "svg[id$=-wide]",
        """all => all.map(wide => {
            const narrow = document.getElementById(wide.id.replace(/-wide$/, "-narrow"));
            return [wide, narrow].map(svg => svg.getBoundingClientRect().height > 0);
        })""",
    )
    assert all(sum(shown) == 1 for shown in twins)
    assert width > 320 or not any(wide for wide, narrow in twins)
    sizes = page.eval_on_selector_all(
        "svg[role=img] text",
        """all => all.filter(text => text.getBoundingClientRect().width > 0)
            .map(text => [text.getScreenCTM(), parseFloat(getComputedStyle(text).fontSize)])
            .map(([to, size]) => Math.hypot(to.a, to.b) * size)""",
    )
    assert (name in NOTEBOOKS[1:]) <= bool(sizes)
    assert min(sizes, default=12) >= 11


@every_page
def test_the_first_stop_of_the_keyboard_leads_to_the_content(opened, name):
    page = opened(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_link_of_the_index_leads_to_a_page(opened, pages):
    page = opened("index")
    links = page.eval_on_selector_all("a:not(.skip)", "all => all.map(a => a.getAttribute('href'))")
    assert len(links) == len(NOTEBOOKS)
    assert all((pages["index"].parent / link).is_file() for link in links)


def test_axe_would_find_what_is_wrong(browser):
    page = browser.new_page()
    page.set_content("<html><body><img src='data:,'><p style='color:#ccc'>pale</p></body></html>")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    page.close()
    assert {"image-alt", "color-contrast", "html-has-lang"} <= {
        violation["id"] for violation in found.response["violations"]
    }
