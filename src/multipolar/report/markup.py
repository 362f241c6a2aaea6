"""HTML written by small functions: everything is escaped unless it is already `Html`."""

from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


EMPTY = Html("")


def text(content: str) -> Html:
    """`content`, escaped unless it is HTML already."""
    return content if isinstance(content, Html) else Html(escape(content, quote=False))


def join(*parts: str) -> Html:
    """Parts one after the other, each escaped unless it is HTML already."""
    return Html("".join(text(part) for part in parts))


def element(tag: str, *content: str, **attributes: str) -> Html:
    """``element("td", "<", scope="row", class_="loss")``: an underscore at an attribute's end is dropped."""
    given = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return Html(f"<{tag}{given}>{join(*content)}</{tag}>")


def table(caption: str, head: list[Html], body: list[Html], **attributes: str) -> Html:
    """A table with its caption, in a box that scrolls sideways by itself where the page is narrow."""
    made = element("table", element("caption", caption), element("thead", element("tr", *head)),
                   element("tbody", *[join("\n", row) for row in body]), **attributes)
    # A region that scrolls must be reachable by keyboard, and says what it is.
    return element("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def column_head(*content: str, **attributes: str) -> Html:
    """The heading of a column."""
    return element("th", *content, scope="col", **attributes)


def row_head(*content: str, **attributes: str) -> Html:
    """The heading of a row."""
    return element("th", *content, scope="row", **attributes)
