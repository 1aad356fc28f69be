"""What stands around a page: title, description and picture for search engines and previews, its
address, the footer, the page of an address that leads nowhere, the map of the site.

Three things are set from outside, and each may be missing; then nothing is made up in its place:

* the address of the site, ``SITE_URL`` of the environment or ``html: baseurl`` of ``_config.yml``:
  canonical addresses, pictures of previews and ``sitemap.xml`` need it, being absolute;
* the repository, ``REPOSITORY_URL`` or ``repository: url``: errors are reported to its issues,
  otherwise by a text to copy or to mail;
* the commit: its date stands in the footer, not the clock's.

sphinx-sitemap and sphinxext-opengraph do less than is wanted here: the first lists the pages that a
build wrote, not those that there are, and the second has addresses that are relative to nothing
where the site's is not known. The page 404 is sphinx-notfound-page's.
"""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import tomllib
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

TEMPLATES = Path(__file__).parent / "templates"
PICTURE = "_static/social.png"  # 1200 × 630, drawn by tools/social.py
ABOUT = (
    "A textbook on neural networks whose formulas are proved by a program or compared with code, "
    "and whose claims are runs that you can repeat."
)
MADE = {"genindex": "Index", "search": "Search"}  # pages without a source
SHORTEST, LONGEST = 80, 220  # characters of a description
FORMULA = "\N{REPLACEMENT CHARACTER}"
NOT_FOUND = """<h1>Page not found</h1>
<p>There is no page of this address. It may have moved: the <a href="{search}">search</a>, the
<a href="{index}">index</a> and the <a href="{home}">contents</a> know all that there are.</p>"""


# -- What is known of this build -------------------------------------------------------------------


def with_slash(url: str) -> str:
    return url.rstrip("/") + "/" if url else ""


def version_of(folder: Path) -> str:
    """The version of the package, as its pyproject.toml has it."""
    path = folder / "pyproject.toml"
    if not path.is_file():
        return ""
    return tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]


def commit_of(folder: Path) -> tuple[str, str]:
    """Day (2026-11-28) and short name of the commit; nothing where there is no repository."""
    try:
        run = subprocess.run(
            ["git", "-C", folder, "log", "-1", "--format=%cs %h"], capture_output=True, text=True
        )
    except OSError:
        return "", ""
    day, _, name = run.stdout.strip().partition(" ") if run.returncode == 0 else ("", "", "")
    return day, name


def in_words(day: str) -> str:
    """28 November 2026."""
    if not day:
        return ""
    date = datetime.date.fromisoformat(day)
    return f"{date.day} {date:%B %Y}"


def set_addresses(app, config):
    """Reads what is set from outside into Sphinx's own settings, so that a change rebuilds."""
    config.html_baseurl = with_slash(os.environ.get("SITE_URL") or config.html_baseurl or "")
    options = config.html_theme_options
    url = os.environ.get("REPOSITORY_URL") or options.get("repository_url") or ""
    config.nn_repository = url.rstrip("/")
    options["repository_url"] = ""  # the theme draws no button for it, and knows three hosts only
    config.project = config.html_title
    config.version = config.release = version_of(Path(app.srcdir))
    config.notfound_urls_prefix = with_slash(urlsplit(config.html_baseurl).path or "/")
    app.nn_day, app.nn_commit = commit_of(Path(app.srcdir))


# -- The description of a page ---------------------------------------------------------------------


def plain(node) -> str:
    """The words of a paragraph; FORMULA stands for a formula that is none in plain text."""
    text = ""
    for part in node.children:
        formula = isinstance(part, nodes.math) and re.search(r"[\\^_{}]", part.astext())
        text += FORMULA if formula else part.astext()
    return " ".join(text.split())


def opening(doctree) -> str:
    """The first sentences of a page, up to about 200 characters."""
    words = ""
    for section in doctree.findall(nodes.section):
        for block in section.children:
            if isinstance(block, nodes.section) or len(words) > 2 * LONGEST:
                break
            if isinstance(block, nodes.paragraph) and not words.endswith(":"):
                words = f"{words} {plain(block)}".strip()
        break
    return shortened(words)


