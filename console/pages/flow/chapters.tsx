import { durations } from '../../parts/scales.ts';
import { durationText, wordsOf } from '../../parts/texts.tsx';
import { EventLink } from './eventLink.tsx';
import { shareOf, ticksUpTo } from './ruler.ts';
import type { Chapter, Mark, Story } from './story.ts';

/** The chapters of a story below each other, each step where it stands in time. */
export const Chapters = ({ of: { chapters, ms } }: { readonly of: Story }) => (
  <div class="chapters">
    <Ruler total={ms} />
    <ol>
      {chapters.map((chapter, index) => (
        <li key={index} class="chapter">
          <h3>
            {wordsOf(chapter.title)}{' '}
            {chapter.event !== undefined && <EventLink type={chapter.title} id={chapter.event} />}
          </h3>
          <Marks of={chapter} total={ms} />
        </li>
      ))}
    </ol>
  </div>
);

/** Lines through all chapters. Each step says its time: nobody needs them read out. */
const Ruler = ({ total }: { readonly total: number }) => (
  <div class="ruler" aria-hidden="true">
    <div class="ticks">
      {ticksUpTo(total).map((ms) => (
        <span key={ms} class="tick" style={{ left: `${100 * shareOf(ms, total)}%` }}>
          {durations.onAxis(ms)}
        </span>
      ))}
    </div>
  </div>
);

const words: Readonly<Record<Mark['step'], string>> = {
  request: 'Asked for',
  commit: 'Committed',
  message: 'Message sent',
  view: 'View',
  subscriber: 'Listener',
};

const Marks = ({ of: { marks }, total }: { readonly of: Chapter; readonly total: number }) => {
  const from = marks[0]?.ms ?? 0;
  return (
    <ol class="marks">
      {marks.map(({ step, name, ms }, index) => (
        <li key={index} class={step}>
          <span class="mark-name">
            {words[step]}
            {(step === 'view' || step === 'subscriber') && <strong> {name}</strong>}
          </span>
          <Track from={from} to={ms} total={total} />
          <span class="mark-time">+{durationText(ms)}</span>
        </li>
      ))}
    </ol>
  );
};

type TrackProps = { readonly from: number; readonly to: number; readonly total: number };

/** From when the chapter began until the step. */
const Track = ({ from, to, total }: TrackProps) => {
  const at = (ms: number) => 100 * shareOf(ms, total);
  return (
    <span class="track" aria-hidden="true">
      <span class="track-line" style={{ left: `${at(from)}%`, width: `${at(to) - at(from)}%` }} />
      <span class="track-end" style={{ left: `${at(to)}%` }} />
    </span>
  );
};
