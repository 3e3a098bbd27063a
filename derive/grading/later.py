"""Frozen dataclasses some of whose fields are worked out when first looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

_new, _set = object.__new__, object.__setattr__
Made = TypeVar("Made", bound="Later")


class Later:
    """Base of a frozen dataclass whose fields may be given by a function instead, called at most once, when one is asked for.

    A field that is not given must have no default on the class (use a default factory), so that its absence is seen.
    Comparing, copying by dataclasses.replace and pickling work everything out.
    """

    @classmethod
    def later(cls: type[Made], make: Callable[[], Made], **known: Any) -> Made:
        """An instance of which only these fields are known yet; make gives all of them."""
        out = _new(cls)
        known["_make"] = make
        _set(out, "__dict__", known)
        return out

    def __getattr__(self, name: str) -> Any:
        make = self.__dict__.get("_make")
        if make is None or name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no {name}")
        whole = make()
        for f in fields(self):  # type: ignore[arg-type]
            self.__dict__.setdefault(f.name, getattr(whole, f.name))
        self.__dict__.pop("_make", None)
        return self.__dict__[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]
