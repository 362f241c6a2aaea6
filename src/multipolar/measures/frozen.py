"""The base of everything that is written in YAML: frozen, strict, and refusing in sentences."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from multipolar.errors import ScenarioError
from multipolar.measures.messages import Location, joined, sentences

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class Sentences(ModelMetaclass):
    """Makes a model built in Python raise `ScenarioError` in sentences where pydantic would raise its own error.

    It acts on the call alone, so that a model nested in another keeps pydantic's own locations.
    """

    def __call__(cls, *arguments: Any, **fields: Any) -> Any:  # noqa: N805
        """The validated object.

        Raises:
            ScenarioError: naming every field that is wrong.
        """
        try:
            return super().__call__(*arguments, **fields)
        except ValidationError as error:
            problems = cast("type[Frozen]", cls).problems(error)
            raise ScenarioError(joined(problems, cls.__name__)) from error


class Frozen(BaseModel, metaclass=Sentences):
    """Data that cannot be changed and takes no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    union_tags: ClassVar[tuple[str, ...]] = ()
    """Names of union members that pydantic puts into locations and that are no part of the data."""

    @classmethod
    def fields_at(cls, location: Location) -> Sequence[str]:
        """Names of the fields that the mapping at `location`, union tags included, may have."""
        return [] if location else list(cls.model_fields)

    @classmethod
    def problems(cls, error: ValidationError) -> list[tuple[Location, str]]:
        """Everything wrong, as (where in the data, sentence)."""
        return sentences(error, cls.fields_at, cls.union_tags)
