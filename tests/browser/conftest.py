"""The app on its own server and a real Chromium. Each process of pytest has one of each, shared by all of its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.drawing import CEILING_SECONDS
from tests.browser.install import HOW_TO, LAUNCH_ARGUMENTS, find_chromium
from tests.browser.server import running_app

expect.set_options(timeout=CEILING_SECONDS * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def start_app() -> Iterator[Callable[..., str]]:
    """Starts a new server of the app in a folder and returns its address; all servers end with the session."""
    with ExitStack() as servers:
        yield lambda *folder, **environment: servers.enter_context(running_app(*folder, **environment))


@pytest.fixture(scope="session")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working directory of the shared server. A test file may add to its `checkpoints/` and its `runs/`."""
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="session")
def app(start_app: Callable[..., str], app_folder: Path) -> str:
    """The address of the shared server; every page of a browser is a session of its own."""
    return start_app(app_folder)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail(HOW_TO)
    running = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGUMENTS)
    yield running
    running.close()


@pytest.fixture(scope="session")
def laptop(browser: Browser) -> BrowserContext:
    """One context for all tests keeps the compiled JavaScript of Streamlit: a page opens in half the time."""
    return browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")


@pytest.fixture(scope="session")
def tablet(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 820, "height": 1180}, color_scheme="dark", has_touch=True)


@pytest.fixture
def page(laptop: BrowserContext) -> Iterator[Page]:
    """A window of a laptop in the light theme."""
    with _new_page(laptop) as page:
        yield page


@pytest.fixture
def tablet_page(tablet: BrowserContext) -> Iterator[Page]:
    """The upright screen of a tablet in the dark theme, for fingers."""
    with _new_page(tablet) as page:
        yield page


@contextmanager
def _new_page(context: BrowserContext) -> Iterator[Page]:
    """A page of a new visitor. A request to another machine, or an error in a script, fails the test."""
    page = context.new_page()
    page.set_default_timeout(CEILING_SECONDS * 1000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("request", lambda request: None if _is_local(request.url) else problems.append(f"asked for {request.url}"))
    try:
        yield page
        page.evaluate("localStorage.clear()")
    finally:
        page.close()
        context.clear_cookies()
    assert not problems, problems


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
