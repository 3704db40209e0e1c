// Two bookkeeping programs we did not write (beancount and hledger) judge the books we export: every entry balances,
// every account comes to what we say, and one cent changed anywhere is refused. Python's own csv module reads the table.
//   node oracles/books/run.mjs [--books PATH] [--quittance PATH] [--python PATH]
// --books      the built example program `books` of the crate `app`, which writes a store with every row of the table
// --quittance  the built program
// --python     a Python with requirements.txt installed (or $ORACLE_PYTHON; else python3)
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flag = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const python = flag("--python") ?? process.env.ORACLE_PYTHON ?? "python3";
const books = flag("--books") ?? join(here, "../../target/debug/examples/books");
const quittance = flag("--quittance") ?? join(here, "../../target/debug/quittance");

const ran = spawnSync(python, [join(here, "judge.py"), books, quittance], { stdio: "inherit" });
if (ran.error) console.error(`${python} did not start: ${ran.error.message}`);
process.exit(ran.status ?? 1);
