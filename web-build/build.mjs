// Bundles third-party modules for the browser: one minified ES module for each file in entries/,
// with the licences of all packages that went into it beside it.
//
//     npm install --no-package-lock && npm run build
//
// To add a bundle, put a file into entries/ that exports what is wanted and name its packages, with
// exact versions, in package.json.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../book/_web/vendor");
mkdirSync(vendor, { recursive: true });

// The package that a file belongs to: .../node_modules/@scope/name/... or .../node_modules/name/...
const packageOf = (path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];

const table = [];
for (const entry of readdirSync(join(here, "entries")).sort()) {
  const name = basename(entry, ".js");
  const outfile = join(vendor, entry);
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: [`entries/${entry}`],
    outfile,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    metafile: true,
    banner: { js: `// Third-party code, see ${name}.LICENSES.txt. Made by web-build/.` },
  });
  const [{ inputs }] = Object.values(metafile.outputs);
  const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
  const folders = [...new Set(used.map(packageOf).filter(Boolean))].sort();
  const packages = folders.map((folder) => {
    const about = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const file = readdirSync(join(here, folder)).find((f) => /^licen[cs]e/i.test(f));
    if (!file) throw new Error(`${about.name} has no licence file`);
    return { ...about, text: readFileSync(join(here, folder, file), "utf8").trim() };
  });
  const licences = packages.map((p) => `${p.name} ${p.version} (${p.license})\n\n${p.text}\n`);
  writeFileSync(join(vendor, `${name}.LICENSES.txt`), licences.join(`\n${"-".repeat(72)}\n\n`));
  const code = readFileSync(outfile);
  const size = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
  table.push(
    `| \`${entry}\` | ${size(code.length)}, ${size(gzipSync(code).length)} gzipped | ` +
      `${packages.map((p) => `${p.name} ${p.version} (${p.license})`).join(", ")} |`,
  );
}

writeFileSync(
  join(vendor, "README.md"),
  `# Third-party code

Written by \`web-build/build.mjs\` and not edited. Each bundle is a minified ES module of what its
file in \`web-build/entries/\` exports; licences stand beside it. To make them anew:
\`cd web-build && npm install --no-package-lock && npm run build\`. Readers and \`make book\` need no Node.

| file | size | made from |
| --- | --- | --- |
${table.join("\n")}
`,
);
console.log(table.join("\n"));
