/** Shorter parts stand in other texts by chance. */
const PART = 12;
const MAX_SHOWN = 20;

/** Every part of this length of each secret, also as base64 and hexadecimal text of its octets. */
export function partsOf(secrets: Iterable<string>): ReadonlySet<string> {
  const parts = new Set<string>();
  for (const secret of secrets) {
    for (const text of formsOf(secret)) for (const part of windowsOf(text)) parts.add(part);
  }
  return parts;
}

/** The parts of secrets in these texts, each with what stands around it. */
export function partsIn(texts: readonly string[], parts: ReadonlySet<string>): readonly string[] {
  const found: string[] = [];
  for (const text of texts) {
    let at = 0;
    for (const window of windowsOf(text)) {
      if (parts.has(window)) {
        found.push(`${text.length} characters: ${text.slice(Math.max(0, at - 60), at + 60)}`);
        break;
      }
      at += 1;
    }
    if (found.length === MAX_SHOWN) break;
  }
  return found;
}

/** In base64 a text has three forms, by its place among the octets. */
function formsOf(secret: string): readonly string[] {
  return (['utf8', 'latin1'] as const).flatMap((encoding) => {
    const octets = Buffer.from(secret, encoding);
    const inBase64 = [0, 1, 2].map((before) =>
      Buffer.concat([Buffer.alloc(before), octets])
        .toString('base64')
        .slice(before === 0 ? 0 : before + 1, -4),
    );
    return [octets.toString('latin1'), octets.toString(encoding), octets.toString('hex'), ...inBase64];
  });
}

function* windowsOf(text: string): Generator<string> {
  for (let at = 0; at + PART <= text.length; at++) yield text.slice(at, at + PART);
}
