"""Filling in pages as a person does, with or without JavaScript."""

from typing import Any

from playwright.sync_api import Page

from engine.upkeep.demo import PASSWORD


def fill(page: Page, **values: Any) -> None:
    """Put values into the fields of these names: texts are typed, choices chosen, True ticks."""
    for name, value in values.items():
        fields = page.locator(f'main [name="{name}"]:not([type="hidden"])')
        kind = fields.first.evaluate("field => field.type || field.tagName.toLowerCase()")
        if kind == "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            fields.first.check()
        elif kind.startswith("select"):
            fields.first.select_option(value)
        elif kind == "file":
            fields.first.set_input_files(value)
        else:
            fields.first.fill(str(value))


def press(page: Page, name: str) -> None:
    """Press the button of the page's main part that says ``name``."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, url: str, login: str, password: str = PASSWORD) -> None:
    """Sign in, as one of the demo people unless another password is given."""
    page.goto(f"{url}/masuk")
    fill(page, login=login, kata_sandi=password)
    press(page, "Masuk")
    page.locator("header .who").wait_for()
