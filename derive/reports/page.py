"""The shell of every HTML page: one file, light and dark, readable on a phone and on paper, no network."""

from __future__ import annotations

from html import escape

# Nothing is loaded and nothing is sent: a page is one file.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_LIGHT = """--ink: #1c2330; --soft: #5b6472; --paper: #ffffff; --card: #f5f6f8; --line: #d9dde3; --accent: #1f5fa8;
  --good: #1d7a45; --half: #9a6400; --bad: #b3261e; --open: #6a4fb3; --good-bg: #e6f4ec; --half-bg: #fbf1dc; --bad-bg: #fbe9e7; --open-bg: #eeeaf8;"""
_DARK = """--ink: #e4e7ec; --soft: #9aa3b2; --paper: #14181f; --card: #1d232c; --line: #343c49; --accent: #7db4f0;
  --good: #6fcf97; --half: #e7b454; --bad: #f28b82; --open: #b39ddb; --good-bg: #17301f; --half-bg: #33290f; --bad-bg: #3a1b18; --open-bg: #272041;"""

_CSS = """
:root { color-scheme: light dark; LIGHT }
@media (prefers-color-scheme: dark) { :root { DARK } }
:root[data-theme="light"] { color-scheme: light; LIGHT } :root[data-theme="dark"] { color-scheme: dark; DARK }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 Georgia, "Times New Roman", "DejaVu Serif", serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: break-word; }
main.wide { max-width: 80rem; }
h1, h2, h3, h4, th, nav, .badge, .note, footer, figcaption, summary, button { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .6rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .7rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; color: var(--soft); } a { color: var(--accent); }
p { margin: .6rem 0; } li { margin: .25rem 0; } code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .88em; }
pre { background: var(--card); padding: .7rem .9rem; overflow-x: auto; border-radius: 6px; white-space: pre-wrap; }
math[display="block"] { display: block math; margin: .7em 0; max-width: 100%; overflow-x: auto; overflow-y: hidden; padding: .15em 0; font-size: 1.06em; }
menclose { border: 1.5px solid var(--accent); padding: .25em .4em; } code.tex { color: var(--soft); } div.tex { overflow-x: auto; margin: .7em 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; margin: .8rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; }
th { font-size: .85rem; color: var(--soft); font-weight: 600; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .7rem 1rem; margin: .9rem 0; }
.answer { border-left: 4px solid var(--accent); } .soft, figcaption, footer { color: var(--soft); } .note { font-size: .85rem; color: var(--soft); }
.badge { display: inline-block; font-size: .76rem; font-weight: 600; padding: .05rem .5rem; border-radius: 1rem; border: 1px solid currentColor; white-space: nowrap; }
.correct { color: var(--good); background: var(--good-bg); } .partial { color: var(--half); background: var(--half-bg); } .incorrect { color: var(--bad); background: var(--bad-bg); }
.undecided, .unreadable, .missing { color: var(--open); background: var(--open-bg); }
figure { margin: 1rem 0; } figure svg, figure img { max-width: 100%; height: auto; } figcaption, footer { font-size: .85rem; }
footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); }
@media (max-width: 34rem) { body { font-size: 16px; } main { padding: 1.2rem .9rem 3rem; } ol, ul { padding-left: 1.3rem; } }
@page { margin: 18mm 16mm; }
@media print { :root, :root[data-theme] { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --line: #bbb; --accent: #000; --good: #14552f; --half: #6b4600;
  --bad: #8a1c16; --open: #48338a;
  --good-bg: #fff; --half-bg: #fff; --bad-bg: #fff; --open-bg: #fff; }
  body { font-size: 10.5pt; } main, main.wide { max-width: none; padding: 0; } h2, h3, h4, summary, thead { break-after: avoid; }
  ol > li { break-inside: avoid; } figure svg { max-height: 8.5cm; width: auto; }
  figure, .card, tr, math[display="block"] { break-inside: avoid; }
  math[display="block"] { overflow: visible; } nav, button, .screen { display: none; } .page { break-before: page; } details > * { display: block; } a { color: inherit; text-decoration: none; } }
""".replace("LIGHT", _LIGHT).replace("DARK", _DARK)


def page(title: str, body: str, style: str = "", wide: bool = False, script: str = "", lang: str = "en") -> str:
    """A whole page: title is text, body is HTML, style is CSS beside that of the shell.

    script: JavaScript of the page itself, or "" (then the page runs none). Whatever it shows of a text from outside must be
    escaped or typeset (see derive.reports.typeset) in body.
    """
    policy = _POLICY + ("; script-src 'unsafe-inline'" if script else "")
    return (
        f'<!doctype html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}{style}</style>\n</head>\n<body>\n"
        f'<main{" class=" + chr(34) + "wide" + chr(34) if wide else ""}>\n{body}\n</main>\n'
        + (f"<script>{script}</script>\n" if script else "") + "</body>\n</html>\n"
    )


def badge(verdict: str) -> str:
    """A verdict as a coloured word."""
    return f'<span class="badge {escape(verdict, quote=True)}">{escape(verdict)}</span>'
