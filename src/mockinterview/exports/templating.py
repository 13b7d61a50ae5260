"""The templates of this package, with everything put into them made safe."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockinterview.text import clean

if TYPE_CHECKING:
    from jinja2 import Environment


def render(name: str, finalize: Callable[[Any], Any], *, html: bool, **values: Any) -> str:
    """Return the template ``name`` filled with ``values``, each passed through ``finalize``."""
    return _environment(finalize, html).get_template(name).render(**values)


def harmless(value: Any) -> Any:
    """Return a text without control and invisible characters; anything else as it is."""
    # Markup is a str subclass that our own templates made: it has been through here already.
    return clean(value) if type(value) is str else value


@lru_cache(maxsize=4)
def _environment(finalize: Callable[[Any], Any], html: bool) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("mockinterview.exports"),
        autoescape=html,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
