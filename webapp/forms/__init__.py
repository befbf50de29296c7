"""Forms of the SOPs as plain HTML: every form-js component without a script.

``read`` turns what a browser sent back into answers; ``view`` prepares fields, values and errors for the
template ``macros/fields.html``. The rules themselves (visible, required, valid) are ``engine.form``'s.
"""

from webapp.forms.reading import Submitted, read
from webapp.forms.viewing import FormView, view

__all__ = ["FormView", "Submitted", "read", "view"]
