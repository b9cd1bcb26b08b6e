/** Where a safety copy lies until it is sent or not needed: the browser's database, else memory. */
import type { Chunk } from "./pieces.js";

export interface ChunkStore {
  put(chunk: Chunk): Promise<void>;
  /** In order. */
  of(scope: string): Promise<Chunk[]>;
  drop(scope: string, piece: number): Promise<void>;
  /** Only the chunks of a piece from `n` on. */
  cut(scope: string, piece: number, n: number): Promise<void>;
  wipe(scope: string): Promise<void>;
  /** What began before then, whose ever it is. */
  forget(before: number): Promise<void>;
}

export class MemoryStore implements ChunkStore {
  chunks: Chunk[] = [];
  async put(chunk: Chunk): Promise<void> {
    this.chunks.push(chunk);
  }
  async of(scope: string): Promise<Chunk[]> {
    return this.chunks.filter((chunk) => chunk.scope === scope).sort((a, b) => a.piece - b.piece || a.n - b.n);
  }
  async drop(scope: string, piece: number): Promise<void> {
    this.keep((chunk) => chunk.scope !== scope || chunk.piece !== piece);
  }
  async cut(scope: string, piece: number, n: number): Promise<void> {
    this.keep((chunk) => chunk.scope !== scope || chunk.piece !== piece || chunk.n < n);
  }
  async wipe(scope: string): Promise<void> {
    this.keep((chunk) => chunk.scope !== scope);
  }
  async forget(before: number): Promise<void> {
    this.keep((chunk) => chunk.piece >= before);
  }
  private keep(which: (chunk: Chunk) => boolean): void {
    this.chunks = this.chunks.filter(which);
  }
}

const NAME = "hopchibo-safety";
const TABLE = "chunks";

export class BrowserStore implements ChunkStore {
  private constructor(private readonly base: IDBDatabase) {}

  /** Memory where the browser forbids its database. */
  static async open(): Promise<ChunkStore> {
    try {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: ["scope", "piece", "n"] });
      return new BrowserStore(await answered(asked));
    } catch {
      return new MemoryStore();
    }
  }

  async put(chunk: Chunk): Promise<void> {
    await answered(this.table("readwrite").put(chunk));
  }
  of(scope: string): Promise<Chunk[]> {
    return answered<Chunk[]>(this.table("readonly").getAll(within([scope])));
  }
  async drop(scope: string, piece: number): Promise<void> {
    await answered(this.table("readwrite").delete(within([scope, piece])));
  }
  async cut(scope: string, piece: number, n: number): Promise<void> {
    await answered(this.table("readwrite").delete(IDBKeyRange.bound([scope, piece, n], [scope, piece, []])));
  }
  async wipe(scope: string): Promise<void> {
    await answered(this.table("readwrite").delete(within([scope])));
  }
  async forget(before: number): Promise<void> {
    const keys = (await answered(this.table("readonly").getAllKeys())) as [string, number, number][];
    for (const key of keys.filter(([, piece]) => piece < before)) await answered(this.table("readwrite").delete(key));
  }

  private table(mode: IDBTransactionMode): IDBObjectStore {
    return this.base.transaction(TABLE, mode).objectStore(TABLE);
  }
}

/** Keys that begin so: an array sorts after every number and text. */
function within(start: (string | number)[]): IDBKeyRange {
  return IDBKeyRange.bound(start, [...start, []]);
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's database failed"));
  });
}
