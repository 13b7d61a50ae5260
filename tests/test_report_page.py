"""The report as a browser shows it: Debian's Chromium opens the page and looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.chromium import PROGRAM, Browser
from tests.conftest import STORY, Prepared, Run

pytestmark = [
    pytest.mark.skipif(PROGRAM is None, reason="Chromium is not installed (apt install chromium)"),
    # The browser's own files in the temporary folder may go while it ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

HOSTILE = (
    "<script>document.title='taken'</script> <img src=http://127.0.0.1:9/x onerror=alert(1)> "
    "<style>body{display:none}</style> I fixed \x1b[31mthe red\x1b[0m server because "
    "\u202eit was down\u202c. [a link](http://127.0.0.1:9/y) I told my manager </mark></p></main>. "
    "It was back within two hours, because I had put the old configuration aside."
)


@pytest.fixture
def page(run: Run, prepared: Prepared, tmp_path: Path) -> Path:
    prepared("page", lambda: practised(run))
    target = tmp_path / "page.html"
    assert run("report", "-o", str(target)).returncode == 0
    return target


def practised(run: Run) -> None:
    stdin = f"{STORY}\n/done\n{HOSTILE}\n/done\n"
    asked = ("--question", "owning-a-mistake", "--question", "production-incident")
    done = run("practice", *asked, "--judge", "offline", stdin=stdin)
    assert done.returncode == 0, done.stderr


def requests(browser: Browser) -> list[str]:
    asked = [event["request"]["url"] for event in browser.of("Network.requestWillBeSent")]
    return [url for url in asked if not url.startswith(("file:", "data:"))]


def complaints(browser: Browser) -> list[Any]:
    said = [event["entry"] for event in browser.of("Log.entryAdded")]
    return [*said, *browser.of("Runtime.consoleAPICalled"), *browser.of("Runtime.exceptionThrown")]


def lit(browser: Browser) -> list[str]:
    """Return the text of the passages that stand out strongly."""
    found: list[str] = browser.run(
        "(() => { const strong = getComputedStyle(document.documentElement)"
        ".getPropertyValue('--strong').trim();"
        "const probe = document.createElement('i'); probe.style.color = strong;"
        "document.body.append(probe); const want = getComputedStyle(probe).color; probe.remove();"
        "return [...document.querySelectorAll('mark')]"
        ".filter(m => getComputedStyle(m).backgroundColor === want).map(m => m.textContent)})()"
    )
    return found


def test_a_page_is_quiet_asks_nobody_and_fits(page: Path) -> None:
    with Browser() as browser:
        browser.open(page)
        assert complaints(browser) == []
        assert requests(browser) == []
        assert browser.run("document.title").startswith("Interview of")
        for width in (390, 1280):
            browser.resize(width)
            assert browser.run("document.documentElement.scrollWidth") <= width
        assert browser.run("document.scripts.length") == 0
        assert browser.run("document.querySelectorAll('img, iframe, form').length") == 0
        headings = browser.run("[...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName)")
        assert headings[0] == "H1" and headings.count("H1") == 1
        words = browser.run("document.querySelector('#a2 .said').innerText")
        assert "<script>" in words and "\u202e" not in words and "\x1b" not in words


def test_evidence_is_reached_and_lit_by_keyboard(page: Path) -> None:
    with Browser() as browser:
        browser.open(page)
        assert lit(browser) == []
        marks: list[str] = []
        for _ in range(120):
            browser.press("Tab")
            at = browser.run("document.activeElement.tagName")
            if at == "MARK":
                text = browser.run("document.activeElement.textContent")
                marks.append(text)
                assert text in lit(browser)
                assert browser.run("document.activeElement.getAttribute('aria-label')")
        assert len(marks) >= 3
        # A quote beside the answer lights the same words in it, and Enter goes there.
        browser.run("document.querySelector('#a1 .quotes a').focus()")
        quote = browser.run("document.activeElement.querySelector('q').textContent")
        assert any(quote in mark for mark in lit(browser))
        browser.press("Enter")
        assert browser.run("document.querySelector(':target') !== null")


def test_the_words_stand_out_from_their_ground_in_light_and_dark(page: Path) -> None:
    with Browser() as browser:
        browser.open(page)
        for scheme in ("light", "dark"):
            media = [{"name": "prefers-color-scheme", "value": scheme}]
            browser.call("Emulation.setEmulatedMedia", features=media)
            for where in (".words", ".reason", ".facts", ".quotes q", ".state", "h2", ".tag.pS"):
                assert browser.run(_CONTRAST.replace("WHERE", where)) >= 4.5, (scheme, where)


# Contrast after WCAG 2.2, 1.4.3: 4.5 to 1 at least for text of this size.
_CONTRAST = """(() => {
  const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(Number).map(x => x / 255)
      .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2] };
  const ground = e => getComputedStyle(e).backgroundColor;
  const of = e => { let g = e; while (/, 0\\)|transparent/.test(ground(g))) g = g.parentElement;
    const [a, b] = [light(getComputedStyle(e).color), light(ground(g))]
      .sort((x, y) => y - x); return (a + 0.05) / (b + 0.05) };
  return Math.min(...[...document.querySelectorAll('WHERE')].map(of)) })()"""
