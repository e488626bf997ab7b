"""SVG and HTML text: elements, escaped; the parts that a page is made of."""

import html


def escape(text):
    return html.escape(str(text), quote=True)


def element(name, content=None, /, **attributes):
    """<name ...>content</name>; `class_` is class, other underscores are dashes. The content is markup already."""
    shown = "".join(
        ' %s="%s"' % (key.rstrip("_").replace("_", "-"), escape(_short(value)))
        for key, value in attributes.items()
        if value is not None
    )
    return "<%s%s/>" % (name, shown) if content is None else "<%s%s>%s</%s>" % (name, shown, content, name)


def _short(value):
    return ("%.2f" % value).rstrip("0").rstrip(".") if isinstance(value, float) else value


def text(x, y, content, /, **attributes):
    return element("text", escape(content), x=x, y=y, **attributes)


def box(x, y, width, height, /, **attributes):
    return element("rect", attributes.pop("inside", None), x=x, y=y, width=width, height=height, **attributes)


def line(x1, y1, x2, y2, /, **attributes):
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def hint(content):
    """What a pointer that rests on it is told."""
    return element("title", escape(content))


def drawing(width, height, parts, label):
    return element(
        "svg", "".join(parts), viewBox="0 0 %d %d" % (width, height), role="img", aria_label=label, class_="drawing"
    )


def section(name, title, *parts):
    return element("section", element("h2", escape(title)) + "".join(filter(None, parts)), id=name)


def sheet(*parts):
    return element("div", "".join(parts), class_="sheet")


def paragraph(text, **attributes):
    return element("p", escape(text), **attributes)


def figure(picture, caption, *more):
    return element("figure", sheet(picture, element("figcaption", escape(caption)), *more))
