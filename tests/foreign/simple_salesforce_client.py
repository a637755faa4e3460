"""simple-salesforce against the stand-in's Salesforce. What it expects is what the vendor documents.

SALESFORCE_URL, SALESFORCE_CLIENT_SECRET, CONTROL_URL and REQUESTS_CA_BUNDLE come from xtask. Every check prints one line;
the exit code says whether all passed.
"""

# pylint: disable=wrong-import-position
import sys

sys.dont_write_bytecode = True

import json
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceError,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from simple_salesforce.format import format_external_id
from simple_salesforce.login import token_login

from stage import Tally, control, equal, fresh_world, refused, required, true

# Fewer checks than this mean that a part did not run.
LEAST = 70
KEY = "Calbridge_Sync_Key__c"
TIMES = {"StartDateTime": "2026-03-02T09:00:00Z", "DurationInMinutes": 60}
# More rows than one page of the smallest size holds.
ROWS = 210
STATUS_ERRORS = {
    300: SalesforceMoreThanOneRecord,
    400: SalesforceMalformedRequest,
    401: SalesforceExpiredSession,
    403: SalesforceRefusedRequest,
    404: SalesforceResourceNotFound,
}


def login(client_id="calbridge-service", secret=None):
    """The access token and the instance, by client credentials at the org's own address."""
    secret = required("SALESFORCE_CLIENT_SECRET") if secret is None else secret
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    address = required("SALESFORCE_URL") + "/services/oauth2/token"
    return token_login(address, form, domain="", consumer_key=client_id, headers=None, proxies=None)


def signed_in():
    """A client of the integration user, in the world as it is now."""
    token, instance = login()
    return Salesforce(instance=instance, session_id=token, version="67.0")


def signing_in(tally):
    """Client credentials, who one is, and sessions that end."""

    def wrong_secret():
        error = refused(SalesforceAuthenticationFailed, partial(login, secret="wrong"))
        equal(error.code, "invalid_client")

    def wrong_client():
        error = refused(SalesforceAuthenticationFailed, partial(login, client_id="somebody"))
        equal(error.code, "invalid_client_id")

    def userinfo():
        info = signed_in().oauth2("userinfo")
        equal(info["preferred_username"], "integration@brightwater.example")
        true(info["user_id"].startswith("005") and info["organization_id"].startswith("00D"), "ids of user and org")

    def ended():
        sf = signed_in()
        control("POST", "/sessions/expire")
        error = refused(SalesforceExpiredSession, sf.limits)
        equal(error.content, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}])

    def renewed():
        sf = signed_in()
        sf._salesforce_login_partial = login  # pylint: disable=protected-access
        before = sf.session_id
        control("POST", "/sessions/expire")
        true(sf.limits()["DailyApiRequests"]["Max"] > 0, "limits are read with a new session")
        true(sf.session_id != before, "the session is another")

    def wrong_scheme():
        sf = signed_in()
        sf.headers["Authorization"] = f"Token {sf.session_id}"
        error = refused(SalesforceExpiredSession, sf.limits)
        equal(error.content[0]["errorCode"], "INVALID_AUTH_HEADER")

    tally.check("hears of a wrong client secret", wrong_secret)
    tally.check("hears of a wrong client", wrong_client)
    tally.check("reads who it is", userinfo)
    tally.check("hears that its session ended", ended)
    tally.check("signs in again by itself", renewed)
    tally.check("hears that its header names no bearer", wrong_scheme)


def describing(tally, sf):
    """What the org says about itself."""

    def everything():
        world = sf.describe()
        equal((world["encoding"], world["maxBatchSize"]), ("UTF-8", 200))
        true({"Event", "Contact", "Project__c"} <= {row["name"] for row in world["sobjects"]}, "objects")

    def event():
        fields = {field["name"]: field for field in sf.Event.describe()["fields"]}
        equal(fields[KEY]["externalId"], True)
        equal(fields["IsRecurrence"]["updateable"], False)
        equal(fields["Subject"]["length"], 255)

    def metadata():
        answer = sf.Contact.metadata()
        equal(answer["objectDescribe"]["name"], "Contact")
        true(isinstance(answer["recentItems"], list), "recent items")

    def layout():
        answer = sf.Event.describe_layout("012000000000000AAA")
        true(len(answer["editLayoutSections"]) > 0, "sections")

    def limits():
        first, second = sf.limits(), sf.limits()
        true(second["DailyApiRequests"]["Remaining"] < first["DailyApiRequests"]["Remaining"], "requests are counted")
        usage = sf.api_usage["api-usage"]
        equal(usage.total, second["DailyApiRequests"]["Max"])
        equal(usage.used, usage.total - second["DailyApiRequests"]["Remaining"])

    tally.check("lists the objects", everything)
    tally.check("describes Event", event)
    tally.check("reads an object with what was looked at", metadata)
    tally.check("reads a layout", layout)
    tally.check("sees each request counted", limits)


