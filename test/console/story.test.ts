import { expect, it } from 'vitest';
import { lastOf, storyOf, type Step } from '../../console/pages/flow/story.ts';

const at = (ms: number) => new Date(Date.parse('2026-11-20T10:00:00.000Z') + ms).toISOString();

it('tells commands and events in the order in which they began, each with all that became of it', () => {
  const steps: readonly Step[] = [
    { step: 'view', name: 'accounts', event: 'a:2', at: at(30) },
    { step: 'request', name: 'SendTransfer', at: at(0) },
    { step: 'commit', name: 'TransferSent', event: 'a:2', at: at(8) },
    { step: 'message', name: 'TransferSent', event: 'a:2', at: at(12) },
    { step: 'commit', name: 'TransferReceived', event: 'b:2', at: at(20) },
  ];
  expect(storyOf(steps)).toEqual({
    at: at(0),
    ms: 30,
    chapters: [
      { title: 'SendTransfer', event: undefined, marks: [{ step: 'request', name: 'SendTransfer', ms: 0 }] },
      {
        title: 'TransferSent',
        event: 'a:2',
        marks: [
          { step: 'commit', name: 'TransferSent', ms: 8 },
          { step: 'message', name: 'TransferSent', ms: 12 },
          { step: 'view', name: 'accounts', ms: 30 },
        ],
      },
      {
        title: 'TransferReceived',
        event: 'b:2',
        marks: [{ step: 'commit', name: 'TransferReceived', ms: 20 }],
      },
    ],
  });
});

it('two commands of one name are two chapters', () => {
  const steps: readonly Step[] = [
    { step: 'request', name: 'SettleTransfer', at: at(1) },
    { step: 'request', name: 'SettleTransfer', at: at(1) },
  ];
  expect(storyOf(steps)?.chapters.length).toBe(2);
});

it('an instance that has only listened does not know what the event was', () => {
  const [chapter] = storyOf([{ step: 'view', name: 'accounts', event: 'a:2', at: at(5) }])?.chapters ?? [];
  expect(chapter?.title).toBe('Event');
});

it('of nothing there is no story', () => {
  expect(storyOf([])).toBeUndefined();
});

it('knows when the last of each kind of step was, and where there was none', () => {
  const story = storyOf([
    { step: 'commit', name: 'TransferSent', event: 'a:2', at: at(0) },
    { step: 'view', name: 'accounts', event: 'a:2', at: at(9) },
    { step: 'view', name: 'customers', event: 'a:2', at: at(7) },
  ]);
  expect(story && [lastOf(story, 'commit'), lastOf(story, 'view'), lastOf(story, 'subscriber')]).toEqual([
    0,
    9,
    undefined,
  ]);
});
