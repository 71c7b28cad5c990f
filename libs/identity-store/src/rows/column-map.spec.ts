import { describe, expect, it } from '@jest/globals';
import { ColumnMap } from './column-map.js';

interface Thing {
  readonly serviceID: string;
  readonly validFromMs: number | undefined;
  readonly seq: number;
}

const things = new ColumnMap<Thing>({ serviceID: 'text', validFromMs: 'timestamptz', seq: 'bigint' });
const TIME = '2027-01-31T00:00:00.000Z';

describe('a column map', () => {
  it('names the column of each property', () => {
    expect(things.names).toBe('service_id, valid_from, seq');
    expect(things.namesIn('t')).toBe('t.service_id, t.valid_from, t.seq');
    expect(things.definitions).toBe('service_id text, valid_from timestamptz, seq bigint');
    expect(things.values(2)).toBe('$2::text, $3::timestamptz, $4::bigint');
  });

  it('stores undefined as NULL, and milliseconds as a time', () => {
    expect(things.parametersOf({ serviceID: 'a', validFromMs: undefined, seq: 1 })).toEqual(['a', null, 1]);
    const thing = { serviceID: 'a', validFromMs: Date.parse(TIME), seq: 1 };
    expect(things.rowOf(thing)).toEqual({ service_id: 'a', valid_from: new Date(TIME), seq: 1 });
  });

  it.each([new Date(TIME), TIME])('reads the time %p, and a bigint as a number', (time) => {
    const row = { service_id: 'a', valid_from: time, seq: '7', other: 1 };
    expect(things.thingOf(row)).toEqual({ serviceID: 'a', validFromMs: Date.parse(TIME), seq: 7 });
  });

  it('reads NULL as undefined', () => {
    const row = { service_id: 'a', valid_from: null, seq: 1 };
    expect(things.thingOf(row)).toEqual({ serviceID: 'a', validFromMs: undefined, seq: 1 });
  });
});
