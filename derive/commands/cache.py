"""derive cache: where derived keys are kept, how much there is, and away with it."""

from __future__ import annotations

import click

from derive.commands.common import CONTEXT, clear_errors
from derive.errors import UsageError
from derive.store import OFF, VARIABLE, Store, user_store


def _store() -> Store:
    store = user_store()
    if store is None:
        raise UsageError("", "There is no cache.", f"{VARIABLE} is '{OFF}', or there is no home folder: set {VARIABLE} to a folder to have one.")
    return store


@click.group(context_settings=CONTEXT)
def cache() -> None:
    """Derived keys, their certificates and their instances, kept on disk.

    An entry is found by the content of the spec, the code of the rules and the versions of what computes, so nothing stale is ever
    used, and clearing costs only time. DERIVE_CACHE=FOLDER moves the cache, DERIVE_CACHE=off switches it off.
    """


@cache.command()
@clear_errors
def path() -> None:
    """Print the folder."""
    click.echo(str(_store().folder))


@cache.command()
@clear_errors
def size() -> None:
    """Print the number of entries and their size."""
    entries, held = _store().size()
    click.echo(f"{entries} entries, {held / 1e6:.1f} MB")


@cache.command()
@clear_errors
def clear() -> None:
    """Remove every entry."""
    click.echo(f"{_store().clear()} entries removed")
