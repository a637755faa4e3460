// Microsoft's own Graph client against the stand-in. What it expects is what Microsoft documents.
//
// GRAPH_URL (https), GRAPH_CLIENT_SECRET, CONTROL_URL, TLS_CERT, TLS_KEY and NODE_EXTRA_CA_CERTS come from xtask. Every
// check prints one line; the exit code says whether all passed.

import { batches } from "./graph/batches.mjs";
import { client } from "./graph/client.mjs";
import { events } from "./graph/events.mjs";
import { files } from "./graph/files.mjs";
import { refusals } from "./graph/refusals.mjs";
import { subscriptions } from "./graph/subscriptions.mjs";
import { views } from "./graph/views.mjs";
import { Tally, freshWorld } from "./stage.mjs";

/** Fewer checks than this mean that a part did not run. */
const LEAST = 60;

const tally = new Tally("microsoft-graph-client");
for (const part of [events, views, batches, files, subscriptions, refusals]) {
  await freshWorld();
  await part(tally, client());
}
tally.finish(LEAST);
