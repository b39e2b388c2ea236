import { extname } from 'node:path';
import type { Answer } from '../http/answer.ts';
import { matchesWeakly } from '../http/entityTags.ts';
import { notFound } from '../http/problem.ts';
import { pageFiles, type PageFiles } from './pageFiles.ts';

type BrowserHeaders = {
  readonly 'if-none-match'?: string | undefined;
  readonly 'accept-encoding'?: string | undefined;
};

const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

/** A script or a style. Its name changes with its content, so that browsers keep it for good. */
export const answerPageFile = async (
  name: string,
  headers: BrowserHeaders,
  all: PageFiles = pageFiles,
): Promise<Answer> => {
  const file = (await all()).find((each) => each.name === name);
  if (!file) return notFound();
  const about = {
    etag: `W/"${name}"`,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  };
  if (matchesWeakly(headers['if-none-match'], name)) return { status: 304, headers: about };
  const isGzip = takesGzip(headers['accept-encoding']);
  return {
    status: 200,
    headers: {
      ...about,
      'content-type': `${types[extname(name)] ?? 'application/octet-stream'}; charset=utf-8`,
      ...(isGzip && { 'content-encoding': 'gzip' }),
    },
    content: isGzip ? await file.gzipped() : file.plain,
  };
};

const takesGzip = (accepted = ''): boolean =>
  accepted.split(',').some((coding) => /^\s*gzip\s*(;\s*q=(0?\.\d*[1-9]\d*|1(\.0*)?))?\s*$/i.test(coding));
