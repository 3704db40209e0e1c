// veraPDF, qpdf and poppler judge the papers we make, and the data inside the hybrid ones.
//   node oracles/papers/run.mjs [--papers PATH] [--python PATH] [--jaxb FOLDER]
// --papers     the built example program `papers` of the crate `documents`, which writes a paper for each awkward case
// --quittance  the built program: the papers of its demonstration are judged, too
// --python     a Python with requirements.txt installed (or $ORACLE_PYTHON; else python3)
// --jaxb       the folder with the Java libraries that veraPDF needs beside its own
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const flag = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const python = flag("--python") ?? process.env.ORACLE_PYTHON ?? "python3";
const built = join(here, "../../target/debug");
const papers = flag("--papers") ?? join(built, "examples/papers");
const quittance = flag("--quittance") ?? join(built, "quittance");
const jaxb = flag("--jaxb") ?? join(here, "../../target/jaxb");

const ran = spawnSync(python, [join(here, "judge.py"), papers, quittance, jaxb], { stdio: "inherit" });
if (ran.error) console.error(`${python} did not start: ${ran.error.message}`);
process.exit(ran.status ?? 1);