def writing(tally, sf):
    """One record, by external id, many in a request."""

    def life():
        made = sf.Event.create({"Subject": "simple", **TIMES})
        equal((made["success"], made["errors"]), (True, []))
        event = sf.Event.get(made["id"])
        equal((event["DurationInMinutes"], event["StartDateTime"]), (60, "2026-03-02T09:00:00.000+0000"))
        equal((event["ActivityDate"], event["Location"]), ("2026-03-02", None))
        equal(sf.Event.update(made["id"], {"Location": "Room Elbe"}), 204)
        equal(sf.Event.get(made["id"][:15])["Location"], "Room Elbe")
        equal(sf.Event.delete(made["id"]), 204)
        error = refused(SalesforceResourceNotFound, partial(sf.Event.get, made["id"]))
        equal(error.content[0]["errorCode"], "ENTITY_IS_DELETED")

    def upsert():
        place = format_external_id(KEY, "a/b c+d")
        made = sf.Event.upsert(place, {"Subject": "one", **TIMES}, raw_response=True)
        equal((made.status_code, made.json()["created"]), (201, True))
        true(sf.Event.upsert(place, {"Subject": "two"}) in (200, 204), "the status of an update")
        equal(sf.Event.get(place)["Subject"], "two")

    def by_key():
        sf.Event.create({"Subject": "keyed", KEY: "key", **TIMES})
        equal(sf.Event.get_by_custom_id(KEY, "key")["Subject"], "keyed")

    def collections():
        rows = [{"attributes": {"type": "Event"}, "Subject": "many", **TIMES} for _ in range(2)]
        rows.append({"attributes": {"type": "Event"}, "DurationInMinutes": 5})
        answers = sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": rows})
        equal([answer["success"] for answer in answers], [True, True, False])
        equal(answers[2]["errors"][0]["statusCode"], "REQUIRED_FIELD_MISSING")
        ids = ",".join(answer["id"] for answer in answers[:2])
        found = sf.restful("composite/sobjects/Event", params={"ids": f"{ids},00U5g00000ZZZZZ", "fields": "Subject"})
        equal([row and row["Subject"] for row in found], ["many", "many", None])
        gone = sf.restful("composite/sobjects", params={"ids": ids, "allOrNone": "true"}, method="DELETE")
        true(all(answer["success"] for answer in gone), "all are deleted")

    def composite():
        requests = [
            {"method": "POST", "referenceId": "made", "url": "/services/data/v67.0/sobjects/Event", "body": TIMES},
            {"method": "GET", "referenceId": "read", "url": "/services/data/v67.0/sobjects/Event/@{made.id}"},
        ]
        answer = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": requests})
        made, read = answer["compositeResponse"]
        equal((made["httpStatusCode"], read["httpStatusCode"]), (201, 200))
        equal(read["body"]["Id"], made["body"]["id"])

    tally.check("creates, reads, updates and deletes an Event", life)
    tally.check("upserts by a key with signs in it", upsert)
    tally.check("reads by a key", by_key)
    tally.check("writes many in one request", collections)
    tally.check("sends several requests in one", composite)


