// jsforce against the stand-in's Salesforce. What it expects is what the vendor documents, not what our code does.
//
// SALESFORCE_URL, SALESFORCE_CLIENT_SECRET, CONTROL_URL, PANE_ORIGIN and NODE_EXTRA_CA_CERTS come from xtask. Every check
// prints one line; the exit code says whether all passed.

import jsforce from "jsforce";
import { calendar } from "./jsforce/calendar.mjs";
import { describing } from "./jsforce/describing.mjs";
import { reading } from "./jsforce/reading.mjs";
import { refusals } from "./jsforce/refusals.mjs";
import { signingIn } from "./jsforce/signing_in.mjs";
import { writing } from "./jsforce/writing.mjs";
import { Tally, freshWorld, required } from "./stage.mjs";

/** Fewer checks than this mean that a part did not run. */
const LEAST = 115;

const tally = new Tally("jsforce");

/** A connection of the integration user, in the world as it is now. */
async function signedIn() {
  const loginUrl = required("SALESFORCE_URL");
  const clientSecret = required("SALESFORCE_CLIENT_SECRET");
  const org = new jsforce.Connection({
    instanceUrl: loginUrl,
    version: "67.0",
    oauth2: { loginUrl, clientId: "calbridge-service", clientSecret },
  });
  await org.authorize({ grant_type: "client_credentials" });
  return org;
}

await freshWorld();
await signingIn(tally);
await freshWorld();
const org = await signedIn();
await describing(tally, org);
await writing(tally, org);
await reading(tally, org);
await calendar(tally, org);
await refusals(tally, signedIn);
tally.finish(LEAST);
