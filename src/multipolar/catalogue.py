"""The one door for sentences that people read: every user-facing string passes through :func:`_`.

Messages are English source strings with named fields; a catalogue for another language maps the source string to
its translation, so that adding a language touches no code (GNU gettext's convention, extracted with Babel).
"""

import gettext
from contextvars import ContextVar
from pathlib import Path

_LOCALES = Path(__file__).parent / "locales"
_translations: ContextVar[gettext.NullTranslations] = ContextVar("translations", default=gettext.NullTranslations())


def use_language(language: str) -> None:
    """Show messages in `language` (an ISO 639 code) in this context; English where there is no translation."""
    _translations.set(gettext.translation("multipolar", _LOCALES, languages=[language], fallback=True))


def _(message: str, **fields: object) -> str:
    """The message in the reader's language, its named fields filled in."""
    translated = _translations.get().gettext(message)
    return translated.format(**fields) if fields else translated
