import type { FunctionNode } from '@sap2/ssp-wire';

/** The one child of `Functions` and `AllFunctions` (ssp-binding §4.5). */
const ROOT = 'WVCSPFeat';

interface Branch {
  readonly name: string;
  readonly children: Branch[];
}

/**
 * The CSP service tree from paths such as `IMFeat/IMSendFunc/MDELIV`. A shorter path means its whole branch.
 * Without a path the tree means everything.
 */
export function functionsOf(paths: readonly string[]): readonly FunctionNode[] {
  const root: Branch = { name: ROOT, children: [] };
  for (const path of paths) {
    let branch = root;
    for (const name of path.split('/')) {
      let next = branch.children.find((child) => child.name === name);
      if (next === undefined) {
        next = { name, children: [] };
        branch.children.push(next);
      }
      branch = next;
    }
  }
  return [root];
}

/** The other way round. Nothing for an answer without `Functions`; the root's own name when it stands alone: everything. */
export function pathsOf(functions: readonly FunctionNode[] | undefined): readonly string[] {
  const walk = (node: FunctionNode, path: string): string[] =>
    node.children.length === 0
      ? [path]
      : node.children.flatMap((child) => walk(child, path === ROOT ? child.name : `${path}/${child.name}`));
  return (functions ?? []).flatMap((root) => walk(root, root.name));
}
