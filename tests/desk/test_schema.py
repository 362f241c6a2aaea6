"""The interface keeps what its OpenAPI promises, whatever is sent (schemathesis)."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def interface(live):
    """The schema of a desk that runs in a process of its own."""
    return schemathesis.openapi.from_url(f"{live.url}openapi.json")


schema = schemathesis.pytest.from_fixture("interface")


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_promise(case):
    case.call_and_validate()
