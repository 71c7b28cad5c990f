/**
 * XML for reading: one element per line, text beside its element. It is for display only, since it adds white
 * space.
 */
export function indentXml(xml: string): string {
  const lines: string[] = [];
  let depth = 0;
  for (const [piece] of xml.matchAll(/<([^\s/>?]+)[^>]*>[^<]*<\/\1>|<[^>]+>|[^<\s][^<]*/g)) {
    const closes = piece.startsWith('</');
    if (closes) depth -= 1;
    lines.push('  '.repeat(Math.max(depth, 0)) + piece.trim());
    const opensOnly = /^<[^/?!]/.test(piece) && !piece.endsWith('/>') && !piece.includes('</');
    if (opensOnly) depth += 1;
  }
  return lines.join('\n');
}
