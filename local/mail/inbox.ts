import PostalMime from 'postal-mime';

/** An e-mail as it arrived. */
export type Mail = {
  /** Counts from 1. */
  readonly id: number;
  readonly receivedAt: string;
  readonly messageId: string;
  readonly from: string;
  /** To whom the sender's server gave it. */
  readonly to: readonly string[];
  /** To whom it says that it goes, with names. */
  readonly addressedTo: readonly { readonly name: string; readonly address: string }[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

export type Inbox = {
  add(raw: Buffer, envelope: { readonly from: string; readonly to: readonly string[] }): Promise<void>;
  /** Newest first. */
  list(): readonly Mail[];
  find(id: number): Mail | undefined;
};

export const maximumMailBytes = 1_048_576;

/** Keeps the newest e-mails in memory, so many and of so many bytes, and forgets the others. */
export const createInbox = (maximumMails = 500, maximumBytes = 32 * maximumMailBytes): Inbox => {
  let kept: { readonly mail: Mail; readonly bytes: number }[] = [];
  let count = 0;
  const bytes = () => kept.reduce((sum, each) => sum + each.bytes, 0);
  return {
    async add(raw, { from, to }) {
      const parsed = await PostalMime.parse(raw);
      const mail: Mail = {
        id: (count += 1),
        receivedAt: new Date().toISOString(),
        messageId: parsed.messageId ?? '',
        ...{ from, to },
        addressedTo: (parsed.to ?? []).map(({ name, address = '' }) => ({ name, address })),
        subject: parsed.subject ?? '',
        text: parsed.text ?? '',
        html: parsed.html ?? '',
      };
      kept = [{ mail, bytes: raw.length }, ...kept.slice(0, maximumMails - 1)];
      while (bytes() > maximumBytes) kept.pop();
    },
    list: () => kept.map(({ mail }) => mail),
    find: (id) => kept.find(({ mail }) => mail.id === id)?.mail,
  };
};
