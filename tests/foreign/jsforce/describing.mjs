// What the org says about itself, read with jsforce.

import assert from "node:assert/strict";

export async function describing(tally, org) {
  await tally.check("lists the versions, oldest first", async () => {
    const versions = await org.request("/services/data");
    const newest = versions.at(-1);
    assert.deepEqual(Object.keys(newest).sort(), ["label", "url", "version"]);
    assert.equal(newest.url, `/services/data/v${newest.version}`);
    assert.ok(Number(versions[0].version) < Number(newest.version));
  });

  await tally.check("lists the resources with the identity", async () => {
    const resources = await org.request("/");
    assert.match(resources.identity, /^https:.*\/id\/00D\w{15}\/005\w{15}$/);
    for (const name of ["sobjects", "query", "queryAll", "search", "recent", "limits", "composite", "tabs", "theme"]) {
      assert.match(resources[name], new RegExp(`^/services/data/v67.0/${name}`), name);
    }
  });

  await tally.check("lists the objects", async () => {
    const { encoding, maxBatchSize, sobjects } = await org.describeGlobal();
    assert.deepEqual([encoding, maxBatchSize], ["UTF-8", 200]);
    const event = sobjects.find((object) => object.name === "Event");
    assert.deepEqual([event.keyPrefix, event.custom, event.label], ["00U", false, "Event"]);
    const project = sobjects.find((object) => object.name === "Project__c");
    assert.deepEqual([project.keyPrefix.slice(0, 1), project.custom], ["a", true]);
  });

  await tally.check("describes Event", async () => {
    const event = await org.sobject("Event").describe();
    const field = (name) => event.fields.find((field) => field.name === name);
    assert.equal(field("Calbridge_Sync_Key__c").externalId, true);
    for (const name of ["IsRecurrence", "EventSubtype", "Recurrence2PatternText"]) {
      assert.deepEqual([field(name).createable, field(name).updateable], [true, false], name);
    }
    for (const name of ["AccountId", "EndDate", "IsChild", "IsGroupEvent", "RecurrenceActivityId", "SystemModstamp"]) {
      assert.deepEqual([field(name).createable, field(name).updateable], [false, false], name);
    }
    assert.deepEqual([field("Subject").length, field("Description").length], [255, 32000]);
    assert.deepEqual([field("Description").filterable, field("Description").sortable], [false, false]);
    assert.deepEqual(field("WhoId").referenceTo.toSorted(), ["Contact", "Lead"]);
    assert.deepEqual([field("WhoId").namePointing, field("WhoId").relationshipName], [true, "Who"]);
    assert.deepEqual(field("ShowAs").picklistValues.map((choice) => choice.label), ["Busy", "Out of Office", "Free"]);
    assert.equal(event.recordTypeInfos[0].recordTypeId, "012000000000000AAA");
    assert.equal(event.urls.rowTemplate, "/services/data/v67.0/sobjects/Event/{ID}");
  });

  await tally.check("describes again only when something changed", async () => {
    const since = new Date(Date.now() + 60_000).toUTCString();
    const unchanged = await org.request({
      method: "GET",
      url: "/sobjects/Event/describe",
      headers: { "if-modified-since": since },
    });
    assert.ok(!unchanged?.fields, "304 has no body");
  });

  await tally.check("reads the layout of a form", async () => {
    const { layouts, recordTypeMappings, recordTypeSelectorRequired } = await org.sobject("Contact").layouts();
    const rows = layouts[0].editLayoutSections.flatMap((section) => section.layoutRows);
    const parts = rows.flatMap((row) => row.layoutItems).flatMap((item) => item.layoutComponents);
    const name = parts.find((part) => part.value === "LastName");
    assert.equal(name.type, "Field");
    assert.equal(name.details.nillable, false);
    assert.equal(recordTypeMappings[0].master, true);
    assert.deepEqual(recordTypeSelectorRequired, [false]);
  });

  await tally.check("reads the layout of a record type", async () => {
    const layout = await org.request("/sobjects/Event/describe/layouts/012000000000000AAA");
    assert.ok(layout.editLayoutSections.length > 0);
  });

  await tally.check("reads compact layouts", async () => {
    const { compactLayouts, recordTypeCompactLayoutMappings } = await org.sobject("Contact").compactLayouts();
    assert.equal(compactLayouts[0].objectType, "Contact");
    assert.ok(compactLayouts[0].fieldItems.length > 0);
    assert.equal(recordTypeCompactLayoutMappings[0].recordTypeId, "012000000000000AAA");
  });

  await tally.check("reads approval layouts, of which there are none", async () => {
    const { approvalLayouts } = await org.sobject("Event").approvalLayouts();
    assert.deepEqual(approvalLayouts, []);
  });

  await tally.check("reads tabs and theme", async () => {
    const tabs = await org.tabs();
    assert.ok(Array.isArray(tabs));
    const { themeItems } = await org.theme();
    assert.ok(Array.isArray(themeItems));
  });

  await tally.check("reads quick actions", async () => {
    assert.ok(Array.isArray(await org.quickActions()));
    assert.ok(Array.isArray(await org.sobject("Event").quickActions()));
  });

  await tally.check("sees each request counted", async () => {
    const before = await org.limits();
    const after = await org.limits();
    assert.ok(after.DailyApiRequests.Remaining < before.DailyApiRequests.Remaining);
    assert.ok(before.DailyApiRequests.Remaining < before.DailyApiRequests.Max);
    assert.equal(org.limitInfo.apiUsage.limit, after.DailyApiRequests.Max);
    assert.equal(org.limitInfo.apiUsage.used, after.DailyApiRequests.Max - after.DailyApiRequests.Remaining);
  });
}
