import type { Element } from './element.js';
import { type Frame, IGNORED, type Receiver, Refusal } from './frame.js';
import { elementText } from './xml-text.js';

/** A node that says all by its name and its children. */
export interface NameNode {
  readonly name: string;
  readonly children: readonly NameNode[];
}

/**
 * The tree of ssp-binding §4.5 has 5 levels with its leaves, and 60 nodes. Its names have at most 18 characters.
 */
const MAX_LEVELS = 8;
const MAX_NODES = 256;
const NAME = /^[A-Za-z][A-Za-z0-9]{0,31}$/;

/** `Functions` and `AllFunctions`: any tree within bounds; which names there are is the service's business (402 there too). */
export function nameTree(name: string): Element<readonly NameNode[]> {
  return {
    name,
    open: (_attributes, receiver) => {
      const roots: NameNode[] = [];
      const tree = new Tree(name, receiver);
      return new NodeFrame(tree, roots, 0, () => {
        if (!tree.refused) receiver.take(roots);
      });
    },
    write: (nodes) => elementText(name, '', nodes.map(writeNode).join('')),
  };
}

function writeNode(node: NameNode): string {
  if (!NAME.test(node.name)) throw new Error('The name of a function is not a valid element name');
  return elementText(node.name, '', node.children.map(writeNode).join(''));
}

class Tree {
  refused = false;
  private nodes = 0;

  constructor(
    private readonly name: string,
    private readonly receiver: Receiver<readonly NameNode[]>,
  ) {}

  /** Whether another node fits in. */
  admits(name: string, level: number): boolean {
    this.nodes++;
    if (!NAME.test(name)) this.refuse('a name that no function has');
    else if (level > MAX_LEVELS) this.refuse(`more than ${MAX_LEVELS} levels`);
    else if (this.nodes > MAX_NODES) this.refuse(`more than ${MAX_NODES} functions`);
    return !this.refused;
  }

  private refuse(why: string): void {
    this.refused = true;
    this.receiver.refuse(new Refusal(402, why).at(this.name));
  }
}

class NodeFrame implements Frame {
  constructor(
    private readonly tree: Tree,
    private readonly siblings: NameNode[],
    private readonly level: number,
    private readonly done: () => void,
  ) {}

  child(name: string, home: boolean): Frame {
    if (!home || !this.tree.admits(name, this.level + 1)) return IGNORED;
    const children: NameNode[] = [];
    this.siblings.push({ name, children });
    return new NodeFrame(this.tree, children, this.level + 1, () => {});
  }

  text(): void {}

  close(): void {
    this.done();
  }
}
