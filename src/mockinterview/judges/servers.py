"""The servers that speak chat completions, and which key may be sent to which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockinterview.errors import ConfigurationError

OPENAI_URL = "https://api.openai.com/v1"
ANY_KEY = "MOCKINTERVIEW_API_KEY"
NO_KEY = "not-needed"


@dataclass(frozen=True)
class Server:
    """One kind of server. ``json_schema``: it holds replies to a schema sent beside the text."""

    name: str
    base_url: str
    key_variable: str = ANY_KEY
    json_schema: bool = True
    pull_hint: str = ""


#: Local servers first. A server not in the table works too: see `server_for`.
SERVERS: tuple[Server, ...] = (
    Server("openai", OPENAI_URL, "OPENAI_API_KEY"),
    Server("ollama", "http://localhost:11434/v1", pull_hint="ollama pull {model}"),
    # Accepts a schema and does not keep to it (ollama #12362), so it goes into the prompt.
    Server("ollama-cloud", "https://ollama.com/v1", "OLLAMA_API_KEY", json_schema=False),
    Server("llama.cpp", "http://localhost:8080/v1"),
    Server("vllm", "http://localhost:8000/v1"),
    Server("lmstudio", "http://localhost:1234/v1"),
    Server("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    Server("groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
    Server("mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
    Server("together", "https://api.together.xyz/v1", "TOGETHER_API_KEY"),
    Server("deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", json_schema=False),
    Server(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
    ),
)
_LOOPBACK = {"127.0.0.1": "localhost", "::1": "localhost"}


def server_for(base_url: str | None) -> Server:
    """Return the row for this address (None: OpenAI), or a new row for a server unknown to us.

    Raises:
        ConfigurationError: ``base_url`` is no http or https address, or holds a user name.
    """
    if not base_url:
        return SERVERS[0]
    scheme, name, port = _origin(base_url)
    known = scheme, _LOOPBACK.get(name, name), port
    for server in SERVERS:
        if _origin(server.base_url) == known:
            return server
    return Server(name, base_url)


def host(base_url: str | None) -> str:
    """Return "host" or "host:port" of the address: all of it that is ever shown or kept."""
    scheme, name, port = _origin(base_url or OPENAI_URL)
    usual = {"https": 443, "http": 80}[scheme]
    shown = f"[{name}]" if ":" in name else name
    return shown if port == usual else f"{shown}:{port}"


def is_local(base_url: str) -> bool:
    """Tell whether the address is this very machine."""
    name = _origin(base_url)[1]
    return _LOOPBACK.get(name, name) == "localhost"


def resolve_key(base_url: str | None, environ: Mapping[str, str]) -> str | None:
    """Return the key that may be sent to ``base_url``; None where OpenAI's own is not set.

    OPENAI_API_KEY goes to https://api.openai.com and to no other address. Any other server
    gets its own variable, else MOCKINTERVIEW_API_KEY, else a word that is no key.
    """
    server = server_for(base_url)
    if server is SERVERS[0]:
        return environ.get(server.key_variable, "").strip() or None
    for variable in (server.key_variable, ANY_KEY):
        key = environ.get(variable, "").strip()
        if key:
            return key
    return NO_KEY


def _origin(base_url: str) -> tuple[str, str, int]:
    mend = "Give an address such as http://localhost:11434/v1 with --base-url."
    # Two readers of one odd address may see two hosts in it; a key must not depend on that.
    if "@" in base_url or "\\" in base_url or any(c.isspace() or ord(c) < 33 for c in base_url):
        raise ConfigurationError(
            "The server address holds a user name or characters that do not belong there.",
            f"Leave them out; a key goes into the variable {ANY_KEY}.",
        )
    try:
        parts = urlsplit(base_url)
        name, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ConfigurationError("The server address could not be read.", mend) from None
    if parts.scheme not in ("http", "https") or not name:
        raise ConfigurationError(f"{base_url!r} is not a server address.", mend)
    return parts.scheme, name, port or {"https": 443, "http": 80}[parts.scheme]
