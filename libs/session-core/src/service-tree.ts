import { err, ok, type Result } from '@sap2/kernel';
import type { CspVersion } from './csp-version.js';

/** Name of one function of the CSP service tree, a leaf such as `GETSPI` (ssp-binding §4.5). */
export type FunctionName = string & { readonly __functionName: unique symbol };

/** A node of the tree as it travels: a feature, a function or a leaf. No children: the whole branch. */
export interface FunctionNode {
  readonly name: string;
  readonly children: readonly FunctionNode[];
}

/** The element between `Functions` and the features. */
const ROOT = 'WVCSPFeat';

type Versions = readonly CspVersion[];
const ALL: Versions = ['1.1', '1.2', '1.3'];
const TO_1_2: Versions = ['1.1', '1.2'];
const FROM_1_2: Versions = ['1.2', '1.3'];
const ONLY_1_2: Versions = ['1.2'];
const ONLY_1_3: Versions = ['1.3'];

interface Branch {
  readonly [name: string]: Branch | Versions;
}

/** The service tree of ssp-binding §4.5: each leaf with the versions that know it. The M… leaves ask for the mandatory functions of a feature. */
const SERVICE_TREE: Branch = {
  FundamentalFeat: {
    ServiceFunc: { GETSPI: ALL, GETMAP: ONLY_1_3, SGMNT: ONLY_1_3 },
    SearchFunc: { SRCH: ALL, ADVSR: ONLY_1_3, STSRC: ALL },
    InviteFunc: { INVIT: ALL, CAINV: ALL },
    VerifyIDFunc: { VRID: FROM_1_2 },
    MF: ONLY_1_3,
  },
  PresenceFeat: {
    ContListFunc: { GCLI: ALL, CCLI: ALL, DCLI: ALL, MCLS: ALL },
    PresenceAuthFunc: { GETWL: ALL, REACT: TO_1_2, CAAUT: TO_1_2, GETAUT: ONLY_1_2 },
    PresenceDeliverFunc: { GETPR: ALL, UPDPR: ALL },
    AttListFunc: { CALI: ALL, DALI: ALL, GALS: TO_1_2 },
    MP: ONLY_1_3,
  },
  IMFeat: {
    IMSendFunc: { MDELIV: ALL, FWMSG: ALL },
    IMReceiveFunc: {
      SETD: ALL,
      GETLM: ALL,
      GETM: ALL,
      REJCM: ALL,
      NOTIF: ALL,
      NEWM: ALL,
      OFFNOTIF: ONLY_1_3,
    },
    IMAuthFunc: { GLBLU: ALL, BLENT: ALL },
    MM: ONLY_1_3,
  },
  GroupFeat: {
    GroupMgmtFunc: { CREAG: ALL, DELGR: ALL, GETGP: ALL, SETGP: ALL },
    GroupUseFunc: { SUBGCN: ALL, GRCHN: ALL, EXCON: ONLY_1_3 },
    GroupAuthFunc: { GETGM: ALL, ADDGM: ALL, RMVGM: ALL, MBRAC: ALL, REJEC: ALL, GETJU: FROM_1_2 },
    MG: ONLY_1_3,
  },
};

/** The part of the tree that a version knows. Each node has all of its leaves, so a branch can be used as a whole. */
interface TreeNode {
  readonly name: string;
  readonly children: readonly TreeNode[];
  readonly leaves: readonly FunctionName[];
}

// The one place where a string becomes a FunctionName: the keys of the table above.
const asLeaf = (name: string): FunctionName => name as FunctionName;

const isVersions = (entry: Branch | Versions): entry is Versions => Array.isArray(entry);

function grow(name: string, entry: Branch | Versions, known: (versions: Versions) => boolean): TreeNode {
  if (isVersions(entry)) return { name, children: [], leaves: known(entry) ? [asLeaf(name)] : [] };
  const children = Object.entries(entry)
    .map(([child, below]) => grow(child, below, known))
    .filter(({ leaves }) => leaves.length > 0);
  return { name, children, leaves: children.flatMap(({ leaves }) => leaves) };
}

