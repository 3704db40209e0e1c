// The official rules of EN 16931 (UBL and Factur-X) judge every e-invoice we write, and a second arithmetic beside them.
//   node oracles/einvoice/run.mjs [--einvoices PATH] [--product PATH] [--python PATH]
// --einvoices  the built example program `einvoices` of the crate `documents`, which writes every vector
// --product    the one of the crate `app`, which writes what the product makes of issued invoices
// --python     a Python with requirements.txt installed (or $ORACLE_PYTHON; else python3)
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flag = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const python = flag("--python") ?? process.env.ORACLE_PYTHON ?? "python3";
const einvoices = flag("--einvoices") ?? join(here, "../../target/debug/examples/einvoices");
const product = flag("--product") ?? join(here, "../../target/debug/examples/issued_einvoices");

const ran = spawnSync(python, [join(here, "judge.py"), einvoices, product], { stdio: "inherit" });
if (ran.error) console.error(`${python} did not start: ${ran.error.message}`);
process.exit(ran.status ?? 1);
