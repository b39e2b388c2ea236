import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The form of a value, and an example for messages. */
type Form = { readonly pattern: RegExp; readonly example: string };

type Kind = {
  readonly connectionString: Form;
  /** The setting's name is the name of the connection and this suffix. */
  readonly address: Form & { readonly suffix: `__${string}` };
};

/** The settings whose names begin with a name, by the rest of their names; an empty setting counts as not set. */
export const partsOf = (environment: Environment, name: string): Readonly<Record<string, string>> => {
  const parts: Record<string, string> = {};
  for (const [key, value] of Object.entries(environment)) {
    if (value && (key === name || key.startsWith(`${name}_`))) parts[key.slice(name.length)] = value;
  }
  return parts;
};

/**
 * A connection in the same form as the Functions host takes it for triggers: a connection string under its name, or an address and
 * `__credential=managedidentity`, with `__clientId` for a user-assigned identity.
 */
export const connection = ({ connectionString, address }: Kind) =>
  z.record(z.string(), z.string()).transform((parts, context) => {
    const { '': whole, [address.suffix]: at, __credential: credential, __clientId: clientId } = parts;
    const refuse = (setting: string, message: string) =>
      context.addIssue({ code: 'custom', path: [setting], message, input: undefined });

    if (whole !== undefined) {
      if (at !== undefined) refuse('', `and its ${address.suffix} are both set: which of the two is meant?`);
      else if (credential !== undefined || clientId !== undefined)
        refuse('', 'is a connection string, which needs neither __credential nor __clientId');
      if (!connectionString.pattern.test(whole)) refuse('', `must look like "${connectionString.example}"`);
      return { connectionString: whole };
    }
    if (at === undefined && credential === undefined && clientId === undefined) {
      refuse('', `is missing: "${connectionString.example}", or ${address.suffix} with __credential=managedidentity`);
    } else {
      if (at === undefined) refuse(address.suffix, `is missing: "${address.example}"`);
      else if (!address.pattern.test(at)) refuse(address.suffix, `must look like "${address.example}"`);
      if (credential?.toLowerCase() !== 'managedidentity')
        refuse('__credential', `${credential === undefined ? 'is missing: it' : 'must be'} "managedidentity"`);
      if (clientId !== undefined && !z.guid().safeParse(clientId).success)
        refuse('__clientId', 'must be a UUID: the client id of the identity');
    }
    return { address: at ?? '', clientId };
  });
