import { writeCsv } from './csv.ts';
import { writeJson } from './json.ts';
import type { Lines, Statement } from './statement.ts';

type Write = (statement: Statement, lines: Lines) => AsyncIterable<string | Uint8Array>;

type Format = {
  readonly contentType: string;
  /** Of a file's name. */
  readonly extension: string;
  readonly maximumLines?: number;
  /** Whether it shows the owner's name, and when it was made. */
  readonly isDocument: boolean;
  /** Loads what only this format needs. */
  readonly writer: () => Promise<Write>;
};

/** The forms of a statement, by media type; the first is the one for callers who do not say. */
export const formats = {
  'application/json': {
    contentType: 'application/json',
    extension: 'json',
    isDocument: false,
    writer: () => Promise.resolve(writeJson),
  },
  'text/csv': {
    contentType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    isDocument: false,
    writer: () => Promise.resolve(writeCsv),
  },
  'application/pdf': {
    contentType: 'application/pdf',
    extension: 'pdf',
    maximumLines: 10_000,
    isDocument: true,
    writer: async () => (await import('./pdf.ts')).writePdf,
  },
  'application/xml': {
    contentType: 'application/xml; charset=utf-8',
    extension: 'xml',
    isDocument: true,
    writer: async () => (await import('./camt.ts')).writeCamt,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type MediaType = keyof typeof formats;
export const mediaTypes = Object.keys(formats) as readonly MediaType[];
export const formatOf = (mediaType: MediaType): Format => formats[mediaType];