def shortened(words: str) -> str:
    """Whole sentences without formulas; the first one with an ellipsis where it is long."""
    taken = ""
    for sentence in re.split(r"(?<=[.?!])\s+(?=\S)", words):
        full = len(taken) >= SHORTEST or len(taken) + len(sentence) > LONGEST
        if taken and (full or FORMULA in sentence):
            break
        if FORMULA not in sentence:
            taken = f"{taken} {sentence}".strip()
    if len(taken) <= LONGEST:
        return taken
    return taken[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


# -- Parts of the page -----------------------------------------------------------------------------


def report_link(repository: str, title: str, page: str, version: str) -> str:
    """Where an error of this page is reported; _static/report.js adds the place."""
    lines = [f"Page: {page}", "Place: ", f"Version: {version}", "", "What is wrong:", ""]
    lines += ["What is right, and why:", ""]
    subject, body = quote(f"Error in {title}"), quote("\n".join(lines))
    if not repository:
        return f"mailto:?subject={subject}&body={body}"
    if "gitlab" in urlsplit(repository).netloc:
        return f"{repository}/-/issues/new?issue[title]={subject}&issue[description]={body}"
    return f"{repository}/issues/new?title={subject}&body={body}"


def bibtex(book: str, author: str, title: str, day: str, year: str, version: str, url: str):
    """How to cite a page, or the book where the page is its first."""
    own = title != book
    key = re.sub(r"\W+", "-", title.lower()).strip("-") if own else "book"
    edition = ", ".join(filter(None, [f"version {version}" if version else "", in_words(day)]))
    fields = {
        "author": f"{{{author}}}",
        "title": title,
        "booktitle": book if own else "",
        "year": day[:4] or year,
        "note": edition[:1].upper() + edition[1:],
        "url": url,
    }
    kind = "incollection" if own else "book"
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{kind}{{nnbook-{key},\n{''.join(lines)}}}"


def without_number(title: str) -> str:
    """A title without its chapter's number and without markup."""
    return re.sub(r"<[^>]*>", "", re.sub(r'<span class="section-number">.*?</span>', "", title))


def frame_page(app, pagename, templatename, context, doctree):
    """Gives the templates what they show."""
    config, book, year = app.config, app.config.html_title, str(app.config.copyright)
    title = MADE.get(pagename) or without_number(context.get("title") or book).strip()
    url = context.get("pageurl") or ""
    version = f"{config.release} ({app.nn_commit})" if app.nn_commit else config.release
    repository = config.nn_repository
    context["metatags"] = re.sub(
        r'<meta name="(?:viewport|generator)"[^>]*>\s*', "", context.get("metatags", "")
    )
    context["nn"] = {
        "title": title,
        "book": book,
        "home": pagename == config.root_doc,
        "description": (opening(doctree) if doctree else "") or ABOUT,
        "picture": config.html_baseurl and config.html_baseurl + PICTURE,
        "version": config.release,
        "commit": app.nn_commit,
        "day": app.nn_day,
        "date": in_words(app.nn_day),
        "repository": repository,
        "report": report_link(repository, title, url or pagename, version),
        "bibtex": bibtex(book, config.author, title, app.nn_day, year, config.release, url),
        "is_page": doctree is not None,
    }
    if doctree is not None:
        context.setdefault("header_buttons", []).append(
            {
                "type": "link",
                "url": escape(context["nn"]["report"]),
                "tooltip": "Report an error here",
                "icon": "fas fa-flag",
                "label": "nn-report",
                "classes": "pst-navbar-icon",
            }
        )


# -- Roles that hold -------------------------------------------------------------------------------


def visit_citation(self, node):
    """A reference is an item of the list in which docutils puts it; its own role is out of use."""
    HTML5Translator.visit_citation(self, node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def mend_tables(app, pagename, templatename, context, doctree):
    """A head without words is no head: the corner of a table, mostly."""
    if "body" in context:
        empty = re.compile(r"<th([^>]*)>(?:<p></p>|\s)*</th>")
        context["body"] = empty.sub(r"<td\1></td>", context["body"])


# -- Pages and files of the site -------------------------------------------------------------------


def not_found(app, config):
    """The words of the page 404, with addresses that hold at any depth."""
    root = config.notfound_urls_prefix
    pages = {"search": "search.html", "index": "genindex.html", "home": f"{config.root_doc}.html"}
    body = NOT_FOUND.format(**{name: escape(root + page) for name, page in pages.items()})
    config.notfound_context = {"title": "Page not found", "body": body}


def sitemap(base: str, pages) -> str:
    rows = "".join(f"<url><loc>{escape(base + quote(page))}</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def redirect(title: str, target: str) -> str:
    """The first page of the folder, which leads to the book's."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<link rel="canonical" href="{target}">\n<link rel="icon" href="data:,">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        f'<main><p><a href="{target}">{escape(title)}</a></p></main>\n</html>\n'
    )


def write_files(app, error):
    """robots.txt, sitemap.xml and index.html, which the builder does not make or makes bare."""
    if error or app.builder.format != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    robots = "User-agent: *\nAllow: /\n"
    if base:
        pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
        (out / "sitemap.xml").write_text(sitemap(base, pages), encoding="utf-8")
        robots += f"Sitemap: {base}sitemap.xml\n"
    else:
        (out / "sitemap.xml").unlink(missing_ok=True)
    (out / "robots.txt").write_text(robots, encoding="utf-8")
    root = app.config.root_doc
    if root != "index":
        target = app.builder.get_target_uri(root)
        page = redirect(app.config.html_title, target)
        if base:
            page = page.replace(f'l" href="{target}', f'l" href="{base}{target}')
        (out / "index.html").write_text(page, encoding="utf-8")


def setup(app):
    app.setup_extension("notfound.extension")
    app.add_config_value("nn_repository", "", "html", str)
    app.config.templates_path.insert(0, str(TEMPLATES))
    app.connect("config-inited", set_addresses, priority=700)
    app.connect("config-inited", not_found, priority=710)
    app.add_node(
        nodes.citation, override=True, html=(visit_citation, HTML5Translator.depart_citation)
    )
    app.connect("html-page-context", frame_page, priority=502)
    app.connect("html-page-context", mend_tables)
    app.connect("build-finished", write_files, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
