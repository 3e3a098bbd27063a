"""What `derive verify` prints. It stands apart from the other tables, which know the rules."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from derive.derivation.certificate_file import Recheck


def print_recheck(console: Console, file: str, found: Recheck) -> None:
    """One certificate that was checked again: each check, then what does not stand."""
    c = found.certificate
    mark = "[bold green]holds[/bold green]" if found.holds else "[bold red]FAILS[/bold red]"
    console.print(f"{mark}  {escape(file)}  {escape(c.problem)}#{escape(c.part)}  {c.strength if found.holds else ''}", soft_wrap=True)
    for e in c.evidence:
        console.print(f"  {'ok   ' if e.holds else 'FAILS'}  {e.strength:<8}  {escape(e.check)}: {escape(e.detail)}", soft_wrap=True)
    for said in found.complaints:
        console.print(f"  because  {escape(said)}", soft_wrap=True)
