import { z } from 'zod';
import { door } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { openApiDocument } from '../http/openApiDocument.ts';
import { describe, operations } from '../http/operation.ts';

const operation = describe({
  id: 'openApi',
  method: 'GET',
  route: 'openapi.json',
  access: 'anonymous',
  summary: 'This document',
  answer: { status: 200, body: z.object({ openapi: z.string() }).loose() },
  problems: [],
});

let document: object | undefined;

serve(operation, () => Promise.resolve({ status: 200, body: (document ??= openApiDocument(operations, door.kind)) }));
