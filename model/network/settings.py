"""The base class of settings, which checks values and explains a wrong value in one sentence."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from model.language import N_, _


class SettingsError(ValueError):
    """Settings that cannot be used. The message is one sentence for the user."""


class Settings(BaseModel):
    """Checked settings that cannot be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Self:
        """Settings from untrusted values, such as flags or the header of a file.

        Raises SettingsError with one sentence that names the first wrong setting.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            shown = cls._shown_name(problem["loc"])
            raise SettingsError(f"{shown}: {_explanation(problem)}" if shown else _explanation(problem)) from None

    @classmethod
    def _shown_name(cls, location: tuple[int | str, ...]) -> str:
        """The name of the setting at this place for the user; "" for the settings as a whole."""
        if not location:
            return ""
        name = str(location[0])
        field = cls.model_fields.get(name)
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, Settings) and len(location) > 1:
            return inner._shown_name(location[1:])
        return _(field.title).lower() if field and field.title else " ".join(name.replace("_", " ")[:40].split())


_PROBLEMS = {
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    "too_long": N_("there may be at most {max_length}"),
    "too_short": N_("there must be at least {min_length}"),
    "literal_error": N_("it must be {expected}"),
    "int_parsing": N_("it must be a whole number"),
    "int_type": N_("it must be a whole number"),
    "int_from_float": N_("it must be a whole number"),
    "int_parsing_size": N_("it must be a whole number with fewer digits"),
    "float_parsing": N_("it must be a number"),
    "float_type": N_("it must be a number"),
    "finite_number": N_("it must be a finite number"),
    "bool_parsing": N_("it must be true or false"),
    "bool_type": N_("it must be true or false"),
    "tuple_type": N_("it must be a list of whole numbers"),
    "extra_forbidden": N_("there is no such setting"),
    "model_type": N_("these are not settings"),
}
"""The message for each type of error in pydantic. Other types keep pydantic's own message."""


def _explanation(problem: ErrorDetails) -> str:
    message = _PROBLEMS.get(problem["type"])
    if message is None:
        return problem["msg"].removeprefix("Value error, ")
    context = problem.get("ctx", {})
    expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return _(message, **{**context, "expected": _("one of {choices}", choices=expected)})
