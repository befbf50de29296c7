"""Forms in form-js JSON: read, told to the pages, and answers checked. Conditions are FEEL."""

from engine.form.check import Checked
from engine.form.definition import Form, load
from engine.form.errors import FormError
from engine.form.field import Field, Option, Rules

__all__ = ["Checked", "Field", "Form", "FormError", "Option", "Rules", "load"]
