"""Signing in and out, and the choice of language."""

from webapp.account.pages import blueprint

blueprints = (blueprint,)
