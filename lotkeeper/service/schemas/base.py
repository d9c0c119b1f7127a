"""What all documents share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Document(BaseModel):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True, populate_by_name=False)


Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", description="a decimal number in plain digits")]
Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$",
        description="a time as ISO 8601 in UTC",
    ),
]
Seconds = Annotated[float, Field(description="seconds")]
Count = Annotated[int, Field(ge=0)]


class ErrorDocument(Document):
    """Printed instead where the command was refused or failed; the exit code says which."""

    error: str
    """One line for each problem."""


class Done(Document):
    """What a command has done, or with --dry-run would do."""

    done: str
