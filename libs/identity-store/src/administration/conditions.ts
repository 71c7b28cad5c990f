import type { ListPosition } from '@sap2/administration';

/** A statement and its parameters. */
export type Statement = readonly [text: string, parameters: readonly unknown[]];

/** Conditions of a statement, with their parameters numbered as they come. */
export class Conditions {
  readonly parameters: unknown[] = [];
  private readonly texts: string[] = [];

  /** The text of a parameter. */
  value(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  /** Left out where there is no value. */
  where(value: unknown, text: (parameter: string) => string): this {
    if (value !== undefined) this.texts.push(text(this.value(value)));
    return this;
  }

  equal(column: string, value: unknown): this {
    return this.where(value, (parameter) => `${column} = ${parameter}`);
  }

  /** `fromMs` is in, `untilMs` is not. */
  within(column: string, fromMs: number | undefined, untilMs: number | undefined): this {
    const time = (ms: number | undefined): Date | undefined => (ms === undefined ? undefined : new Date(ms));
    return this.where(time(fromMs), (parameter) => `${column} >= ${parameter}`).where(
      time(untilMs),
      (parameter) => `${column} < ${parameter}`,
    );
  }

  /** Rows that a list goes on with after `position`: those whose time and id are `compared` to it. */
  from(columns: string, compared: '<' | '>', position: ListPosition | undefined): this {
    if (position === undefined) return this;
    const [at, id] = position.map((value) => this.value(value));
    this.texts.push(`(${columns}) ${compared} (${at}::timestamptz, ${id})`);
    return this;
  }

  get sql(): string {
    return this.texts.length === 0 ? 'true' : this.texts.join(' AND ');
  }
}