const treeOf = (version: CspVersion): TreeNode =>
  grow(ROOT, SERVICE_TREE, (versions) => versions.includes(version));
const TREES: Readonly<Record<CspVersion, TreeNode>> = {
  '1.1': treeOf('1.1'),
  '1.2': treeOf('1.2'),
  '1.3': treeOf('1.3'),
};
const WHOLE_TREE = grow(ROOT, SERVICE_TREE, () => true);

export const ALL_FUNCTIONS: ReadonlySet<FunctionName> = new Set(WHOLE_TREE.leaves);

function expand(node: FunctionNode, known: TreeNode | undefined): readonly FunctionName[] | undefined {
  if (!known) return undefined;
  if (node.children.length === 0) return known.leaves;
  const found: FunctionName[] = [];
  for (const child of node.children) {
    const leaves = expand(
      child,
      known.children.find(({ name }) => name === child.name),
    );
    if (!leaves) return undefined;
    found.push(...leaves);
  }
  return found;
}

/**
 * The functions that the children of `Functions` request. An empty element at any level, also `Functions` itself,
 * stands for its whole branch in that version. A function that is requested twice counts once. A name that the
 * version does not know in that place makes the whole tree invalid (402, ssp-binding §4.5).
 */
export function expandRequest(
  nodes: readonly FunctionNode[],
  version: CspVersion,
): Result<ReadonlySet<FunctionName>, 'not-valid-in-this-version'> {
  const tree = TREES[version];
  const leaves = nodes.length === 0 ? tree.leaves : expandRoots(nodes, tree);
  return leaves ? ok(new Set(leaves)) : err('not-valid-in-this-version');
}

function expandRoots(nodes: readonly FunctionNode[], tree: TreeNode): readonly FunctionName[] | undefined {
  return expand({ name: '', children: nodes }, { name: '', children: [tree], leaves: tree.leaves });
}

/** What both sides allow, in the version of the session; undefined narrows nothing. */
export function offerIn(
  version: CspVersion,
  ...narrowings: readonly (ReadonlySet<FunctionName> | undefined)[]
): ReadonlySet<FunctionName> {
  return new Set(
    TREES[version].leaves.filter((name) => narrowings.every((offered) => offered?.has(name) ?? true)),
  );
}

function write(
  node: TreeNode,
  chosen: (name: FunctionName) => boolean,
  collapse: boolean,
): readonly FunctionNode[] {
  if (!node.leaves.some(chosen)) return [];
  const whole = collapse && node.leaves.every(chosen);
  const children = whole ? [] : node.children.flatMap((child) => write(child, chosen, collapse));
  return [{ name: node.name, children }];
}

/**
 * The children of `Functions` in an answer: functions that were requested but are not on offer; undefined if all
 * are. A branch is empty only if every leaf that the version knows in it is denied (ssp-binding §4.5).
 */
export function deniedTree(
  requested: ReadonlySet<FunctionName>,
  offered: ReadonlySet<FunctionName>,
  version: CspVersion,
): readonly FunctionNode[] | undefined {
  const denied = write(TREES[version], (name) => requested.has(name) && !offered.has(name), true);
  return denied.length > 0 ? denied : undefined;
}

/** The children of `AllFunctions`: all that is on offer, every leaf by its name; none when nothing is. */
export function offerTree(offered: ReadonlySet<FunctionName>, version: CspVersion): readonly FunctionNode[] {
  return write(TREES[version], (name) => offered.has(name), false);
}

const BRANCHES: ReadonlyMap<string, readonly FunctionName[]> = new Map(flatten(WHOLE_TREE));

function flatten(node: TreeNode): [string, readonly FunctionName[]][] {
  return [[node.name, node.leaves], ...node.children.flatMap(flatten)];
}

/** What an administrator offers: names of leaves, functions or features, for all versions at once. */
export function parseOffer(
  names: readonly string[],
): Result<ReadonlySet<FunctionName>, { readonly unknownNames: readonly string[] }> {
  const unknownNames = names.filter((name) => !BRANCHES.has(name));
  if (unknownNames.length > 0) return err({ unknownNames });
  return ok(new Set(names.flatMap((name) => BRANCHES.get(name) ?? [])));
}
