import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Balance, type Books, makeBooks } from '../../local/books.ts';

const read = (signals: number) => ({ signals, tracked: signals, ignored: 0, unremarkable: 0, faults: 0 });
const held = (input: string, signals: number) => [[{ input, signals }]];
const total = (b: Balance) =>
  b.repeated +
  b.tracked +
  b.ignored +
  b.unremarkable +
  b.deadLettered +
  b.waiting +
  b.missing.reduce((sum, { signals }) => sum + signals, 0) -
  b.elsewhere;
const restarted = (books: Books) => makeBooks(JSON.parse(JSON.stringify(books.snapshot())));

describe('the books', () => {
  it('know an accepted input as waiting until intake has read it', () => {
    const books = makeBooks(undefined);
    books.accepted(1, held('a', 3));
    expect(books.balance()).toMatchObject({ waiting: 3, tracked: 0, missing: [] });
    books.read('a', { signals: 3, tracked: 1, ignored: 1, unremarkable: 1, faults: 0 });
    expect(books.balance()).toMatchObject({ waiting: 0, tracked: 1, ignored: 1, unremarkable: 1 });
  });

  it('count an input once, however often it is read or posted', () => {
    const books = makeBooks(undefined);
    books.accepted(1, held('a', 3));
    for (const _ of [1, 2, 3]) books.read('a', read(3));
    books.accepted(2, held('a', 3));
    books.done(1);
    books.passed(1);
    books.read('a', read(3));
    expect(books.balance()).toMatchObject({ tracked: 3, repeated: 3, elsewhere: 0, missing: [] });
  });

  it('know what was given up unread as dead-lettered, until it is replayed', () => {
    const books = makeBooks(undefined);
    books.accepted(1, held('a', 2));
    books.gaveUp('a');
    books.done(1);
    books.passed(1);
    expect(books.balance()).toMatchObject({ deadLettered: 2, missing: [] });
    const later = restarted(books);
    expect(later.balance()).toMatchObject({ deadLettered: 2 });
    later.read('a', read(2));
    expect(later.balance()).toMatchObject({ deadLettered: 0, tracked: 2, elsewhere: 0 });
  });

  it('name what has ended and is in no state, also after a restart', () => {
    const books = makeBooks(undefined);
    books.accepted(7, held('a', 2));
    books.done(7);
    expect(books.balance().missing).toMatchObject([{ input: 'a', signals: 2, seq: 7 }]);
    books.passed(7);
    expect(restarted(books).balance().missing).toMatchObject([{ input: 'a', signals: 2, seq: 7 }]);
  });

  it('name the signals that intake found fewer of than were accepted', () => {
    const books = makeBooks(undefined);
    books.accepted(1, held('a', 5));
    books.read('a', read(3));
    books.done(1);
    books.passed(1);
    expect(books.balance()).toMatchObject({ tracked: 3, missing: [{ input: 'a', signals: 2 }] });
  });

  it('tell apart what came past the door', () => {
    const books = makeBooks(undefined);
    books.read('b', read(4));
    expect(books.balance()).toMatchObject({ tracked: 4, elsewhere: 4 });
  });

  it('keep over a restart what has passed, and hear the rest again when it is replayed', () => {
    const books = makeBooks(undefined);
    for (const seq of [1, 2]) {
      books.accepted(seq, held(`i${seq}`, seq));
      books.read(`i${seq}`, read(seq));
      books.done(seq);
    }
    books.passed(1);
    const later = restarted(books);
    expect(later.balance().tracked).toBe(1);
    later.accepted(2, held('i2', 2));
    later.read('i2', read(2));
    expect(later.balance()).toMatchObject({ tracked: 3, repeated: 0, elsewhere: 0 });
  });

  it('always add up to what was accepted, in any order of events', () => {
    const event = fc.oneof(
      fc.record({ do: fc.constant('accept'), input: fc.nat(5), signals: fc.nat(4) }),
      fc.record({
        do: fc.constantFrom('read', 'give up', 'end', 'restart'),
        input: fc.nat(5),
        signals: fc.nat(4),
      }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let books = makeBooks(undefined);
        let accepted = 0;
        let passed = 0;
        const open: { seq: number; signals: number }[] = [];
        for (const [seq, { do: what, input, signals }] of events.entries()) {
          if (what === 'accept') {
            books.accepted(seq, held(`i${input}`, signals));
            accepted += signals;
            open.push({ seq, signals });
          }
          if (what === 'read') books.read(`i${input}`, read(signals));
          if (what === 'give up') books.gaveUp(`i${input}`);
          const [first] = open;
          if (what === 'end' && first !== undefined) {
            open.shift();
            books.done(first.seq);
            books.passed(first.seq);
            passed += first.signals;
          }
          // What is open is gone with its queues; the journal would deliver it again.
          if (what === 'restart' && open.length === 0) {
            books = restarted(books);
            expect(accepted).toBe(passed);
          }
          expect(total(books.balance())).toBe(accepted);
        }
      }),
    );
  });
});
