"""Declare the fields of a model once: importer, refused rows, export, lists, forms, comparison and merge read that.

An app declares the fields of a model as ``ModelFields`` in its ``fields``. A field stands in every place (``file``,
``list``, ``form``, ``merge``), or says in ``without`` why not.
"""

from common.fields.declarations import PLACES, Field, Merge, ModelFields
from common.fields.types import (
    ChoiceType,
    DayType,
    FieldType,
    FileType,
    MomentType,
    TextType,
    ValueRefused,
    WholeNumberType,
    YearType,
    YesNoType,
    has_value,
    short,
)

__all__ = [
    "PLACES",
    "ChoiceType",
    "DayType",
    "Field",
    "FieldType",
    "FileType",
    "Merge",
    "ModelFields",
    "MomentType",
    "TextType",
    "ValueRefused",
    "WholeNumberType",
    "YearType",
    "YesNoType",
    "has_value",
    "short",
]
