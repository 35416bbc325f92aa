"""Signing in, and Gradio under the content policy, in a real browser."""

import re

import gradio as gr
from fastapi import FastAPI
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE
from tests.serving import serving
from ui.web.security.install import protect
from ui.web.security.limits import Limits
from ui.web.security.rules import Rules

PASSWORD = "correct horse"


def test_a_browser_signs_in_and_gradio_works_under_the_policy(chromium: Browser) -> None:
    with gr.Blocks(analytics_enabled=False) as blocks:
        name, greeting = gr.Textbox(label="Name"), gr.Textbox(label="Greeting")
        gr.Button("Greet").click(lambda text: f"Hello {text}", name, greeting)
        gr.HTML("x", html_template="<b id='made'>${value}</b>", js_on_load="element.dataset.loaded = 'yes'")
    app = FastAPI()
    protect(app, Rules(password=PASSWORD), Limits())
    app = gr.mount_gradio_app(app, blocks, "/", run_history=False, footer_links=[])
    with serving(app) as url, chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        messages: list[str] = []
        requests: list[str] = []
        page.on("console", lambda message: messages.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(url)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Password of this server").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#passphrase")).to_have_text(re.compile("^[a-z2-9]{4}(-[a-z2-9]{4}){3}$"))
        page.get_by_role("link", name="Go on to Dateline").click()
        page.get_by_label("Name").fill("Ada")
        page.get_by_role("button", name="Greet").click()
        expect(page.get_by_label("Greeting")).to_have_value("Hello Ada")
        page.wait_for_selector("#made")
    violations = [text for text in messages if "Content Security Policy" in text or "Content-Security-Policy" in text]
    assert not violations
    assert not [request for request in requests if not request.startswith((url, "data:", "blob:"))]
