import { formatOf, type MediaType } from '../../statements/formats.ts';
import type { Lines, Statement } from '../../statements/statement.ts';
import type { Services } from '../services.ts';

/** The host hands on an answer as a whole, so that its size is bounded. */
const maximumBytes = 100_000_000;
/** A statement of more lines takes much memory and time, so that few are made at a time. */
const manyLines = 1_000;
/** Before the request gets another answer, after which nobody would receive the file. */
const renderWithinMs = 15_000;

/** The whole file, once its turn has come. */
export const renderStatement = async (
  { takeRenderingTurn }: Pick<Services, 'takeRenderingTurn'>,
  statement: Statement,
  lines: Lines,
  mediaType: MediaType,
  withinMs = renderWithinMs,
): Promise<Uint8Array | 'tooLarge' | 'tooLate'> => {
  const deadline = AbortSignal.timeout(withinMs);
  const render = () => written(statement, lines, mediaType, deadline);
  if (statement.lines <= manyLines) return render();
  return (await takeRenderingTurn(deadline, render)) ?? 'tooLate';
};

/** Stops where it is too late, or where the file is too large. */
const written = async (
  statement: Statement,
  lines: Lines,
  mediaType: MediaType,
  deadline: AbortSignal,
): Promise<Uint8Array | 'tooLarge' | 'tooLate'> => {
  const write = await formatOf(mediaType).writer();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of write(statement, until(deadline, lines))) {
    if (deadline.aborted) return 'tooLate';
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    size += bytes.length;
    if (size > maximumBytes) return 'tooLarge';
    pieces.push(bytes);
  }
  return deadline.aborted ? 'tooLate' : Buffer.concat(pieces, size);
};

/** Ends early: the writer of a PDF gives nothing away before it has all lines. */
async function* until(deadline: AbortSignal, lines: Lines): Lines {
  for await (const page of lines) {
    if (deadline.aborted) return;
    yield page;
  }
}
