"""A real app, started by its own command, and a real Chromium to use it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.install import HOW_TO, LAUNCH_ARGUMENTS, find_chromium
from tests.browser.server import running_app

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def start_app() -> Iterator[Callable[..., str]]:
    """Starts a fresh server of the app, in a folder or the project's, and returns its address; all end at the end."""
    with ExitStack() as servers:
        yield lambda *folder, **environment: servers.enter_context(running_app(*folder, **environment))


@pytest.fixture(scope="session")
def app(start_app: Callable[..., str]) -> str:
    """The address of an app that all tests share; every page of a browser is a session of its own."""
    return start_app()


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A laptop's window in the light theme. A request that leaves this machine, or a script error, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on("request", lambda request: None if _is_local(request.url) else problems.append(f"asked for {request.url}"))
    yield page
    context.close()
    assert not problems, problems


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
