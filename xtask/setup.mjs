// First step of every npm script: brings the pinned Rust toolchain and the npm packages, then hands over to
// `cargo xtask <command>`, which brings the rest. Uses nothing but Node itself, since nothing else is there yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TOOLCHAIN = "1.95.0";
const TARGET = "wasm32-unknown-unknown";
const TOOLCHAIN_ARGS =
  ["toolchain", "install", TOOLCHAIN, "--profile", "minimal", "-c", "clippy", "-c", "rustfmt", "-t", TARGET];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "bin");
process.env.PATH = [process.env.PATH, cargoBin].join(delimiter);

function fail(message) {
  console.error(`\nset-up stopped: ${message}`);
  process.exit(1);
}

/** Runs a command with its output shown. */
function run(command, args) {
  const shell = process.platform === "win32" && command === "npm";
  return spawnSync(command, args, { cwd: root, stdio: "inherit", shell }).status ?? 1;
}

function answers(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return result.status === 0 ? result.stdout : undefined;
}

/** True when rustc, clippy, rustfmt and the wasm target of the pinned toolchain are all there. */
function toolchainIsComplete() {
  const installed = answers("rustup", ["component", "list", "--installed", "--toolchain", TOOLCHAIN]);
  return installed !== undefined
    && ["rustc", "clippy", "rustfmt", `rust-std-${TARGET}`].every((part) => installed.includes(part));
}

function bringToolchain() {
  if (answers("rustup", ["--version"]) === undefined) {
    fail("rustup is missing. Install it from https://rustup.rs, then run this again "
      + "(on Debian: apt-get install rustup).");
  }
  if (toolchainIsComplete()) return;
  console.error(`set-up: rustup ${TOOLCHAIN_ARGS.join(" ")}`);
  if (run("rustup", TOOLCHAIN_ARGS) !== 0) {
    fail(`the Rust toolchain is missing. Type: rustup ${TOOLCHAIN_ARGS.join(" ")}`);
  }
}

/** Runs `npm ci` unless node_modules already holds what the lock file says. */
function bringPackages() {
  const stamp = join(root, "node_modules", ".calbridge-lock");
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error("set-up: npm ci");
  if (run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]) !== 0) {
    fail("the npm packages are missing. Type: npm ci");
  }
  writeFileSync(stamp, lock);
}

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node ${process.versions.node} is too old; install Node 20 or newer.`);
}
bringToolchain();
bringPackages();
process.exit(run("cargo", ["xtask", ...process.argv.slice(2)]));
