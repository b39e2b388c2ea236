export type Checkpoint = { readonly position: string; readonly etag: string };

export type Checkpoints = {
  load(process: string): Promise<Checkpoint | undefined>;
  /** 'conflict': another instance has saved since this etag was read; nothing was written. */
  save(process: string, position: string, expectedEtag: string | undefined): Promise<Checkpoint | 'conflict'>;
};
