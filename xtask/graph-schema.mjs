// Makes the JSON Schema of Microsoft's published Graph types that all traffic in tests is held against:
// `node xtask/graph-schema.mjs FILE`. A file that already belongs to the installed types is left as it is.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = join(root, "crates/standin/data/graph-types.ts");
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: node xtask/graph-schema.mjs FILE");

/** What the schema is made from: our list, and the versions of the two packages. */
function origin() {
  const packages = ["@microsoft/microsoft-graph-types", "ts-json-schema-generator"];
  const manifests = packages.map((name) => readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  const versions = manifests.map((text) => JSON.parse(text)).map(({ name, version }) => `${name} ${version}`);
  const list = createHash("sha256").update(readFileSync(wanted)).digest("hex").slice(0, 16);
  return [...versions, `list ${list}`].join(", ");
}

const made = origin();
if (!existsSync(out) || JSON.parse(readFileSync(out, "utf8")).$comment !== made) {
  const options = { path: wanted, type: "Held", expose: "all", jsDoc: "none", skipTypeCheck: true };
  const schema = createGenerator(options).createSchema("Held");
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, JSON.stringify({ $comment: made, ...schema }));
}
console.log(`${Object.keys(JSON.parse(readFileSync(out, "utf8")).definitions).length} definitions (${made})`);
