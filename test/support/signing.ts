import { openSignatures } from '../../adapters/signing/signatures.ts';
import type { CloudEvent } from '../../application/publishing/message.ts';
import type { Signatures } from '../../application/publishing/signature.ts';
import { filterableOf } from '../../domain/filterable.ts';
import settings from '../../local.settings.json' with { type: 'json' };

/** Those of an app on this machine. */
export const signatures = openSignatures([settings.Values.CURSOR_KEY]);

/** The application properties that the app adds to a message. */
export const propertiesOf = {
  filterable: ({ data }: CloudEvent) => filterableOf(data),
  signature: (...message: Parameters<typeof signatures.sign>) => signatures.sign(...message),
};

/** The signature of any body, also of one that the app would never send. */
export const signatureOf = (body: unknown) => signatures.sign(body as CloudEvent);

/** Takes every message for the app's: for tests of everything after that check. */
export const trustingSignatures: Pick<Signatures, 'verify'> = { verify: () => 'genuine' };
