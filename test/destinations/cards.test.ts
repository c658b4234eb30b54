import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { checkCard } from '../../shared/destinations/slack/limits.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import { draw } from './draw.ts';
import { SCENES } from './scenes.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/cards.md'), 'utf8');
const drawings = [...page.matchAll(/<!-- ([\w-]+) -->\n```\n([\s\S]*?)\n```/g)].map(
  ([, name = '', drawing = '']) => ({ name, drawing }),
);

/** How the console is addressed is the business of links/ and its tests. */
const CONSOLE = /"https:\/\/[\w.-]*console\.[\w.-]+\/[^"]*"/g;

function callOf(name: string) {
  const input = SCENES[name];
  if (input === undefined) throw new Error(`docs/cards.md draws "${name}", and there is no such scene`);
  const step = planSlack(input);
  if (step.do !== 'call') throw new Error(`"${name}" sends nothing: ${step.do}`);
  return step.call;
}

describe('the drawings of docs/cards.md', () => {
  it('draws every scene, and no other', () => {
    expect(drawings.map(({ name }) => name).toSorted()).toEqual(Object.keys(SCENES).toSorted());
  });

  test.each(drawings)('$name looks as drawn', ({ name, drawing }) => {
    expect(draw(callOf(name))).toBe(drawing);
  });

  test.each(Object.keys(SCENES))('%s is sent as its golden file says', async (name) => {
    const sent = `${JSON.stringify(callOf(name), null, 2)}\n`.replace(CONSOLE, '"(console)"');
    await expect(sent).toMatchFileSnapshot(`golden/${name}.json`);
  });

  test.each(Object.keys(SCENES))('%s keeps every limit of Block Kit', (name) => {
    const call = callOf(name);
    if (call.do === 'find' || call.do === 'remove') throw new Error('a scene must show something');
    expect(checkCard(call.do === 'reply' ? call.blocks : [...call.head, ...call.blocks])).toEqual([]);
  });
});
