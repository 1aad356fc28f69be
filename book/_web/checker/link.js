// A question in the fragment of an address: #q=…, JSON that is percent-encoded.

const NAMES = ["left", "right", "when", "sizes", "by"];

export function link(question) {
  const address = new URL(location.href);
  const said = Object.fromEntries(NAMES.filter((n) => question[n]).map((n) => [n, question[n]]));
  address.hash = `q=${encodeURIComponent(JSON.stringify(said))}`;
  return address;
}

/** The question of a fragment; null if it holds none, or none that can be read. */
export function fromLink(hash) {
  if (!hash.startsWith("#q=")) return null;
  try {
    const asked = JSON.parse(decodeURIComponent(hash.slice(3)));
    if (typeof asked !== "object" || asked === null) return null;
    return Object.fromEntries(NAMES.map((n) => [n, typeof asked[n] === "string" ? asked[n] : ""]));
  } catch {
    return null;
  }
}
