"""Formulas as people and models write them in LaTeX."""

from __future__ import annotations

from typing import ClassVar

from derive.grading.stress.hand import ATOM, PRODUCT, SUM, Piece
from derive.grading.stress.latex_matrices import LatexMatrices
from derive.grading.stress.rewrites import restricted
from derive.maths import expr as E
from derive.maths.expr import Expr

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "eta",
        "theta",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "rho",
        "sigma",
        "tau",
        "phi",
        "psi",
        "omega",
        "Delta",
        "Theta",
        "Lambda",
        "Sigma",
    ]
)
RELATIONS = {
    "<": ("<", "\\lt ", "<"),
    "<=": ("\\le ", "\\leq ", "\\leqslant ", "\\le "),
    ">": (">", "\\gt ", ">"),
    ">=": ("\\ge ", "\\geq "),
    "=": ("=",),
    "!=": ("\\neq ", "\\ne "),
}
TRANSPOSES = ("^T", "^\\top", "^{\\top}", "^{T}", "^\\top", "^{\\mathsf{T}}", "^\\intercal")


class LatexHand(LatexMatrices):
    """LaTeX."""

    medium: ClassVar[str] = "latex"

    def setup(self) -> None:
        """Notation that stays the same within the formula."""
        self.frac = self.pick(("\\frac", "\\frac", "\\frac", "\\frac", "\\tfrac", "\\dfrac", "over", "slash"))
        self.bars = self.pick(("\\|", "\\|", "\\left\\|", "\\lVert", "||", "\\Vert", "\\left\\lVert", "|"))
        if self.strict and self.bars == "|":
            self.bars = "\\|"
        self.mark = self.pick((" ", " ", "\\,", " \\cdot ", "\\cdot ", "\\;", " \\, ", " \\times "))
        self.bold = self.pick(("", "", "", "\\mathbf", "\\boldsymbol", "\\vec", "\\bm"))
        self.transpose = self.pick(TRANSPOSES)

    def bracket(self, text: str) -> str:
        """Round or square brackets, fitted or not."""
        left, right = self.pick(
            (
                ("(", ")"),
                ("(", ")"),
                ("\\left(", "\\right)"),
                ("\\left(", "\\right)"),
                ("\\big(", "\\big)"),
                ("\\bigl(", "\\bigr)"),
                ("\\Big(", "\\Big)"),
                ("[", "]"),
                ("\\left[", "\\right]"),
            )
        )
        if (left.endswith("[") and "," in text) or (self.strict and left.endswith("[")):
            left, right = "\\left(", "\\right)"
        return f"{left}{text}{right}"

    def times(self) -> str:
        """A visible product sign."""
        return self.pick((" \\cdot ", " \\times ", "\\cdot "))

    def dot(self, left: Expr | None, right: Expr | None) -> str:
        """Between vectors only a Hadamard sign is unambiguous; a cross never stands beside a vector."""
        if left is not None and right is not None and left.shape and right.shape:
            return self.keep("hadamard", (" \\odot ", " \\circ ", "\\odot "))
        vector = (left is not None and left.shape) or (right is not None and right.shape)
        mark = " \\cdot " if self.mark == " \\times " and vector else self.mark
        return self.pick((" ", "\\,")) if not mark.strip() or self.rng.random() < 0.1 else mark

    def stacked(self, over: Piece, under: Piece) -> Piece:
        """One of the fraction commands, or a slash."""
        if self.frac == "slash" or self.rng.random() < 0.05:
            return self.slash(over, under)
        if self.frac == "over":
            return Piece(f"{{{over.text} \\over {under.text}}}", ATOM)
        if len(over.text) == 1 and len(under.text) == 1 and over.text.isdigit() and under.text.isalnum() and self.chance(0.3):
            return Piece(f"{self.frac}{over.text}{under.text}" if under.text.isdigit() else f"{self.frac}{over.text} {under.text}", ATOM)
        if over.text[:1] == "\\" and over.text[1:].isalpha() and under.text.isdigit() and len(under.text) == 1 and self.chance(0.1):
            return Piece(f"{self.frac}{over.text}{under.text}", ATOM)
        return Piece(f"{self.frac}{{{over.text}}}{{{under.text}}}", ATOM)

    def relation(self, op: str) -> str:
        """A comparison sign."""
        space = self.keep("rel", (" ", " ", ""))
        mark = self.keep(f"rel:{op}", RELATIONS[op])
        return f"{space}{mark}{'' if mark.endswith(' ') else space}"

    def both(self) -> str:
        """What stands between two conditions."""
        return self.pick((" \\text{ and } ", ",\\; ", " \\land ", " \\wedge "))

    # Symbols --------------------------------------------------------------------------------

    def plain_name(self, name: str) -> str:
        """A letter, or a Greek letter's command."""
        return f"\\{name}" if name in GREEK else name

    def name(self, name: str) -> str:
        """A symbol or one of its declared aliases, vectors decorated."""
        s = self.symbols.get(name)
        own = self.plain_name(name)
        if s is None:
            return own
        if s.shape and s.kind == "value" and self.bold:
            close = len(own) > 1 or self.rng.random() < 0.8
            own = f"{self.bold}{{{own}}}" if close else f"{self.bold} {own}"
        aliases = [a for a in s.aliases if not self.strict]
        # lam and Pm are names for a keyboard; in LaTeX people write what they stand for.
        often = 1 if aliases and own.isalnum() and len(own) > 1 else 3
        options = [own] * often + aliases * (4 - often)
        return self.keep(f"sym:{name}", options)

    def component(self, x: Expr, index: str) -> str:
        """An entry of a vector."""
        sub = index if len(index) == 1 and self.rng.random() < 0.7 else f"{{{index}}}"
        if x.op != "sym":
            return f"{self.bracket(self.text(x))}_{sub}"
        name = self.name(x.data)
        function = next((s for s in self.symbols.values() if s.gradient == x.data), None)
        if "nabla" not in name:
            plain = self.plain_name(x.data)
            shown = plain if name.startswith(self.bold or " ") else name
            return f"({shown})_{sub}" if "_" in shown else f"{shown}_{sub}"
        style = self.keep("component", ("round", "square", "fitted", "partial", "fraction", "short", "nabla"))
        if function is None or style in ("round", "square", "fitted"):
            left, right = {"square": ("[", "]"), "fitted": ("\\left(", "\\right)")}.get(style, ("(", ")"))
            return f"{left}{name}{right}_{sub}"
        f, of = function.name, self.plain_name(function.of or "theta")
        return {
            "partial": f"\\partial_{sub} {f}({of})",
            "fraction": f"\\frac{{\\partial {f}}}{{\\partial {of}_{sub}}}",
            "short": f"\\partial_{sub} {f}",
            "nabla": f"\\nabla_{sub} {f}({of})",
        }[style]

    # Atoms ----------------------------------------------------------------------------------

    def _const(self, e: Expr) -> Piece:
        return Piece({"pi": "\\pi", "e": "e", "inf": "\\infty"}[e.data])

    def _bool(self, e: Expr) -> Piece:
        return Piece("\\text{always}" if e.data else "\\text{never}")

    def definition(self, name: str, e: Expr) -> str:
        """The clause that defines a maximising index."""
        op = e.data[0]
        mark = self.pick(
            (
                f"\\{op[:3]}\\{op[3:]}",
                f"\\operatorname*{{{op}}}",
                f"\\operatorname{{arg\\,{op[3:]}}}",
                f"\\operatorname{{{op}}}",
                f"\\{op[:3]}\\{op[3:]}",
            )
        )
        letter = self.letter(Expr("idx", (), (), f"@{name}"), frozenset((name,)))
        body = self.text(E.replace(e.args[0], {E.idx(e.data[1]): E.idx(f"@{name}")}))
        equals = self.pick(("=", "=", "\\in "))
        sub = letter if self.rng.random() < 0.6 else f"{{{letter}}}"
        return f"{name} {equals}{mark}_{sub} {body}"

    def _fn(self, e: Expr) -> Piece:
        name = str(e.data)
        if name == "abs":
            inner = self.text(e.args[0])
            left, right = self.keep("abs", ("|,|", "|,|", "\\left|,\\right|", "\\lvert ,\\rvert ", "\\vert ,\\vert ")).split(",")
            return Piece(f"{left}{inner}{right}")
        special = self.special(e)
        if special is not None:
            return special
        if name == "sqrt":
            return Piece(f"\\sqrt{{{self.text(e.args[0])}}}")
        if name == "sign":
            head = self.keep(
                "sign",
                (
                    "\\operatorname{sign}",
                    "\\operatorname{sign}",
                    "\\text{sign}",
                    "\\mathrm{sign}",
                    "\\operatorname{sgn}",
                    "\\mathrm{sgn}",
                    "\\text{sgn}",
                    "\\textrm{sign}",
                    "\\sgn",
                    "\\sign",
                ),
            )
        else:
            head = self.logarithm() if name == "log" else f"\\{name}" if name in ("exp", "sin", "cos", "tan", "min", "max") else f"\\operatorname{{{name}}}"
        inner = ", ".join(self.text(a) for a in e.args)
        if len(e.args) == 1 and e.args[0].op == "sym" and len(inner) <= 2 and self.chance(0.1):
            return Piece(f"{head}\\,{inner}" if self.rng.random() < 0.5 else f"{head} {inner}", PRODUCT, True)
        left, right = self.pick((("(", ")"), ("(", ")"), ("\\left(", "\\right)"), ("\\!\\left(", "\\right)"), ("\\big(", "\\big)")))
        return Piece(f"{head}{left}{inner}{right}")

    def _norm(self, e: Expr) -> Piece:
        return Piece(self.norm(e, ""))

    def norm(self, e: Expr, power: str) -> str:
        """A norm, with an exponent that shares its subscript's place."""
        inner = self.text(e.args[0])
        p = {"fro": "F", "nuc": "*", "op": "2"}.get(e.data) or self.text(e.args[1])
        # |v|||_2: where the modulus ends and the norm begins cannot be seen
        bars = "\\|" if (self.bars == "|" and ("|" in inner or p == "2")) or (self.bars == "||" and "|" in (inner[:1], inner[-1:])) else self.bars
        pairs = {
            "\\left\\|": ("\\left\\|", "\\right\\|"),
            "\\lVert": ("\\lVert ", "\\rVert"),
            "\\Vert": ("\\Vert ", "\\Vert"),
            "\\left\\lVert": ("\\left\\lVert ", "\\right\\rVert"),
        }
        left, right = pairs.get(bars, (bars, bars))
        form = self.keep("sub", ("_{p}", "_p", "_p", "_{p}", "_{\\ell_p}", "_{L_p}"))
        if (self.strict or e.data != "p") and len(form) > 4:
            form = "_{p}"
        sub = form.replace("p", p) if len(p) == 1 or p == "\\infty" else f"_{{{p}}}"
        if p == "2" and e.data == "p" and bars != "|" and self.keep("two", ("_", "_", "")) == "":
            sub = ""
        if power and self.chance(0.2) and sub and bars != "|":
            return f"{left}{inner}{right}^{power}{sub}"
        return f"{left}{inner}{right}{sub}" + (f"^{power}" if power else "")

    def _pow(self, e: Expr) -> Piece:
        base, k = e.args
        up = self.text(k)
        up = up if len(up) == 1 and self.rng.random() < 0.7 else f"{{{up}}}"
        if base.op == "norm" and not self.chance(0.1):
            return Piece(self.norm(base, up))
        if k == E.HALF:
            half = self.pick(("{1/2}", "{\\frac{1}{2}}"))
            return Piece(f"{self.bracket(self.text(base))}^{half}")
        inner = self.write(base)
        plain = inner.level == ATOM and base.op in ("sym", "at", "idx", "dim") and "(" not in inner.text and "nabla" not in inner.text
        plain = plain or (base.op == "fn" and base.data == "abs") or (base.op == "at" and not inner.text.startswith("\\"))
        return Piece(f"{inner.text if plain else self.bracket(inner.text)}^{up}")

    def _total(self, e: Expr) -> Piece:
        return Piece(f"\\mathbf{{1}}^\\top {self.at_least(e.args[0], ATOM)}", PRODUCT)

    def _reduce(self, e: Expr) -> Piece:
        kind, index = e.data
        free = self.whole_range(e)
        letter = self.letter(Expr("idx", (), (), index))
        top = self.text(e.args[2])
        under = restricted(e) if free else None
        if under is not None and self.keep("restricted", ("yes", "", "indicator")):
            term, condition = self.write(under[0]), self.text(under[1])
            inner = self.bracket(term.text) if term.level == SUM else term.text
            if self.kept["restricted"] == "yes":
                colon = self.keep("colon", (":", " : ", "\\,:\\,"))
                return Piece(f"\\sum_{{{letter}{colon}{condition}}} {inner}", PRODUCT, True)
            if term.text != "1":
                one = self.keep("indicator", ("\\mathbf{1}", "\\mathbb{1}"))
                return Piece(f"\\sum_{{{letter}}} {inner} \\, {one}\\{{{condition}\\}}", PRODUCT, True)
        if kind == "sum":
            low = self.pick(
                (
                    f"_{{{letter}=1}}^{{{top}}}",
                    f"_{{{letter}=1}}^{top[0]}" if len(top) == 1 else f"_{{{letter}=1}}^{{{top}}}",
                    f"_{letter}",
                    f"_{{{letter}}}",
                )[: 4 if free else 2]
            )
            if e.args[2].op == "dim" and self.chance(0.08):
                low = f"_{{{letter}=1}}^{{d}}" if "d" not in self.symbols else low
            head = ("\\sum\\limits" if self.chance(0.05) else "\\sum") + low
        else:
            head = f"\\{kind}" + self.pick(
                (f"_{{1\\le {letter}\\le {top}}}", f"_{{{letter}=1,\\dots,{top}}}", f"_{letter}", f"_{{{letter}}}", f"_{letter}")[: 5 if free else 2]
            )
        body = self.write(e.args[0])
        inner = self.bracket(body.text) if body.level == SUM else body.text
        return Piece(f"{head} {inner}", PRODUCT, True)

    def _at(self, e: Expr) -> Piece:
        return Piece(self.component(e.args[0], self.places(e.args[1:])))

    def _basis(self, e: Expr) -> Piece:
        k = self.index(e.args[0])
        k = k if len(k) == 1 and self.rng.random() < 0.7 else f"{{{k}}}"
        letter = self.keep("basis", ("e", "e", "\\mathbf{e}", "\\boldsymbol{e}", "\\vec{e}", "\\mathbf e", "\\hat{e}"))
        return Piece(f"{letter}_{k}")

    def _ones(self, e: Expr) -> Piece:
        size = f"_{e.shape[0]}" if self.chance(0.2) and str(e.shape[0]).isalnum() else ""
        return Piece(self.keep("ones", ("\\mathbf{1}", "\\mathbf 1", "\\mathbb{1}", "\\boldsymbol{1}", "\\vec{1}")) + size)

    def _zeros(self, e: Expr) -> Piece:
        return Piece(self.keep("zeros", ("\\mathbf{0}", "0", "\\vec{0}", "\\boldsymbol{0}", "\\mathbf 0", "0")))

    def _vec(self, e: Expr) -> Piece:
        entries = [self.text(a) for a in e.args]
        style = self.keep("vec", ("pmatrix", "bmatrix", "list", "list", "tuple", "array", "row", "left", "angle", "matrix"))
        turned = self.transpose if self.rng.random() < 0.5 else ""
        column, row = " \\\\ ".join(entries), " & ".join(entries)
        if style in ("pmatrix", "bmatrix"):
            return Piece(f"\\begin{{{style}}} {column} \\end{{{style}}}")
        if style == "array":
            return Piece(f"\\left(\\begin{{array}}{{c}} {column} \\end{{array}}\\right)")
        if style == "matrix":
            return Piece(f"\\left[\\begin{{matrix}} {column} \\end{{matrix}}\\right]")
        if style == "row":
            return Piece(f"\\begin{{bmatrix}} {row} \\end{{bmatrix}}{turned}")
        listed = self.pick((", ", ",", ",\\ ", ",\\, ")).join(entries)
        left, right = {"list": ("[", "]"), "tuple": ("(", ")"), "left": ("\\left[", "\\right]"), "angle": ("\\langle ", "\\rangle")}[style]
        return Piece(f"{left}{listed}{right}{turned if style != 'angle' else ''}")

    def _interval(self, e: Expr) -> Piece:
        fit = self.pick(("", "\\left"))
        left, right = "[" if e.data[0] else "(", "]" if e.data[1] else ")"
        return Piece(f"{fit}{left}{self.text(e.args[0])}, {self.text(e.args[1])}{fit.replace('left', 'right')}{right}")
