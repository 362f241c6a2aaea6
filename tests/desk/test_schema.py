"""The interface keeps what its OpenAPI promises, whatever is sent (schemathesis)."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.slow

OPERATIONS = [
    "GET /api/status", "POST /api/session", "GET /api/worlds", "GET /api/worlds/{name}", "GET /api/variables",
    "GET /api/measures", "GET /api/scenarios", "GET /api/scenarios/{name}", "GET /api/briefs",
    "GET /api/briefs/{name}", "POST /api/solve", "POST /api/curve", "POST /api/friends", "POST /api/link",
    "POST /api/parse", "POST /api/reproduce",
    "POST /api/export", "GET /api/runs", "POST /api/runs", "GET /api/runs/{hash_}",
    "DELETE /api/runs/{hash_}", "GET /r/{hash_}.{suffix}"]

FORM_IS_NOT_ALL = [positive_data_acceptance]
"""A text may be a text and still no scenario: it is refused, although the schema admits it."""


@pytest.fixture(scope="session")
def operations(live):
    """The operations of a desk that runs in a process of its own, by name."""
    schema = schemathesis.openapi.from_url(f"{live.url}openapi.json")
    return {found.ok().label: found.ok() for found in schema.get_all_operations()}


def test_every_operation_is_tried(operations):
    assert set(operations) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_sent_at_random_is_answered_as_promised(operations, live, name):
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(operations[name].as_strategy())
    def promise(case):
        answer = case.call(base_url=live.url)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        case.validate_response(answer, excluded_checks=FORM_IS_NOT_ALL)

    promise()
    assert httpx.get(f"{live.url}api/status").json()["state"] == "ready"
