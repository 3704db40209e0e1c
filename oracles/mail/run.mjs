// A mail server we did not write (Python's aiosmtpd) judges our mail: what it answers is what the outbox says, and
// Python's own parser reads the mail it took.
//   node oracles/mail/run.mjs [--mail PATH] [--python PATH]
// --mail    the built example program `mail` of the crate `app`; without it, target/debug/examples/mail
// --python  a Python with requirements.txt installed (or $ORACLE_PYTHON; else python3)
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flag = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const python = flag("--python") ?? process.env.ORACLE_PYTHON ?? "python3";
const mail = flag("--mail") ?? join(here, "../../target/debug/examples/mail");

const ran = spawnSync(python, [join(here, "judge.py"), mail], { stdio: "inherit" });
if (ran.error) console.error(`${python} did not start: ${ran.error.message}`);
process.exit(ran.status ?? 1);
