"""What the Python scripts share: counted checks, the stand-in's control side, what the environment tells."""

import json
import os
import sys
import urllib.request

# The longest that one exchange with the control side may take, in seconds.
CONTROL_LIMIT_S = 30


def required(name):
    """An environment variable that must be there."""
    value = os.environ.get(name)
    if not value:
        print(f"{name} is not set", file=sys.stderr)
        sys.exit(2)
    return value


class Tally:
    """Counts checks: each prints its line, and the script fails when one failed or too few ran."""

    def __init__(self, client):
        self.client = client
        self.passed = 0
        self.failed = 0

    def check(self, name, body):
        """Runs one check."""
        try:
            body()
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__} {error}")
        else:
            self.passed += 1
            print(f"ok   {name}")

    def finish(self, least):
        """Prints the sum and says by the exit code whether all is well."""
        ran = self.passed + self.failed
        print(f"{self.client}: {ran} checks, {self.failed} failed")
        if ran < least:
            print(f"{self.client}: only {ran} of at least {least} checks ran")
        sys.exit(0 if self.failed == 0 and ran >= least else 1)


def equal(found, wanted):
    """Stops a check where two values differ."""
    if found != wanted:
        raise AssertionError(f"{found!r} instead of {wanted!r}")


def true(condition, what):
    """Stops a check where a condition does not hold."""
    if not condition:
        raise AssertionError(what)


def refused(kind, call):
    """The error of this kind that a call raises."""
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} was raised")


def control(method, path, body=None):
    """Asks the stand-in's control side."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(required("CONTROL_URL") + path, data=data, method=method)
    request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=CONTROL_LIMIT_S) as answer:
        return json.load(answer)


def fresh_world(overlay=None):
    """Loads the demo company afresh, with an overlay; every token of before is worth nothing then."""
    control("POST", "/world", {"name": "demo", "overlay": overlay or {}})