def reading(tally, sf):
    """Queries and their pages, searches, what changed."""

    def query():
        statement = format_soql("SELECT Email, Account.Name FROM Contact WHERE LastName = {}", "O'Brien")
        answer = sf.query(statement)
        equal((answer["totalSize"], answer["done"]), (1, True))
        equal(answer["records"][0]["Account"]["Name"], "Acme Industrial")

    def by_time():
        moment = datetime(2026, 3, 1, tzinfo=timezone.utc)
        statement = format_soql("SELECT Id FROM Event WHERE StartDateTime > {} AND Subject IN {}", moment, ["two", "keyed"])
        equal(sf.query(statement)["totalSize"], 2)

    def pages():
        row = {"attributes": {"type": "Event"}, "Subject": "paged", **TIMES}
        for count in (200, ROWS - 200):
            sf.restful("composite/sobjects", method="POST", json={"records": [row] * count})
        small = {"Sforce-Query-Options": "batchSize=200"}
        statement = "SELECT Id FROM Event WHERE Subject = 'paged'"
        first = sf.query(statement, headers=small)
        equal((first["totalSize"], first["done"], len(first["records"])), (ROWS, False, 200))
        rest = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
        equal((rest["done"], len(rest["records"])), (True, ROWS - 200))
        equal(len({row["Id"] for row in sf.query_all_iter(statement, headers=small)}), ROWS)

    def deleted_too():
        answer = sf.query("SELECT COUNT() FROM Event WHERE Subject = 'many' AND IsDeleted = true", include_deleted=True)
        equal(answer["totalSize"], 2)

    def search():
        found = sf.search("FIND {Okafor} IN NAME FIELDS RETURNING Contact(Id, Email)")
        equal([row["Email"] for row in found["searchRecords"]], ["dana@acme.example"])

    def quick_search():
        found = sf.quick_search("Borealis")["searchRecords"]
        true(any(row["attributes"]["type"] == "Account" for row in found), "an Account is found")

    def changes():
        made = sf.Event.create({"Subject": "changed", **TIMES})["id"]
        gone = sf.Event.create({"Subject": "deleted", **TIMES})["id"]
        sf.Event.delete(gone)
        now = datetime.now(timezone.utc)
        window = (now - timedelta(minutes=10), now + timedelta(minutes=1))
        ids = sf.Event.updated(*window)["ids"]
        true(made in ids and gone not in ids, "changed ids")
        rows = sf.Event.deleted(*window)["deletedRecords"]
        true(gone in [row["id"] for row in rows], "deleted ids")

    def naive_window():
        naive = datetime(2026, 1, 1)
        error = refused(SalesforceMalformedRequest, partial(sf.Event.updated, naive, naive))
        equal(error.status, 400)

    tally.check("finds a name with an apostrophe", query)
    tally.check("finds by an instant and by a list", by_time)
    tally.check("pages through a query", pages)
    tally.check("sees deleted rows where it asks for them", deleted_too)
    tally.check("searches by SOSL", search)
    tally.check("searches everything", quick_search)
    tally.check("sees what changed and what was deleted", changes)
    tally.check("hears that a window without a zone is malformed", naive_window)


def refusals(tally):
    """Every refusal of refusals.json, as simple-salesforce tells it."""
    table = json.loads(Path(__file__).with_name("refusals.json").read_text(encoding="utf-8"))
    fresh_world(table["world"])
    sf = signed_in()
    ids = {name: sf.query(statement)["records"][0]["Id"] for name, statement in table["found"].items()}
    for made in table["made"]:
        kind = getattr(sf, made["type"])
        ids[made["name"]] = kind.create(made["fields"])["id"]
        if made.get("deleted"):
            kind.delete(ids[made["name"]])
    text = json.dumps([table["refusals"], table["troubles"]])
    for name, record in ids.items():
        text = text.replace("{" + name + "}", record)
    wanted_ones, troubles = json.loads(text)
    for wanted in wanted_ones:
        tally.check(f"hears of {wanted['case']}", partial(hears, sf, wanted))
    for trouble in troubles:
        tally.check(f"hears of {trouble['case']}", partial(hears_struck, sf, trouble, ids["event"]))


def hears_struck(sf, trouble, event):
    """Checks that a change is refused as the control side was told to."""
    entry = {"message": trouble["message"], "errorCode": trouble["code"]}
    if "fields" in trouble:
        entry["fields"] = trouble["fields"]
    path = f"/sobjects/Event/{event}"
    kind = {"status": trouble["status"], "body": [entry]}
    control("POST", "/faults", {"site": "salesforce", "method": "PATCH", "path": path, "count": 1, "kind": kind})
    hears(sf, {**trouble, "method": "PATCH", "path": path, "body": {"Location": "later"}})


def hears(sf, wanted):
    """Checks that one request of the table is refused as it says."""
    body = wanted.get("raw") or ("body" in wanted and json.dumps(wanted["body"])) or None
    call = partial(
        sf.restful,
        wanted["path"].lstrip("/"),
        params=wanted.get("query"),
        method=wanted["method"],
        data=body,
        headers=wanted.get("headers", {}),
    )
    error = refused(SalesforceError, call)
    equal(error.status, wanted["status"])
    equal(type(error), STATUS_ERRORS.get(wanted["status"], type(error)))
    if "code" not in wanted:
        return
    [entry] = error.content
    equal(entry["errorCode"], wanted["code"])
    equal(entry.get("fields"), wanted.get("fields"))
    if "message" in wanted:
        equal(entry["message"], wanted["message"])


def main():
    """Runs every part in a world of its own."""
    tally = Tally("simple-salesforce")
    fresh_world()
    signing_in(tally)
    sf = signed_in()
    describing(tally, sf)
    writing(tally, sf)
    reading(tally, sf)
    refusals(tally)
    tally.finish(LEAST)


main()
